# The lab: servers for tests, in Python, and a library that makes writes fail.
LAB = tests/lab/ca.py tests/lab/client.py tests/lab/clock.py \
	tests/lab/courier.py tests/lab/cyrus.py tests/lab/dovecot.py \
	tests/lab/fakeimap.py tests/lab/fakesmtp.py tests/lab/house.py \
	tests/lab/identity.py tests/lab/keeper.py \
	tests/lab/lab.py tests/lab/model.py tests/lab/mx.py \
	tests/lab/proxy.py tests/lab/screen.py tests/lab/shop.py \
	tests/lab/tap.py tests/lab/unpacked.py tests/lab/wire.py
EXTRA_DIST += $(LAB) tests/lab/fault.c tests/lab/clock.c tests/lab/servers.sh
dist_check_SCRIPTS += tests/lab/selftest.py
TESTS += tests/lab/selftest.py

# Not by libtool, which builds no shared objects here.
tests/lab/fault.so tests/lab/clock.so: tests/lab/%.so: tests/lab/%.c
	$(AM_V_GEN)$(MKDIR_P) tests/lab && $(CC) -std=gnu11 -D_GNU_SOURCE \
	    -O1 -shared -fPIC -o $@ $(srcdir)/tests/lab/$*.c -ldl
CLEANFILES += tests/lab/fault.so tests/lab/clock.so
