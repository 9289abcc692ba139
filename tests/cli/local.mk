# The command line, as a person or a script uses it.
CLI = tests/cli/answer.py tests/cli/complete.py tests/cli/config.py tests/cli/demo.py tests/cli/doctor.py \
	tests/cli/files.py tests/cli/keeping.py tests/cli/shapes.py tests/cli/threads.py tests/cli/triage.py tests/cli/wire.py \
	tests/cli/usage.py
dist_check_SCRIPTS += $(CLI)
TESTS += $(CLI)
