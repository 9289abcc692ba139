/*
 * pull.c -- one mailbox: what the server has that we have not.
 *
 * The steps come from plan.c.  The cursor's modseq is the one of the SELECT
 * that began the round and is stored only when all changes up to it are in;
 * what arrives meanwhile is found by the next round.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define WINDOW 1000 /* UIDs compared or flags stored at a time */

struct pull {
	struct round *r;
	const char *name;
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
	bool modseq_waits; /* a removal was not accepted: see it again */
};

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

static int
store_rows(struct pull *p, const struct flag_row *v, size_t n, struct err *e)
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

/*
 * Mark what is gone.  A mass removal waits for a person: it is told, and the
 * rest of the mailbox goes on.
 */
static int
store_gone(struct pull *p, struct err *e)
{
	struct err why = { 0 };

	if (p->gones == 0)
		return 0;
	if (ingest_gone(p->r->store, p->mailbox, p->gone, p->gones, &p->c,
		p->r->ask->accept_removal, when_now(), &why) == 0) {
		p->r->report.gone += (int)p->gones;
		return 0;
	}
	if (why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	err_in(&why, "%s: %s", p->r->account->title, p->name);
	round_failed(p->r, &why);
	p->modseq_waits = true;
	return 0;
}

/* The cursor alone. */
static int
store_cursor(struct pull *p, struct err *e)
{
	struct ingest_count ignored = { 0 };

	return ingest_batch(p->r->store, p->mailbox, NULL, 0, &p->c,
	    p->r->shop->history, when_now(), &ignored, e);
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

static int
step_changes(struct pull *p, const struct step *step, struct err *e)
{
	struct buf set = { 0 };
	int rc;

	buf_fmt(&set, "%u:%u", step->first, step->last);
	rc = imap_changes(p->r->imap, buf_text(&set), p->c.modseq, on_flags,
	    on_vanished, p, e);
	buf_free(&set);
	if (rc == 0)
		rc = store_all_rows(p, e);
	if (rc == 0)
		rc = store_gone(p, e);
	return rc;
}

/* ---- one by one ---- */

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

/* Rows from the server beside the known ones from i until j. */
static void
compare_window(struct pull *p, size_t i, size_t j, size_t row,
    struct flag_row *changed, size_t *n)
{
	for (; i < j; i++) {
		size_t k = row;

		/* Mostly in order, so the search is mostly one step. */
		while (k < p->rows && p->row[k].uid != p->known[i].uid)
			k++;
		if (k == p->rows) {
			add_gone(p, p->known[i].uid);
			continue;
		}
		if (k == row)
			row++;
		if (p->row[k].flags != p->known[i].flags ||
		    !same_keywords(&p->row[k].keywords, &p->known[i].keywords))
			changed[(*n)++] = p->row[k];
	}
}

static int
step_compare(struct pull *p, const struct step *step, struct err *e)
{
	struct flag_row *changed;

	if (load_known(p, step->first, step->last, e) < 0)
		return -1;
	changed = arena_array(&p->arena, WINDOW, sizeof(*changed));
	for (size_t i = 0; i < p->knowns; i += WINDOW) {
		size_t j = i + WINDOW < p->knowns ? i + WINDOW : p->knowns;
		size_t row = p->rows, n = 0;
		struct buf set = { 0 };
		int rc;

		buf_fmt(&set, "%" PRId64 ":%" PRId64, p->known[i].uid,
		    p->known[j - 1].uid);
		rc = imap_fetch(p->r->imap, buf_text(&set), IMAP_FLAGS, 0,
		    on_flags, p, e);
		buf_free(&set);
		if (rc < 0)
			return -1;
		compare_window(p, i, j, row, changed, &n);
		if (store_rows(p, changed, n, e) < 0)
			return -1;
	}
	return store_gone(p, e);
}

/* CONDSTORE without QRESYNC does not tell what was removed: count. */
static int
step_count(struct pull *p, const struct step *step, struct err *e)
{
	uint32_t *uid;
	size_t n, j = 0;

	if (load_known(p, step->first, step->last, e) < 0)
		return -1;
	if (p->knowns == p->there.exists)
		return 0;
	if (imap_uids(p->r->imap, step->first, step->last, &p->arena, &uid, &n,
		e) < 0)
		return -1;
	for (size_t i = 0; i < p->knowns; i++) {
		while (j < n && uid[j] < p->known[i].uid)
			j++;
		if (j == n || uid[j] != p->known[i].uid)
			add_gone(p, p->known[i].uid);
	}
	return store_gone(p, e);
}

/* ---- new and old mail ---- */

static int
step_new(struct pull *p, const struct step *step, struct err *e)
{
	struct cursor done = p->c;
	struct fetch f = {
		.name = p->name,
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
	return store_cursor(p, e);
}

static int
step_forget(struct pull *p, struct err *e)
{
	round_tell(p->r,
	    "%s: %s was renumbered by the server; its mails are "
	    "matched again, nothing is lost",
	    p->r->account->title, p->name);
	p->r->told = 0;
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

static const char *
exists_fact(struct arena *a, const char *name)
{
	return arena_fmt(a, "exists %s", name);
}

/* What the mailbox held when it was last done; -1 if unknown. */
static int64_t
exists_then(struct pull *p)
{
	struct err ignored = { 0 };
	const char *value = "";
	long long n;

	if (ingest_fact(p->r->store, p->r->account->title,
		exists_fact(&p->arena, p->name), &p->arena, &value,
		&ignored) < 0 ||
	    sscanf(value, "%lld", &n) != 1)
		return -1;
	return n;
}

static int
exists_keep(struct pull *p, struct err *e)
{
	struct buf n = { 0 };
	int rc = 0;

	if (p->modseq_waits || exists_then(p) == p->there.exists)
		return 0;
	buf_fmt(&n, "%u", p->there.exists);
	rc = ingest_fact_set(p->r->store, p->r->account->title,
	    exists_fact(&p->arena, p->name), buf_text(&n), e);
	buf_free(&n);
	return rc;
}

/* By STATUS alone: 1 nothing to do, 0 look closer, -1. */
static int
nothing_new(struct pull *p, struct err *e)
{
	if (p->c.modseq == 0 || !p->c.complete ||
	    strcmp(imap_selected(p->r->imap), p->name) == 0)
		return 0;
	if (imap_status(p->r->imap, p->name, &p->there, e) < 0)
		return -1;
	return plan_nothing(&p->c, &p->there, exists_then(p));
}

static int
pull_steps(struct pull *p, struct err *e)
{
	struct step step[PLAN_MAX];
	uint64_t modseq;
	size_t n;

	if (imap_select(p->r->imap, p->name, &p->there, e) < 0)
		return -1;
	/* A server that does not number its numbering. */
	if (p->there.uidvalidity == 0)
		p->there.uidvalidity = 1;
	modseq = p->there.modseq;
	n = plan_mailbox(&p->c, &p->there, imap_qresync(p->r->imap), step);
	for (size_t i = 0; i < n; i++)
		if (step_run(p, &step[i], e) < 0)
			return -1;
	if (p->c.modseq == modseq || p->modseq_waits)
		return 0;
	p->c.modseq = modseq;
	return store_cursor(p, e);
}

int
round_pull(struct round *r, const struct imap_box *box, struct err *e)
{
	struct pull p = { .r = r, .name = box->name };
	int rc;

	rc = ingest_mailbox(r->store, r->account->title, box->name, box->role,
	    &p.mailbox, &p.c, e);
	if (rc == 0)
		rc = nothing_new(&p, e);
	if (rc == 0) {
		rc = pull_steps(&p, e);
		if (rc == 0)
			rc = exists_keep(&p, e);
	}
	arena_free(&p.arena);
	if (rc < 0 && e->kind == ERR_MISSING)
		return -1;
	return rc < 0 ? err_in(e, "%s", r->account->title) : 0;
}
