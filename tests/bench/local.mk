# make bench: measured beside the peers, in the same run.
EXTRA_DIST += tests/bench/corpus.py tests/bench/sync.py
BENCHES = tests/bench/sync.py

.PHONY: bench
bench: all
	@for b in $(BENCHES); do \
	    SHOPBELL='$(abs_top_builddir)/shopbell' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 $(srcdir)/$$b || exit 1; done
