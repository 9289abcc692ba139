#include "desk/shop_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "desk/query.h"

/* ---- places ---- */

PRINTF_LIKE(5, 0)
static int
wrong_at(const struct conf_item *item, int line, int column, struct err *e,
    const char *fmt, va_list ap)
{
	char what[180];

	vsnprintf(what, sizeof(what), fmt, ap);
	return err_set(e, ERR_CONFIG, 0, "%s:%d:%d: %s", item->file, line,
	    column, what);
}

int
shop_wrong_key(const struct conf_item *item, struct err *e, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	wrong_at(item, item->line, item->column, e, fmt, ap);
	va_end(ap);
	return -1;
}

int
shop_wrong_section(const struct conf_item *item, struct err *e, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	wrong_at(item, item->section_line, item->section_column, e, fmt, ap);
	va_end(ap);
	return -1;
}

int
shop_wrong_title(const struct conf_item *item, struct err *e, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	wrong_at(item, item->section_line,
	    item->title_column != 0 ? item->title_column : item->section_column,
	    e, fmt, ap);
	va_end(ap);
	return -1;
}

int
shop_wrong_value(const struct conf_item *item, size_t at, struct err *e,
    const char *fmt, ...)
{
	int column = item->value_column;
	va_list ap;

	for (size_t i = 0; i < at && item->value[i] != '\0'; i++) {
		if (((unsigned char)item->value[i] & 0xc0) != 0x80)
			column++;
	}
	va_start(ap, fmt);
	wrong_at(item, item->line, column, e, fmt, ap);
	va_end(ap);
	return -1;
}

/* ---- values ---- */

static int
wrong_choice(const struct setting *s, const struct conf_item *item,
    const char *const *names, size_t n, struct err *e)
{
	const char *near = text_nearest(item->value, names, n);

	if (near != NULL)
		return shop_wrong_value(item, 0, e,
		    "%s cannot be \"%.40s\" (did you mean \"%s\"?)", s->name,
		    item->value, near);
	return shop_wrong_value(item, 0, e,
	    "%s cannot be \"%.40s\": it is "
	    "one of %s",
	    s->name, item->value, s->type);
}

/* Which of the names the value is; -1 having said what is wrong. */
static int
choose(const struct setting *s, const struct conf_item *item,
    const char *const *names, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (text_same(item->value, names[i]))
			return (int)i;
	}
	return wrong_choice(s, item, names, n, e);
}

static int
read_choice(const struct setting *s, const struct conf_item *item,
    const char **out, struct err *e)
{
	size_t n = 0;
	int i;

	while (s->choice[n] != NULL)
		n++;
	i = choose(s, item, s->choice, n, e);
	if (i >= 0)
		*out = s->choice[i];
	return i < 0 ? -1 : 0;
}

static int
read_yes(const struct setting *s, const struct conf_item *item, bool *out,
    struct err *e)
{
	static const char *const names[] = { "no", "yes", "off", "on", "false",
		"true", "0", "1" };
	int i = choose(s, item, names, sizeof(names) / sizeof(names[0]), e);

	if (i >= 0)
		*out = i % 2 == 1;
	return i < 0 ? -1 : 0;
}

static int
read_tls(const struct setting *s, const struct conf_item *item, bool *out,
    struct err *e)
{
	static const char *const names[] = { "required", "none" };
	int i = choose(s, item, names, 2, e);

	if (i >= 0)
		*out = i == 1;
	return i < 0 ? -1 : 0;
}

static int
read_sent(const struct setting *s, const struct conf_item *item,
    enum sent_how *out, struct err *e)
{
	static const char *const names[] = { "auto", "append", "server" };
	int i = choose(s, item, names, 3, e);

	if (i >= 0)
		*out = (enum sent_how)i;
	return i < 0 ? -1 : 0;
}

static int
read_span(const struct setting *s, const struct conf_item *item, int64_t *out,
    struct err *e)
{
	struct err why;
	char most[WHEN_SIZE];

	if (item->value[0] == '\0') {
		*out = 0;
		return 0;
	}
	if (when_parse_span(item->value, out, &why) < 0)
		return shop_wrong_value(item, 0, e,
		    "%s is a duration like 10s, 5m, 4h or 2d, not \"%.40s\"",
		    s->name, item->value);
	if (*out > s->max)
		return shop_wrong_value(item, 0, e, "%s can be at most %s",
		    s->name, when_span(s->max, most));
	if (*out < s->min)
		return shop_wrong_value(item, 0, e, "%s must be at least %s",
		    s->name, when_span(s->min, most));
	return 0;
}

/* A whole number; *end is what follows it.  -1 if there is none. */
static int64_t
read_digits(const char *s, const char **end)
{
	char *rest;
	long long v;

	if (!isdigit((unsigned char)*s))
		return -1;
	errno = 0;
	v = strtoll(s, &rest, 10);
	*end = rest;
	return errno != 0 ? -1 : v;
}

static int
read_size(const struct setting *s, const struct conf_item *item, int64_t *out,
    struct err *e)
{
	static const char units[] = "KMG";
	const char *unit = "";
	const char *end;
	int64_t v = read_digits(item->value, &end);
	int shift = 0;

	if (v >= 0 && *end != '\0') {
		unit = strchr(units, toupper((unsigned char)*end));
		shift = unit != NULL ? (int)(unit - units + 1) * 10 : 0;
		end++;
	}
	if (v < 0 || unit == NULL || *end != '\0')
		return shop_wrong_value(item, 0, e,
		    "%s is a size like 500K or 32M, not \"%.40s\"", s->name,
		    item->value);
	if (v > s->max >> shift || v << shift < s->min)
		return shop_wrong_value(item, 0, e,
		    "%s must lie between %lldK "
		    "and %lldM",
		    s->name, (long long)s->min / 1024,
		    (long long)s->max / 1024 / 1024);
	*out = v << shift;
	return 0;
}

static int
read_percent(const struct setting *s, const struct conf_item *item, int *out,
    struct err *e)
{
	const char *end = "";
	int64_t v = read_digits(item->value, &end);

	if (v >= 0 && *end == '%')
		end++;
	if (v < s->min || v > s->max || *end != '\0')
		return shop_wrong_value(item, 0, e,
		    "%s is a share from %d%% to %d%%, not \"%.40s\"", s->name,
		    (int)s->min, (int)s->max, item->value);
	*out = (int)v;
	return 0;
}

static int
read_number(const struct setting *s, const struct conf_item *item, int *out,
    struct err *e)
{
	const char *end = "";
	int64_t v = read_digits(item->value, &end);

	if (v < s->min || v > s->max || *end != '\0')
		return shop_wrong_value(item, 0, e,
		    "%s is a number from %d to %d, not \"%.40s\"", s->name,
		    (int)s->min, (int)s->max, item->value);
	*out = (int)v;
	return 0;
}

static int
read_address(const struct setting *s, const struct conf_item *item,
    const char **out, struct err *e)
{
	if (item->value[0] != '\0' && !people_address_ok(item->value))
		return shop_wrong_value(item, 0, e,
		    "%s: \"%.80s\" is not a mail address", s->name,
		    item->value);
	*out = item->value;
	return 0;
}

static int
read_zone(const struct conf_item *item, const char **out, struct err *e)
{
	if (!when_zone_ok(item->value))
		return shop_wrong_value(item, 0, e,
		    "there is no time zone \"%.40s\" (they are named like "
		    "Europe/Berlin)",
		    item->value);
	*out = item->value;
	return 0;
}

static int
read_query(struct arena *a, const struct setting *s,
    const struct conf_item *item, const char **out, struct err *e)
{
	struct err why;
	size_t where = 0;
	const char *text;

	*out = item->value;
	if (query_parse(a, item->value, "UTC", 0, &where, &why) != NULL)
		return 0;
	/* The place in the file says it better than a column of the query. */
	text = strstr(why.text, ": ");
	return shop_wrong_value(item, where, e, "%s: %s", s->name,
	    text != NULL ? text + 2 : why.text);
}

static void
add_text(struct arena *a, struct strings *v, const char *text)
{
	v->v = arena_grow(a, v->v, v->n, sizeof(*v->v));
	v->v[v->n++] = text;
}

static int
read_addresses(struct arena *a, const struct setting *s,
    const struct conf_item *item, struct strings *out, struct err *e)
{
	struct addresses v;
	struct err why;

	if (people_parse(a, item->value, &v, &why) < 0)
		return shop_wrong_value(item, 0, e, "%s: %s", s->name,
		    why.text);
	for (size_t i = 0; i < v.n; i++)
		add_text(a, out, v.v[i].addr);
	return 0;
}

/* ---- servers ---- */

/* "host", "host:port", "[::1]:port" to its parts; -1 if it is none. */
static int
read_host(struct arena *a, const char *s, struct server *out)
{
	const char *end;
	size_t n;

	if (*s == '[') {
		n = strcspn(s, "]");
		if (s[n] != ']' || n < 3)
			return -1;
		out->host = arena_strn(a, s + 1, n - 1);
		s += n + 1;
	} else {
		n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
		if (n == 0)
			return -1;
		out->host = arena_strn(a, s, n);
		s += n;
	}
	if (*s == ':') {
		int64_t port = read_digits(s + 1, &end);

		if (port < 1 || port > 65535)
			return -1;
		out->port = (int)port;
		s = end;
	}
	return *s == '\0' || strcmp(s, "/") == 0 ? 0 : -1;
}

/* scheme is "imap" or "smtp"; with an s it means TLS from the start. */
static int
read_server(struct arena *a, const struct setting *s,
    const struct conf_item *item, const char *scheme, const int port[2],
    struct server *out, struct err *e)
{
	const char *rest = item->value;

	*out = (struct server){ .url = item->value, .host = "" };
	if (item->value[0] == '\0')
		return 0;
	if (strncmp(rest, scheme, 4) != 0)
		return shop_wrong_value(item, 0, e,
		    "%s must begin with %ss:// or %s://, not \"%.40s\"",
		    s->name, scheme, scheme, item->value);
	rest += 4;
	out->implicit_tls = *rest == 's';
	rest += out->implicit_tls;
	if (strncmp(rest, "://", 3) != 0)
		return shop_wrong_value(item, 0, e,
		    "%s must begin with %ss:// or %s://, not \"%.40s\"",
		    s->name, scheme, scheme, item->value);
	rest += 3;
	out->port = port[out->implicit_tls];
	if (read_host(a, rest, out) < 0)
		return shop_wrong_value(item, (size_t)(rest - item->value), e,
		    "%s: \"%.60s\" is not a host with a port from 1 to 65535",
		    s->name, rest);
	return 0;
}

static int
read_url(struct arena *a, const struct setting *s, const struct conf_item *item,
    const char **out, struct err *e)
{
	const char *why =
	    item->value[0] != '\0' ? shop_url_wrong(a, item->value) : NULL;

	*out = item->value;
	if (why == NULL)
		return 0;
	return shop_wrong_value(item, 0, e, "%s: %s", s->name, why);
}

/* ---- office hours ---- */

static int
add_exception(struct arena *a, const struct conf_item *item, int closed,
    struct hours *h, struct err *e)
{
	struct hours_exception x;
	struct err why;

	if (hours_parse_exception(item->value, closed, &x, &why) < 0)
		return shop_wrong_value(item, 0, e, "%s", why.text);
	h->exception = arena_grow(a, h->exception, h->exceptions, sizeof(x));
	h->exception[h->exceptions++] = x;
	return 0;
}

static int
add_open(struct arena *a, const struct conf_item *item, struct hours *h,
    struct err *e)
{
	struct hours_open o;
	struct err why;

	/* A date instead of weekdays: open on that day, too. */
	if (isdigit((unsigned char)item->value[0]))
		return add_exception(a, item, 0, h, e);
	if (hours_parse_open(item->value, &o, &why) < 0)
		return shop_wrong_value(item, 0, e, "%s", why.text);
	h->open = arena_grow(a, h->open, h->opens, sizeof(o));
	h->open[h->opens++] = o;
	return 0;
}

static int
read_date(const struct conf_item *item, const char **out, struct err *e)
{
	struct hours_exception x;
	struct err why;

	*out = item->value;
	if (item->value[0] == '\0')
		return 0;
	if (hours_parse_exception(item->value, 1, &x, &why) < 0 ||
	    strchr(item->value, ':') != NULL)
		return shop_wrong_value(item, 0, e,
		    "\"%.40s\" is not a date like 2026-01-01", item->value);
	return 0;
}

static int
read_hours(struct arena *a, const struct setting *s,
    const struct conf_item *item, struct hours *h, struct err *e)
{
	if (item->value[0] == '\0')
		return 0;
	if (s->kind == SETTING_OPEN)
		return add_open(a, item, h, e);
	return add_exception(a, item, 1, h, e);
}

bool
shop_is_list(const struct setting *s)
{
	return s->kind == SETTING_LIST || s->kind == SETTING_ADDRESSES ||
	       s->kind == SETTING_OPEN || s->kind == SETTING_CLOSED;
}

int
shop_read_value(struct arena *a, const struct setting *s,
    const struct conf_item *item, void *at, struct err *e)
{
	static const int imap_port[] = { 143, 993 };
	static const int smtp_port[] = { 587, 465 };
	void *field = (char *)at + s->offset;

	switch (s->kind) {
	case SETTING_TEXT:
		*(const char **)field = item->value;
		return 0;
	case SETTING_FILE:
		*(const char **)field =
		    item->value[0] != '\0' ? file_expand(a, item->value) : "";
		return 0;
	case SETTING_ZONE:
		return read_zone(item, field, e);
	case SETTING_CHOICE:
		return read_choice(s, item, field, e);
	case SETTING_QUERY:
		return read_query(a, s, item, field, e);
	case SETTING_ADDRESS:
		return read_address(s, item, field, e);
	case SETTING_ADDRESSES:
		return read_addresses(a, s, item, field, e);
	case SETTING_LIST:
		if (item->value[0] != '\0')
			add_text(a, field, item->value);
		return 0;
	case SETTING_YES:
		return read_yes(s, item, field, e);
	case SETTING_TLS:
		return read_tls(s, item, field, e);
	case SETTING_SENT:
		return read_sent(s, item, field, e);
	case SETTING_SPAN:
		return read_span(s, item, field, e);
	case SETTING_SIZE:
		return read_size(s, item, field, e);
	case SETTING_PERCENT:
		return read_percent(s, item, field, e);
	case SETTING_URL:
		return read_url(a, s, item, field, e);
	case SETTING_NUMBER:
		return read_number(s, item, field, e);
	case SETTING_IMAP:
		return read_server(a, s, item, "imap", imap_port, field, e);
	case SETTING_SMTP:
		return read_server(a, s, item, "smtp", smtp_port, field, e);
	case SETTING_OPEN:
	case SETTING_CLOSED:
		return read_hours(a, s, item, at, e);
	case SETTING_DATE:
		return read_date(item, field, e);
	case SETTING_BIND:
		return 0;
	}
	return 0;
}
