# tests/conformance: how much of what others expect we read as they do.
EXTRA_PROGRAMS += tests/conformance/reader
tests_conformance_reader_SOURCES = tests/conformance/reader.c
tests_conformance_reader_LDADD = $(MESSAGE_LIBS) $(BASE_LIBS)
EXTRA_DIST += \
	tests/conformance/score.py \
	tests/conformance/DISPUTED \
	tests/conformance/RESULTS

conformance: tests/conformance/reader$(EXEEXT)
	/usr/bin/python3 $(srcdir)/tests/conformance/score.py \
		--reader tests/conformance/reader$(EXEEXT)
.PHONY: conformance
