/*
 * imap_idle.c -- waiting for the server to say something.
 *
 * By hand, not by libetpan: it sleeps over news that came in the same packet
 * as the "+", hangs on news before it, and crashes where nothing is selected.
 * What the news are does not matter here; the caller looks at the mailbox.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/imap_inside.h"

struct idle {
	struct imap *s;
	MMAPString *line;
	char tag[16];
	bool accepted; /* "+" was seen */
	bool news;
	bool done; /* the tagged answer was seen */
	bool refused;
};

/* Does an untagged line mean that the mailbox changed? */
static bool
is_news(const char *line)
{
	if (strncmp(line, "* ", 2) != 0)
		return false;
	/* "* OK Still here" only keeps the line warm. */
	return strncasecmp(line + 2, "OK", 2) != 0 &&
	       strncasecmp(line + 2, "BYE", 3) != 0;
}

static int
idle_line(struct idle *i, struct err *e)
{
	struct imap *s = i->s;
	const char *line;
	size_t len = strlen(i->tag);

	transport_begin(s->low);
	if (mailstream_read_line(s->im->imap_stream, i->line) == NULL)
		return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
	line = i->line->str;
	if (line[0] == '+') {
		i->accepted = true;
	} else if (strncmp(line, i->tag, len) == 0) {
		i->done = true;
		i->refused = strncasecmp(line + len, " OK", 3) != 0;
	} else if (strncasecmp(line, "* BYE", 5) == 0) {
		s->dead = true;
		return err_set(e, ERR_RETRY, 0,
		    "%s: the server ended the session", s->account->imap.host);
	} else if (is_news(line)) {
		i->news = true;
	}
	return 0;
}

static int
idle_send(struct imap *s, const char *text, struct err *e)
{
	mailstream *stream = s->im->imap_stream;

	transport_begin(s->low);
	if (mailstream_write(stream, text, strlen(text)) >= 0 &&
	    mailstream_flush(stream) >= 0)
		return 0;
	return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
}

/* The line until news, a wake or the end of the time. */
static int
idle_wait(struct idle *i, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	struct imap *s = i->s;
	int r;

	*what = IMAP_NEWS;
	while (!i->news && !i->done) {
		/* Bytes in the stream's buffer are invisible to poll. */
		r = s->im->imap_stream->read_buffer_len > 0
			? 1
			: transport_wait(s->low, wake_fd, ms);
		if (r < 0)
			return imap_result(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
		if (r == 1) {
			if (idle_line(i, e) < 0)
				return -1;
			continue;
		}
		*what = r == 2 ? IMAP_WAKE : IMAP_TIME;
		break;
	}
	return 0;
}

static int
idle_run(struct idle *i, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	char command[32];

	snprintf(command, sizeof(command), "%s IDLE\r\n", i->tag);
	if (idle_send(i->s, command, e) < 0)
		return -1;
	while (!i->accepted && !i->done)
		if (idle_line(i, e) < 0)
			return -1;
	if (!i->done && idle_wait(i, wake_fd, ms, what, e) < 0)
		return -1;
	if (!i->done && idle_send(i->s, "DONE\r\n", e) < 0)
		return -1;
	while (!i->done)
		if (idle_line(i, e) < 0)
			return -1;
	if (i->news)
		*what = IMAP_NEWS;
	if (i->refused && !i->accepted)
		return err_set(e, ERR_REFUSED, 0, "%s: IDLE was refused",
		    i->s->account->imap.host);
	return 0;
}

/* Without IDLE: only wait; whoever called looks at the mailbox then. */
static int
wait_only(struct imap *s, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	int r = transport_wait(s->low, wake_fd, ms);

	if (r < 0)
		return imap_result(s, MAILIMAP_ERROR_STREAM, "waiting", e);
	*what = r == 1 ? IMAP_NEWS : r == 2 ? IMAP_WAKE : IMAP_TIME;
	return imap_noop(s, e);
}

int
imap_idle(struct imap *s, int wake_fd, int ms, enum imap_woke *what,
    struct err *e)
{
	struct idle i = { .s = s };
	int rc;

	*what = IMAP_TIME;
	if (s->dead)
		return err_set(e, ERR_RETRY, 0, "%s: the session is over",
		    s->account->imap.host);
	if (!imap_can(s, "IDLE"))
		return wait_only(s, wake_fd, ms, what, e);
	i.line = mmap_string_new("");
	if (i.line == NULL)
		return err_set(e, ERR_SYSTEM, 0, "out of memory");
	snprintf(i.tag, sizeof(i.tag), "i%d", ++s->idles);
	rc = idle_run(&i, wake_fd, ms, what, e);
	mmap_string_free(i.line);
	return rc;
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
