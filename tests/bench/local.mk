# make bench: measured beside the peers, in the same run.
BENCHES = tests/bench/reading.py tests/bench/sync.py tests/bench/screen.py

.PHONY: bench
bench: all tests/bench/make_store tests/bench/reading tests/run/agent
	@for b in $(BENCHES); do \
	    SHOPBELL='$(abs_top_builddir)/shopbell' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 $(srcdir)/$$b || exit 1; done
	@SHOPBELL='$(abs_top_builddir)/shopbell' srcdir='$(abs_top_srcdir)' \
	    builddir='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 $(srcdir)/tests/run/working.py 6000

# A store of any size, for measuring lists and keys.
noinst_PROGRAMS += tests/bench/make_store
tests_bench_make_store_SOURCES = tests/bench/make_store.c
tests_bench_make_store_LDADD = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS)

# Pages and counts of such a store, timed.
noinst_PROGRAMS += tests/bench/lists
tests_bench_lists_SOURCES = tests/bench/lists.c
tests_bench_lists_LDADD = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS)

# Mails read, laid out and indexed, beside GMime alone; for reading.py.
noinst_PROGRAMS += tests/bench/reading
tests_bench_reading_SOURCES = tests/bench/reading.c
tests_bench_reading_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS)
tests_bench_reading_LDADD = $(STORE_LIBS) $(MESSAGE_LIBS) $(DESK_LIBS) \
	$(GMIME_LIBS) \
	$(BASE_LIBS)
