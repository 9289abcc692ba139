# tests: unit tests a floor each, servers in tests/lab, whole runs.
if CMOCKA
unit = $(CMOCKA_CFLAGS)
TEST_LIBS = $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/desk/clock.test
tests_unit_desk_clock_test_SOURCES = tests/unit/desk/clock.c
tests_unit_desk_clock_test_LDADD = libdesk.la $(BASE_LIBS) $(TEST_LIBS)

TESTS += tests/unit/desk/clock.test
endif

include $(srcdir)/tests/lab/local.mk
include $(srcdir)/tests/bench/local.mk
include $(srcdir)/tests/run/local.mk
include $(srcdir)/tests/unit/desk/local.mk
include $(srcdir)/tests/unit/mail/local.mk
include $(srcdir)/tests/conformance/local.mk
include $(srcdir)/tests/unit/base/local.mk
include $(srcdir)/tests/unit/store/local.mk

# What no compiler checks: layers and style.
dist_check_SCRIPTS += tests/layers.sh tests/style.py
TESTS += tests/layers.sh tests/style.py
include $(srcdir)/tests/unit/ui/local.mk
dist_check_SCRIPTS += tests/man.sh tests/hardened.sh
TESTS += tests/man.sh tests/hardened.sh
include $(srcdir)/tests/fuzz/local.mk
include $(srcdir)/tests/screen/local.mk
include $(srcdir)/tests/unit/cmd/local.mk
include $(srcdir)/tests/cli/local.mk
include $(srcdir)/tests/unit/message/local.mk
include $(srcdir)/tests/servers/local.mk
