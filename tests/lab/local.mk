# The lab: servers for tests, in Python, and a library that makes writes fail.
dist_check_SCRIPTS += tests/lab/selftest.py
TESTS += tests/lab/selftest.py

# Not by libtool, which builds no shared objects here.
tests/lab/fault.so tests/lab/clock.so: tests/lab/%.so: tests/lab/%.c
	$(AM_V_GEN)$(MKDIR_P) tests/lab && $(CC) -std=gnu11 -D_GNU_SOURCE \
	    -O1 -shared -fPIC -o $@ $(srcdir)/tests/lab/$*.c -ldl
CLEANFILES += tests/lab/fault.so tests/lab/clock.so
