/*
 * ingest_whose.c -- whose a mail is, by what it says and by all the mailboxes
 * where it lies or lay.
 *
 * Anybody can put our address into From, and a mailbox can hold anything: a
 * rule may copy what comes in to Sent, and a cut line may let Sent be read
 * before the inbox.  So no mailbox is believed because it was read first;
 * whenever a mail is met at one more place all of this is asked again.
 */
#include "store/ingest.h"
#include "store/own.h"

#include "desk/people.h"

#define BIT(role) (1u << (role))

/* Where a mail may still need somebody, though it lies in the archive too. */
#define NOT_FILED                                                              \
	(BIT(ROLE_INBOX) | BIT(ROLE_SENT) | BIT(ROLE_JUNK) | BIT(ROLE_TRASH))

/* It says that we wrote it, and speaks for no customer. */
static bool
is_ours(struct store *s, const struct mail *m)
{
	return m->from.n > 0 && *m->from.v[0].addr != '\0' &&
	       shop_account_of(s->shop, m->from.v[0].addr) != NULL &&
	       people_is_ours(s->shop, m);
}

static enum junk
junk_of(unsigned roles)
{
	if ((roles & ~(BIT(ROLE_JUNK) | BIT(ROLE_TRASH))) != 0)
		return JUNK_NOT;
	return (roles & BIT(ROLE_JUNK)) != 0 ? JUNK_SPAM : JUNK_TRASH;
}

/*
 * Only our people put mail into Sent, from addresses too that we were not
 * told; but what came in by the inbox as well was written to us.  And nobody
 * keeps what he wrote among the junk: there our address is a forged one.
 */
static enum direction
direction_of(struct store *s, const struct mail *m, unsigned roles)
{
	bool sent = (roles & BIT(ROLE_SENT)) != 0;
	bool came = (roles & BIT(ROLE_INBOX)) != 0;

	if (is_ours(s, m) && junk_of(roles) != JUNK_SPAM)
		return m->bounce == NULL || sent ? DIRECTION_OUT : DIRECTION_IN;
	return sent && !came ? DIRECTION_OUT : DIRECTION_IN;
}

/* What claims to be ours and lies nowhere of ours moves nothing. */
static enum weight
weight_of(struct store *s, const struct mail *m, unsigned roles,
    enum direction d)
{
	if (d == DIRECTION_OUT) {
		if (m->automatic || m->list)
			return WEIGHT_NONE;
		return (roles & (BIT(ROLE_SENT) | BIT(ROLE_ALL))) != 0
			   ? WEIGHT_FOUND
			   : WEIGHT_NONE;
	}
	if (m->bounce != NULL)
		return m->bounce->permanent ? WEIGHT_BOUNCE : WEIGHT_AUTOMATIC;
	return people_is_robot(s->shop, m) ? WEIGHT_AUTOMATIC : WEIGHT_CUSTOMER;
}

struct whose
whose_is(struct store *s, const struct mail *m, unsigned roles)
{
	enum direction d = direction_of(s, m, roles);

	return (struct whose){ .direction = d,
		.weight = weight_of(s, m, roles, d),
		.junk = junk_of(roles) };
}

/* ---- met again ---- */

/* The row as it is. */
struct known {
	int64_t thread;
	int64_t received_at;
	struct whose is;
	bool old;
	bool seen;
};

static int
known_read(struct store *s, int64_t message, struct known *k, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT thread, received_at, direction, weight, junk, old, seen"
		" FROM message WHERE id=?1",
		"i", message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc < 0 ? -1 : err_set(e, ERR_BUG, 0, "no message");
	*k = (struct known){
		.thread = db_int(&r, 0),
		.received_at = db_int(&r, 1),
		.is = { .direction = (enum direction)db_int(&r, 2),
		    .weight = (enum weight)db_int(&r, 3),
		    .junk = (enum junk)db_int(&r, 4) },
		.old = db_int(&r, 5) != 0,
		.seen = db_int(&r, 6) != 0,
	};
	db_done(&r);
	return 0;
}

/* Roles of all its places, also of those it has left; is one read? */
static int
places_of(struct store *s, int64_t message, unsigned *roles, bool *read,
    struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT b.role, p.flags, p.gone FROM place p JOIN mailbox b ON"
		" b.id=p.mailbox WHERE p.message=?1",
		"i", message) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*roles |= BIT(db_int(&r, 0));
		*read = *read || (db_int(&r, 2) == 0 &&
				     (db_int(&r, 1) & MAIL_SEEN) != 0);
	}
	return rc;
}

/* The rules of threads see another mail: asked again before the end. */
static int
kin_again(struct store *s, int64_t message, const struct mail *m,
    const struct known *k, const struct whose *is, struct err *e)
{
	struct address who = group_counterpart(s, m, is->direction);
	bool ours = is->weight == WEIGHT_FOUND;
	bool out = is->direction == DIRECTION_OUT;
	int64_t customer;
	struct kin kin;

	if (ours && (customer_wrote_to(s, &m->to, k->received_at, e) < 0 ||
			customer_wrote_to(s, &m->cc, k->received_at, e) < 0))
		return -1;
	if (customer_of(s, &who, k->received_at, &customer, e) < 0 ||
	    db_run(s->db, e, "UPDATE message SET customer=?2 WHERE id=?1", "in",
		message, customer) < 0 ||
	    group_read(s, m, out && !ours ? "" : who.addr, ours, k->received_at,
		&kin, e) < 0)
		return -1;
	return group_keep(s, &kin,
	    &(struct placing){ .thread = k->thread, .stray = true }, message,
	    e);
}

int
whose_again(struct store *s, int64_t message, const struct mail *m,
    unsigned roles, int64_t history, int64_t now, struct err *e)
{
	struct known k = { 0 };
	struct whose is;
	bool old, read = false;

	if (known_read(s, message, &k, e) < 0)
		return -1;
	if (k.is.weight == WEIGHT_OURS)
		return 0;
	if (places_of(s, message, &roles, &read, e) < 0)
		return -1;
	/* A mailbox that holds all does not tell any more what it was. */
	if (k.is.weight == WEIGHT_FOUND && !is_ours(s, m))
		roles |= BIT(ROLE_SENT);
	is = whose_is(s, m, roles);
	/* What was filed away and lies elsewhere too is not done with. */
	old = k.old && ((roles & NOT_FILED) == 0 ||
			   (history > 0 && k.received_at < now - history));
	if (is.direction == k.is.direction && is.weight == k.is.weight &&
	    is.junk == k.is.junk && old == k.old)
		return 0;
	if (is.direction == k.is.direction)
		read = k.seen;
	thread_touch(s, k.thread, true);
	if (db_run(s->db, e,
		"UPDATE message SET direction=?2, weight=?3, junk=?4, old=?5,"
		" seen=?6 WHERE id=?1",
		"iiiiii", message, (int64_t)is.direction, (int64_t)is.weight,
		(int64_t)is.junk, (int64_t)old,
		(int64_t)(is.direction == DIRECTION_OUT || read)) < 0)
		return -1;
	return kin_again(s, message, m, &k, &is, e);
}
