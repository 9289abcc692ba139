/*
 * gone.c -- what is not where it was, at the end of a round.
 *
 * Only when every mailbox has been read is it known what was moved and what
 * is gone.  Until then no cursor is set beyond what was lost, so a crash
 * makes the server tell it again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "mail/round.h"

/* ---- how many there were ---- */

int64_t
round_exists(struct round *r, const char *name)
{
	struct err ignored = { 0 };
	struct arena a = { 0 };
	const char *value = "";
	long long n = -1;

	if (ingest_fact(r->store, r->account->title,
		arena_fmt(&a, "exists %s", name), &a, &value, &ignored) < 0 ||
	    sscanf(value, "%lld", &n) != 1)
		n = -1;
	arena_free(&a);
	return n;
}

int
round_exists_keep(struct round *r, const char *name, int64_t exists,
    struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	if (round_exists(r, name) != exists)
		rc = ingest_fact_set(r->store, r->account->title,
		    arena_fmt(&a, "exists %s", name),
		    arena_fmt(&a, "%" PRId64, exists), e);
	arena_free(&a);
	return rc;
}

/* ---- what a server will not be believed at once ---- */

/* A mass removal waits for a person: it is told, and the rest goes on. */
static int
waits(struct round *r, const char *name, struct err *why, struct err *e)
{
	if (why->kind != ERR_CONFLICT) {
		*e = *why;
		return -1;
	}
	err_in(why, "%s: %s", r->account->title, name);
	round_failed(r, why);
	return 0;
}

static int
loss_end(struct round *r, struct loss *l, struct err *e)
{
	struct removal out;
	struct err why = { 0 };

	if (ingest_gone(r->store, l->mailbox, l->uid, l->n, &l->done,
		r->ask->accept_removal, when_now(), &out, &why) < 0)
		return waits(r, l->name, &why, e);
	r->report.gone += (int)out.gone;
	return round_exists_keep(r, l->name, l->exists, e);
}

void
round_heard(struct round *r, const char *name, int64_t mailbox,
    int64_t uidvalidity, const int64_t *uid, size_t n)
{
	struct arena *a = &r->heard_arena;
	struct loss *l;

	r->heard = arena_grow(a, r->heard, r->heards, sizeof(*r->heard));
	l = &r->heard[r->heards++];
	*l = (struct loss){ .name = arena_str(a, name),
		.mailbox = mailbox,
		.uid = arena_array(a, n, sizeof(*l->uid)),
		.n = n,
		.done.uidvalidity = uidvalidity };
	memcpy(l->uid, uid, n * sizeof(*uid));
}

/* What was told in passing, unless the mailbox was renumbered since. */
static int
heard_end(struct round *r, const struct mailbox_known *v, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < r->heards; i++) {
		const struct loss *l = &r->heard[i];
		struct removal out = { 0 };
		struct err why = { 0 };
		size_t k = 0;

		while (k < n && v[k].id != l->mailbox)
			k++;
		if (k == n || v[k].uidvalidity != l->done.uidvalidity)
			continue;
		if (ingest_gone(r->store, l->mailbox, l->uid, l->n, NULL,
			r->ask->accept_removal, when_now(), &out, &why) < 0 &&
		    waits(r, l->name, &why, e) < 0)
			return -1;
		r->report.gone += (int)out.gone;
	}
	arena_reset(&r->heard_arena);
	r->heard = NULL;
	r->heards = 0;
	return 0;
}

/* ---- renumbered ---- */

static int
adrift_end(struct round *r, const struct mailbox_known *m, struct err *e)
{
	struct removal out;
	struct err why = { 0 };
	int64_t met;

	if (ingest_adrift(r->store, m->id, r->ask->accept_removal, when_now(),
		&met, &out, &why) < 0)
		return waits(r, m->name, &why, e);
	if (met + out.gone + out.moved == 0)
		return 0;
	r->report.gone += (int)out.gone;
	round_say(r,
	    "%s: %s was renumbered by the server: %lld mails found again, "
	    "%lld elsewhere, %lld gone",
	    r->account->title, m->name, (long long)met, (long long)out.moved,
	    (long long)out.gone);
	return 0;
}

/* ---- mailboxes ---- */

static bool
was_read(const struct round *r, const char *name)
{
	for (size_t i = 0; i < r->read.n; i++)
		if (strcmp(r->read.v[i], name) == 0)
			return true;
	return false;
}

static bool
is_listed(const struct round *r, const char *name)
{
	for (size_t i = 0; i < r->boxes; i++)
		if (strcmp(r->box[i].name, name) == 0)
			return true;
	return false;
}

/* Deleted on the server, or its name was changed. */
static int
mailbox_end(struct round *r, const struct mailbox_known *m, struct err *e)
{
	struct removal out;
	struct err why = { 0 };
	int64_t met;

	if (m->places > 0) {
		if (ingest_mailbox_gone(r->store, m->id, r->ask->accept_removal,
			when_now(), &out, &why) < 0) {
			err_in(&why, "the mailbox is not there any more");
			return waits(r, m->name, &why, e);
		}
		r->report.gone += (int)out.gone;
		round_say(r,
		    "%s: there is no mailbox %s any more: of its mails %lld "
		    "lie elsewhere, %lld are gone",
		    r->account->title, m->name, (long long)out.moved,
		    (long long)out.gone);
		if (round_exists_keep(r, m->name, -1, e) < 0)
			return -1;
	}
	if (ingest_adrift(r->store, m->id, r->ask->accept_removal, when_now(),
		&met, &out, &why) < 0)
		return waits(r, m->name, &why, e);
	r->report.gone += (int)out.gone;
	return 0;
}

int
round_gone(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct mailbox_known *v;
	size_t n;
	int rc = 0;

	/* What was not read may hold what was lost elsewhere: another time. */
	if (r->unsure)
		return 0;
	for (size_t i = 0; rc == 0 && i < r->losses; i++)
		rc = loss_end(r, &r->loss[i], e);
	if (rc == 0)
		rc = ingest_mailboxes(r->store, r->account->title, &a, &v, &n,
		    e);
	if (rc == 0)
		rc = heard_end(r, v, n, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (was_read(r, v[i].name))
			rc = adrift_end(r, &v[i], e);
		/* A server that lists nothing at all is not believed. */
		else if (r->boxes > 0 && !is_listed(r, v[i].name))
			rc = mailbox_end(r, &v[i], e);
	}
	arena_free(&a);
	return rc;
}
