# ui/cmd: everything a person can ask for, one file a command.
noinst_LTLIBRARIES += libcmd.la
libcmd_la_CPPFLAGS = $(AM_CPPFLAGS) -DVERSION='"$(PACKAGE_VERSION)"'
libcmd_la_SOURCES = \
	ui/cmd/answer.c ui/cmd/answer.h \
	ui/cmd/assign.c \
	ui/cmd/audit.c \
	ui/cmd/automatic.c \
	ui/cmd/backup.c \
	ui/cmd/canned_check.c \
	ui/cmd/canned_list.c \
	ui/cmd/canned_show.c \
	ui/cmd/check.c \
	ui/cmd/circle.c ui/cmd/circle.h \
	ui/cmd/close.c \
	ui/cmd/cmd.h \
	ui/cmd/complete.c \
	ui/cmd/complete_cmd.c \
	ui/cmd/completion.c \
	ui/cmd/config.c ui/cmd/config.h \
	ui/cmd/customer.c \
	ui/cmd/demo.c ui/cmd/demo.h \
	ui/cmd/demo_mail.c \
	ui/cmd/demo_play.c \
	ui/cmd/demo_read.c \
	ui/cmd/demo_tour.c \
	ui/cmd/docs.c ui/cmd/docs.h \
	ui/cmd/doctor.c \
	ui/cmd/explain.c \
	ui/cmd/export.c \
	ui/cmd/fetch.c \
	ui/cmd/figures.h \
	ui/cmd/fill.c \
	ui/cmd/forward.c \
	ui/cmd/grammar.c ui/cmd/grammar.h \
	ui/cmd/hold.c ui/cmd/hold.h \
	ui/cmd/inner.c ui/cmd/inner.h \
	ui/cmd/import.c \
	ui/cmd/letter.c ui/cmd/letter.h \
	ui/cmd/line.c \
	ui/cmd/list.c \
	ui/cmd/login.c ui/cmd/login.h \
	ui/cmd/merge.c \
	ui/cmd/move.c \
	ui/cmd/new.c \
	ui/cmd/note.c \
	ui/cmd/out.c \
	ui/cmd/outbox.c \
	ui/cmd/outbox_cancel.c \
	ui/cmd/outbox_resolve.c \
	ui/cmd/outbox_retry.c \
	ui/cmd/parse.c \
	ui/cmd/parts.c ui/cmd/parts.h \
	ui/cmd/pending.c \
	ui/cmd/read.c \
	ui/cmd/redo.c \
	ui/cmd/reopen.c \
	ui/cmd/reply.c \
	ui/cmd/report.c \
	ui/cmd/rethread.c \
	ui/cmd/resolve.c ui/cmd/resolve.h \
	ui/cmd/rows.c ui/cmd/rows.h \
	ui/cmd/run.c \
	ui/cmd/save.c \
	ui/cmd/search.c \
	ui/cmd/setup.c \
	ui/cmd/show.c \
	ui/cmd/snooze.c \
	ui/cmd/spam.c \
	ui/cmd/split.c \
	ui/cmd/star.c \
	ui/cmd/sync.c \
	ui/cmd/table.c ui/cmd/table.h \
	ui/cmd/tag.c \
	ui/cmd/trash.c \
	ui/cmd/triage.c ui/cmd/triage.h \
	ui/cmd/undo.c \
	ui/cmd/unread.c \
	ui/cmd/unstar.c \
	ui/cmd/warn.c \
	ui/cmd/who.c ui/cmd/who.h \
	ui/cmd/words.c
CMD_LIBS = libcmd.la

# The demo's stories and canned replies, as C.
DEMO_FILES = \
	ui/cmd/demo/history.txt \
	ui/cmd/demo/orders.txt \
	ui/cmd/demo/people.txt \
	ui/cmd/demo/returns.txt \
	ui/cmd/demo/robots.txt \
	ui/cmd/demo/later.txt \
	ui/cmd/demo/canned/address.txt \
	ui/cmd/demo/canned/care.txt \
	ui/cmd/demo/canned/invoice.txt \
	ui/cmd/demo/canned/refund.txt \
	ui/cmd/demo/canned/thanks.txt \
	ui/cmd/demo/canned/delivery/lost.txt \
	ui/cmd/demo/canned/delivery/where.txt \
	ui/cmd/demo/canned/returns/exchange.txt \
	ui/cmd/demo/canned/returns/label.txt
EXTRA_DIST += $(DEMO_FILES) ui/cmd/demo/FORMAT ui/cmd/demo/embed.awk
nodist_libcmd_la_SOURCES = ui/cmd/demo_data.c
CLEANFILES += ui/cmd/demo_data.c
ui/cmd/demo_data.c: $(DEMO_FILES) ui/cmd/demo/embed.awk
	$(AM_V_GEN)mkdir -p ui/cmd && (cd $(srcdir) && LC_ALL=C \
	    $(AWK) -f ui/cmd/demo/embed.awk $(DEMO_FILES)) >$@.tmp && \
	    mv $@.tmp $@
