#include "mail/round.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mutf7.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/pause.h"
#include "mail/token.h"

/* ---- telling ---- */

void
round_tell(struct round *r, const char *fmt, ...)
{
	struct arena a = { 0 };
	char line[300];
	va_list ap;

	if (r->ask->tell == NULL || !r->ask->progress ||
	    when_ms() - r->told < 250)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	r->told = when_ms();
	r->ask->tell(r->ask->arg, text_cleaned(&a, line, TEXT_LINE));
	arena_free(&a);
}

void
round_say(struct round *r, const char *fmt, ...)
{
	struct arena a = { 0 };
	char line[400];
	va_list ap;

	if (r->ask->say == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	r->ask->say(r->ask->arg, text_cleaned(&a, line, TEXT_LINE));
	arena_free(&a);
}

/* What a person must hear of first comes last. */
static int
badness(const struct err *e)
{
	static const enum err_kind order[] = { ERR_NONE, ERR_BUSY, ERR_RETRY,
		ERR_MISSING, ERR_CONFLICT, ERR_REFUSED, ERR_PEER, ERR_USAGE,
		ERR_DENIED, ERR_CONFIG, ERR_DATA, ERR_SYSTEM, ERR_BUG };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == e->kind)
			return 2 * (int)i - imap_is_broken(e);
	return 0;
}

void
err_worse(struct err *worst, const struct err *e)
{
	if (badness(e) > badness(worst))
		*worst = *e;
}

void
round_failed(struct round *r, const struct err *e)
{
	err_worse(&r->worst, e);
}

/* ---- the session ---- */

void
round_drop(struct round *r)
{
	round_alert(r, r->imap);
	imap_close(r->imap);
	r->imap = NULL;
}

/* Somebody looks on and would like to know what takes so long. */
static void
tell_slow(void *arg, const char *host, int port)
{
	struct round *r = arg;
	char line[300];

	if (r->ask->tell == NULL || !r->ask->progress)
		return;
	snprintf(line, sizeof(line), "%s: waiting for %s port %d to answer",
	    r->account->title, host, port);
	r->ask->tell(r->ask->arg, line);
}

static struct imap *
session(struct round *r, struct err *e)
{
	struct transport_slow slow = { tell_slow, r };

	return imap_open(r->account, r->cancel_fd, &slow, e);
}

/*
 * A password is tried whenever it is asked for, as its owner may have mended
 * it over there; a token that the server refuses twice is not.
 */
static int
open_session(struct round *r, struct err *e)
{
	bool token = token_used(r->account);
	struct err kept = { 0 };

	if (token && !r->ask->now &&
	    pause_check(r->store, r->account, PAUSE_IMAP, e) < 0)
		return -1;
	r->imap = session(r, e);
	if (r->imap != NULL)
		return 0;
	if (token && e->kind == ERR_DENIED &&
	    pause_keep(r->store, r->account, PAUSE_IMAP, e, &kept) < 0 &&
	    kept.kind != ERR_DENIED)
		*e = kept;
	return -1;
}

/* What it says of vanished mails could not be understood once (pull.c). */
static bool
qresync_is_broken(struct round *r)
{
	struct err ignored = { 0 };
	struct arena a = { 0 };
	const char *fact = "";
	bool is;

	if (r->store != NULL)
		ingest_fact(r->store, r->account->title, "qresync", &a, &fact,
		    &ignored);
	is = strcmp(fact, "broken") == 0;
	arena_free(&a);
	return is;
}

struct imap *
round_another(struct round *r, struct err *e)
{
	struct imap *s = session(r, e);

	if (s != NULL && qresync_is_broken(r))
		imap_without_qresync(s);
	return s;
}

void
round_alert(struct round *r, const struct imap *s)
{
	struct err ignored = { 0 };
	struct arena a = { 0 };
	const char *text = s != NULL ? imap_alert(s) : "", *told = "";

	if (text[0] != '\0' && r->store != NULL &&
	    ingest_fact(r->store, r->account->title, "alert", &a, &told,
		&ignored) == 0 &&
	    strcmp(told, text) != 0) {
		log_line(LOG_ERROR, "%s: the server says: %s",
		    r->account->title, text);
		ingest_fact_set(r->store, r->account->title, "alert", text,
		    &ignored);
	}
	arena_free(&a);
}

static bool
same_boxes(const struct imap_box *a, size_t an, const struct imap_box *b,
    size_t bn)
{
	for (size_t i = 0; i < an && an == bn; i++)
		if (strcmp(a[i].name, b[i].name) != 0 ||
		    a[i].role != b[i].role ||
		    a[i].selectable != b[i].selectable)
			return false;
	return an == bn;
}

/* Mailboxes are made, renamed and deleted while a resident sync runs. */
static int
list_again(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct imap_box *box;
	size_t n;

	if (imap_list(r->imap, &a, &box, &n, e) < 0) {
		arena_free(&a);
		return -1;
	}
	if (same_boxes(box, n, r->box, r->boxes)) {
		arena_free(&a);
		return 0;
	}
	arena_free(&r->arena);
	r->arena = a;
	r->box = box;
	r->boxes = n;
	r->lists++;
	return 0;
}

/* What is broken before any mailbox is asked for is so for all of them. */
static int
of_all(struct err *e)
{
	e->code = 0;
	return -1;
}

int
round_connect(struct round *r, struct err *e)
{
	if (r->imap != NULL && imap_alive(r->imap))
		return 0;
	round_drop(r);
	if (open_session(r, e) < 0)
		return of_all(e);
	arena_reset(&r->arena);
	if (qresync_is_broken(r))
		imap_without_qresync(r->imap);
	if (imap_list(r->imap, &r->arena, &r->box, &r->boxes, e) < 0) {
		round_drop(r);
		return of_all(e);
	}
	r->gmail = imap_can(r->imap, "X-GM-EXT-1");
	r->lists++;
	return 0;
}

const struct imap_box *
round_box(const struct round *r, enum mailbox_role role)
{
	for (size_t i = 0; i < r->boxes; i++)
		if (r->box[i].role == role && r->box[i].selectable)
			return &r->box[i];
	return NULL;
}

/* ---- which mailboxes ---- */

static void
add_box(struct arena *a, struct imap_box **v, size_t *n,
    const struct imap_box *box)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*v)[i].name, box->name) == 0)
			return;
	*v = arena_grow(a, *v, *n, sizeof(**v));
	(*v)[*n] = *box;
	/* The list itself is gone when the session is. */
	(*v)[*n].name = arena_str(a, box->name);
	++*n;
}

/* "*" is anything, "%" anything within one level (RFC 3501, 6.3.8). */
static bool
matches(const char *pattern, const char *name, char delimiter)
{
	for (; *pattern != '\0'; pattern++, name++) {
		if (*pattern == '*' || *pattern == '%') {
			for (;; name++) {
				if (matches(pattern + 1, name, delimiter))
					return true;
				if (*name == '\0' ||
				    (*pattern == '%' && *name == delimiter))
					return false;
			}
		}
		if (*pattern != *name)
			return false;
	}
	return *name == '\0';
}

static bool
is_meant(const char *wanted, const struct imap_box *box, const char *prefix)
{
	const char *name = mutf7_plain(box->name);
	size_t len = strlen(prefix);

	return matches(wanted, name, box->delimiter) ||
	       (len > 0 && strncmp(name, prefix, len) == 0 &&
		   matches(wanted, name + len, box->delimiter)) ||
	       (box->role == ROLE_INBOX && strcasecmp(wanted, "INBOX") == 0);
}

/*
 * What the configuration names, with or without the prefix of the server, or
 * describes.  An exact name comes before a description.
 */
static void
add_named(struct round *r, struct arena *a, struct imap_box **v, size_t *n,
    const char *name)
{
	struct imap_box none = { .name = name, .selectable = true };
	size_t before = *n, found = 0;

	for (size_t i = 0; i < r->boxes; i++)
		if (strcmp(r->box[i].name, name) == 0) {
			if (r->box[i].selectable)
				add_box(a, v, n, &r->box[i]);
			return;
		}
	for (size_t i = 0; i < r->boxes; i++) {
		if (!is_meant(name, &r->box[i], imap_prefix(r->imap)))
			continue;
		found++;
		if (r->box[i].selectable)
			add_box(a, v, n, &r->box[i]);
	}
	/* Not listed; the server may have it all the same. */
	if (*n == before && found == 0 && strpbrk(name, "*%") == NULL)
		add_box(a, v, n, &none);
}

static bool
lists_inbox(const struct round *r)
{
	for (size_t i = 0; i < r->boxes; i++)
		if (r->box[i].role == ROLE_INBOX)
			return true;
	return false;
}

int
round_boxes(struct round *r, struct arena *a, struct imap_box **v, size_t *n,
    struct err *e)
{
	static const enum mailbox_role usual[] = { ROLE_INBOX, ROLE_SENT,
		ROLE_ARCHIVE, ROLE_JUNK };
	/* There every mail is in All Mail, whatever its labels. */
	static const enum mailbox_role gmail[] = { ROLE_ALL, ROLE_JUNK,
		ROLE_TRASH };
	/* A person may have hidden it from IMAP. */
	bool all = r->gmail && round_box(r, ROLE_ALL) != NULL;
	const enum mailbox_role *role = all ? gmail : usual;
	size_t roles = all ? 3 : 4;

	*v = NULL;
	*n = 0;
	for (size_t i = 0; i < r->account->mailbox.n; i++)
		add_named(r, a, v, n, r->account->mailbox.v[i]);
	for (size_t i = 0; r->account->mailbox.n == 0 && i < roles; i++) {
		const struct imap_box *box = round_box(r, role[i]);

		if (box != NULL)
			add_box(a, v, n, box);
	}
	if (*n > 0)
		return 0;
	/* INBOX is always there (RFC 3501, 5.1). */
	if (!lists_inbox(r))
		return err_set(e, ERR_PEER, 0,
		    "%s: what it says of its mailboxes cannot be understood",
		    r->account->imap.host);
	return err_set(e, ERR_MISSING, 0,
	    "account %s: the server has no "
	    "mailbox to read: set mailbox in the configuration",
	    r->account->title);
}

bool
round_reads(struct round *r, const char *name)
{
	struct arena a = { 0 };
	struct err ignored = { 0 };
	struct imap_box *box;
	bool reads = false;
	size_t n;

	if (round_boxes(r, &a, &box, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			reads = reads || strcmp(box[i].name, name) == 0;
	arena_free(&a);
	return reads;
}

/* ---- the round ---- */

static void
add_read(struct round *r, const char *name)
{
	struct arena *a = &r->round_arena;

	r->read.v = arena_grow(a, r->read.v, r->read.n, sizeof(*r->read.v));
	r->read.v[r->read.n++] = arena_str(a, name);
}

/* One mailbox in trouble does not hold up the others.  -1: the end. */
static int
pull_one(struct round *r, const struct imap_box *box, struct err *e)
{
	struct err why = { 0 };
	int rc = 0;

	if (round_pull(r, box, &why) == 0) {
		add_read(r, box->name);
		return 0;
	}
	round_failed(r, &why);
	if (why.kind != ERR_MISSING && why.kind != ERR_REFUSED) {
		r->unsure = true;
		rc = round_connect(r, e);
	}
	if (why.kind == ERR_SYSTEM || why.kind == ERR_DATA) {
		*e = why;
		rc = -1;
	}
	return rc;
}

static bool
has_lost(const struct round *r, const char *name)
{
	for (size_t i = 0; i < r->losses; i++)
		if (strcmp(r->loss[i].name, name) == 0)
			return true;
	return false;
}

/*
 * What left one mailbox while another was read may have come into one that
 * had been read before: that one is looked at again.
 */
static int
pull_again(struct round *r, const struct imap_box *box, size_t n, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n && r->losses > 0; i++)
		if (!has_lost(r, box[i].name))
			rc = pull_one(r, &box[i], e);
	return rc;
}

static int
pull_all(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct imap_box *box;
	size_t n = 0;
	int rc = round_connect(r, e);

	if (rc == 0)
		rc = round_boxes(r, &a, &box, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		r->next = box + i + 1;
		r->nexts = n - i - 1;
		rc = pull_one(r, &box[i], e);
	}
	r->next = NULL;
	r->nexts = r->glances = 0;
	if (rc == 0)
		rc = pull_again(r, box, n, e);
	if (rc == 0)
		rc = round_gone(r, e);
	/* What waited for its mail to be met again. */
	if (rc == 0 && r->push_again)
		rc = round_push(r, e);
	if (rc == 0 && !r->unsure && r->worst.kind == ERR_NONE)
		rc = round_push_lost(r, e);
	r->glances = 0; /* they name what is freed */
	arena_free(&a);
	return rc;
}

int
round_file(struct round *r, struct err *e)
{
	int n = r->sender != NULL ? sender_unfiled(r->sender, e) : 0;

	if (n <= 0)
		return n;
	if (*r->account->imap.host != '\0' && round_connect(r, e) < 0)
		return -1;
	return sender_file(r->sender, r->imap, &r->report, e);
}

/* The worst of all that went wrong. */
static int
round_ended(struct round *r, struct err *e)
{
	struct err all = r->worst;

	err_worse(&all, &r->sending);
	if (all.kind == ERR_NONE)
		return 0;
	*e = all;
	return -1;
}

int
round_run(struct round *r, struct err *e)
{
	struct err why = { 0 };

	r->reconnects = 0;
	r->suspected = false;
	arena_reset(&r->round_arena);
	r->look = false;
	r->unsure = false;
	r->loss = NULL;
	r->losses = 0;
	r->read = (struct strings){ 0 };
	r->worst = (struct err){ 0 };
	r->sending = (struct err){ 0 };
	/* Customers wait for answers; reading can wait for them. */
	if (r->sender != NULL && sender_run(r->sender, &r->report, &why) < 0)
		err_worse(&r->sending, &why);
	/* An account that only sends has no server to ask. */
	if (*r->account->imap.host == '\0') {
		if (round_file(r, &why) < 0)
			round_failed(r, &why);
		return round_ended(r, e);
	}
	if (r->stays && r->imap != NULL && imap_alive(r->imap) &&
	    list_again(r, &why) < 0) {
		round_failed(r, &why);
		round_drop(r);
	}
	if (round_push(r, &why) < 0) {
		round_failed(r, &why);
		if (r->imap != NULL && !imap_alive(r->imap))
			round_drop(r);
	}
	if (round_file(r, &why) < 0)
		round_failed(r, &why);
	if (pull_all(r, &why) < 0)
		round_failed(r, &why);
	why = (struct err){ 0 };
	if (r->imap != NULL && imap_alive(r->imap) && round_rest(r, &why) < 0)
		round_failed(r, &why);
	return round_ended(r, e);
}

void
round_end(struct round *r)
{
	round_drop(r);
	arena_free(&r->arena);
	arena_free(&r->round_arena);
	arena_free(&r->heard_arena);
}
