#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

static void (*log_sink)(void *arg, enum log_level level, const char *line);
static void *log_arg;
static int log_is_quiet;

static int
wanted(enum log_level level)
{
	if (level == LOG_DEBUG)
		return getenv("SHOPBELL_DEBUG") != NULL;
	return level == LOG_ERROR || !log_is_quiet;
}

/* One write, so that lines of two processes do not mix. */
static void
to_stderr(struct buf *line)
{
	size_t done = 0;

	buf_chr(line, '\n');
	while (done < line->len) {
		ssize_t n =
		    write(STDERR_FILENO, line->data + done, line->len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
}

static void
emit(enum log_level level, const char *text, size_t n)
{
	struct buf line = { 0 };

	if (log_sink != NULL) {
		text_clean(&line, text, n, TEXT_LINE);
		log_sink(log_arg, level, buf_text(&line));
	} else {
		buf_str(&line, "shopbell: ");
		text_clean(&line, text, n, TEXT_LINE);
		to_stderr(&line);
	}
	buf_free(&line);
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	if (!wanted(level))
		return;
	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	emit(level, buf_text(&text), text.len);
	buf_free(&text);
}

void
log_err(const struct err *e)
{
	/* Without a text it was told before. */
	if (e->text[0] != '\0')
		emit(LOG_ERROR, e->text, strlen(e->text));
}

void
log_to(void (*sink)(void *arg, enum log_level level, const char *line),
    void *arg)
{
	log_sink = sink;
	log_arg = arg;
}

void
log_quiet(int quiet)
{
	log_is_quiet = quiet;
}
