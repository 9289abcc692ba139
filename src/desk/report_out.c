/* A report as text, JSON and CSV. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/report.h"

static const struct report_line *
lines_by(const struct report *r, enum report_by by, size_t *n)
{
	switch (by) {
	case REPORT_BY_AGENT:
		*n = r->agents;
		return r->agent;
	case REPORT_BY_TAG:
		*n = r->tags;
		return r->tag;
	case REPORT_BY_DAY:
		*n = r->days;
		return r->day;
	case REPORT_BY_HOUR:
		*n = r->hours;
		return r->hour;
	}
	*n = 0;
	return NULL;
}

/* ---- JSON ---- */

/* {wall, open}; null each where its clock has no figure. */
static void
put_spans(struct json *o, const char *key, const struct report_figure *f,
    int64_t wall, int64_t open)
{
	struct json *span = json_object_new();

	if (f->wall.n > 0)
		json_put_int(span, "wall", wall);
	else
		json_put_null(span, "wall");
	if (f->open.n > 0)
		json_put_int(span, "open", open);
	else
		json_put_null(span, "open");
	json_put(o, key, span);
}

static struct json *
figure_json(const struct report_figure *f)
{
	struct json *o = json_object_new();
	int within = report_within(f);

	json_put_int(o, "n", (int64_t)f->wall.n);
	put_spans(o, "median", f, f->wall.median, f->open.median);
	put_spans(o, "p90", f, f->wall.p90, f->open.p90);
	put_spans(o, "max", f, f->wall.max, f->open.max);
	put_spans(o, "mean", f, f->wall.mean, f->open.mean);
	if (within < 0)
		json_put_null(o, "within_target");
	else if (within % 10 == 0)
		json_put_int(o, "within_target", within / 10);
	else
		json_put_real(o, "within_target", within / 10.0);
	json_put_int(o, "running", (int64_t)f->running);
	return o;
}

static struct json *
line_json(const struct report_line *l, bool agent)
{
	struct json *o = json_object_new();

	json_put_str(o, "name", l->name);
	if (agent)
		json_put_str(o, "login", l->login[0] != '\0' ? l->login : NULL);
	json_put(o, "first", figure_json(&l->first));
	json_put(o, "any", figure_json(&l->any));
	json_put_int(o, "answered", (int64_t)l->answered);
	json_put_int(o, "closed_unanswered", (int64_t)l->closed_unanswered);
	json_put_int(o, "dismissed", (int64_t)l->dismissed);
	if (agent) {
		json_put_int(o, "missed", (int64_t)l->missed);
		json_put_int(o, "closed", (int64_t)l->closed);
	}
	return o;
}

static void
put_lines(struct json *o, const char *key, const struct report *r,
    enum report_by by)
{
	struct json *array = json_array_new();
	size_t n;
	const struct report_line *l = lines_by(r, by, &n);

	for (size_t i = 0; i < n; i++)
		json_push(array, line_json(&l[i], by == REPORT_BY_AGENT));
	json_put(o, key, array);
}

struct json *
report_json(const struct report *r)
{
	struct json *o = json_object_new();
	struct json *now = json_object_new();

	json_put_time(o, "from", r->from);
	json_put_time(o, "until", r->until);
	json_put_str(o, "zone", r->zone);
	json_put_int(now, "waiting", (int64_t)r->waiting);
	json_put_int(now, "late", (int64_t)r->late);
	json_put(o, "now", now);
	json_put(o, "first", figure_json(&r->first));
	json_put(o, "any", figure_json(&r->any));
	json_put(o, "resolution_first", figure_json(&r->resolution_first));
	json_put_int(o, "answered", (int64_t)r->answered);
	json_put_int(o, "closed_unanswered", (int64_t)r->closed_unanswered);
	json_put_int(o, "dismissed", (int64_t)r->dismissed);
	put_lines(o, "agents", r, REPORT_BY_AGENT);
	put_lines(o, "tags", r, REPORT_BY_TAG);
	put_lines(o, "days", r, REPORT_BY_DAY);
	put_lines(o, "hours", r, REPORT_BY_HOUR);
	return o;
}

/* ---- text ---- */

#define NAME_COLUMNS 18

/* The two largest units: "4m 12s", "1h 04m", "3d 04h"; at most 9 columns. */
static const char *
span_text(int64_t secs, char out[WHEN_SIZE])
{
	long long s = (long long)secs;

	if (s < 60)
		snprintf(out, WHEN_SIZE, "%llds", s);
	else if (s < 3600)
		snprintf(out, WHEN_SIZE, "%lldm %02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, WHEN_SIZE, "%lldh %02lldm", s / 3600,
		    s / 60 % 60);
	else
		snprintf(out, WHEN_SIZE, "%lldd %02lldh", s / 86400,
		    s / 3600 % 24);
	return out;
}

/* A name in NAME_COLUMNS columns, cleaned. */
static void
put_name(struct buf *out, const char *indent, const char *name)
{
	struct buf clean = { 0 };
	int cols = NAME_COLUMNS - (int)strlen(indent);
	int used;
	size_t n;

	text_clean(&clean, name, strlen(name), TEXT_LINE);
	n = text_fit(buf_text(&clean), clean.len, cols, &used);
	buf_str(out, indent);
	buf_add(out, buf_text(&clean), n);
	for (; used < cols; used++)
		buf_chr(out, ' ');
	buf_free(&clean);
}

static void
put_figure(struct buf *out, const struct figure *f)
{
	const int64_t v[] = { f->median, f->p90, f->max, f->mean };

	buf_fmt(out, "%6zu", f->n);
	for (size_t i = 0; i < 4; i++) {
		char span[WHEN_SIZE];

		buf_fmt(out, "%10s", f->n > 0 ? span_text(v[i], span) : "-");
	}
}

static void
put_within(struct buf *out, const struct report_figure *f)
{
	int within = report_within(f);

	if (within < 0)
		buf_fmt(out, "%7s", "-");
	else
		buf_fmt(out, "%6d%%", (within + 5) / 10);
}

static void
put_kind(struct buf *out, const char *name, const struct report_figure *f,
    bool responses)
{
	put_name(out, "", name);
	put_figure(out, &f->wall);
	if (responses) {
		put_within(out, f);
		buf_fmt(out, "%8zu", f->running);
	}
	buf_chr(out, '\n');
	if (f->open.n == 0)
		return;
	put_name(out, "  ", "in office hours");
	put_figure(out, &f->open);
	buf_chr(out, '\n');
}

static void
put_line(struct buf *out, const struct report_line *l, bool agent)
{
	put_name(out, "", l->name);
	put_figure(out, &l->any.wall);
	put_within(out, &l->any);
	if (agent)
		buf_fmt(out, "%8zu", l->missed);
	else
		buf_fmt(out, "%8zu", l->any.running);
	buf_chr(out, '\n');
}

static bool
is_empty(const struct report_line *l)
{
	return l->answered + l->closed_unanswered + l->dismissed + l->missed +
		   l->closed + l->any.running ==
	       0;
}

static void
put_heading(struct buf *out, const char *name, const char *last)
{
	put_name(out, "", name);
	buf_fmt(out, "%6s%10s%10s%10s%10s%7s%8s\n", "n", "median", "p90", "max",
	    "mean", "target", last);
}

static void
put_breakdown(struct buf *out, const struct report *r, enum report_by by)
{
	static const char *const names[] = { "By agent", "By tag", "By day",
		"By hour" };
	size_t n;
	const struct report_line *l = lines_by(r, by, &n);

	buf_chr(out, '\n');
	put_heading(out, names[by],
	    by == REPORT_BY_AGENT ? "missed" : "running");
	for (size_t i = 0; i < n; i++) {
		if (!is_empty(&l[i]))
			put_line(out, &l[i], by == REPORT_BY_AGENT);
	}
}

void
report_text(struct buf *out, const struct report *r, enum report_by by)
{
	char from[WHEN_SIZE];
	char until[WHEN_SIZE];

	buf_fmt(out, "%s to %s%s%s\n", when_long(r->zone, r->from, from),
	    when_long(r->zone, r->until, until), r->zone[0] != '\0' ? ", " : "",
	    r->zone);
	buf_fmt(out, "Waiting now: %zu, late: %zu\n\n", r->waiting, r->late);
	put_heading(out, "", "running");
	put_kind(out, "First response", &r->first, true);
	put_kind(out, "Any response", &r->any, true);
	put_kind(out, "To first close", &r->resolution_first, false);
	buf_fmt(out,
	    "\nAnswered: %zu, closed unanswered: %zu, needed no "
	    "answer: %zu\n",
	    r->answered, r->closed_unanswered, r->dismissed);
	put_breakdown(out, r, by);
}

/* ---- CSV (RFC 4180) ---- */

static void
csv_text(struct buf *out, const char *s)
{
	struct buf clean = { 0 };

	text_clean(&clean, s, strlen(s), TEXT_LINE);
	/* A spreadsheet would take these for a formula. */
	bool formula = clean.len > 0 && strchr("=+-@", clean.data[0]) != NULL;

	if (!formula && strpbrk(buf_text(&clean), "\",") == NULL) {
		buf_str(out, buf_text(&clean));
	} else {
		buf_chr(out, '"');
		if (formula)
			buf_chr(out, '\'');
		for (size_t i = 0; i < clean.len; i++) {
			if (clean.data[i] == '"')
				buf_chr(out, '"');
			buf_chr(out, clean.data[i]);
		}
		buf_chr(out, '"');
	}
	buf_free(&clean);
}

static void
csv_figure(struct buf *out, const struct figure *f)
{
	if (f->n == 0)
		buf_str(out, ",,,,");
	else
		buf_fmt(out, ",%lld,%lld,%lld,%lld", (long long)f->median,
		    (long long)f->p90, (long long)f->max, (long long)f->mean);
}

static void
csv_kind(struct buf *out, const struct report_figure *f)
{
	int within = report_within(f);

	buf_fmt(out, ",%zu,%zu,", f->wall.n, f->running);
	if (within >= 0)
		buf_fmt(out, "%d.%d", within / 10, within % 10);
	csv_figure(out, &f->wall);
	csv_figure(out, &f->open);
}

static void
csv_line(struct buf *out, const char *by, const struct report_line *l)
{
	buf_fmt(out, "%s,", by);
	csv_text(out, l->name);
	csv_kind(out, &l->first);
	csv_kind(out, &l->any);
	buf_fmt(out, ",%zu,%zu,%zu,%zu,%zu\r\n", l->answered,
	    l->closed_unanswered, l->dismissed, l->missed, l->closed);
}

static void
csv_heading(struct buf *out)
{
	static const char *const kinds[] = { "first", "any" };
	static const char *const parts[] = { "n", "running", "within_target",
		"median", "p90", "max", "mean", "median_open", "p90_open",
		"max_open", "mean_open" };

	buf_str(out, "by,name");
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++)
			buf_fmt(out, ",%s_%s", kinds[i], parts[j]);
	}
	buf_str(out, ",answered,closed_unanswered,dismissed,missed,closed\r\n");
}

void
report_csv(struct buf *out, const struct report *r, enum report_by by)
{
	static const char *const names[] = { "agent", "tag", "day", "hour" };
	struct report_line whole = { .name = "all",
		.login = "",
		.first = r->first,
		.any = r->any,
		.answered = r->answered,
		.closed_unanswered = r->closed_unanswered,
		.dismissed = r->dismissed };
	size_t n;
	const struct report_line *l = lines_by(r, by, &n);

	for (size_t i = 0; i < r->agents; i++) {
		whole.missed += r->agent[i].missed;
		whole.closed += r->agent[i].closed;
	}
	csv_heading(out);
	csv_line(out, "all", &whole);
	for (size_t i = 0; i < n; i++)
		csv_line(out, names[by], &l[i]);
}
