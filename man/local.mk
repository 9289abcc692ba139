# man: the manual; three sections of it come from the program's tables.
dist_man_MANS += man/shopbell.1 man/shopbell.conf.5 man/shopbell-store.7
EXTRA_DIST += man/update.sh

man-update: shopbell$(EXEEXT)
	@for page in shopbell.1 shopbell.conf.5; do \
		$(SHELL) $(top_srcdir)/man/update.sh ./shopbell \
		    $(top_srcdir)/man/$$page >$$page.new && \
		mv $$page.new $(top_srcdir)/man/$$page || exit 1; \
	done
.PHONY: man-update
