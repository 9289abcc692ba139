#include "mail/submit_inside.h"

#include <string.h>
#include <strings.h>

/* A server that talks without end is not listened to. */
#define REPLY_MAX 2000

static bool
begins(const char *line, size_t n, const char *verb)
{
	size_t len = strlen(verb);

	return n >= len && strncasecmp(line, verb, len) == 0;
}

static const struct {
	const char *verb;
	enum stage stage;
} verbs[] = {
	{ "EHLO", STAGE_HELLO },
	{ "HELO", STAGE_HELLO },
	{ "STARTTLS", STAGE_TLS },
	{ "AUTH", STAGE_LOGIN },
	{ "NOOP", STAGE_PROBE },
	{ "MAIL FROM", STAGE_MAIL },
	{ "RCPT TO", STAGE_RCPT },
	{ "DATA", STAGE_DATA },
};

/*
 * A line of ours.  What is none of the verbs is the answer to a challenge,
 * or what libcurl says after its own heart; the stage stays.
 */
static void
said(struct submit *s, const char *line, size_t n)
{
	if (begins(line, n, "QUIT")) {
		/* The answer to the dot stays the one that counts. */
		if (s->stage != STAGE_DOT)
			s->stage = STAGE_QUIT;
		hush(s);
		return;
	}
	if (s->stage >= STAGE_BODY)
		return;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!begins(line, n, verbs[i].verb))
			continue;
		s->stage = verbs[i].stage;
		if (s->stage == STAGE_HELLO)
			s->utf8 = false;
		s->reply.code = 0;
		s->fresh = true;
		if (s->stage == STAGE_RCPT)
			s->recipient++;
		return;
	}
}

/* The last line of a reply has come. */
static void
replied(struct submit *s)
{
	if (s->stage == STAGE_RCPT && s->recipient >= 1 &&
	    s->recipient <= s->n) {
		struct reply *r = &s->of[s->recipient - 1];

		r->code = s->reply.code;
		buf_clear(&r->text);
		buf_str(&r->text, buf_text(&s->reply.text));
	}
	if (s->stage == STAGE_DATA && s->reply.code == 354)
		s->stage = STAGE_BODY;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

/* A line of the server's: "250-text" or, at the end, "250 text". */
static void
heard(struct submit *s, const char *line, size_t n)
{
	int code = 0;

	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n < 3 || s->stage == STAGE_QUIT)
		return;
	for (int i = 0; i < 3; i++) {
		if (digit(line[i]) < 0)
			return;
		code = code * 10 + digit(line[i]);
	}
	if (s->stage == STAGE_HELLO && code == 250 && n == 12 &&
	    strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
		s->utf8 = true;
	/* What comes after the answer to the dot changes nothing. */
	if (s->stage == STAGE_DOT && s->reply.code != 0)
		return;
	if (s->fresh) {
		buf_clear(&s->reply.text);
		s->reply.code = 0;
		s->fresh = false;
	}
	if (s->reply.text.len + n < REPLY_MAX) {
		if (s->reply.text.len > 0)
			buf_chr(&s->reply.text, ' ');
		buf_add(&s->reply.text, line + (n > 4 ? 4 : n),
		    n > 4 ? n - 4 : 0);
	}
	if (n > 3 && line[3] == '-')
		return;
	s->reply.code = code;
	s->fresh = true;
	replied(s);
}

int
follow(CURL *curl, curl_infotype kind, char *data, size_t n, void *arg)
{
	struct submit *s = arg;

	(void)curl;
	if (kind == CURLINFO_HEADER_OUT)
		said(s, data, n);
	while (kind == CURLINFO_HEADER_IN && n > 0) {
		char *end = memchr(data, '\n', n);
		size_t len = end ? (size_t)(end - data) + 1 : n;

		heard(s, data, len);
		data += len;
		n -= len;
	}
	return 0;
}
