/*
 * report.h -- turns to figures.
 *
 * Pure: rows in, figures out; what prints them is below, in the three forms
 * that "report" offers.  Spans are whole seconds.
 *
 * A span counts on the day on which it ended, in the report's zone.  A
 * response is credited to its writer, a missed deadline to whom the thread
 * was assigned to then, a resolution to who closed.  Turns that still run
 * stand in their own column: leaving them out would flatter the figure.
 */
#ifndef DESK_REPORT_H
#define DESK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "desk/model.h"
#include "desk/turns.h"

/* One turn, or one resolution, with all that a figure needs of it. */
struct turn_row {
	int64_t id;
	int64_t thread;
	struct turn turn;
	int64_t wall; /* seconds, to now while running */
	int64_t open; /* open seconds; -1 without a calendar */
	const char *target;
	const char *hours;
	int64_t allowed; /* seconds the target gives; 0 none */
	enum target_state state;
	int64_t agent;    /* who ended it */
	int64_t assignee; /* at the moment it fell due or ended */
	const char *subject;
	struct strings tags; /* of the thread */
};

/* One kind of response, by both clocks. */
struct report_figure {
	struct figure wall;
	struct figure open; /* n is 0 without a calendar */
	size_t within;      /* met its target */
	size_t targeted;    /* had one */
	size_t running;     /* not in the figures above */
};

/* The share within target in tenths of a per cent; -1 if none had one. */
int report_within(const struct report_figure *f);

/* One line of a breakdown: an agent, a tag, a day, an hour. */
struct report_line {
	int64_t id;       /* agent id, hour, or instant a day begins; else 0 */
	const char *name;  /* of the agent, tag, "2026-11-22", "09" */
	const char *login; /* of an agent, else "" */
	struct report_figure first;
	struct report_figure any;
	size_t answered;
	size_t closed_unanswered;
	size_t dismissed;
	size_t missed; /* agents: deadlines missed while assigned to them */
	size_t closed; /* agents: resolutions by them */
};

enum report_by {
	REPORT_BY_AGENT,
	REPORT_BY_TAG,
	REPORT_BY_DAY,
	REPORT_BY_HOUR,
};

struct report {
	int64_t from; /* [from, until) of the ends of spans */
	int64_t until;
	const char *zone;
	size_t waiting; /* now */
	size_t late;    /* now */
	struct report_figure first;
	struct report_figure any;
	struct report_figure resolution_first;
	size_t answered;
	size_t closed_unanswered;
	size_t dismissed;
	struct report_line *agent; /* those with anything to show; 0 is last */
	size_t agents;
	struct report_line *tag;
	size_t tags;
	struct report_line *day; /* every day of the period, in order */
	size_t days;
	struct report_line *hour; /* always 24 */
	size_t hours;
};

struct report_ask {
	int64_t from;
	int64_t until;
	const char *zone;
	const struct turn_row *turn; /* as store_turns gives them */
	size_t turns;
	const struct turn_row *resolution;
	size_t resolutions;
	const struct agent *agent; /* for names */
	size_t agents;
};

void report_make(struct arena *a, const struct report_ask *ask,
    struct report *out);

/* The object of "report -o json"; json_free it. */
struct json *report_json(const struct report *r);

/* For a person, at most 80 columns; by chooses the breakdown shown. */
void report_text(struct buf *out, const struct report *r, enum report_by by);

/* RFC 4180 with a heading line; one line for the whole, then the breakdown. */
void report_csv(struct buf *out, const struct report *r, enum report_by by);

/* Names of enum report_by: "agent" ...; -1 if unknown. */
int report_by_named(const char *name);

#endif
