/*
 * push.c -- local changes to the server, before anything is pulled.
 *
 * Each is one operation, not a whole state: what somebody else changed
 * meanwhile stays.  A change that the server cannot keep is dropped with a
 * reason, for the store has it anyway.
 */
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define PUSHES 500 /* read at a time */

/* What goes out in one command: the same change of the same mailbox. */
static bool
alike(const struct push *a, const struct push *b)
{
	return a->mailbox == b->mailbox && a->kind == b->kind &&
	       a->uidvalidity == b->uidvalidity &&
	       (a->kind == PUSH_FLAG ? a->flag == b->flag && a->on == b->on
				     : a->to == b->to);
}

static int
done(struct round *r, const struct push *v, size_t n, const char *why,
    struct err *e)
{
	struct arena a = { 0 };
	int64_t *id = arena_array(&a, n, sizeof(*id));
	int rc;

	for (size_t i = 0; i < n; i++)
		id[i] = v[i].id;
	rc = ingest_pushed(r->store, id, n, why, when_now(), e);
	arena_free(&a);
	if (rc == 0 && why[0] == '\0')
		r->report.pushed += (int)n;
	return rc;
}

/* The mailbox of a role, made under its usual name where there is none. */
static int
target(struct round *r, enum mailbox_role role, const char **name,
    struct err *e)
{
	const struct imap_box *box = round_box(r, role);

	if (box != NULL) {
		*name = box->name;
		return 0;
	}
	switch (role) {
	case ROLE_INBOX:
		*name = "INBOX";
		return 0;
	case ROLE_JUNK:
		*name = "Junk";
		break;
	case ROLE_TRASH:
		*name = "Trash";
		break;
	case ROLE_ARCHIVE:
		*name = "Archive";
		break;
	default:
		return err_set(e, ERR_REFUSED, 0, "there is no such mailbox");
	}
	return imap_create(r->imap, *name, e);
}

static int
send_one(struct round *r, const struct push *p, const struct imap_state *there,
    const char *set, struct err *e)
{
	const char *to = "";

	if (p->kind == PUSH_FLAG) {
		if ((there->flags & p->flag) == 0)
			return err_set(e, ERR_REFUSED, 0,
			    "the mailbox does not keep this flag");
		return imap_flag(r->imap, set, p->flag, p->on, e);
	}
	if (target(r, p->to, &to, e) < 0)
		return -1;
	if (strcmp(to, p->mailbox_name) == 0)
		return 0;
	return imap_move(r->imap, set, to, e);
}

static int
by_uid(const void *a, const void *b)
{
	const struct push *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* n alike changes, in as many commands as their set needs. */
static int
push_alike(struct round *r, struct push *v, size_t n,
    const struct imap_state *there, struct err *e)
{
	struct arena a = { 0 };
	int64_t *uid = arena_array(&a, n, sizeof(*uid));
	struct buf set = { 0 };
	size_t i = 0;
	int rc = 0;

	qsort(v, n, sizeof(*v), by_uid);
	for (size_t k = 0; k < n; k++)
		uid[k] = v[k].uid;
	while (rc == 0 && i < n) {
		struct err why = { 0 };
		size_t m;

		buf_clear(&set);
		m = plan_uids(&set, uid + i, n - i);
		if (send_one(r, v + i, there, buf_text(&set), &why) == 0) {
			rc = done(r, v + i, m, "", e);
		} else if (why.kind == ERR_REFUSED || why.kind == ERR_MISSING ||
			   why.kind == ERR_USAGE) {
			rc = done(r, v + i, m, why.text, e);
		} else {
			*e = why;
			rc = -1;
		}
		i += m;
	}
	buf_free(&set);
	arena_free(&a);
	return rc;
}

/* All changes of one mailbox; n of them stand together in v. */
static int
push_mailbox(struct round *r, struct push *v, size_t n, struct err *e)
{
	struct imap_state there;
	size_t i = 0, j;

	if (imap_select(r->imap, v->mailbox_name, &there, e) < 0)
		return e->kind == ERR_MISSING
			   ? done(r, v, n, "the mailbox is not there any more",
				 e)
			   : -1;
	for (; i < n; i = j) {
		for (j = i + 1; j < n && alike(&v[i], &v[j]); j++)
			;
		if (v[i].uidvalidity != there.uidvalidity) {
			/* The pull that follows finds the new place. */
			if (done(r, v + i, j - i, "the mailbox was renumbered",
				e) < 0)
				return -1;
		} else if (there.read_only) {
			if (done(r, v + i, j - i, "the mailbox is read-only",
				e) < 0)
				return -1;
		} else if (push_alike(r, v + i, j - i, &there, e) < 0) {
			return -1;
		}
	}
	return 0;
}

int
round_push(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct push *v;
	size_t n = 0, i, j;
	int rc;

	do {
		arena_reset(&a);
		rc = ingest_pushes(r->store, r->account->title, PUSHES, &a, &v,
		    &n, e);
		if (rc == 0 && n > 0)
			rc = round_connect(r, e);
		for (i = 0; rc == 0 && i < n; i = j) {
			for (j = i + 1; j < n && v[j].mailbox == v[i].mailbox;
			     j++)
				;
			rc = push_mailbox(r, v + i, j - i, e);
		}
	} while (rc == 0 && n == PUSHES);
	arena_free(&a);
	return rc;
}
