/*
 * pull.c -- one mailbox: what the server has that we have not.
 *
 * The steps come from plan.c.  The cursor's modseq is the one of the SELECT
 * that began the round and is stored only when all changes up to it are in;
 * what arrives meanwhile is found by the next round.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define SAMPLE   16   /* places looked at for UIDs given twice */
#define WINDOW   1000 /* UIDs compared or flags stored at a time */
#define FRESH_MS 1000 /* that a STATUS is good for */

struct pull {
	struct round *r;
	const char *name;
	bool all;
	int64_t mailbox;
	struct cursor c;
	struct imap_state there;
	struct arena arena; /* flags and UIDs of the step at hand */
	struct flag_row *row;
	size_t rows;
	int64_t *gone;
	size_t gones;
	struct flag_row *known; /* what the store holds, sorted by UID */
	size_t knowns;
	int64_t *missing; /* there, and not here */
	size_t missings;
	struct loss *loss; /* what it lost, so far; NULL: nothing */
	bool again;        /* begin anew, something was learned */
	bool reused;       /* its UIDs name other mails, somebody found */
};

static int step_run(struct pull *p, const struct step *step, struct err *e);
static int fetch_missing(struct pull *p, struct err *e);
static int step_compare(struct pull *p, const struct step *step, struct err *e);

/* ---- collecting ---- */

static void
pull_clear(struct pull *p)
{
	arena_reset(&p->arena);
	p->row = NULL;
	p->rows = 0;
	p->gone = NULL;
	p->gones = 0;
	p->known = NULL;
	p->knowns = 0;
	p->missing = NULL;
	p->missings = 0;
}

static void
add_row(struct pull *p, const struct imap_mail *m)
{
	struct flag_row *row;

	p->row = arena_grow(&p->arena, p->row, p->rows, sizeof(*p->row));
	row = &p->row[p->rows++];
	memset(row, 0, sizeof(*row));
	row->uid = m->uid;
	row->flags = m->flags;
	row->at = m->internal_date;
	for (size_t i = 0; i < m->keywords.n; i++) {
		row->keywords.v = arena_grow(&p->arena, (void *)row->keywords.v,
		    row->keywords.n, sizeof(*row->keywords.v));
		row->keywords.v[row->keywords.n++] =
		    arena_str(&p->arena, m->keywords.v[i]);
	}
}

static void
add_gone(struct pull *p, int64_t uid)
{
	p->gone = arena_grow(&p->arena, p->gone, p->gones, sizeof(*p->gone));
	p->gone[p->gones++] = uid;
}

static void
add_missing(struct pull *p, int64_t uid)
{
	p->missing =
	    arena_grow(&p->arena, p->missing, p->missings, sizeof(*p->missing));
	p->missing[p->missings++] = uid;
}

static int
load_known(struct pull *p, int64_t first, int64_t last, struct err *e)
{
	return ingest_known(p->r->store, p->mailbox, first, last, &p->arena,
	    &p->known, &p->knowns, e);
}

/* The place of the first known UID that is not below uid. */
static size_t
known_from(const struct pull *p, int64_t uid)
{
	size_t low = 0, high = p->knowns;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->known[mid].uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ---- storing ---- */

/* Rows with another date than the place has are left out (is_reused). */
static int
store_rows(struct pull *p, struct flag_row *v, size_t n, struct err *e)
{
	int changed = 0;

	if (n == 0)
		return 0;
	if (ingest_flags(p->r->store, p->mailbox, v, n, &p->c, when_now(),
		&changed, e) < 0)
		return -1;
	p->r->report.flags += changed;
	return 0;
}

static int
store_all_rows(struct pull *p, struct err *e)
{
	for (size_t i = 0; i < p->rows; i += WINDOW) {
		size_t n = p->rows - i < WINDOW ? p->rows - i : WINDOW;

		if (store_rows(p, p->row + i, n, e) < 0)
			return -1;
	}
	return 0;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* What is gone is judged when all mailboxes are read: keep it, each once. */
static void
keep_gone(struct pull *p)
{
	struct arena *a = &p->r->round_arena;
	struct loss *l = p->loss;
	size_t n = 0;

	if (p->gones == 0)
		return;
	if (l == NULL) {
		p->r->loss = arena_grow(a, p->r->loss, p->r->losses,
		    sizeof(*p->r->loss));
		l = p->loss = &p->r->loss[p->r->losses++];
		*l = (struct loss){ .name = arena_str(a, p->name),
			.mailbox = p->mailbox };
	}
	for (size_t i = 0; i < p->gones; i++) {
		l->uid = arena_grow(a, l->uid, l->n, sizeof(*l->uid));
		l->uid[l->n++] = p->gone[i];
	}
	qsort(l->uid, l->n, sizeof(*l->uid), by_value);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->uid[i] != l->uid[n - 1])
			l->uid[n++] = l->uid[i];
	l->n = n;
}

/* The cursor alone. */
static int
store_cursor(struct pull *p, struct err *e)
{
	struct ingest_count ignored = { 0 };

	return ingest_batch(p->r->store, p->mailbox, NULL, 0, &p->c,
	    p->r->shop->history, when_now(), &ignored, e);
}

/* ---- UIDs that name other mail ---- */

/*
 * A sample of places is compared (other.c); if one holds another mail all of
 * the mailbox is matched anew.  Where MODSEQ went back, as in a copy that was
 * put in place, every place is.
 */

/* 1 UIDs name other mails than they did, 0 not, -1. */
static int
prove(struct pull *p, const struct place_row *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int rc = v[i].odd ? round_is_other(p->r, &v[i], e) : 0;

		if (rc != 0)
			return rc;
		/* The same under another date; not to be asked about again. */
		if (v[i].odd &&
		    ingest_place_seen(p->r->store, p->mailbox, &v[i], e) < 0)
			return -1;
	}
	return 0;
}

static bool
is_suspect(const struct step *step, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (step[i].kind == STEP_COMPARE || step[i].kind == STEP_NEW)
			return step[0].kind != STEP_FORGET &&
			       step[0].kind != STEP_BEGIN;
	return false;
}

static int
sample_is_reused(struct pull *p, size_t max, struct err *e)
{
	struct place_row *v;
	struct buf set = { 0 };
	size_t n;
	int rc;

	if (ingest_sample(p->r->store, p->mailbox, max, &p->arena, &v, &n, e) <
	    0)
		return -1;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		buf_fmt(&set, "%s%" PRId64, i > 0 ? "," : "", v[i].uid);
	rc = round_look(p->r, buf_text(&set), v, n, e);
	buf_free(&set);
	return rc < 0 ? -1 : prove(p, v, n, e);
}

static int
any_is_reused(struct pull *p, struct err *e)
{
	struct place_row *v;
	size_t n;

	if (ingest_placed(p->r->store, p->mailbox, 1, UINT32_MAX, &p->arena, &v,
		&n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (round_look(p->r, "1:*", v, n, e) < 0)
		return -1;
	return prove(p, v, n, e);
}

static int
is_reused(struct pull *p, const struct step *step, struct err *e)
{
	pull_clear(p);
	if (p->there.modseq != 0 && p->c.modseq > p->there.modseq)
		return any_is_reused(p, e);
	return sample_is_reused(p, step->kind == STEP_COMPARE ? SAMPLE : 1, e);
}

/* Rows of a change whose date is not that of their place. */
static int
check_dates(struct pull *p, struct err *e)
{
	struct place_row *v = NULL;
	struct step step[PLAN_MAX];
	size_t odds = 0;
	size_t n;
	int rc;

	for (size_t i = 0; i < p->rows; i++) {
		struct place_row row;

		if (!p->row[i].odd)
			continue;
		if (ingest_place(p->r->store, p->mailbox, p->row[i].uid, &row,
			e) < 0)
			return -1;
		row.at = p->row[i].at;
		row.odd = true;
		v = arena_grow(&p->arena, v, odds, sizeof(*v));
		v[odds++] = row;
	}
	rc = prove(p, v, odds, e);
	if (rc < 0)
		return -1;
	if (rc == 0 && odds > 0) {
		/* Only the date was another: now the flags can be taken. */
		for (size_t i = 0; i < p->rows; i++)
			p->row[i].at = 0;
		return store_all_rows(p, e);
	}
	if (rc == 0)
		return 0;
	n = plan_reused(&p->there, step);
	for (size_t i = 0; i < n; i++)
		if (step_run(p, &step[i], e) < 0)
			return -1;
	return 0;
}

/* ---- what changed (RFC 7162) ---- */

static int
on_flags(void *arg, const struct imap_mail *m, struct err *e)
{
	(void)e;
	if (m->has_flags)
		add_row(arg, m);
	return 0;
}

/* The same of a mail that must only be there: untold flags are as they were. */
static int
on_present(void *arg, const struct imap_mail *m, struct err *e)
{
	struct pull *p = arg;
	struct flag_row *row;
	size_t i;

	(void)e;
	add_row(p, m);
	i = known_from(p, m->uid);
	row = &p->row[p->rows - 1];
	if (!m->has_flags && i < p->knowns && p->known[i].uid == m->uid)
		*row = p->known[i];
	return 0;
}

/* Ranges may be wide and name what never was: only what we hold counts. */
static int
on_vanished(void *arg, uint32_t first, uint32_t last, struct err *e)
{
	struct pull *p = arg;

	if (p->known == NULL && load_known(p, p->c.low, p->c.high, e) < 0)
		return -1;
	for (size_t i = known_from(p, first);
	     i < p->knowns && p->known[i].uid <= last; i++)
		add_gone(p, p->known[i].uid);
	return 0;
}

/*
 * What it says of changes cannot be understood (iCloud's QRESYNC is broken):
 * from now on it is asked without.
 */
static int
without_qresync(struct pull *p, struct err *e)
{
	round_say(p->r,
	    "%s: the server's QRESYNC cannot be understood: it is not used "
	    "any more",
	    p->r->account->title);
	if (ingest_fact_set(p->r->store, p->r->account->title, "qresync",
		"broken", e) < 0)
		return -1;
	round_drop(p->r);
	p->again = true;
	return err_set(e, ERR_RETRY, 0, "%s: asked again without QRESYNC",
	    p->name);
}

static int
step_changes(struct pull *p, const struct step *step, struct err *e)
{
	unsigned odd = imap_oddities(p->r->imap);
	struct buf set = { 0 };
	int rc;

	buf_fmt(&set, "%u:%u", step->first, step->last);
	rc = imap_changes(p->r->imap, buf_text(&set), p->c.modseq, on_flags,
	    on_vanished, p, e);
	buf_free(&set);
	odd = imap_oddities(p->r->imap) != odd;
	if (((rc < 0 && e->kind == ERR_PEER) || (rc == 0 && odd != 0)) &&
	    imap_qresync(p->r->imap))
		return without_qresync(p, e);
	if (rc < 0)
		return -1;
	if (odd != 0) {
		/* Something changed, and what it was was not understood. */
		pull_clear(p);
		return step_compare(p, step, e);
	}
	if (store_all_rows(p, e) < 0)
		return -1;
	keep_gone(p);
	return check_dates(p, e);
}

/* ---- one by one ---- */

/* The difference to the server's count that was looked into last. */
static int64_t
drift_then(struct pull *p)
{
	struct err ignored = { 0 };
	const char *value = "";
	long long n;

	if (ingest_fact(p->r->store, p->r->account->title,
		arena_fmt(&p->arena, "drift %s", p->name), &p->arena, &value,
		&ignored) < 0 ||
	    sscanf(value, "%lld", &n) != 1)
		return 0;
	return n;
}

static int
drift_keep(struct pull *p, int64_t drift, struct err *e)
{
	if (drift_then(p) == drift)
		return 0;
	return ingest_fact_set(p->r->store, p->r->account->title,
	    arena_fmt(&p->arena, "drift %s", p->name),
	    arena_fmt(&p->arena, "%" PRId64, drift), e);
}

/* Mails below the cursor's top that never came, whyever. */
static int
fetch_missing(struct pull *p, struct err *e)
{
	struct fetch f = { .name = p->name,
		.mailbox = p->mailbox,
		.now = &p->c,
		.done = &p->c,
		.of = (uint32_t)p->missings };

	if (p->missings == 0)
		return 0;
	f.first = (uint32_t)p->missing[0];
	f.last = (uint32_t)p->missing[p->missings - 1];
	return round_fetch(p->r, &f, e);
}

static bool
same_keywords(const struct strings *a, const struct strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		size_t j = 0;

		while (j < b->n && strcmp(a->v[i], b->v[j]) != 0)
			j++;
		if (j == b->n)
			return false;
	}
	return true;
}

static int
by_uid(const void *a, const void *b)
{
	const struct flag_row *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* The server's rows from row on beside the known ones from i until j. */
static void
compare_window(struct pull *p, size_t i, size_t j, size_t row,
    struct flag_row *changed, size_t *n)
{
	if (p->rows > row)
		qsort(p->row + row, p->rows - row, sizeof(*p->row), by_uid);
	for (; i < j; i++) {
		const struct flag_row *known = &p->known[i], *is;

		while (row < p->rows && p->row[row].uid < known->uid)
			add_missing(p, p->row[row++].uid);
		if (row == p->rows || p->row[row].uid != known->uid) {
			add_gone(p, known->uid);
			continue;
		}
		is = &p->row[row];
		while (row < p->rows && p->row[row].uid == known->uid)
			row++;
		if (is->flags != known->flags ||
		    !same_keywords(&is->keywords, &known->keywords))
			changed[(*n)++] = *is;
	}
	while (row < p->rows)
		add_missing(p, p->row[row++].uid);
}

/* Some answers could not be understood: ask who is there in another way. */
static int
gone_truly(struct pull *p, uint32_t first, uint32_t last, struct err *e)
{
	uint32_t *uid;
	size_t there, n = 0, k = 0;

	if (p->gones == 0)
		return 0;
	if (imap_uids(p->r->imap, first, last, &p->arena, &uid, &there, e) < 0)
		return -1;
	for (size_t i = 0; i < p->gones; i++) {
		while (k < there && uid[k] < p->gone[i])
			k++;
		if (k == there || uid[k] != p->gone[i])
			p->gone[n++] = p->gone[i];
	}
	p->gones = n;
	return 0;
}

static int
step_compare(struct pull *p, const struct step *step, struct err *e)
{
	unsigned odd = imap_oddities(p->r->imap);
	struct flag_row *changed;
	int64_t from = step->first;

	if (load_known(p, step->first, step->last, e) < 0)
		return -1;
	changed = arena_array(&p->arena, WINDOW, sizeof(*changed));
	for (size_t i = 0; from <= step->last; i += WINDOW) {
		size_t j = i + WINDOW < p->knowns ? i + WINDOW : p->knowns;
		int64_t until =
		    j < p->knowns ? p->known[j - 1].uid : (int64_t)step->last;
		size_t row = p->rows, n = 0;
		struct buf set = { 0 };
		int rc;

		buf_fmt(&set, "%" PRId64 ":%" PRId64, from, until);
		rc = imap_fetch(p->r->imap, buf_text(&set), IMAP_FLAGS, 0,
		    on_present, p, e);
		buf_free(&set);
		if (rc < 0)
			return -1;
		compare_window(p, i, j, row, changed, &n);
		if (store_rows(p, changed, n, e) < 0)
			return -1;
		from = until + 1;
	}
	if (imap_oddities(p->r->imap) != odd &&
	    gone_truly(p, step->first, step->last, e) < 0)
		return -1;
	keep_gone(p);
	return fetch_missing(p, e);
}

/*
 * As many as the server counts?  Asked UID by UID if not: CONDSTORE does not
 * tell what was removed, and what QRESYNC told was perhaps not heard.  A
 * difference that was looked into once is not looked into again.
 */
static int
step_count(struct pull *p, const struct step *step, struct err *e)
{
	int64_t places, drift;
	uint32_t *uid;
	size_t n, i = 0;

	if (ingest_places(p->r->store, p->mailbox, &places, e) < 0)
		return -1;
	drift = places - (int64_t)(p->loss != NULL ? p->loss->n : 0) -
		(int64_t)p->there.exists;
	if (drift == 0)
		return drift_keep(p, 0, e);
	if (drift == drift_then(p))
		return 0;
	if (load_known(p, step->first, step->last, e) < 0 ||
	    imap_uids(p->r->imap, step->first, step->last, &p->arena, &uid, &n,
		e) < 0)
		return -1;
	for (size_t j = 0; j < n; j++) {
		while (i < p->knowns && p->known[i].uid < uid[j])
			add_gone(p, p->known[i++].uid);
		if (i < p->knowns && p->known[i].uid == uid[j])
			i++;
		else if (j == 0 || uid[j] != uid[j - 1])
			add_missing(p, uid[j]);
	}
	while (i < p->knowns)
		add_gone(p, p->known[i++].uid);
	keep_gone(p);
	if (fetch_missing(p, e) < 0)
		return -1;
	drift += (int64_t)p->missings - (int64_t)p->gones;
	return drift_keep(p, drift, e);
}

/* ---- new and old mail ---- */

static int
step_new(struct pull *p, const struct step *step, struct err *e)
{
	struct cursor done = p->c;
	struct fetch f = {
		.name = p->name,
		.all = p->all,
		.mailbox = p->mailbox,
		.first = step->first,
		.last = step->last,
		.now = &p->c,
		.done = step->last != 0 ? &done : &p->c,
		.of = p->there.exists,
	};

	done.high = step->last;
	if (round_fetch(p->r, &f, e) < 0)
		return -1;
	if (step->last != 0) {
		p->c = done;
		return 0;
	}
	/* No UIDNEXT: the highest that came is the top. */
	if (f.top <= p->c.high)
		return 0;
	p->c.high = f.top;
	if (p->c.low > 1 && step->first == 1) {
		p->c.low = 1;
		p->c.complete = true;
	}
	return store_cursor(p, e);
}

static int
step_old(struct pull *p, struct err *e)
{
	struct stride stride;
	uint32_t got = 0;

	stride_begin(&stride, p->there.exists, p->there.uidnext);
	while (!p->c.complete) {
		uint32_t below = (uint32_t)p->c.low - 1;
		struct cursor done = p->c;
		struct fetch f = {
			.name = p->name,
			.all = p->all,
			.mailbox = p->mailbox,
			.first =
			    below > stride.span ? below - stride.span + 1 : 1,
			.last = below,
			.now = &p->c,
			.done = &done,
			.of = p->there.exists > got ? p->there.exists - got : 0,
		};

		done.low = f.first;
		done.complete = f.first == 1;
		if (below > 0 && round_fetch(p->r, &f, e) < 0)
			return -1;
		if (below == 0) {
			done.low = 1;
			done.complete = true;
			p->c = done;
			return store_cursor(p, e);
		}
		got += f.got;
		stride_learn(&stride, f.got);
		p->c = done;
	}
	return 0;
}

/* Never seen, or renumbered: the cursor stands at the top and covers none. */
static int
step_begin(struct pull *p, struct err *e)
{
	uint32_t top = p->there.uidnext;

	p->c = (struct cursor){
		.uidvalidity = p->there.uidvalidity,
		.high = top > 0 ? top - 1 : 0,
		.low = top > 0 ? top : 1,
		.complete = top <= 1,
		.modseq = p->there.modseq,
	};
	if (store_cursor(p, e) < 0)
		return -1;
	return round_relocate(p->r, p->mailbox, p->there.exists, e);
}

static int
step_forget(struct pull *p, struct err *e)
{
	return ingest_moved(p->r->store, p->mailbox, p->there.uidvalidity,
	    when_now(), e);
}

static int
step_run(struct pull *p, const struct step *step, struct err *e)
{
	pull_clear(p);
	switch (step->kind) {
	case STEP_FORGET:
		return step_forget(p, e);
	case STEP_BEGIN:
		return step_begin(p, e);
	case STEP_CHANGES:
		return step_changes(p, step, e);
	case STEP_COMPARE:
		return step_compare(p, step, e);
	case STEP_COUNT:
		return step_count(p, step, e);
	case STEP_NEW:
		return step_new(p, step, e);
	case STEP_OLD:
		return step_old(p, e);
	}
	return 0;
}

/* ---- the mailbox ---- */

static int pull_end(struct pull *p, uint64_t modseq, struct err *e);

/* Never seen, and empty: the cursor covers all that ever was. */
static int
begin_empty(struct pull *p, struct err *e)
{
	p->c = (struct cursor){
		.uidvalidity = p->there.uidvalidity,
		.high = p->there.uidnext - 1,
		.low = 1,
		.complete = true,
		.modseq = p->there.modseq,
	};
	if (store_cursor(p, e) < 0)
		return -1;
	return pull_end(p, p->there.modseq, e) < 0 ? -1 : 1;
}

/* Found out by somebody else; told once. */
static bool
is_told_reused(struct pull *p)
{
	struct strings *told = &p->r->reused;

	for (size_t i = 0; i < told->n; i++)
		if (strcmp(told->v[i], p->name) == 0) {
			told->v[i] = "";
			return true;
		}
	return false;
}

/* By STATUS alone: 1 nothing to do, 0 look closer, -1. */
static int
nothing_new(struct pull *p, bool likely, struct err *e)
{
	bool seen = p->c.uidvalidity != 0;

	if ((seen && (p->c.modseq == 0 || !p->c.complete)) ||
	    (!seen && !likely) ||
	    strcmp(imap_selected(p->r->imap), p->name) == 0)
		return 0;
	/* What comes into one that was empty is new the next time. */
	if (round_status(p->r, p->name, seen ? FRESH_MS : INT64_MAX, &p->there,
		e) < 0)
		return -1;
	if (!seen && plan_empty(&p->there))
		return begin_empty(p, e);
	return plan_nothing(&p->c, &p->there, round_exists(p->r, p->name));
}

/* The cursor is not set beyond what is lost before that is judged. */
static int
pull_end(struct pull *p, uint64_t modseq, struct err *e)
{
	struct cursor done = p->c;

	done.modseq = modseq;
	if (p->loss != NULL) {
		p->loss->done = done;
		p->loss->exists = p->there.exists;
		return 0;
	}
	if (p->c.modseq != modseq) {
		p->c = done;
		if (store_cursor(p, e) < 0)
			return -1;
	}
	return round_exists_keep(p->r, p->name, p->there.exists, e);
}

static int
pull_steps(struct pull *p, struct err *e)
{
	struct step step[PLAN_MAX];
	uint64_t modseq;
	size_t n;

	if (round_select(p->r, p->name, &p->there, e) < 0)
		return -1;
	/* A server that does not number its numbering. */
	if (p->there.uidvalidity == 0)
		p->there.uidvalidity = 1;
	modseq = p->there.modseq;
	n = plan_mailbox(&p->c, &p->there, step);
	if (p->reused) {
		n = plan_reused(&p->there, step);
	} else if (n > 0 && is_suspect(step, n)) {
		int rc = is_reused(p, &step[0], e);

		if (rc < 0)
			return -1;
		if (rc > 0)
			n = plan_reused(&p->there, step);
	}
	for (size_t i = 0; i < n; i++)
		if (step_run(p, &step[i], e) < 0)
			return -1;
	return pull_end(p, modseq, e);
}

/* Once; 1: begin anew. */
static int
pull_once(struct pull *p, const struct imap_box *box, struct err *e)
{
	struct round *r = p->r;
	int rc = ingest_mailbox(r->store, r->account->title, box->name,
	    box->role, &p->mailbox, &p->c, e);

	p->reused = is_told_reused(p);
	if (rc == 0 && !p->reused)
		rc = nothing_new(p, box->role != ROLE_INBOX && !p->all, e);
	if (rc == 0)
		rc = pull_steps(p, e);
	else if (rc > 0)
		return 0;
	if (rc == 0 || !p->again)
		return rc;
	p->again = false;
	return round_connect(r, e) < 0 ? -1 : 1;
}

int
round_pull(struct round *r, const struct imap_box *box, struct err *e)
{
	struct pull p = { .r = r,
		.name = box->name,
		.all = r->gmail && box->role == ROLE_ALL };
	int rc = pull_once(&p, box, e);

	if (rc > 0)
		rc = pull_once(&p, box, e);
	arena_free(&p.arena);
	if (rc < 0 && e->kind == ERR_MISSING)
		return -1;
	if (rc < 0 && (e->kind == ERR_REFUSED || imap_is_broken(e)))
		err_in(e, "mailbox %s", box->name);
	return rc < 0 ? err_in(e, "%s", r->account->title) : 0;
}
