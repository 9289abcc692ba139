/*
 * imap_idle.c -- waiting for the server to say something.
 *
 * By hand, not by libetpan: it sleeps over news that came in the same packet
 * as the "+", hangs on news before it, and crashes where nothing is selected.
 * What the news are does not matter here, except that VANISHED may be said
 * only once; the caller looks at the mailbox.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/imap_inside.h"

#define LINES_MAX  1000      /* heard at a time, so that others get a turn */
#define HEARD_MAX  (1 << 20) /* bytes without news: this is no server */
#define RANGES_MAX 10000
#define ANSWER_MS  15000 /* for "+", and for the answer to DONE */

bool
imap_idling(const struct imap *s)
{
	return s->idle_tag[0] != '\0';
}

int
imap_fd(const struct imap *s)
{
	return transport_fd(s->low);
}

bool
imap_pending(const struct imap *s)
{
	return s->im->imap_stream->read_buffer_len > 0 ||
	       transport_pending(s->low) > 0;
}

size_t
imap_vanished(struct imap *s, const struct imap_range **v)
{
	size_t n = s->vanished_n;

	*v = s->vanished;
	s->vanished_n = 0;
	return n;
}

/* ---- what is heard ---- */

static void
add_range(struct imap *s, uint32_t first, uint32_t last)
{
	if (s->vanished_n == RANGES_MAX)
		return; /* the pull compares */
	if (s->vanished_n == 0)
		arena_reset(&s->heard);
	s->vanished =
	    arena_grow(&s->heard, s->vanished_n > 0 ? s->vanished : NULL,
		s->vanished_n, sizeof(*s->vanished));
	s->vanished[s->vanished_n++] = (struct imap_range){ first, last };
}

/* "300:310,405": a set of UIDs. */
static void
take_vanished(struct imap *s, const char *set)
{
	while (*set >= '1' && *set <= '9') {
		char *end;
		unsigned long long first = strtoull(set, &end, 10);
		unsigned long long last = first;

		if (*end == ':')
			last = strtoull(end + 1, &end, 10);
		if (first > UINT32_MAX || last > UINT32_MAX || last == 0)
			return;
		add_range(s, (uint32_t)(first < last ? first : last),
		    (uint32_t)(first < last ? last : first));
		set = *end == ',' ? end + 1 : "";
	}
}

/* Does an untagged line mean that the mailbox changed? */
static bool
is_news(struct imap *s, const char *line)
{
	static const char gone[] = "* VANISHED ";

	if (strncmp(line, "* ", 2) != 0)
		return false;
	if (strncasecmp(line, gone, strlen(gone)) == 0)
		take_vanished(s, line + strlen(gone));
	/* "* OK Still here" only keeps the line warm. */
	return strncasecmp(line + 2, "OK", 2) != 0 &&
	       strncasecmp(line + 2, "BYE", 3) != 0;
}

static int
ended(struct imap *s, const char *line, struct err *e)
{
	const char *said = line + strlen("* BYE");

	s->dead = true;
	return err_set(e, ERR_RETRY, 0, "%s: the server ended the session:%.*s",
	    s->account->imap.host, (int)strcspn(said, "\r\n"), said);
}

enum heard { HEARD_OTHER, HEARD_GO, HEARD_OK, HEARD_NO };

/* One line; -1 when the session is over. */
static int
hear_line(struct imap *s, enum heard *what, bool *news, struct err *e)
{
	size_t len = strlen(s->idle_tag);
	const char *line;

	*what = HEARD_OTHER;
	transport_begin(s->low);
	transport_allow(s->low, ANSWER_MS);
	if (mailstream_read_line(s->im->imap_stream, s->idle_line) == NULL)
		return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
	line = s->idle_line->str;
	s->idle_heard += s->idle_line->len;
	imap_alert_line(s, line);
	if (line[0] == '+')
		*what = HEARD_GO;
	else if (strncmp(line, s->idle_tag, len) == 0)
		*what = strncasecmp(line + len, " OK", 3) == 0 ? HEARD_OK
							       : HEARD_NO;
	else if (strncasecmp(line, "* BYE", 5) == 0)
		return ended(s, line, e);
	else if (is_news(s, line))
		*news = true;
	if (s->idle_heard <= HEARD_MAX)
		return 0;
	s->dead = true;
	return err_set(e, ERR_PEER, 0, "%s: the server talks without end",
	    s->account->imap.host);
}

static int
say(struct imap *s, const char *text, struct err *e)
{
	mailstream *stream = s->im->imap_stream;

	transport_begin(s->low);
	if (mailstream_write(stream, text, strlen(text)) >= 0 &&
	    mailstream_flush(stream) >= 0)
		return 0;
	return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
}

/* ---- the steps ---- */

static int
refused(struct imap *s, struct err *e)
{
	s->idle_tag[0] = '\0';
	return err_set(e, ERR_REFUSED, 0, "%s: IDLE was refused",
	    s->account->imap.host);
}

int
imap_idle_begin(struct imap *s, bool *news, struct err *e)
{
	char command[32];
	enum heard what;

	if (s->dead)
		return err_set(e, ERR_RETRY, 0, "%s: the session is over",
		    s->account->imap.host);
	if (!imap_can(s, "IDLE"))
		return refused(s, e);
	if (s->idle_line == NULL &&
	    (s->idle_line = mmap_string_new("")) == NULL)
		return err_set(e, ERR_SYSTEM, 0, "out of memory");
	snprintf(s->idle_tag, sizeof(s->idle_tag), "i%d", ++s->idles);
	s->idle_heard = 0;
	snprintf(command, sizeof(command), "%s IDLE\r\n", s->idle_tag);
	if (say(s, command, e) < 0)
		return -1;
	do {
		if (hear_line(s, &what, news, e) < 0)
			return -1;
	} while (what == HEARD_OTHER);
	if (what == HEARD_NO)
		return refused(s, e);
	/* It is over before it began: there is something to look at. */
	if (what == HEARD_OK) {
		s->idle_tag[0] = '\0';
		*news = true;
	}
	return 0;
}

int
imap_idle_hear(struct imap *s, bool *news, struct err *e)
{
	enum heard what;

	for (int i = 0; i < LINES_MAX && imap_idling(s); i++) {
		if (s->im->imap_stream->read_buffer_len == 0) {
			int r = transport_look(s->low);

			if (r < 0)
				return imap_result(s, MAILIMAP_ERROR_STREAM,
				    "IDLE", e);
			if (r == 0)
				break;
		}
		if (hear_line(s, &what, news, e) < 0)
			return -1;
		/* The server ended it by itself. */
		if (what == HEARD_OK || what == HEARD_NO) {
			s->idle_tag[0] = '\0';
			*news = true;
		}
	}
	return 0;
}

int
imap_idle_end(struct imap *s, bool *news, struct err *e)
{
	enum heard what = HEARD_OTHER;

	if (!imap_idling(s))
		return 0;
	if (say(s, "DONE\r\n", e) < 0)
		return -1;
	while (what != HEARD_OK && what != HEARD_NO)
		if (hear_line(s, &what, news, e) < 0)
			return -1;
	s->idle_tag[0] = '\0';
	return 0;
}

/* ---- all at once ---- */

/* The line until news, a wake or the end of the time. */
static int
wait_here(struct imap *s, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	bool news = false;
	int r;

	*what = IMAP_NEWS;
	while (!news && imap_idling(s)) {
		r = imap_pending(s) ? 1 : transport_wait(s->low, wake_fd, ms);
		if (r < 0)
			return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
		if (r != 1) {
			*what = r == 2 ? IMAP_WAKE : IMAP_TIME;
			break;
		}
		if (imap_idle_hear(s, &news, e) < 0)
			return -1;
	}
	return 0;
}

int
imap_idle(struct imap *s, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	bool news = false;

	*what = IMAP_TIME;
	if (imap_idle_begin(s, &news, e) < 0)
		return -1;
	if (!news && wait_here(s, wake_fd, ms, what, e) < 0)
		return -1;
	if (imap_idle_end(s, &news, e) < 0)
		return -1;
	if (news)
		*what = IMAP_NEWS;
	return 0;
}

int
imap_noop(struct imap *s, struct err *e)
{
	struct buf command = { 0 };
	int rc;

	buf_str(&command, "NOOP");
	rc = imap_run(s, &command, "NOOP", e);
	buf_free(&command);
	return rc;
}
