# store: what is kept; SQLite behind four doors.
noinst_LTLIBRARIES += libstore.la
libstore_la_SOURCES = \
	store/agent.c \
	store/ahead.c \
	store/backup.c \
	store/body.c \
	store/card.c \
	store/change.c \
	store/check.c \
	store/customer.c \
	store/db.c \
	store/dictionary.c \
	store/draft.c \
	store/event.c \
	store/events.c \
	store/family.c \
	store/figures.c \
	store/fold.c \
	store/functions.c \
	store/group.c \
	store/ident.c \
	store/ingest_batch.c \
	store/ingest_flags.c \
	store/ingest_gone.c \
	store/ingest_mailbox.c \
	store/ingest_whose.c \
	store/keywords.c \
	store/line.c \
	store/list.c \
	store/merge.c \
	store/message.c \
	store/note.c \
	store/open.c \
	store/outbox.c \
	store/outbox_read.c \
	store/pack.c \
	store/part.c \
	store/presence.c \
	store/plan.c \
	store/push.c \
	store/reckon.c \
	store/regroup.c \
	store/rethread.c \
	store/rest.c \
	store/restored.c \
	store/rounds.c \
	store/schema.c \
	store/search.c \
	store/send.c \
	store/settle.c \
	store/thread.c \
	store/tokenizer.c \
	store/undo.c \
	store/where.c \
	store/witness.c \
	store/db.h \
	store/dictionary.h \
	store/edit.h \
	store/ingest.h \
	store/list.h \
	store/outbox.h \
	store/own.h \
	store/query.h \
	store/store.h \
	store/witness.h
libstore_la_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
STORE_LIBS = libstore.la $(SQLITE_LIBS)
