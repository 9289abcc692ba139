#include "desk/model.h"

#include "base/text.h"

#define NAME_AT(names, i)                                                      \
	((size_t)(i) < sizeof(names) / sizeof((names)[0]) ? (names)[i] : NULL)

const char *
thread_state_name(enum thread_state s)
{
	static const char *const names[] = {
		[THREAD_OPEN] = "open",
		[THREAD_PENDING] = "pending",
		[THREAD_CLOSED] = "closed",
		[THREAD_SPAM] = "spam",
		[THREAD_TRASH] = "trash",
	};

	return NAME_AT(names, s);
}

const char *
message_kind_name(enum message_kind k)
{
	static const char *const names[] = {
		[MESSAGE_MAIL] = "mail",
		[MESSAGE_NOTE] = "note",
		[MESSAGE_CALL] = "call",
	};

	return NAME_AT(names, k);
}

const char *
direction_name(enum direction d)
{
	static const char *const names[] = {
		[DIRECTION_IN] = "in",
		[DIRECTION_OUT] = "out",
	};

	return NAME_AT(names, d);
}

const char *
target_state_name(enum target_state s)
{
	static const char *const names[] = {
		[TARGET_NONE] = "none",
		[TARGET_RUNNING] = "running",
		[TARGET_WARNING] = "warning",
		[TARGET_LATE] = "late",
		[TARGET_MET] = "met",
		[TARGET_MET_LATE] = "met-late",
		[TARGET_DROPPED] = "dropped",
	};

	return NAME_AT(names, s);
}

const char *
outbox_state_name(enum outbox_state s)
{
	static const char *const names[] = {
		[OUTBOX_QUEUED] = "queued",
		[OUTBOX_SENDING] = "sending",
		[OUTBOX_ACCEPTED] = "accepted",
		[OUTBOX_FILED] = "filed",
		[OUTBOX_FAILED] = "failed",
		[OUTBOX_CANCELLED] = "cancelled",
		[OUTBOX_DOUBT] = "doubt",
	};

	return NAME_AT(names, s);
}

enum target_state
thread_target_state(const struct thread *t, int64_t now)
{
	if (t->waiting_since == 0 || t->due_at == 0)
		return TARGET_NONE;
	if (now > t->due_at)
		return TARGET_LATE;
	if (t->warn_at != 0 && now >= t->warn_at)
		return TARGET_WARNING;
	return TARGET_RUNNING;
}

const char *
message_rest(struct arena *a, const struct message *m)
{
	const char *what = "the rest of it";
	char size[TEXT_COUNT];

	if (m->rest <= 0)
		return "";
	if (m->rest > 1)
		what = arena_str(a, text_size(m->rest, size));
	if (m->rest_state[0] == '\0')
		return arena_fmt(a, "%s not fetched", what);
	if (m->rest_state[0] == '-')
		return arena_fmt(a, "%s not fetched yet: asked for", what);
	return arena_fmt(a, "%s could not be fetched: %s", what,
	    m->rest_state);
}
