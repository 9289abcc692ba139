/*
 * figures.c -- turns and resolutions for the reports.
 */
#include "store/own.h"
#include "store/query.h"

#define TURN_COLUMNS                                                           \
	"SELECT u.id, u.thread, u.from_at, u.until_at, u.ending, u.first,"     \
	" u.agent, u.from_ref, u.until_ref, u.target, u.hours, u.allowed,"     \
	" u.due_at, u.warn_at, u.assignee, t.subject FROM turn u"              \
	" JOIN thread t ON t.id=u.thread"

static void
turn_read(struct rows *r, struct target_rules *rules, int64_t now,
    struct arena *a, struct turn_row *out)
{
	int64_t end;

	*out = (struct turn_row){
		.id = db_int(r, 0),
		.thread = db_int(r, 1),
		.turn = {
			.from = db_int(r, 2),
			.until = db_int(r, 3),
			.end = (enum turn_end)db_int(r, 4),
			.first = db_int(r, 5) != 0,
			.agent = db_int(r, 6),
			.from_ref = db_int(r, 7),
			.until_ref = db_int(r, 8),
		},
		.target = db_str(r, 9, a),
		.hours = db_str(r, 10, a),
		.allowed = db_int(r, 11),
		.agent = db_int(r, 6),
		.assignee = db_int(r, 14),
		.subject = db_str(r, 15, a),
	};
	end = out->turn.until != 0 ? out->turn.until : now;
	out->wall = end > out->turn.from ? end - out->turn.from : 0;
	out->open = *out->hours == '\0'
			? -1
			: target_open(rules, out->hours, out->turn.from, end);
	out->state =
	    target_state_of(&out->turn, db_int(r, 12), db_int(r, 13), now);
}

static int
turns_add(struct store *s, struct rows *r, int64_t now, struct arena *a,
    struct turn_row **v, size_t *n, struct err *e)
{
	struct target_rules *rules = store_rules(s, now, e);
	int rc;

	if (rules == NULL) {
		db_done(r);
		return -1;
	}
	while ((rc = db_next(r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		turn_read(r, rules, now, a, &(*v)[(*n)++]);
	}
	return rc;
}

int
store_turns(struct store *s, int64_t from, int64_t until, int64_t now,
    struct arena *a, struct turn_row **v, size_t *n, struct err *e)
{
	struct rows r;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		TURN_COLUMNS
		" WHERE u.until_at>=?1 AND"
		" u.until_at<?2 AND u.until_at<>0 ORDER BY u.until_at, u.id",
		"ii", from, until) < 0 ||
	    turns_add(s, &r, now, a, v, n, e) < 0 ||
	    db_ask(s->db, &r, e,
		TURN_COLUMNS " WHERE u.until_at=0"
			     " ORDER BY u.from_at, u.id",
		"") < 0)
		return -1;
	return turns_add(s, &r, now, a, v, n, e);
}

int
store_turn(struct store *s, int64_t id, int64_t now, struct arena *a,
    struct turn_row *out, struct err *e)
{
	struct target_rules *rules = store_rules(s, now, e);
	struct rows r;
	int rc;

	if (rules == NULL ||
	    db_ask(s->db, &r, e, TURN_COLUMNS " WHERE u.id=?1", "i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no turn %lld",
		    (long long)id);
	if (rc < 0)
		return -1;
	turn_read(&r, rules, now, a, out);
	db_done(&r);
	return 0;
}

int
store_resolutions(struct store *s, int64_t from, int64_t until, struct arena *a,
    struct turn_row **v, size_t *n, struct err *e)
{
	struct target_rules *rules = store_rules(s, until, e);
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (rules == NULL ||
	    db_ask(s->db, &r, e,
		"SELECT t.id, t.first_at, t.first_closed,"
		" t.closer, t.assignee, t.target, t.subject FROM thread t"
		" INDEXED BY thread_closed WHERE t.first_closed>=?1 AND"
		" t.first_closed<?2 AND t.first_closed<>0 AND"
		" t.merged IS NULL ORDER BY t.first_closed, t.id",
		"ii", from, until) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		const struct target *target;
		struct turn_row *out;

		*v = arena_grow(a, *v, *n, sizeof(**v));
		out = &(*v)[(*n)++];
		*out = (struct turn_row){
			.id = db_int(&r, 0),
			.thread = db_int(&r, 0),
			.turn = { .from = db_int(&r, 1),
			    .until = db_int(&r, 2),
			    .end = TURN_CLOSED,
			    .agent = db_int(&r, 3) },
			.agent = db_int(&r, 3),
			.assignee = db_int(&r, 4),
			.target = db_str(&r, 5, a),
			.subject = db_str(&r, 6, a),
		};
		target = target_named(rules, out->target);
		out->hours = target != NULL ? target->hours : "";
		out->wall = out->turn.until - out->turn.from;
		out->open = *out->hours == '\0'
				? -1
				: target_open(rules, out->hours, out->turn.from,
				      out->turn.until);
	}
	return rc;
}
