/*
 * bounce.c -- reading delivery reports.
 *
 * First by RFC 3464, whose fields may stand in a part of their own or, with
 * gateways, in the text; then by the signs that every mail system gives: an
 * empty or a daemon's sender, a subject, sentences.  One sign is never
 * enough, so that no customer's mail is taken for a bounce.
 */
#include "mail/message/bounce.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/body.h"
#include "mail/message/bounce_code.h"
#include "mail/message/bounce_words.h"
#include "mail/message/words.h"

#define TEXT_MOST   (256u << 10)
#define OTHERS_MOST 8 /* recipients named beside the first */

/* What was gathered from all parts. */
struct report {
	struct arena *a;
	struct node *root;
	const struct mail *m;
	struct buf fields;   /* delivery-status parts */
	struct buf prose;    /* the text before the returned mail */
	struct buf returned; /* headers of the returned mail */
	bool is_report;      /* multipart/report; delivery-status */
	bool other_report;   /* of another kind: disposition, feedback */
};

static struct bytes
content(const struct buf *b)
{
	return (struct bytes){ buf_text(b), b->len };
}

static void
add_part(struct buf *out, const struct node *n)
{
	struct buf raw = { 0 };
	struct bytes b;

	if (out->len > TEXT_MOST)
		return;
	body_decode(&raw, n, TEXT_MOST);
	b = (struct bytes){ buf_text(&raw), raw.len };
	words_charset(out, n->charset[0] ? n->charset : NULL,
	    bytes_cut(b, 0, TEXT_MOST));
	buf_chr(out, '\n');
	buf_free(&raw);
}

static void
gather(struct report *r, struct node *n)
{
	if (node_is(n, "multipart/report")) {
		const char *type = param_get(&n->type, "report-type");

		if (type[0] == '\0' ||
		    bytes_same(bytes_of(type), "delivery-status"))
			r->is_report = true;
		else
			r->other_report = true;
	}
	if (n->number > 0) {
		if (node_is(n, "message/delivery-status") ||
		    node_is(n, "message/global-delivery-status"))
			add_part(&r->fields, n);
		else if (node_is(n, "message/rfc822") ||
			 node_is(n, "message/rfc822-headers") ||
			 node_is(n, "text/rfc822-headers") ||
			 node_is(n, "message/global") ||
			 node_is(n, "message/global-headers") ||
			 node_is(n, "text/rfc822"))
			add_part(&r->returned, n);
		else if (node_is(n, "message/feedback-report") ||
			 node_is(n, "message/disposition-notification"))
			r->other_report = true;
	}
	for (size_t i = 0; i < n->children; i++)
		gather(r, n->child[i]);
}

size_t
bounce_returned(struct bytes text)
{
	struct bytes rest = text;
	struct bytes line;

	while (bytes_line(&rest, &line)) {
		size_t at = (size_t)(line.s - text.s);

		if (words_begin_returned(line))
			return at;
		if (at > 0 && (bytes_begin(line, "received: ") ||
				  bytes_begin(line, "return-path: ")))
			return at;
	}
	return text.n;
}

static void
split_text(struct report *r)
{
	struct bytes text = bytes_cut(bytes_of(r->m->text), 0, TEXT_MOST);
	size_t at = bounce_returned(text);

	buf_add(&r->prose, text.s, at);
	if (r->returned.len == 0)
		buf_add(&r->returned, text.s + at, text.n - at);
}

/* The value of "Name: value" at the start of a line, folds included. */
static struct bytes
field(struct arena *a, struct bytes text, const char *name)
{
	struct bytes rest = text;
	struct bytes line;
	size_t n = strlen(name);

	while (bytes_line(&rest, &line)) {
		struct buf out = { 0 };
		char *s;

		if (!bytes_begin(line, name) || line.n <= n || line.s[n] != ':')
			continue;
		buf_add(&out, line.s + n + 1, line.n - n - 1);
		while (rest.n > 0 && (rest.s[0] == ' ' || rest.s[0] == '\t')) {
			bytes_line(&rest, &line);
			buf_add(&out, line.s, line.n);
		}
		s = arena_strn(a, out.data, out.len);
		line = bytes_trim((struct bytes){ s, out.len });
		buf_free(&out);
		return line;
	}
	return (struct bytes){ "", 0 };
}

/* "rfc822; ann@example.org" without its type. */
static const char *
typed_address(struct arena *a, struct bytes v)
{
	const char *mark = memchr(v.s, ';', v.n);
	size_t at = 0;
	const char *found;

	if (mark)
		v = bytes_cut(v, (size_t)(mark + 1 - v.s), v.n);
	found = code_address(a, v, &at);
	if (found)
		return found;
	v = bytes_trim(v);
	while (v.n > 0 && strchr("<>", v.s[0]))
		v = bytes_cut(v, 1, v.n);
	while (v.n > 0 && strchr("<>", v.s[v.n - 1]))
		v.n--;
	return arena_strn(a, v.s, v.n);
}

/* The next group of fields at or after *from; false if there is none. */
static bool
next_group(struct bytes fields, size_t *from, struct bytes *group)
{
	struct bytes rest = bytes_cut(fields, *from, fields.n), line;
	size_t until = fields.n;

	if (*from >= fields.n)
		return false;
	while (bytes_line(&rest, &line))
		if (bytes_trim(line).n == 0) {
			until = fields.n - rest.n;
			break;
		}
	*group = bytes_cut(fields, *from, until);
	*from = until;
	return true;
}

/* What became of a recipient, the worst last. */
enum fate {
	FATE_NONE, /* no group of a recipient */
	FATE_WELL,
	FATE_LATE,
	FATE_FAILED,
	FATE_FAILED_FOR_GOOD,
};

static enum fate
fate_of(struct arena *a, struct bytes group)
{
	struct bytes action = field(a, group, "action");
	struct code status = code_find(field(a, group, "status"));

	if (field(a, group, "final-recipient").n == 0 &&
	    field(a, group, "original-recipient").n == 0 && action.n == 0)
		return FATE_NONE;
	if (bytes_begin(action, "fail"))
		return status.class == 5 ? FATE_FAILED_FOR_GOOD : FATE_FAILED;
	return bytes_begin(action, "delay") ? FATE_LATE : FATE_WELL;
}

/* The recipient's group of fields that matters: failed before others. */
static struct bytes
worst_group(struct arena *a, struct bytes fields)
{
	struct bytes best = { "", 0 }, group;
	enum fate most = FATE_NONE;
	size_t from = 0;

	while (next_group(fields, &from, &group)) {
		enum fate fate = fate_of(a, group);

		if (fate > most) {
			most = fate;
			best = group;
		}
	}
	return best;
}

/* "ann@example.org, bo@example.org": whom the same befell beside one. */
static const char *
others_of(struct arena *a, struct bytes fields, struct bytes worst,
    const char *but)
{
	enum fate fate = fate_of(a, worst);
	const char *out = "";
	struct bytes group;
	size_t from = 0;
	int n = 0;

	while (n < OTHERS_MOST && next_group(fields, &from, &group)) {
		enum fate its = fate_of(a, group);
		const char *who;

		if (its != fate && (its < FATE_FAILED || fate < FATE_FAILED))
			continue;
		who = typed_address(a, field(a, group, "final-recipient"));
		if (strchr(who, '@') == NULL || strcasecmp(who, but) == 0)
			continue;
		out = arena_fmt(a, "%s%s%s", out, n++ > 0 ? ", " : "", who);
	}
	return out;
}

static const char *
lower(struct arena *a, struct bytes v)
{
	size_t n = 0;
	char *s;

	while (n < v.n && is_letter(v.s[n]))
		n++;
	s = arena_strn(a, v.s, n);
	for (size_t i = 0; i < n; i++)
		s[i] = to_lower(s[i]);
	return s;
}

/* One line for a person. */
static const char *
one_line(struct arena *a, struct bytes v)
{
	char *s;
	size_t n = 0;

	v = bytes_trim(bytes_cut(v, 0, 600));
	s = arena_alloc(a, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		if (!is_blank(v.s[i]))
			s[n++] = v.s[i];
		else if (n > 0 && s[n - 1] != ' ')
			s[n++] = ' ';
	}
	while (n > 0 && ((unsigned char)s[n - 1] & 0xc0) == 0x80 && v.n == 600)
		n--;
	if (n > 0 && v.n == 600 && (unsigned char)s[n - 1] >= 0xc0)
		n--;
	s[n] = '\0';
	return s;
}

/* "smtp; 550 ..." without the type. */
static struct bytes
without_type(struct bytes v)
{
	size_t i = 0;

	while (i < v.n && (is_alnum(v.s[i]) || v.s[i] == '-'))
		i++;
	while (i < v.n && v.s[i] == ' ')
		i++;
	return i < v.n && i < 20 && v.s[i] == ';'
		   ? bytes_trim(bytes_cut(v, i + 1, v.n))
		   : v;
}

/* x.4.7 only says that time ran out. */
static bool
is_late(const struct code *c)
{
	return c->subject == 4 && c->detail == 7;
}

/* The code of the fields: the diagnostic's where Status says little. */
static struct code
field_code(struct report *r, struct bytes group)
{
	struct bytes said = field(r->a, group, "diagnostic-code");
	struct code status = code_find(field(r->a, group, "status"));
	struct code diagnostic = code_find(said);
	struct code reply = code_find(field(r->a, group, "remote-reply"));

	if (status.class == 0 || status.detail < 0)
		return diagnostic.class ? diagnostic : reply;
	if ((code_is_general(&status) || is_late(&status)) &&
	    diagnostic.detail >= 0 && !code_is_general(&diagnostic))
		return diagnostic;
	return status;
}

static bool
is_own(const struct mail *m, const char *addr)
{
	for (size_t i = 0; i < m->to.n; i++)
		if (strcasecmp(m->to.v[i].addr, addr) == 0)
			return true;
	for (size_t i = 0; i < m->from.n; i++)
		if (strcasecmp(m->from.v[i].addr, addr) == 0)
			return true;
	return false;
}

/* Mail systems' own names before the @, and their subjects. */
static bool
is_daemon(const char *name, const char *addr)
{
	static const char *const who[] = { "mailer-daemon", "mailer_daemon",
		"mailerdaemon", "postmaster", "mail-daemon", "maildaemon",
		"mdaemon", "mailer-deamon", "postman", "microsoftexchange",
		"amavis", "smtpd@", "mmdf", "bounce@", "bounces@",
		"double-bounce", "no-reply-bounce", "emailer@", "mail.delivery",
		"mailadmin", "notifier" };
	static const char *const called[] = { "mail delivery",
		"mail administrator", "postmaster", "mailer-daemon",
		"internet mail delivery", "system administrator", "mail system",
		"mailer daemon", "system manager", "delivery subsystem",
		"mail delivery service", "systemadministrator",
		"administrateur syst" };

	for (size_t i = 0; i < sizeof who / sizeof *who; i++)
		if (bytes_begin(bytes_of(addr), who[i]))
			return true;
	for (size_t i = 0; i < sizeof called / sizeof *called; i++)
		if (bytes_begin(bytes_of(name), called[i]))
			return true;
	return false;
}

/* "annlee" alone in a line below "recipients:" is at the daemon's site. */
static const char *
local_recipient(struct report *r)
{
	const char *site =
	    r->m->from.n > 0 ? strrchr(r->m->from.v[0].addr, '@') : NULL;
	struct bytes rest = content(&r->prose);
	struct bytes line;
	bool after = false;

	while (site && bytes_line(&rest, &line)) {
		bool one = false;

		line = bytes_trim(line);
		for (size_t i = 0; i < line.n; i++) {
			one = is_alnum(line.s[i]) || strchr("._-+", line.s[i]);
			if (!one)
				break;
		}
		if (after && one && line.n < 65)
			return arena_fmt(r->a, "%.*s%s", (int)line.n, line.s,
			    site);
		if (line.n > 0)
			after = line.s[line.n - 1] == ':';
	}
	return NULL;
}

/* The first address in the prose that can be the one that failed. */
static const char *
prose_recipient(struct report *r)
{
	struct bytes to = field(r->a, content(&r->returned), "to");
	const char *spare = NULL;
	const char *found;
	size_t at = 0;

	while ((found = code_address(r->a, content(&r->prose), &at))) {
		if (is_daemon("", found))
			continue;
		if (!is_own(r->m, found))
			return found;
		if (!spare)
			spare = found;
	}
	at = 0;
	found = code_address(r->a, to, &at);
	if (found)
		return found;
	found = local_recipient(r);
	if (found)
		return found;
	return spare ? spare : "";
}

static const char *
failed_header(struct report *r)
{
	struct bytes v = head_value(&r->root->head, "x-failed-recipients");
	size_t at = 0;
	const char *found = code_address(r->a, v, &at);

	return found ? found : "";
}

static void
set_about(struct report *r, struct bounce *b)
{
	struct bytes id = field(r->a, content(&r->returned), "message-id");
	const char *open = memchr(id.s, '<', id.n);
	const char *close = memchr(id.s, '>', id.n);

	if (!open || !close || close < open)
		return;
	b->about = arena_strn(r->a, open + 1, (size_t)(close - open - 1));
}

/* The sentence with the code, or the first that says it failed. */
static const char *
prose_reason(struct report *r, const struct code *c)
{
	struct bytes text = content(&r->prose);
	struct bytes rest = text;
	struct bytes line;

	while (bytes_line(&rest, &line)) {
		size_t from = (size_t)(line.s - text.s);

		if (c->class > 0 && c->at >= from && c->at < from + line.n)
			return one_line(r->a, line);
		if (c->class == 0 && words_failed(line))
			return one_line(r->a, line);
	}
	return "";
}

static void
judge(struct report *r, struct bounce *b, struct bytes group)
{
	struct bytes said = without_type(field(r->a, group, "diagnostic-code"));
	struct code c = field_code(r, group);
	struct code in_prose = code_find(content(&r->prose));

	b->action = lower(r->a, field(r->a, group, "action"));
	b->reason = one_line(r->a, said);
	if (c.class == 0 ||
	    (code_is_general(&c) && in_prose.detail >= 0 &&
		!code_is_general(&in_prose) && in_prose.class == c.class))
		c = in_prose;
	/* A report about a report: what the inner one says. */
	if (c.class == 0)
		c = code_find(field(r->a, content(&r->returned), "status"));
	b->status = code_text(r->a, &c);
	if (b->reason[0] == '\0')
		b->reason = prose_reason(r, &in_prose);
	if (b->action[0] == '\0' && group.n > 0 && c.class == 2)
		b->action = "delivered";
	if (b->action[0] == '\0')
		b->action =
		    words_delayed(content(&r->prose)) ? "delayed" : "failed";
	if (strcmp(b->action, "delayed") == 0)
		b->permanent = false; /* RFC 3464, 2.3.3: it goes on */
	else if (c.class == 4 || c.class == 5)
		b->permanent = c.class == 5;
	else
		b->permanent = strcmp(b->action, "failed") == 0 &&
			       !words_temporary(content(&r->prose));
}

/* What stands in a header as it came may be no UTF-8. */
static const char *
as_text(struct arena *a, const char *s)
{
	struct buf good = { 0 };

	if (text_valid(s, strlen(s)))
		return s;
	text_repair(&good, s, strlen(s));
	s = arena_str(a, buf_text(&good));
	buf_free(&good);
	return s;
}

static struct bounce *
make(struct report *r)
{
	struct bounce *b = arena_alloc(r->a, sizeof *b);
	struct bytes group = worst_group(r->a, content(&r->fields));

	if (group.n == 0)
		group = worst_group(r->a, content(&r->prose));
	b->about = "";
	judge(r, b, group);
	b->recipient =
	    typed_address(r->a, field(r->a, group, "final-recipient"));
	if (!strchr(b->recipient, '@'))
		b->recipient = typed_address(r->a,
		    field(r->a, group, "original-recipient"));
	if (!strchr(b->recipient, '@'))
		b->recipient = failed_header(r);
	if (!strchr(b->recipient, '@'))
		b->recipient = prose_recipient(r);
	set_about(r, b);
	b->also = as_text(r->a,
	    others_of(r->a, content(&r->fields), group, b->recipient));
	b->recipient = as_text(r->a, b->recipient);
	b->status = as_text(r->a, b->status);
	b->reason = as_text(r->a, b->reason);
	b->about = as_text(r->a, b->about);
	return b;
}

static bool
named_daemon(const struct report *r)
{
	const struct bytes *from = head_first(&r->root->head, "from");

	if (from && bytes_same(bytes_trim(*from), "<>"))
		return true;
	for (size_t i = 0; i < r->m->from.n; i++)
		if (is_daemon(r->m->from.v[i].name, r->m->from.v[i].addr))
			return true;
	return false;
}

/* No return path: from a daemon, or from a robot that wants no answer. */
static bool
has_no_path(const struct report *r)
{
	const struct bytes *path = head_first(&r->root->head, "return-path");

	return path && (path->n == 0 || bytes_same(*path, "<>"));
}

/* An answering machine says so itself, and it is no daemon. */
static bool
is_answer(const struct report *r)
{
	struct bytes why = bytes_of(r->m->automatic_why);

	return (bytes_begin(why, "auto-submitted: auto-replied") ||
		   bytes_begin(why, "x-auto") || bytes_begin(why, "subject")) &&
	       r->fields.len == 0 &&
	       !words_subject_strong(bytes_of(r->m->subject));
}

/* Is there a mail in it that somebody had sent? */
static bool
brings_back(const struct report *r)
{
	struct bytes mail = content(&r->returned);

	return field(r->a, mail, "message-id").n > 0 ||
	       (field(r->a, mail, "from").n > 0 &&
		   field(r->a, mail, "to").n > 0);
}

static bool
is_bounce(const struct report *r)
{
	struct bytes subject = bytes_of(r->m->subject);
	struct bytes prose = content(&r->prose);

	if (r->fields.len > 0 &&
	    (bytes_find(content(&r->fields), "action:") != (size_t)-1 ||
		bytes_find(content(&r->fields), "status:") != (size_t)-1))
		return true;
	if (r->other_report)
		return false;
	if (bytes_find(prose, "notificationtype\\\":\\\"bounce") !=
		(size_t)-1 ||
	    bytes_find(prose, "notificationtype\":\"bounce") != (size_t)-1)
		return true; /* Amazon's notice in JSON */
	if (head_first(&r->root->head, "x-failed-recipients"))
		return true;
	if (!named_daemon(r) && is_answer(r))
		return false;
	/* The prose of ordinary mail is not searched for all these words. */
	if (r->is_report && (words_subject(subject) || words_failed(prose)))
		return true;
	if (named_daemon(r))
		return words_subject(subject) || words_failed(prose);
	if (has_no_path(r) && brings_back(r))
		return words_subject(subject) || words_failed(prose);
	/* "The parcel was undeliverable" is what customers write, too. */
	return words_subject_strong(subject) && words_failed(prose) &&
	       brings_back(r);
}

/* Delivered, relayed: a receipt and no failure; the thread is not told. */
static bool
is_receipt(const struct bounce *b)
{
	return strcmp(b->action, "delivered") == 0 ||
	       strcmp(b->action, "relayed") == 0 ||
	       strcmp(b->action, "expanded") == 0;
}

/* Does the recipient ask for an answer?  A guest list, and no failure. */
static bool
is_challenge(const struct mail *m, const struct bounce *b)
{
	for (size_t i = 0; i < m->reply_to.n; i++)
		if (strcasecmp(m->reply_to.v[i].addr, b->recipient) == 0)
			return true;
	return false;
}

struct bounce *
bounce_find(struct arena *a, struct node *root, const struct mail *m)
{
	struct report r = { .a = a, .root = root, .m = m };
	struct bounce *b = NULL;

	gather(&r, root);
	split_text(&r);
	if (is_bounce(&r))
		b = make(&r);
	if (b && is_challenge(m, b))
		b = NULL;
	if (b && is_receipt(b))
		b->permanent = false;
	buf_free(&r.fields);
	buf_free(&r.prose);
	buf_free(&r.returned);
	return b;
}
