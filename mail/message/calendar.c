/*
 * calendar.c -- what, when, where and who.
 */
#include "mail/message/calendar.h"

#include <string.h>

/* A content line without folds, name and value apart (RFC 5545 3.1). */
struct property {
	struct buf line;
	struct bytes name;
	struct bytes value;
};

static bool
next_property(struct bytes *rest, struct property *p)
{
	struct bytes line;
	size_t colon = 0;
	bool quoted = false;

	buf_clear(&p->line);
	if (!bytes_line(rest, &line))
		return false;
	buf_add(&p->line, line.s, line.n);
	while (rest->n > 0 && (rest->s[0] == ' ' || rest->s[0] == '\t') &&
	       p->line.len < 4000) {
		bytes_line(rest, &line);
		buf_add(&p->line, line.s + 1, line.n - 1);
	}
	line = (struct bytes){ buf_text(&p->line), p->line.len };
	while (colon < line.n && (quoted || line.s[colon] != ':')) {
		quoted = quoted != (line.s[colon] == '"');
		colon++;
	}
	p->name = bytes_cut(line, 0, colon);
	for (size_t i = 0; i < p->name.n; i++)
		if (p->name.s[i] == ';')
			p->name.n = i;
	p->value = bytes_trim(bytes_cut(line, colon + 1, line.n));
	return true;
}

/* Backslashes out (RFC 5545 3.3.11). */
static void
add_text(struct buf *out, const char *label, struct bytes v)
{
	buf_fmt(out, "%s: ", label);
	for (size_t i = 0; i < v.n && i < 1000; i++) {
		if (v.s[i] == '\\' && i + 1 < v.n) {
			i++;
			buf_chr(out,
			    v.s[i] == 'n' || v.s[i] == 'N' ? ' ' : v.s[i]);
		} else {
			buf_chr(out, v.s[i]);
		}
	}
	buf_chr(out, '\n');
}

/* "20261122T140000Z" as "2026-11-22 14:00 UTC". */
static void
add_time(struct buf *out, const char *label, struct bytes v)
{
	bool timed = v.n >= 13 && (v.s[8] == 'T' || v.s[8] == 't');

	for (size_t i = 0; i < 8; i++)
		if (i >= v.n || !is_digit(v.s[i])) {
			add_text(out, label, v);
			return;
		}
	buf_fmt(out, "%s: %.4s-%.2s-%.2s", label, v.s, v.s + 4, v.s + 6);
	if (timed)
		buf_fmt(out, " %.2s:%.2s", v.s + 9, v.s + 11);
	if (timed && (v.s[v.n - 1] == 'Z' || v.s[v.n - 1] == 'z'))
		buf_str(out, " UTC");
	buf_chr(out, '\n');
}

static const char *
title(struct bytes method)
{
	if (bytes_same(method, "cancel"))
		return "Cancelled";
	if (bytes_same(method, "reply"))
		return "Answer to an invitation";
	return bytes_same(method, "request") ? "Invitation" : "Event";
}

static struct bytes
without_mailto(struct bytes v)
{
	return bytes_begin(v, "mailto:") ? bytes_cut(v, 7, v.n) : v;
}

static struct bytes
method_of(struct bytes ics, struct buf *keep)
{
	struct property p = { .name = { NULL, 0 } };

	while (next_property(&ics, &p))
		if (bytes_same(p.name, "method")) {
			buf_add(keep, p.value.s, p.value.n);
			break;
		}
	buf_free(&p.line);
	return (struct bytes){ buf_text(keep), keep->len };
}

void
calendar_summary(struct buf *out, struct bytes ics)
{
	struct property p = { .name = { NULL, 0 } };
	struct buf method = { 0 };
	const char *what = title(method_of(ics, &method));
	bool inside = false;

	while (next_property(&ics, &p)) {
		if (bytes_same(p.name, "begin"))
			inside = inside || bytes_same(p.value, "vevent");
		else if (bytes_same(p.name, "end") &&
			 bytes_same(p.value, "vevent"))
			break;
		else if (!inside)
			continue;
		else if (bytes_same(p.name, "summary"))
			add_text(out, what, p.value);
		else if (bytes_same(p.name, "dtstart"))
			add_time(out, "From", p.value);
		else if (bytes_same(p.name, "dtend"))
			add_time(out, "Until", p.value);
		else if (bytes_same(p.name, "location") && p.value.n > 0)
			add_text(out, "Where", p.value);
		else if (bytes_same(p.name, "organizer"))
			add_text(out, "Organizer", without_mailto(p.value));
	}
	buf_free(&p.line);
	buf_free(&method);
}
