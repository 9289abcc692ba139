/*
 * push.c -- local changes to the server, before anything is pulled.
 *
 * Each is one operation, not a whole state: what somebody else changed
 * meanwhile stays.  A change that the server cannot keep is dropped, for the
 * store has it anyway; one whose place is not to be found now is kept until
 * the pull has found out where its mail lies.
 *
 * A server says OK to the MOVE of a mail that is not there, so before one it
 * is looked for: what somebody else moved first is moved on from where it
 * lies by then.
 */
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define PUSHES 500 /* read at a time */

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

/* As a mailbox of that role is called mostly. */
static const char *
role_word(enum mailbox_role role)
{
	return role == ROLE_JUNK      ? "Junk"
	       : role == ROLE_TRASH   ? "Trash"
	       : role == ROLE_ARCHIVE ? "Archive"
				      : "INBOX";
}

/* They are not there any more, in a mailbox that is not read. */
static int
left(struct round *r, const struct push *v, size_t n, struct err *e)
{
	struct arena a = { 0 };
	int64_t *uid = arena_array(&a, n, sizeof(*uid));
	int rc;

	for (size_t i = 0; i < n; i++)
		uid[i] = v[i].uid;
	rc = ingest_far_left(r->store, v->mailbox, uid, n, e);
	arena_free(&a);
	return rc;
}

/* The mailbox of a role, made under its usual name where there is none. */
static int
target(struct round *r, enum mailbox_role role, const char **name,
    struct err *e)
{
	const struct imap_box *box = round_box(r, role);

	if (box == NULL && role == ROLE_ARCHIVE)
		box = round_box(r, ROLE_ALL);
	if (box != NULL) {
		*name = box->name;
		return 0;
	}
	if (role == ROLE_INBOX) {
		*name = "INBOX";
		return 0;
	}
	if (role != ROLE_JUNK && role != ROLE_TRASH && role != ROLE_ARCHIVE)
		return err_set(e, ERR_REFUSED, 0, "there is no such mailbox");
	return imap_make(r->imap, r->box, r->boxes, role_word(role), &r->arena,
	    name, e);
}

/* ---- one command ---- */

/* Flags before moves: a move takes the UID away. */
static int
rank(enum push_kind k)
{
	return k == PUSH_FLAG ? 0 : k == PUSH_TAG ? 1 : 2;
}

/* What goes out in one command: the same change of the same mailbox. */
static int
by_change(const struct push *a, const struct push *b)
{
	if (a->mailbox != b->mailbox)
		return a->mailbox < b->mailbox ? -1 : 1;
	if (a->kind != b->kind)
		return rank(a->kind) - rank(b->kind);
	if (a->kind == PUSH_MOVE)
		return (int)a->to - (int)b->to;
	if (a->on != b->on)
		return (int)a->on - (int)b->on;
	if (a->kind == PUSH_TAG)
		return strcmp(a->words, b->words);
	return (int)a->flag - (int)b->flag;
}

static int
in_order(const void *a, const void *b)
{
	const struct push *x = a, *y = b;
	int d = by_change(x, y);

	if (d != 0)
		return d;
	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* 0 done at the server, 1 settled already, -1. */
static int
send_set(struct round *r, struct push *v, size_t n,
    const struct imap_state *there, const char *set, struct err *e)
{
	const char *to = "";

	if (v->kind == PUSH_FLAG && (there->flags & v->flag) == 0)
		return err_set(e, ERR_USAGE, 0,
		    "the mailbox does not keep this flag");
	if (v->kind == PUSH_TAG && v->on && !r->gmail &&
	    !imap_keeps(r->imap, v->words))
		return err_set(e, ERR_USAGE, 0, "the mailbox keeps no tags");
	if (v->kind == PUSH_MOVE) {
		if (target(r, v->to, &to, e) < 0)
			return -1;
		/* Not moved at all: it was to go and then to stay. */
		if (strcmp(to, v->mailbox_name) == 0)
			return done(r, v, n, "it lies there already", e) < 0
				   ? -1
				   : 1;
		return round_move(r, v, n, set, to, e);
	}
	if (ingest_push_stage(r->store, v, n, PUSH_STARTED, 0, e) < 0)
		return -1;
	if (v->kind == PUSH_FLAG)
		return imap_flag(r->imap, set, v->flag, v->on, e);
	if (r->gmail &&
	    imap_labels(r->imap, set, v->words, v->on, r->box, r->boxes, e) < 0)
		return -1;
	/* There some may be keywords all the same, by other programs. */
	if (r->gmail && (v->on || !imap_keeps(r->imap, v->words)))
		return 0;
	return imap_keywords(r->imap, set, v->words, v->on, e);
}

/* "Not now" about one mailbox holds up no other. */
static int
put_off(struct round *r, const struct err *why, struct err *e)
{
	if (why->kind == ERR_RETRY && r->imap != NULL && imap_alive(r->imap)) {
		round_failed(r, why);
		return 0;
	}
	*e = *why;
	return -1;
}

static int
push_set(struct round *r, struct push *v, size_t n,
    const struct imap_state *there, const char *set, struct err *e)
{
	struct err why = { 0 };
	int rc = send_set(r, v, n, there, set, &why);

	if (rc == 0 && v->kind == PUSH_MOVE &&
	    !round_reads(r, v->mailbox_name) && left(r, v, n, e) < 0)
		return -1;
	if (rc == 0)
		return done(r, v, n, "", e);
	if (rc > 0)
		return 0;
	if (why.kind == ERR_REFUSED || why.kind == ERR_MISSING)
		round_say(r, "%s: %s: %s", r->account->title, v->mailbox_name,
		    why.text);
	else if (why.kind != ERR_USAGE)
		return put_off(r, &why, e);
	return done(r, v, n, why.text, e);
}

/* ---- what is not where it was ---- */

/*
 * By us, the answer lost, or by somebody else: its change waits for the mail
 * to be met.  A mailbox that is not read tells nothing, so there it is looked
 * for now.
 */
static int
missing(struct round *r, struct push *v, size_t n, struct err *e)
{
	size_t found = 0;
	const char *to;

	if (n == 0)
		return 0;
	r->push_again = true;
	if (target(r, v->to, &to, e) < 0 ||
	    round_moved(r, v, n, to, &found, e) < 0)
		return -1;
	if (found > 0 && done(r, v, found, "", e) < 0)
		return -1;
	return found == n || round_reads(r, v->mailbox_name)
		   ? 0
		   : left(r, v + found, n - found, e);
}

/* Those that lie where we think come first, *kept of them, in order. */
static int
look_for(struct round *r, struct push *v, size_t n, size_t *kept, struct err *e)
{
	struct arena a = { 0 };
	struct push *lost = arena_array(&a, n, sizeof(*lost));
	size_t there, k = 0, away = 0;
	uint32_t *uid;
	int rc = imap_uids(r->imap, (uint32_t)v[0].uid, (uint32_t)v[n - 1].uid,
	    &a, &uid, &there, e);

	*kept = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		while (k < there && uid[k] < v[i].uid)
			k++;
		/* Of what was copied only the original may be in the way. */
		if ((k < there && uid[k] == v[i].uid) ||
		    v[i].stage >= PUSH_BEGUN)
			v[(*kept)++] = v[i];
		else
			lost[away++] = v[i];
	}
	if (rc == 0)
		rc = missing(r, lost, away, e);
	arena_free(&a);
	return rc;
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
	int rc = v->kind == PUSH_MOVE ? look_for(r, v, n, &n, e) : 0;

	for (size_t k = 0; k < n; k++)
		uid[k] = v[k].uid;
	while (rc == 0 && i < n) {
		size_t m;

		buf_clear(&set);
		m = plan_uids(&set, uid + i, n - i);
		rc = push_set(r, v + i, m, there, buf_text(&set), e);
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
	struct err why = { 0 };
	size_t i = 0, j;

	if (imap_select(r->imap, v->mailbox_name, &there, &why) < 0) {
		/* Not there any more: its mails may be met elsewhere. */
		if (why.kind == ERR_MISSING)
			return 0;
		err_in(&why, "mailbox %s", v->mailbox_name);
		return put_off(r, &why, e);
	}
	if (there.uidvalidity != 0 && there.uidvalidity != v->uidvalidity) {
		if (!round_reads(r, v->mailbox_name))
			return done(r, v, n, "its number there is lost", e);
		/* The pull that follows finds the new places. */
		r->push_again = true;
		return 0;
	}
	if (there.read_only)
		return done(r, v, n, "the mailbox is read-only", e);
	for (; i < n; i = j) {
		for (j = i + 1; j < n && by_change(&v[i], &v[j]) == 0; j++)
			;
		if (push_alike(r, v + i, j - i, &there, e) < 0)
			return -1;
	}
	return 0;
}

int
round_push(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct push *v;
	int64_t after = 0;
	size_t n = 0, i, j;
	int rc;

	r->push_again = false;
	do {
		arena_reset(&a);
		rc = ingest_pushes(r->store, r->account->title, after, PUSHES,
		    &a, &v, &n, e);
		if (rc < 0 || n == 0)
			break;
		after = v[n - 1].id;
		rc = round_connect(r, e);
		qsort(v, n, sizeof(*v), in_order);
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

/* n with one target that no mailbox holds any more. */
static int
lost_alike(struct round *r, struct push *v, size_t n, struct err *e)
{
	const struct imap_box *box = round_box(r, v->to);
	const char *to = box != NULL ? box->name : role_word(v->to);
	size_t found = 0;

	if (box != NULL && round_moved(r, v, n, to, &found, e) < 0)
		return -1;
	if (found > 0 && done(r, v, found, "", e) < 0)
		return -1;
	/* What is gone need not go to the trash. */
	for (size_t i = found; i < n && v->to != ROLE_TRASH; i++)
		round_say(r,
		    "%s: a mail of thread %lld was deleted or moved elsewhere "
		    "before it could go to %s",
		    r->account->title, (long long)v[i].thread, to);
	return found == n ? 0 : done(r, v + found, n - found, "gone", e);
}

int
round_push_lost(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct push *v;
	size_t n, i = 0, j;
	int rc = ingest_pushes_lost(r->store, r->account->title, &a, &v, &n, e);

	for (; rc == 0 && i < n; i = j) {
		for (j = i + 1; j < n && v[j].to == v[i].to; j++)
			;
		rc = lost_alike(r, v + i, j - i, e);
	}
	arena_free(&a);
	return rc;
}
