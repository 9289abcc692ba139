/*
 * imap_run.c -- one command out, one answer in, and what it means.
 */
#include "mail/imap_inside.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mutf7.h"
#include "base/text.h"

#define BROKEN 1000 /* a code beyond those of libetpan */

int
imap_quote(struct buf *out, const char *text, struct err *e)
{
	size_t was = out->len;

	buf_chr(out, '"');
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c == 0x7f) {
			buf_cut(out, was);
			return err_set(e, ERR_USAGE, 0,
			    "a name with a "
			    "control character cannot be sent to a server");
		}
		if (c == '"' || c == '\\')
			buf_chr(out, '\\');
		buf_chr(out, *p);
	}
	buf_chr(out, '"');
	return 0;
}

int
imap_quote_box(struct buf *out, const char *name, struct err *e)
{
	struct buf wire = { 0 };
	int rc;

	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return err_set(e, ERR_USAGE, 0,
			    "a mailbox name with "
			    "a control character cannot be sent");
	if (mutf7_wire(&wire, name) < 0) {
		buf_free(&wire);
		return err_set(e, ERR_USAGE, 0,
		    "a mailbox name is not valid UTF-8");
	}
	rc = imap_quote(out, buf_text(&wire), e);
	buf_free(&wire);
	return rc;
}

bool
imap_set_ok(const char *set)
{
	return *set >= '1' && *set <= '9' &&
	       strspn(set, "0123456789:,*") == strlen(set) &&
	       strlen(set) <= 8000;
}

/* ---- what the server said ---- */

/* "* BYE text" among the lines of an answer that was cut short. */
static const char *
last_bye(const struct imap *s)
{
	const MMAPString *lines = s->im->imap_stream_buffer;
	const char *found = NULL;

	if (lines == NULL || lines->str == NULL)
		return NULL;
	for (const char *p = lines->str; (p = strstr(p, "* BYE")) != NULL; p++)
		if (p == lines->str || p[-1] == '\n')
			found = p + 5;
	return found;
}

/*
 * The first line of text, cleaned, for the end of a message.  How long it
 * asks to be left alone matters more than the excuses before it.
 */
static void
put_said(char *to, size_t size, const char *text)
{
	const char *asks = strcasestr(text, "suggested backoff");
	struct buf clean = { 0 };

	if (asks != NULL && (size_t)(asks - text) > size / 2 &&
	    strcspn(text, "\r\n") > (size_t)(asks - text))
		text = asks;
	while (*text == ' ')
		text++;
	text_clean(&clean, text, strcspn(text, "\r\n"), TEXT_LINE);
	snprintf(to, size, "%.*s", (int)(size - 1), buf_text(&clean));
	buf_free(&clean);
}

/* Does it say one of these codes (RFC 5530), or one of these words? */
static bool
says(const struct imap *s, const char *const *codes, const char *const *words)
{
	const struct mailimap_response_info *info = s->im->imap_response_info;
	const char *text = s->im->imap_response;

	if (info != NULL && info->rsp_atom != NULL)
		for (size_t i = 0; codes[i] != NULL; i++)
			if (strcasecmp(info->rsp_atom, codes[i]) == 0)
				return true;
	for (size_t i = 0; text != NULL && words[i] != NULL; i++)
		if (strcasestr(text, words[i]) != NULL)
			return true;
	return false;
}

/* "Leave me alone for a while", as big providers say it. */
static bool
asks_quiet(const struct imap *s)
{
	static const char *const codes[] = { "UNAVAILABLE", "LIMIT",
		"THROTTLED", NULL };
	static const char *const words[] = { "try again", "suggested backoff",
		"throttl", "too many", "temporar", "busy", "bandwidth",
		"unavailable", "authenticated but not connected", NULL };

	return says(s, codes, words);
}

/* Something over there is broken, mostly what was asked for alone. */
static bool
is_broken(const struct imap *s)
{
	static const char *const codes[] = { "INUSE", "SERVERBUG", "OVERQUOTA",
		"CONTACTADMIN", NULL };
	static const char *const words[] = { "internal error", NULL };

	return says(s, codes, words);
}

/* All that means "not now". */
static bool
sounds_temporary(const struct imap *s)
{
	return asks_quiet(s) || is_broken(s);
}

bool
imap_is_broken(const struct err *e)
{
	return e->kind == ERR_RETRY && e->code == BROKEN;
}

bool
imap_no_such(const struct imap *s)
{
	const struct mailimap_response_info *info = s->im->imap_response_info;

	if (info == NULL)
		return false;
	if (info->rsp_trycreate)
		return true;
	if (info->rsp_atom != NULL)
		return strcasecmp(info->rsp_atom, "NONEXISTENT") == 0;
	return !sounds_temporary(s);
}

/* ---- what a person must be told (RFC 3501, 7.1) ---- */

const char *
imap_alert(const struct imap *s)
{
	return buf_text(&s->alert);
}

void
imap_alert_line(struct imap *s, const char *line)
{
	static const char code[] = "[ALERT]";
	const char *at = strcasestr(line, code);

	if (at == NULL || at > line + strcspn(line, "\r\n"))
		return;
	at += strlen(code);
	buf_clear(&s->alert);
	while (*at == ' ')
		at++;
	text_clean(&s->alert, at, strcspn(at, "\r\n"), TEXT_LINE);
}

static void
alert_keep(struct imap *s)
{
	const struct mailimap_response_info *info = s->im->imap_response_info;
	const char *text = info != NULL ? info->rsp_alert : NULL;

	if (text == NULL || text[0] == '\0')
		return;
	buf_clear(&s->alert);
	text_clean(&s->alert, text, strcspn(text, "\r\n"), TEXT_LINE);
}

/* ---- results of libetpan ---- */

static int
cut(struct imap *s, const char *what, struct err *e)
{
	const char *bye = last_bye(s);
	char said[160];

	s->dead = true;
	if (s->refused) {
		/* It was our own taker that ended it. */
		*e = *s->taken;
		return -1;
	}
	if (bye != NULL) {
		put_said(said, sizeof(said), bye);
		return err_set(e, ERR_RETRY, 0,
		    "%s: the server ended the "
		    "session: %s",
		    s->account->imap.host, said);
	}
	transport_why(s->low, e);
	return what[0] != '\0' ? err_in(e, "%s", what) : -1;
}

static int
nonsense(struct imap *s, int r, const char *what, struct err *e)
{
	const char *text = s->im->imap_response;
	char said[140] = "";

	s->dead = true;
	if (s->refused) {
		*e = *s->taken;
		return -1;
	}
	if (r == MAILIMAP_ERROR_PROTOCOL && text != NULL &&
	    sounds_temporary(s)) {
		/* BAD, as Exchange says it; nothing is wrong with the mail. */
		put_said(said, sizeof(said), text);
		s->dead = false;
		return err_set(e, ERR_RETRY, r, "%s: %s: %s",
		    s->account->imap.host, what, said);
	}
	if (r == MAILIMAP_ERROR_PROTOCOL && text != NULL) {
		put_said(said, sizeof(said), text);
		return err_set(e, ERR_PEER, r,
		    "%s: %s: the server answers: "
		    "%s",
		    s->account->imap.host, what, said);
	}
	return err_set(e, ERR_PEER, r,
	    "%s: %s: the server's answer cannot be understood",
	    s->account->imap.host, what);
}

int
imap_result(struct imap *s, int r, const char *what, struct err *e)
{
	char said[140] = "";

	alert_keep(s);
	switch (r) {
	case MAILIMAP_NO_ERROR:
	case MAILIMAP_NO_ERROR_AUTHENTICATED:
	case MAILIMAP_NO_ERROR_NON_AUTHENTICATED:
		return 0;
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_FATAL:
	case MAILIMAP_ERROR_CONNECTION_REFUSED:
		return cut(s, what, e);
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_NEEDS_MORE_DATA:
		if (transport_dead(s->low))
			return cut(s, what, e);
		return nonsense(s, r, what, e);
	case MAILIMAP_ERROR_MEMORY:
		s->dead = true;
		return err_set(e, ERR_SYSTEM, r, "%s: out of memory", what);
	default:
		break;
	}
	if (s->im->imap_response != NULL)
		put_said(said, sizeof(said), s->im->imap_response);
	if (sounds_temporary(s) && !asks_quiet(s))
		r = BROKEN;
	return err_set(e, sounds_temporary(s) ? ERR_RETRY : ERR_REFUSED, r,
	    "%s: %s: %s", s->account->imap.host, what,
	    said[0] != '\0' ? said : "refused by the server");
}

int
imap_login_result(struct imap *s, int r, const char *what, struct err *e)
{
	char said[120] = "";

	if (imap_result(s, r, "login", e) == 0)
		return 0;
	if (e->kind != ERR_REFUSED)
		return -1;
	if (s->im->imap_response != NULL)
		put_said(said, sizeof(said), s->im->imap_response);
	/* "BAD": not what was said is wrong, but how, or the server. */
	if (s->im->imap_response_info != NULL &&
	    s->im->imap_response_info->rsp_atom != NULL &&
	    strcmp(s->im->imap_response_info->rsp_atom, "BAD") == 0) {
		s->dead = true;
		return err_set(e, ERR_PEER, r, "%s: login: the server says: %s",
		    s->account->imap.host, said);
	}
	if (r == MAILIMAP_ERROR_SASL)
		return err_set(e, ERR_CONFIG, r,
		    "%s: the SASL library cannot "
		    "log in: install libsasl2-modules",
		    s->account->imap.host);
	return err_set(e, ERR_DENIED, 0,
	    "%s does not accept the user or %s of account %s: %s",
	    s->account->imap.host, what, s->account->title, said);
}

int
imap_run(struct imap *s, const struct buf *command, const char *what,
    struct err *e)
{
	int r;

	if (s->dead)
		return err_set(e, ERR_RETRY, 0, "%s: the session is over",
		    s->account->imap.host);
	transport_begin(s->low);
	transport_expect(s->low, s->most);
	transport_trim(s->low);
	r = mailimap_custom_command(s->im, buf_text(command));
	return imap_result(s, r, what, e);
}

int
imap_ahead(struct imap *s, const struct buf *command, size_t n, struct err *e)
{
	struct buf all = { 0 };
	int rc = 0;

	/* libetpan counts its commands, and tags them so. */
	for (size_t i = 0; i < n; i++)
		buf_fmt(&all, "%d %s\r\n", s->im->imap_tag + 1 + (int)i,
		    buf_text(&command[i]));
	if (!s->dead) {
		transport_begin(s->low);
		rc = transport_ahead(s->low, all.data, all.len);
	}
	buf_free(&all);
	return rc < 0 ? imap_result(s, MAILIMAP_ERROR_STREAM, "", e) : 0;
}

void *
imap_extension(struct imap *s, const void *api, int type, clistiter **cell)
{
	const struct mailimap_response_info *info = s->im->imap_response_info;

	if (*cell == NULL) {
		if (info == NULL || info->rsp_extension_list == NULL)
			return NULL;
		*cell = clist_begin(info->rsp_extension_list);
	} else {
		*cell = clist_next(*cell);
	}
	for (; *cell != NULL; *cell = clist_next(*cell)) {
		struct mailimap_extension_data *x = clist_content(*cell);

		if (x != NULL && x->ext_extension == api &&
		    x->ext_type == type && x->ext_data != NULL)
			return x->ext_data;
	}
	return NULL;
}

/* ---- flags ---- */

const char *
imap_flag_name(unsigned flag)
{
	switch (flag) {
	case MAIL_SEEN:
		return "\\Seen";
	case MAIL_ANSWERED:
		return "\\Answered";
	case MAIL_FLAGGED:
		return "\\Flagged";
	case MAIL_DELETED:
		return "\\Deleted";
	default:
		return "\\Draft";
	}
}

unsigned
imap_flag_bit(const struct mailimap_flag *f)
{
	switch (f->fl_type) {
	case MAILIMAP_FLAG_ANSWERED:
		return MAIL_ANSWERED;
	case MAILIMAP_FLAG_FLAGGED:
		return MAIL_FLAGGED;
	case MAILIMAP_FLAG_DELETED:
		return MAIL_DELETED;
	case MAILIMAP_FLAG_SEEN:
		return MAIL_SEEN;
	case MAILIMAP_FLAG_DRAFT:
		return MAIL_DRAFT;
	default:
		return 0;
	}
}
