/*
 * audit.c -- the server against the store, UID by UID.
 *
 * Looking changes nothing and needs no lock: where a sync runs beside it, a
 * difference counts only if it is still there a moment later.  A repair
 * holds the lock.  It reads as every sync does, then fetches by number what
 * a sync takes for done, compares once more, and looks at the bytes of the
 * mails here.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"
#include "mail/account_inside.h"
#include "mail/lock.h"
#include "mail/plan.h"
#include "mail/sync_inside.h"

#define LOCK_MS 5000
#define WINDOW  100000 /* UIDs compared at a time */
#define APART   500    /* missing UIDs this near are fetched together */
#define LOOKS   6      /* beside a running sync */
#define LOOK_US 700000

struct uids {
	int64_t *v;
	size_t n;
};

/* One mailbox, from one comparison. */
struct found {
	int64_t there;
	int64_t here;
	struct uids missing;
	struct uids extra;
	struct uids other; /* on both sides, and another mail there */
	size_t later;      /* of the missing: no sync has looked at them */
	bool renumbered;
	bool vanished; /* the mailbox is not there any more */
};

struct audit {
	struct round r;
	const struct audit_ask *ask;
	struct audit_report *out;
	struct arena arena; /* for the account: boxes and what was found */
	struct imap_box *box;
	size_t boxes;
	bool beside; /* another sync may be running */
	bool mended; /* a round was run for the repair */
	struct err worst;
};

/* ---- comparing ---- */

static void
add(struct arena *a, struct uids *to, int64_t uid)
{
	to->v = arena_grow(a, to->v, to->n, sizeof(*to->v));
	to->v[to->n++] = uid;
}

/* The server's UIDs of a window beside ours; both are sorted. */
static void
compare(struct audit *a, struct found *f, const uint32_t *uid, size_t n,
    const struct flag_row *known, size_t knowns)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		/* A server may say a UID twice. */
		if (i > 0 && uid[i] == uid[i - 1])
			continue;
		f->there++;
		while (k < knowns && known[k].uid < uid[i])
			add(&a->arena, &f->extra, known[k++].uid);
		if (k < knowns && known[k].uid == uid[i]) {
			k++;
			f->here++;
		} else {
			add(&a->arena, &f->missing, uid[i]);
		}
	}
	while (k < knowns)
		add(&a->arena, &f->extra, known[k++].uid);
}

/* UIDs on both sides that name another mail there, by size and date. */
static int
compare_mails(struct audit *a, struct found *f, int64_t mailbox, uint32_t first,
    uint32_t last, struct arena *window, struct err *e)
{
	struct buf set = { 0 };
	struct place_row *v;
	size_t n;
	int rc = ingest_placed(a->r.store, mailbox, first,
	    last != 0 ? last : UINT32_MAX, window, &v, &n, e);

	if (rc < 0 || n == 0)
		return rc;
	if (last != 0)
		buf_fmt(&set, "%u:%u", first, last);
	else
		buf_fmt(&set, "%u:*", first);
	rc = round_look(&a->r, buf_text(&set), v, n, e);
	buf_free(&set);
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		rc = v[i].odd ? round_is_other(&a->r, &v[i], e) : 0;
		if (rc > 0) {
			add(&a->arena, &f->other, v[i].uid);
			f->here--;
		}
	}
	return rc < 0 ? -1 : 0;
}

static int
compare_window(struct audit *a, struct found *f, int64_t mailbox,
    uint32_t first, uint32_t last, bool any, struct err *e)
{
	struct arena window = { 0 };
	struct flag_row *known = NULL;
	uint32_t *uid = NULL;
	size_t n = 0, knowns = 0;
	int rc = 0;

	/* Ours first: what comes meanwhile is then missing, not lost. */
	if (mailbox != 0)
		rc = ingest_known(a->r.store, mailbox, first,
		    last != 0 ? last : UINT32_MAX, &window, &known, &knowns, e);
	if (rc == 0 && any)
		rc = imap_uids(a->r.imap, first, last, &window, &uid, &n, e);
	if (rc == 0)
		compare(a, f, uid, n, known, knowns);
	if (rc == 0 && n > 0 && knowns > 0)
		rc = compare_mails(a, f, mailbox, first, last, &window, e);
	arena_free(&window);
	return rc;
}

/*
 * Windows up to where the server and we have UIDs, wide enough for as many
 * mails each.  Few mails, or a server without UIDNEXT: all at once.
 */
static int
compare_all(struct audit *a, struct found *f, int64_t mailbox,
    const struct cursor *c, const struct imap_state *there, struct err *e)
{
	uint32_t top = there->uidnext > 0 ? there->uidnext - 1 : 0;
	uint32_t first = 1;
	uint64_t span;

	if (top < c->high)
		top = (uint32_t)c->high;
	if (there->uidnext == 0 || there->exists < WINDOW)
		return compare_window(a, f, mailbox, 1, 0, there->exists > 0,
		    e);
	span = (uint64_t)top * WINDOW / there->exists;
	if (span < WINDOW)
		span = WINDOW;
	for (;;) {
		uint32_t last =
		    top - first < span ? top : first + (uint32_t)span - 1;

		if (compare_window(a, f, mailbox, first, last, true, e) < 0)
			return -1;
		if (last == top)
			return 0;
		first = last + 1;
	}
}

/* Of what is missing, that which no sync has looked at yet. */
static size_t
not_looked_at(const struct uids *missing, const struct cursor *c)
{
	size_t n = 0;

	for (size_t i = 0; i < missing->n; i++)
		n += missing->v[i] > c->high ||
		     (!c->complete && missing->v[i] < c->low);
	return n;
}

static size_t
wrong(const struct found *f)
{
	return f->missing.n + f->extra.n + f->other.n;
}

static bool
is_named(const struct imap_box *box, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(box[i].name, name) == 0)
			return true;
	return false;
}

/* A mailbox that is not there: what we have of it is not there any more. */
static int
look_vanished(struct audit *a, const char *name, struct found *f, struct err *e)
{
	struct flag_row *known;
	struct arena all = { 0 };
	struct cursor c;
	int64_t mailbox;
	size_t n = 0;
	int rc = ingest_mailbox_look(a->r.store, a->r.account->title, name,
	    &mailbox, &c, e);

	if (rc == 0 && mailbox != 0)
		rc = ingest_known(a->r.store, mailbox, 1, 0, &all, &known, &n,
		    e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		add(&a->arena, &f->extra, known[i].uid);
	f->vanished = n > 0;
	arena_free(&all);
	return rc;
}

/* SELECT failed: is that because the mailbox is gone, which we had? */
static int
look_unselected(struct audit *a, const char *name, struct found *f,
    struct err *e)
{
	struct err why = *e;

	if ((why.kind != ERR_MISSING && why.kind != ERR_REFUSED) ||
	    a->r.boxes == 0 || is_named(a->r.box, a->r.boxes, name))
		return -1;
	if (look_vanished(a, name, f, e) < 0)
		return -1;
	if (!f->vanished && !a->mended) {
		*e = why; /* never seen */
		return -1;
	}
	*e = (struct err){ 0 };
	return 0;
}

static int
look(struct audit *a, const char *name, struct found *f, struct err *e)
{
	struct imap_state there;
	struct cursor c;
	int64_t mailbox;

	memset(f, 0, sizeof(*f));
	/* Selected anew, so that what came since is seen. */
	if (imap_select(a->r.imap, name, &there, e) < 0)
		return look_unselected(a, name, f, e);
	if (ingest_mailbox_look(a->r.store, a->r.account->title, name, &mailbox,
		&c, e) < 0)
		return -1;
	f->renumbered = c.uidvalidity != 0 && there.uidvalidity != 0 &&
			c.uidvalidity != there.uidvalidity;
	/* Numbers of another time mean nothing now. */
	if (f->renumbered || c.uidvalidity == 0)
		c = (struct cursor){ 0 };
	if (compare_all(a, f, f->renumbered ? 0 : mailbox, &c, &there, e) < 0)
		return -1;
	f->later = not_looked_at(&f->missing, &c);
	return 0;
}

static int
look_well(struct audit *a, const char *name, struct found *f, struct err *e)
{
	for (int i = 1;; i++) {
		if (look(a, name, f, e) < 0)
			return -1;
		if (!a->beside || wrong(f) == 0 || i == LOOKS)
			return 0;
		usleep(LOOK_US);
	}
}

/* ---- mending ---- */

/* What lies near together is fetched together. */
static int
fetch_missing(struct audit *a, const struct imap_box *box, int64_t mailbox,
    const struct cursor *c, const struct uids *missing, struct err *e)
{
	size_t i = 0, j;

	for (; i < missing->n; i = j) {
		struct fetch f = { .name = box->name,
			.all = a->r.gmail && box->role == ROLE_ALL,
			.mailbox = mailbox,
			.first = (uint32_t)missing->v[i],
			.now = c,
			.done = c };

		for (j = i + 1; j < missing->n &&
				missing->v[j] - missing->v[j - 1] <= APART;
		     j++)
			;
		f.last = (uint32_t)missing->v[j - 1];
		f.of = (uint32_t)(j - i);
		if (round_fetch(&a->r, &f, e) < 0)
			return -1;
	}
	return 0;
}

static int
mark_gone(struct audit *a, const char *name, int64_t mailbox,
    const struct cursor *c, const struct uids *extra, struct err *e)
{
	struct err why = { 0 };

	if (extra->n == 0)
		return 0;
	if (ingest_gone(a->r.store, mailbox, extra->v, extra->n, c,
		a->r.ask->accept_removal, when_now(), NULL, &why) == 0)
		return 0;
	if (why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	return err_set(e, ERR_CONFLICT, 0,
	    "%s: %s: %zu mails would be marked as gone: if that is right run "
	    "shopbell audit --repair --accept-removal",
	    a->r.account->title, name, extra->n);
}

/* What a sync did not see to, because it takes it for done. */
static int
mend(struct audit *a, const struct imap_box *box, struct err *e)
{
	struct found left;
	struct cursor c;
	int64_t mailbox;

	if (look(a, box->name, &left, e) < 0)
		return -1;
	if (left.renumbered || left.vanished ||
	    left.missing.n + left.extra.n == 0)
		return 0;
	if (ingest_mailbox(a->r.store, a->r.account->title, box->name,
		box->role, &mailbox, &c, e) < 0 ||
	    fetch_missing(a, box, mailbox, &c, &left.missing, e) < 0)
		return -1;
	return mark_gone(a, box->name, mailbox, &c, &left.extra, e);
}

/* ---- the mailboxes of an account ---- */

static void
put_set(struct buf *out, const struct uids *uids)
{
	struct buf part = { 0 };
	size_t i = 0;

	while (i < uids->n) {
		buf_clear(&part);
		i += plan_uids(&part, uids->v + i, uids->n - i);
		buf_fmt(out, "%s%s", out->len > 0 ? "," : "", buf_text(&part));
	}
	buf_free(&part);
}

static void
say(struct audit *a, const char *name, const struct found *f, size_t left)
{
	struct buf missing = { 0 }, extra = { 0 }, other = { 0 };
	struct audit_box b = {
		.account = a->r.account->title,
		.mailbox = name,
		.there = f->there,
		.here = f->here,
		.missings = (int64_t)f->missing.n,
		.later = (int64_t)f->later,
		.extras = (int64_t)f->extra.n,
		.others = (int64_t)f->other.n,
		.renumbered = f->renumbered,
		.vanished = f->vanished,
		.left = (int64_t)left,
	};

	put_set(&missing, &f->missing);
	put_set(&extra, &f->extra);
	put_set(&other, &f->other);
	b.missing = buf_text(&missing);
	b.extra = buf_text(&extra);
	b.other = buf_text(&other);
	a->out->there += f->there;
	a->out->here += f->here;
	a->out->missing += (int64_t)f->missing.n;
	a->out->extra += (int64_t)f->extra.n;
	a->out->other += (int64_t)f->other.n;
	a->out->left += (int64_t)left;
	a->ask->box(a->ask->arg, &b);
	buf_free(&missing);
	buf_free(&extra);
	buf_free(&other);
}

/* Is there still a line to ask the next mailbox by? */
static bool
goes_on(struct audit *a, const struct err *why)
{
	struct err e = { 0 };

	err_worse(&a->worst, why);
	if (why->kind == ERR_MISSING || why->kind == ERR_REFUSED ||
	    why->kind == ERR_CONFLICT)
		return true;
	if (why->kind != ERR_RETRY && why->kind != ERR_PEER)
		return false;
	return round_connect(&a->r, &e) == 0;
}

/* Compare every mailbox; -1 if nothing more can be asked. */
static int
look_all(struct audit *a, struct found *found, bool *seen)
{
	for (size_t i = 0; i < a->boxes; i++) {
		struct err why = { 0 };

		seen[i] = look_well(a, a->box[i].name, &found[i], &why) == 0;
		if (!seen[i] && !goes_on(a, &why))
			return -1;
	}
	return 0;
}

static void
repair(struct audit *a, const struct found *found, const bool *seen)
{
	struct strings *reused = &a->r.reused;
	struct err why = { 0 };

	/* What is reused is matched anew, by the bytes. */
	for (size_t i = 0; i < a->boxes; i++)
		if (seen[i] && found[i].other.n > 0) {
			reused->v = arena_grow(&a->arena, (void *)reused->v,
			    reused->n, sizeof(*reused->v));
			reused->v[reused->n++] = a->box[i].name;
		}
	a->mended = true;
	if (round_run(&a->r, &why) < 0 && !goes_on(a, &why))
		return;
	for (size_t i = 0; i < a->boxes; i++) {
		struct err e = { 0 };

		if (seen[i] && wrong(&found[i]) > 0 &&
		    (round_connect(&a->r, &e) < 0 ||
			mend(a, &a->box[i], &e) < 0) &&
		    !goes_on(a, &e))
			return;
	}
}

/* The bytes of the mails here, which no comparison of UIDs looks at. */
static void
repair_bytes(struct audit *a)
{
	int64_t damaged, mended;
	struct err why = { 0 };

	if (round_mend(&a->r, &damaged, &mended, &why) < 0)
		err_worse(&a->worst, &why);
	a->out->damaged += damaged;
	a->out->mended += mended;
}

/* How many differences a mailbox has after the repair. */
static size_t
left_of(struct audit *a, size_t i, const struct found *before)
{
	struct found now;
	struct err e = { 0 };

	if (!a->ask->repair || wrong(before) == 0)
		return wrong(before);
	if (round_connect(&a->r, &e) < 0 ||
	    look(a, a->box[i].name, &now, &e) < 0) {
		err_worse(&a->worst, &e);
		return wrong(before);
	}
	return wrong(&now);
}

/* Those that we have, and the server does not list any more. */
static int
add_vanished(struct audit *a, struct err *e)
{
	struct mailbox_known *v;
	size_t n, first = a->boxes;

	if (ingest_mailboxes(a->r.store, a->r.account->title, &a->arena, &v, &n,
		e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (v[i].places == 0 || a->r.boxes == 0 ||
		    is_named(a->r.box, a->r.boxes, v[i].name) ||
		    is_named(a->box, first, v[i].name))
			continue;
		a->box =
		    arena_grow(&a->arena, a->box, a->boxes, sizeof(*a->box));
		a->box[a->boxes++] = (struct imap_box){ .name = v[i].name };
	}
	return 0;
}

static int
audit_boxes(struct audit *a, struct err *e)
{
	struct found *found;
	bool *seen;
	size_t bad = 0;

	if (round_connect(&a->r, e) < 0 ||
	    round_boxes(&a->r, &a->arena, &a->box, &a->boxes, e) < 0 ||
	    add_vanished(a, e) < 0)
		return -1;
	found = arena_array(&a->arena, a->boxes, sizeof(*found));
	seen = arena_array(&a->arena, a->boxes, sizeof(*seen));
	if (look_all(a, found, seen) == 0 && a->ask->repair) {
		for (size_t i = 0; i < a->boxes; i++)
			bad += seen[i] ? wrong(&found[i]) : 0;
		if (bad > 0)
			repair(a, found, seen);
	}
	for (size_t i = 0; i < a->boxes; i++)
		if (seen[i])
			say(a, a->box[i].name, &found[i],
			    left_of(a, i, &found[i]));
	if (a->ask->repair)
		repair_bytes(a);
	if (a->worst.kind == ERR_NONE)
		return 0;
	*e = a->worst;
	return -1;
}

static int
audit_account(const struct shop *shop, const struct account *account,
    const struct sync_ask *how, const struct audit_ask *ask, bool beside,
    struct audit_report *out, struct err *e)
{
	struct audit a = {
		.r = { .shop = shop,
		    .account = account,
		    .ask = how,
		    .cancel_fd = -1 },
		.ask = ask,
		.out = out,
		.beside = beside,
	};
	int rc = -1;

	/* The crew first: no store and no connection crosses its fork. */
	if (ask->repair) {
		a.r.crew = crew_start(ACCOUNT_WORKERS, e);
		if (a.r.crew == NULL)
			return -1;
	}
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

/* ---- all of them ---- */

/* Hold off other syncs where that can be had, and must be for a repair. */
static int
hold(const struct shop *shop, bool must, int *fd, struct err *e)
{
	struct err busy = { 0 };

	*fd = lock_take(shop->store, must ? LOCK_MS : 0, &busy);
	if (*fd >= 0 || (!must && busy.kind == ERR_BUSY))
		return 0;
	if (busy.kind != ERR_BUSY) {
		*e = busy;
		return -1;
	}
	return err_set(e, ERR_BUSY, 0,
	    "a sync is running: stop it for the repair, or audit without "
	    "--repair beside it");
}

int
mail_audit(const struct shop *shop, const struct sync_ask *how,
    const struct audit_ask *ask, struct audit_report *out, struct err *e)
{
	struct err worst = { 0 };
	int fd;

	memset(out, 0, sizeof(*out));
	if (sync_accounts(shop, how, e) < 0)
		return -1;
	if (access(shop->store, F_OK) < 0)
		return err_set(e, ERR_MISSING, 0,
		    "there is no store at %s: run shopbell sync", shop->store);
	if (hold(shop, ask->repair, &fd, e) < 0)
		return -1;
	for (size_t i = 0; i < shop->accounts; i++) {
		const struct account *account = &shop->account[i];
		struct err why = { 0 };

		/* One that only sends has nothing to compare. */
		if (!sync_is_asked(account, how) || *account->imap.host == '\0')
			continue;
		if (audit_account(shop, account, how, ask, fd < 0, out, &why) <
		    0)
			err_worse(&worst, &why);
	}
	if (fd >= 0)
		close(fd);
	if (worst.kind == ERR_NONE)
		return 0;
	*e = worst;
	return -1;
}
