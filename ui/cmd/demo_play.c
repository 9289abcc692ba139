/*
 * demo_play.c -- steps into the store, by the ways that real mail and real
 * agents take.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/people.h"
#include "mail/past.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/demo.h"

static int
by_instant(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

/* Become an agent at an instant. */
static int
act_as(struct demo *d, const char *login, int64_t at, struct err *e)
{
	const struct agent_setting *s = shop_agent(d->c->shop, login);

	if (s == NULL)
		return err_set(e, ERR_BUG, 0, "demo: no agent %s", login);
	d->c->act.login = s->login;
	d->c->act.now = at;
	d->c->agent_name = s->name;
	return store_agent_ensure(d->c->store, s->login, s->name, s->email, at,
	    &d->c->act.agent, e);
}

/* The thread of the mail just taken: nothing else is newer. */
static int
find_thread(struct demo *d, struct story *story, int64_t at, struct err *e)
{
	struct list_ask ask = { .order = ORDER_NEWEST, .limit = 1, .now = at };
	struct thread *v = NULL;
	size_t n = 0;

	if (story->thread != 0)
		return 0;
	if (store_list(d->c->store, &ask, d->c->arena, &v, &n, e) < 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_BUG, 0, "demo: \"%s\" was lost",
		    story->subject);
	story->thread = v[0].id;
	return 0;
}

/* Has one of us looked at the story after this step? */
static bool
looked_at(const struct step *v, size_t n, size_t at)
{
	for (size_t i = at + 1; i < n; i++) {
		if (v[i].story == v[at].story && v[i].kind != STEP_IN &&
		    v[i].kind != STEP_CARD && v[i].kind != STEP_VIP)
			return true;
	}
	return false;
}

static int
take_mail(struct demo *d, struct step *s, bool seen, struct err *e)
{
	struct buf raw = { 0 };
	struct past_mail m = { .at = s->at,
		.sent = s->kind == STEP_ELSEWHERE,
		.seen = seen };
	int rc;

	demo_mail(d->c->arena, s, d->address, d->c->shop->zone, &raw);
	m.raw = raw.data;
	m.n = raw.len;
	rc = past_take(d->c->store, d->c->shop, &m, e);
	if (rc == 0)
		rc = find_thread(d, s->story, s->at, e);
	buf_free(&raw);
	return rc;
}

/* An answer through the outbox, accepted when the undo delay was over. */
static int
answer(struct demo *d, struct step *s, struct err *e)
{
	struct ctx *c = d->c;
	const struct agent_setting *me = shop_agent(c->shop, s->agent);
	struct story *story = s->story;
	struct outbox row;
	struct draft draft;
	int64_t id;

	if (answer_begin(c, story->thread, ANSWER_ONE, &draft, e) < 0)
		return -1;
	draft.text = arena_fmt(c->arena, "%s-- \n%s\n", s->text, me->signature);
	draft.canned = s->canned;
	if (answer_send(c, &draft, &id, e) < 0 ||
	    past_send(c->store, c->shop, s->at + c->shop->undo_delay, e) < 0 ||
	    store_outbox_row(c->store, id, c->arena, &row, e) < 0)
		return -1;
	story->last = row.message_id;
	story->ids.v = arena_grow(c->arena, story->ids.v, story->ids.n,
	    sizeof(*story->ids.v));
	story->ids.v[story->ids.n++] = row.message_id;
	return 0;
}

static int
do_command(struct demo *d, struct step *s, struct err *e)
{
	struct seen seen = { .thread = s->story->thread };

	d->c->thread = &seen;
	d->c->threads = 1;
	if (cmd_line(d->c, s->text, e) < 0)
		return -1;
	d->c->thread = NULL;
	d->c->threads = 0;
	return 0;
}

static int
know(struct demo *d, struct step *s, struct err *e)
{
	struct thread t;

	if (store_thread(d->c->store, s->story->thread, d->c->arena, &t, e) < 0)
		return -1;
	if (s->kind == STEP_VIP)
		return store_customer_vip(d->c->store, &d->c->act,
		    t.customer.id, true, e);
	return store_customer_note(d->c->store, &d->c->act, t.customer.id,
	    s->text, e);
}

static int
play_one(struct demo *d, struct step *s, bool seen, struct err *e)
{
	int64_t id;

	switch (s->kind) {
	case STEP_IN:
	case STEP_HTML:
	case STEP_RAW:
	case STEP_ELSEWHERE:
		return take_mail(d, s, seen, e);
	case STEP_ANSWER:
	case STEP_NOTE:
	case STEP_DO:
	case STEP_CARD:
	case STEP_VIP:
		break;
	}
	if (act_as(d, s->agent, s->at, e) < 0)
		return -1;
	if (s->kind == STEP_ANSWER)
		return answer(d, s, e);
	if (s->kind == STEP_NOTE)
		return store_note(d->c->store, &d->c->act, s->story->thread,
		    s->text, &id, e);
	if (s->kind == STEP_DO)
		return do_command(d, s, e);
	return know(d, s, e);
}

/*
 * What we know stands before the first mail in the file, and can be kept
 * only when the customer is known: just after it.
 */
static void
move_cards(struct step *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind != STEP_CARD && v[i].kind != STEP_VIP)
			continue;
		for (size_t k = 0; k < n; k++) {
			if (v[k].story == v[i].story && k != i &&
			    v[k].kind != STEP_CARD && v[k].kind != STEP_VIP) {
				v[i].at = v[k].at + 1;
				break;
			}
		}
	}
}

int
demo_play(struct demo *d, struct step *v, size_t n, struct err *e)
{
	move_cards(v, n);
	qsort(v, n, sizeof(*v), by_instant);
	for (size_t i = 0; i < n; i++) {
		if (play_one(d, &v[i], looked_at(v, n, i), e) < 0)
			return err_in(e, "demo: \"%s\"", v[i].story->subject);
	}
	return 0;
}

int
demo_arrive(struct demo *d, struct step *s, struct err *e)
{
	return take_mail(d, s, false, e);
}
