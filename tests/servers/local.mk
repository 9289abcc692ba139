# Scenarios that every server must pass: Dovecot, Cyrus and Courier.
SCENARIOS = tests/servers/auditing.py tests/servers/changing.py \
	tests/servers/mailboxes.py \
	tests/servers/reading.py tests/servers/sending.py \
	tests/servers/watching.py
dist_check_SCRIPTS += $(SCENARIOS)
TESTS += $(SCENARIOS)
