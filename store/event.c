#include "store/own.h"

#include <string.h>

#include "base/hash.h"

struct act
act_machine(int64_t now)
{
	return (struct act){ .agent = 0, .login = "", .now = now };
}

void
thread_touch(struct store *s, int64_t thread, bool moved)
{
	struct dirty *d = &s->dirty;

	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].id != thread)
			continue;
		d->v[i].moved = d->v[i].moved || moved;
		return;
	}
	d->v = arena_grow(&s->scratch, d->v, d->n, sizeof(*d->v));
	d->v[d->n++] = (struct dirty_thread){ thread, moved };
}

/* What one person sees and another need not be stopped by. */
static bool
is_light(const char *kind)
{
	static const char *const light[] = { "read", "flags", "draft", "star",
		"claim", "gone", "back", "filed", "discard", "answered",
		"wanted", "whole" };

	for (size_t i = 0; i < sizeof(light) / sizeof(*light); i++) {
		if (strcmp(kind, light[i]) == 0)
			return true;
	}
	return false;
}

/* The 16 bytes of a version 7 UUID: sorts by time, so the index grows at
 * its end. */
static void
event_uuid(int64_t now, uint8_t out[16])
{
	uint64_t ms = (uint64_t)now * 1000;

	hash_random(out, 16);
	for (int i = 0; i < 6; i++)
		out[i] = (uint8_t)(ms >> (40 - 8 * i));
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x70);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

int
event_append(struct store *s, const struct act *by, const struct fact *f,
    int64_t *seq, struct err *e)
{
	uint8_t uuid[16];

	event_uuid(by->now, uuid);
	if (db_run(s->db, e,
		"INSERT INTO event(uuid, at, agent, kind, thread, origin, "
		"message,"
		" subject, base, target, action, payload) VALUES(?1, ?2, ?3,"
		" ?4, ?5, ?5, ?6, ?7, (SELECT revision FROM thread WHERE "
		"id=?5),"
		" ?8, ?9, ?10)",
		"binsnnsnns", uuid, sizeof(uuid), by->now, by->agent, f->kind,
		f->thread, f->message, f->subject, f->target, f->action,
		f->payload) < 0)
		return -1;
	if (seq != NULL)
		*seq = db_last_id(s->db);
	if (f->thread != 0)
		thread_touch(s, f->thread, !is_light(f->kind));
	return 0;
}
