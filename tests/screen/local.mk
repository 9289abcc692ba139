# tests/screen: the program on a terminal.
if VTERM
check_PROGRAMS += tests/screen/glass
tests_screen_glass_SOURCES = tests/screen/glass.c
tests_screen_glass_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_glass_LDADD = $(VTERM_LIBS) -lutil
screen_tests = \
	tests/screen/golden.py \
	tests/screen/mails.py \
	tests/screen/hostile.py \
	tests/screen/alive.py \
	tests/screen/attached.py \
	tests/screen/whose.py
TESTS += $(screen_tests)
endif
