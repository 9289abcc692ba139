# tests/conformance: how much of what others expect we read as they do.
# The reader itself is listed in tests/unit/message/local.mk.
tests_conformance_reader_SOURCES = tests/conformance/reader.c
tests_conformance_reader_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)

# CONFORMANCE_ARGS: -v for what differs, names of folders for a part.
conformance: tests/conformance/reader$(EXEEXT) shopbell$(EXEEXT)
	env PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 \
		$(srcdir)/tests/conformance/score.py \
		--reader tests/conformance/reader$(EXEEXT) \
		--shopbell shopbell$(EXEEXT) \
		--results $(srcdir)/tests/conformance/RESULTS \
		$(CONFORMANCE_ARGS)
.PHONY: conformance
