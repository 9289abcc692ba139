# The lab: servers for tests, in Python.
LAB = tests/lab/ca.py tests/lab/dovecot.py tests/lab/fakeimap.py \
	tests/lab/fakesmtp.py tests/lab/keeper.py tests/lab/lab.py \
	tests/lab/mx.py tests/lab/proxy.py tests/lab/shop.py tests/lab/tap.py \
	tests/lab/wire.py
EXTRA_DIST += $(LAB)
dist_check_SCRIPTS += tests/lab/selftest.py
TESTS += tests/lab/selftest.py
