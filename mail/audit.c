/*
 * audit.c -- the server against the store, UID by UID.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/when.h"
#include "mail/account_inside.h"
#include "mail/lock.h"
#include "mail/plan.h"
#include "mail/sync_inside.h"

#define LOCK_MS 5000
#define WINDOW  100000 /* UIDs asked for at a time */

struct audit {
	struct round r;
	bool repair;
	struct audit_report *out;
	/* The mailbox at hand. */
	bool all; /* it holds all mail */
	const char *name;
	int64_t mailbox;
	struct cursor c;
	struct imap_state there;
	struct arena arena;
	struct flag_row *known;
	size_t knowns;
	int64_t *missing;
	size_t missings;
	int64_t *extra;
	size_t extras;
};

static void tell(struct audit *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
tell(struct audit *a, const char *fmt, ...)
{
	struct arena arena = { 0 };
	char line[400];
	va_list ap;

	if (a->r.ask->tell == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	a->r.ask->tell(a->r.ask->arg, text_cleaned(&arena, line, TEXT_LINE));
	arena_free(&arena);
}

static void
add(struct arena *a, int64_t **v, size_t *n, int64_t uid)
{
	*v = arena_grow(a, *v, *n, sizeof(**v));
	(*v)[(*n)++] = uid;
}

/* The server's UIDs of a window beside ours, from *at on. */
static void
compare(struct audit *a, const uint32_t *uid, size_t n, size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		while (*at < a->knowns && a->known[*at].uid < uid[i])
			add(&a->arena, &a->extra, &a->extras,
			    a->known[(*at)++].uid);
		if (*at < a->knowns && a->known[*at].uid == uid[i]) {
			(*at)++;
			a->out->here++;
		} else {
			add(&a->arena, &a->missing, &a->missings, uid[i]);
		}
	}
	a->out->there += (int64_t)n;
}

/* How far windows must reach: beyond the last UID there is nothing. */
static uint32_t
top_of(const struct audit *a)
{
	return a->there.uidnext > 0 ? a->there.uidnext - 1 : UINT32_MAX;
}

static int
compare_all(struct audit *a, struct err *e)
{
	uint32_t first = 1, top = top_of(a);
	size_t at = 0;

	if (ingest_known(a->r.store, a->mailbox, 1, UINT32_MAX, &a->arena,
		&a->known, &a->knowns, e) < 0)
		return -1;
	while (first <= top && a->there.exists > 0) {
		struct arena window = { 0 };
		uint32_t last = top - first < WINDOW ? top : first + WINDOW - 1;
		uint32_t *uid;
		size_t n;

		/* Few mails spread over many UIDs: all at once. */
		if (a->there.exists < WINDOW)
			last = 0;
		if (imap_uids(a->r.imap, first, last, &window, &uid, &n, e) <
		    0) {
			arena_free(&window);
			return -1;
		}
		compare(a, uid, n, &at);
		arena_free(&window);
		if (last == 0 || last == top)
			break;
		first = last + 1;
	}
	while (at < a->knowns)
		add(&a->arena, &a->extra, &a->extras, a->known[at++].uid);
	return 0;
}

/* "shop: INBOX: not here: UID 4:6,9" */
static void
tell_set(struct audit *a, const char *what, const int64_t *uid, size_t n)
{
	struct buf set = { 0 };

	if (n == 0)
		return;
	plan_uids(&set, uid, n);
	tell(a, "%s: %s: %s: %zu, UID %.200s%s", a->r.account->title, a->name,
	    what, n, buf_text(&set), set.len > 200 ? "..." : "");
	buf_free(&set);
}

static int
mend(struct audit *a, struct err *e)
{
	struct fetch f = {
		.name = a->name,
		.all = a->all,
		.mailbox = a->mailbox,
		.now = &a->c,
		.done = &a->c,
		.of = (uint32_t)a->missings,
	};

	if (a->missings > 0) {
		f.first = (uint32_t)a->missing[0];
		f.last = (uint32_t)a->missing[a->missings - 1];
		if (round_fetch(&a->r, &f, e) < 0)
			return -1;
		a->out->mended += f.got;
	}
	if (a->extras == 0)
		return 0;
	if (ingest_gone(a->r.store, a->mailbox, a->extra, a->extras, &a->c,
		a->r.ask->accept_removal, when_now(), NULL, e) < 0)
		return -1;
	a->out->mended += (int64_t)a->extras;
	return 0;
}

static int
audit_mailbox(struct audit *a, const struct imap_box *box, struct err *e)
{
	arena_reset(&a->arena);
	a->name = box->name;
	a->all = a->r.gmail && box->role == ROLE_ALL;
	a->missing = a->extra = NULL;
	a->missings = a->extras = 0;
	if (ingest_mailbox(a->r.store, a->r.account->title, box->name,
		box->role, &a->mailbox, &a->c, e) < 0 ||
	    imap_select(a->r.imap, box->name, &a->there, e) < 0)
		return -1;
	if (a->c.uidvalidity != 0 && a->there.uidvalidity != 0 &&
	    a->c.uidvalidity != a->there.uidvalidity) {
		tell(a, "%s: %s was renumbered by the server: sync first",
		    a->r.account->title, a->name);
		a->out->there += a->there.exists;
		a->out->missing += a->there.exists;
		return 0;
	}
	if (compare_all(a, e) < 0)
		return -1;
	a->out->missing += (int64_t)a->missings;
	a->out->extra += (int64_t)a->extras;
	tell_set(a, "not here", a->missing, a->missings);
	tell_set(a, "not there any more", a->extra, a->extras);
	return a->repair ? mend(a, e) : 0;
}

static int
audit_boxes(struct audit *a, struct err *e)
{
	struct arena arena = { 0 };
	struct imap_box *box;
	size_t n;
	int rc = round_connect(&a->r, e);

	if (rc == 0)
		rc = round_boxes(&a->r, &arena, &box, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = audit_mailbox(a, &box[i], e);
	arena_free(&arena);
	return rc;
}

static int
audit_account(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, bool repair, struct audit_report *out,
    struct err *e)
{
	struct audit a = {
		.r = { .shop = shop,
		    .account = account,
		    .ask = ask,
		    .cancel_fd = -1 },
		.repair = repair,
		.out = out,
	};
	int rc = -1;

	a.r.crew = crew_start(ACCOUNT_WORKERS, e);
	if (a.r.crew == NULL)
		return -1;
	a.r.store = store_open(shop, STORE_WRITE, ACCOUNT_BUSY_MS, e);
	if (a.r.store != NULL) {
		rc = audit_boxes(&a, e);
		round_end(&a.r);
		store_close(a.r.store);
	}
	arena_free(&a.arena);
	crew_stop(a.r.crew);
	return rc;
}

int
mail_audit(const struct shop *shop, const struct sync_ask *ask, bool repair,
    struct audit_report *out, struct err *e)
{
	struct err worst = { 0 };
	int fd;

	memset(out, 0, sizeof(*out));
	if (sync_prepare(shop, ask, e) < 0)
		return -1;
	fd = lock_take(shop->store, LOCK_MS, e);
	if (fd < 0)
		return e->kind == ERR_BUSY
			   ? err_set(e, ERR_BUSY, 0,
				 "a sync is running: stop it, or "
				 "try again")
			   : -1;
	for (size_t i = 0; i < shop->accounts; i++) {
		struct err why = { 0 };

		if (ask->account != NULL &&
		    strcmp(ask->account, shop->account[i].title) != 0)
			continue;
		if (audit_account(shop, &shop->account[i], ask, repair, out,
			&why) < 0)
			err_worse(&worst, &why);
	}
	close(fd);
	if (worst.kind == ERR_NONE)
		return 0;
	*e = worst;
	return -1;
}
