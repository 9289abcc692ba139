/*
 * imap_change.c -- flags, copies and moves.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mutf7.h"
#include "base/text.h"
#include "desk/keyword.h"
#include "mail/imap_inside.h"

/* ---- flags ---- */

static int
store_flag(struct imap *s, const char *set, const char *name, bool on,
    struct err *e)
{
	struct buf command = { 0 };
	int rc;

	if (!imap_set_ok(set))
		return err_set(e, ERR_USAGE, 0, "\"%.40s\" is no set of UIDs",
		    set);
	buf_fmt(&command, "UID STORE %s %cFLAGS.SILENT (%s)", set,
	    on ? '+' : '-', name);
	rc = imap_run(s, &command, "STORE", e);
	buf_free(&command);
	return rc;
}

int
imap_flag(struct imap *s, const char *set, unsigned flag, bool on,
    struct err *e)
{
	return store_flag(s, set, imap_flag_name(flag), on, e);
}

int
imap_keywords(struct imap *s, const char *set, const char *words, bool on,
    struct err *e)
{
	struct arena a = { 0 };
	bool well = *words != '\0';

	for (const char *p = words; well && *p != '\0';) {
		size_t n = strcspn(p, " ");

		well = keyword_is_atom(arena_strn(&a, p, n));
		p += n + (p[n] == ' ');
	}
	arena_free(&a);
	if (!well)
		return err_set(e, ERR_USAGE, 0,
		    "a keyword has a character that IMAP does not allow");
	return store_flag(s, set, words, on, e);
}

/* As it is called there: the mailbox whose name is the tag's, or so. */
static const char *
label_of(struct arena *a, const char *word, const struct imap_box *box,
    size_t n)
{
	const char *tag = keyword_tag(a, word);

	for (size_t i = 0; tag != NULL && i < n; i++) {
		const char *other = keyword_of_label(a, box[i].name);

		if (box[i].role == ROLE_NONE && other != NULL &&
		    keyword_is(other, tag))
			return box[i].name;
	}
	return keyword_label(a, word);
}

int
imap_labels(struct imap *s, const char *set, const char *words, bool on,
    const struct imap_box *box, size_t n, struct err *e)
{
	struct buf command = { 0 };
	struct arena a = { 0 };
	const char *gap = "";
	int rc = 0;

	if (!imap_set_ok(set))
		return err_set(e, ERR_USAGE, 0, "\"%.40s\" is no set of UIDs",
		    set);
	buf_fmt(&command, "UID STORE %s %cX-GM-LABELS.SILENT (", set,
	    on ? '+' : '-');
	for (const char *p = words; rc == 0 && *p != '\0';) {
		size_t len = strcspn(p, " ");
		const char *word = arena_strn(&a, p, len);

		buf_str(&command, gap);
		rc = imap_quote_box(&command,
		    on ? label_of(&a, word, box, n) : keyword_label(&a, word),
		    e);
		gap = " ";
		p += len + (p[len] == ' ');
	}
	buf_chr(&command, ')');
	if (rc == 0)
		rc = imap_run(s, &command, "STORE", e);
	buf_free(&command);
	arena_free(&a);
	return rc;
}

/* ---- moving ---- */

static int
run_with_box(struct imap *s, const char *verb, const char *set, const char *to,
    struct err *e)
{
	struct buf command = { 0 };
	int rc;

	if (!imap_set_ok(set))
		return err_set(e, ERR_USAGE, 0, "\"%.40s\" is no set of UIDs",
		    set);
	buf_fmt(&command, "UID %s %s ", verb, set);
	rc = imap_quote_box(&command, to, e);
	if (rc == 0)
		rc = imap_run(s, &command, verb, e);
	buf_free(&command);
	if (rc < 0 && e->kind == ERR_REFUSED &&
	    s->im->imap_response_info != NULL &&
	    s->im->imap_response_info->rsp_trycreate)
		err_set(e, ERR_MISSING, 0, "%s has no mailbox %s",
		    s->account->imap.host, to);
	return rc;
}

int
imap_remove(struct imap *s, const char *set, struct err *e)
{
	struct buf command = { 0 };
	int rc;

	if (imap_flag(s, set, MAIL_DELETED, true, e) < 0)
		return -1;
	if (!imap_can(s, "UIDPLUS"))
		return 0;
	buf_fmt(&command, "UID EXPUNGE %s", set);
	rc = imap_run(s, &command, "EXPUNGE", e);
	buf_free(&command);
	return rc;
}

int
imap_copy(struct imap *s, const char *set, const char *to, struct err *e)
{
	return run_with_box(s, "COPY", set, to, e);
}

int
imap_move(struct imap *s, const char *set, const char *to, struct err *e)
{
	if (imap_can(s, "MOVE"))
		return run_with_box(s, "MOVE", set, to, e);
	if (imap_copy(s, set, to, e) < 0)
		return -1;
	return imap_remove(s, set, e);
}

/* ---- APPEND ---- */

/* " (\Seen) "22-Nov-2026 05:02:37 +0000"" */
static void
append_options(struct buf *out, unsigned flags, int64_t at)
{
	static const char month[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)at;
	struct tm tm;
	const char *gap = "";

	buf_str(out, " (");
	for (unsigned bit = MAIL_SEEN; bit <= MAIL_DRAFT; bit <<= 1)
		if (flags & bit) {
			buf_fmt(out, "%s%s", gap, imap_flag_name(bit));
			gap = " ";
		}
	buf_str(out, ")");
	if (at > 0 && gmtime_r(&t, &tm) != NULL)
		buf_fmt(out, " \"%02d-%.3s-%04d %02d:%02d:%02d +0000\"",
		    tm.tm_mday, month + tm.tm_mon * 3, tm.tm_year + 1900,
		    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* One line of the server; -1 if the line is dead. */
static int
read_reply(struct imap *s, MMAPString *line, struct err *e)
{
	if (mailstream_read_line(s->im->imap_stream, line) != NULL)
		return 0;
	return imap_result(s, MAILIMAP_ERROR_STREAM, "APPEND", e);
}

static int
append_refused(struct imap *s, const char *said, struct err *e)
{
	struct arena a = { 0 };
	const char *host = s->account->imap.host;

	if (strstr(said, "[TRYCREATE]") != NULL)
		err_set(e, ERR_MISSING, 0, "%s has no such mailbox", host);
	else
		err_set(e, ERR_REFUSED, 0, "%s: APPEND was refused:%.100s",
		    host, text_cleaned(&a, said, TEXT_LINE));
	arena_free(&a);
	return -1;
}

/*
 * A literal that waits for "+": libetpan takes the first line for the
 * answer, and a "* 5 EXISTS" before it would end in silence; so by hand.
 */
static int
append_wait(struct imap *s, const char *tag, struct err *e)
{
	MMAPString *line = mmap_string_new("");
	size_t len = strlen(tag);
	int rc = -1;

	if (line == NULL)
		return err_set(e, ERR_SYSTEM, 0, "out of memory");
	while (read_reply(s, line, e) == 0) {
		if (line->str[0] == '+') {
			rc = 0;
			break;
		}
		if (strncmp(line->str, tag, len) != 0)
			continue;
		append_refused(s, line->str + len, e);
		break;
	}
	mmap_string_free(line);
	return rc;
}

/* The UID in "[APPENDUID 38505 3955]" (RFC 4315, 3). */
static uint32_t
append_uid(const char *line)
{
	const char *at = strstr(line, "[APPENDUID ");
	unsigned long validity, uid;

	if (at == NULL ||
	    sscanf(at, "[APPENDUID %lu %lu", &validity, &uid) != 2)
		return 0;
	return (uint32_t)uid;
}

static int
append_answer(struct imap *s, const char *tag, uint32_t *uid, struct err *e)
{
	MMAPString *line = mmap_string_new("");
	size_t len = strlen(tag);
	int rc = -1;

	if (line == NULL)
		return err_set(e, ERR_SYSTEM, 0, "out of memory");
	while (read_reply(s, line, e) == 0) {
		if (strncmp(line->str, tag, len) != 0)
			continue;
		if (strncmp(line->str + len, " OK", 3) == 0) {
			*uid = append_uid(line->str);
			rc = 0;
		} else {
			append_refused(s, line->str + len, e);
		}
		break;
	}
	mmap_string_free(line);
	return rc;
}

static int
append_send(struct imap *s, const void *bytes, size_t n, struct err *e)
{
	mailstream *stream = s->im->imap_stream;

	if (mailstream_write(stream, bytes, n) >= 0 &&
	    mailstream_flush(stream) >= 0)
		return 0;
	return imap_result(s, MAILIMAP_ERROR_STREAM, "APPEND", e);
}

int
imap_append(struct imap *s, const char *name, unsigned flags, int64_t at,
    const void *bytes, size_t n, uint32_t *uid, struct err *e)
{
	struct buf command = { 0 };
	bool at_once =
	    imap_can(s, "LITERAL+") || (imap_can(s, "LITERAL-") && n <= 4096);
	char tag[16];
	int rc;

	*uid = 0;
	if (s->dead)
		return err_set(e, ERR_RETRY, 0, "%s: the session is over",
		    s->account->imap.host);
	snprintf(tag, sizeof(tag), "a%d", ++s->idles);
	buf_fmt(&command, "%s APPEND ", tag);
	rc = imap_quote_box(&command, name, e);
	append_options(&command, flags, at);
	buf_fmt(&command, " {%zu%s}\r\n", n, at_once ? "+" : "");
	transport_begin(s->low);
	if (rc == 0)
		rc = append_send(s, command.data, command.len, e);
	if (rc == 0 && !at_once)
		rc = append_wait(s, tag, e);
	if (rc == 0)
		rc = append_send(s, bytes, n, e);
	if (rc == 0)
		rc = append_send(s, "\r\n", 2, e);
	if (rc == 0)
		rc = append_answer(s, tag, uid, e);
	buf_free(&command);
	return rc;
}
