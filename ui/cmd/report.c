/*
 * report -- how fast we answer.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"
#include "desk/report.h"
#include "store/query.h"
#include "ui/cmd/figures.h"

/* The zone by name, so that a figure says by which clock a day ends. */
static const char *
zone_of(struct ctx *c)
{
	static const char folder[] = "/zoneinfo/";
	const char *tz = getenv("TZ"), *name;
	char link[256];
	ssize_t n;

	if (c->shop->zone != NULL && c->shop->zone[0] != '\0')
		return c->shop->zone;
	if (tz != NULL && tz[0] != '\0')
		return when_zone_ok(tz) ? arena_str(c->arena, tz) : "";
	if (tz != NULL)
		return "UTC";
	n = readlink("/etc/localtime", link, sizeof(link) - 1);
	if (n < 0)
		return "UTC";
	link[n] = '\0';
	name = strstr(link, folder);
	if (name == NULL || !when_zone_ok(name + sizeof(folder) - 1))
		return "";
	return arena_str(c->arena, name + sizeof(folder) - 1);
}

static const struct {
	const char *name;
	int64_t secs;
} periods[] = {
	{ "day", 86400 },
	{ "week", 7 * 86400 },
	{ "month", 30 * 86400 },
};

int
figures_period(struct ctx *c, const char *name, int64_t *from, int64_t *until,
    struct err *e)
{
	const char *since = ctx_option(c, "since");
	const char *end = ctx_option(c, "until");
	const char *zone = c->shop->zone;

	/* What ended in this very second has ended. */
	*until = c->act.now + 1;
	*from = c->act.now - 7 * 86400;
	if (strcmp(name, "today") == 0 &&
	    when_parse_past("today", zone, c->act.now, from, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		if (strcmp(name, periods[i].name) == 0)
			*from = c->act.now - periods[i].secs;
	}
	if (since != NULL &&
	    when_parse_past(since, zone, c->act.now, from, e) < 0)
		return err_in(e, "--since");
	if (end != NULL && when_parse_past(end, zone, c->act.now, until, e) < 0)
		return err_in(e, "--until");
	if (*from >= *until)
		return err_set(e, ERR_USAGE, 0,
		    "report: the period ends before it begins");
	return 0;
}

int
figures_make(struct ctx *c, int64_t from, int64_t until, struct report *out,
    struct err *e)
{
	struct report_ask ask = { .from = from,
		.until = until,
		.zone = zone_of(c) };
	struct turn_row *turn = NULL, *resolution = NULL;
	struct agent *agent = NULL;

	if (store_turns(c->store, from, until, c->act.now, c->arena, &turn,
		&ask.turns, e) < 0 ||
	    store_resolutions(c->store, from, until, c->arena, &resolution,
		&ask.resolutions, e) < 0 ||
	    store_agents(c->store, c->arena, &agent, &ask.agents, e) < 0)
		return -1;
	ask.turn = turn;
	ask.resolution = resolution;
	ask.agent = agent;
	report_make(c->arena, &ask, out);
	return 0;
}

static int
report_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *by = ctx_option(c, "by");
	int how = by != NULL ? report_by_named(by) : REPORT_BY_AGENT;
	struct report r;
	int64_t from, until;

	if (figures_period(c, arg[0].str, &from, &until, e) < 0 ||
	    figures_make(c, from, until, &r, e) < 0)
		return -1;
	if (c->out->format == OUT_JSON)
		out_json(c->out, report_json(&r));
	else if (c->out->format == OUT_CSV)
		report_csv(&c->out->text, &r, (enum report_by)how);
	else
		report_text(&c->out->text, &r, (enum report_by)how);
	return 0;
}

const struct cmd cmd_report = {
	.name = "report",
	.args = "[today|day|week|month]",
	.options =
	    "[--since <when>] [--until <when>] [--by agent|tag|day|hour]",
	.brief = "Show how fast we answer",
	.man = "Who waits now, and first and any response of a period: today,"
	       " the last 24 hours\n.Pq Cm day ,\n7 days\n.Pq Cm week ,\nthe"
	       " default, or 30 days\n.Pq Cm month .\n"
	       ".Fl \\-since\nand\n.Fl \\-until\ntake a date, a time or a span"
	       " back from now.\n"
	       "Turns that still run stand apart and are in no figure.\n",
	.flags = CMD_PRINT | CMD_CSV,
	.run = report_run,
};
