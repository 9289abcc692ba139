#include "mail/imap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/imap_inside.h"

#define STREAM_BUFFER 65536
#define GREETING_MS   20000

bool
imap_alive(const struct imap *s)
{
	return !s->dead && !transport_dead(s->low);
}

const char *
imap_about(const struct imap *s)
{
	return buf_text(&s->about);
}

const char *
imap_selected(const struct imap *s)
{
	return buf_text(&s->selected);
}

/* "AUTH=PLAIN" stands in libetpan's list as a type of its own. */
static bool
capability_is(const struct mailimap_capability *c, const char *name)
{
	if (c->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE)
		return strncasecmp(name, "AUTH=", 5) == 0 &&
		       strcasecmp(name + 5, c->cap_data.cap_auth_type) == 0;
	return strcasecmp(name, c->cap_data.cap_name) == 0;
}

/* Is name a word of text, which begins and ends with a blank? */
static bool
word_in(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = text; (p = strcasestr(p, name)) != NULL; p++)
		if (p > text && p[-1] == ' ' && p[len] == ' ')
			return true;
	return false;
}

bool
imap_can(const struct imap *s, const char *name)
{
	const struct mailimap_connection_info *info =
	    s->im->imap_connection_info;
	clistiter *cell;

	if (info == NULL || info->imap_capability == NULL)
		return word_in(buf_text(&s->greeting), name);
	for (cell = clist_begin(info->imap_capability->cap_list); cell != NULL;
	     cell = clist_next(cell))
		if (capability_is(clist_content(cell), name))
			return true;
	return false;
}

static void
capabilities_forget(struct imap *s)
{
	struct mailimap_connection_info *info = s->im->imap_connection_info;

	buf_clear(&s->greeting);
	if (info == NULL || info->imap_capability == NULL)
		return;
	mailimap_capability_data_free(info->imap_capability);
	info->imap_capability = NULL;
}

/* Ask unless the server has told already. */
static int
capabilities_ask(struct imap *s, struct err *e)
{
	struct mailimap_connection_info *info = s->im->imap_connection_info;
	struct buf command = { 0 };
	int rc;

	if (s->greeting.len > 0 ||
	    (info != NULL && info->imap_capability != NULL))
		return 0;
	buf_str(&command, "CAPABILITY");
	rc = imap_run(s, &command, "CAPABILITY", e);
	buf_free(&command);
	return rc;
}

/* ---- connecting ---- */

/* What stands in "[CAPABILITY ...]" of a greeting. */
static void
greeting_capabilities(struct imap *s, const char *line)
{
	static const char code[] = "[CAPABILITY ";
	const char *at = strcasestr(line, code);

	if (at == NULL)
		return;
	at += strlen(code);
	buf_chr(&s->greeting, ' ');
	buf_add(&s->greeting, at, strcspn(at, "]\r\n"));
	buf_chr(&s->greeting, ' ');
}

/*
 * The greeting, read by hand: libetpan crashes on a list of flags in it that
 * is none, and it comes before anybody is verified by STARTTLS.  PREAUTH
 * where it may not be is refused.
 */
static int
greeting_take(struct imap *s, const char *line, bool secured, struct err *e)
{
	const char *host = s->account->imap.host;
	struct arena a = { 0 };

	imap_alert_line(s, line);
	if (strncasecmp(line, "* OK", 4) == 0) {
		s->im->imap_state = MAILIMAP_STATE_NON_AUTHENTICATED;
		greeting_capabilities(s, line);
		return 0;
	}
	if (strncasecmp(line, "* PREAUTH", 9) == 0 && secured) {
		s->im->imap_state = MAILIMAP_STATE_AUTHENTICATED;
		return 0;
	}
	if (strncasecmp(line, "* PREAUTH", 9) == 0)
		/* Nobody may log us in where anybody could listen
		 * (CVE-2020-15953 and kin; RFC 9051, 11.2). */
		return err_set(e, ERR_DENIED, 0,
		    "%s greets as logged in "
		    "before TLS: this is not to be trusted",
		    host);
	if (strncasecmp(line, "* BYE", 5) == 0) {
		err_set(e, ERR_RETRY, 0, "%s is not available:%.100s", host,
		    text_cleaned(&a, line + 5, TEXT_LINE));
		arena_free(&a);
		return -1;
	}
	return err_set(e, ERR_PEER, 0, "what %s speaks on port %d is not IMAP",
	    host, s->account->imap.port);
}

static int
greeting_late(struct imap *s, int waited, struct err *e)
{
	const struct account *a = s->account;

	s->dead = true;
	return err_set(e, ERR_RETRY, 0,
	    "%s port %d took the connection and did not greet in %d s: is it "
	    "the right port? (imap:// is mostly 143; imaps:// is 993 and "
	    "begins with TLS)",
	    a->imap.host, a->imap.port, waited / 1000);
}

static int
greeting_read(struct imap *s, bool secured, struct err *e)
{
	mailstream *stream = mailstream_new(s->low, STREAM_BUFFER);
	int64_t began;
	int wait;

	if (stream == NULL) {
		transport_free(s->low);
		s->low = NULL;
		return err_set(e, ERR_SYSTEM, 0, "out of memory");
	}
	s->im->imap_stream = stream;
	s->im->imap_connection_info = mailimap_connection_info_new();
	wait = s->ask.limits.command < GREETING_MS ? s->ask.limits.command
						   : GREETING_MS;
	transport_allow(s->low, wait);
	began = when_ms();
	if (mailstream_read_line(stream, s->im->imap_stream_buffer) == NULL)
		return when_ms() - began < wait
			   ? imap_result(s, MAILIMAP_ERROR_STREAM, "greeting",
				 e)
			   : greeting_late(s, wait, e);
	return greeting_take(s, s->im->imap_stream_buffer->str, secured, e);
}

/* STARTTLS, required (RFC 3501, 6.2.1; RFC 9051, 11.1). */
static int
upgrade(struct imap *s, struct err *e)
{
	const char *host = s->account->imap.host;
	int r;

	transport_begin(s->low);
	r = mailimap_starttls(s->im);
	if (transport_dead(s->low))
		return imap_result(s, MAILIMAP_ERROR_STREAM, "STARTTLS", e);
	if (s->im->imap_stream->read_buffer_len > 0)
		return err_set(e, ERR_DENIED, 0,
		    "%s sent data behind "
		    "STARTTLS: somebody is tampering with the line",
		    host);
	if (r != MAILIMAP_NO_ERROR)
		return err_set(e, ERR_DENIED, 0,
		    "%s does not offer TLS by "
		    "STARTTLS: nothing was sent; use imaps:// if the server "
		    "has it",
		    host);
	if (transport_secure(s->low, e) < 0)
		return -1;
	/* What was said in the clear does not count. */
	capabilities_forget(s);
	return 0;
}

/* fd: connected already; -1: connect. */
static int
shake_hands(struct imap *s, int fd, struct err *e)
{
	const struct account *a = s->account;
	bool implicit = a->imap.implicit_tls && !a->tls_none;

	s->low = fd < 0 ? transport_open(&s->ask, e)
			: transport_over(fd, &s->ask, e);
	if (s->low == NULL)
		return -1;
	if (implicit && transport_secure(s->low, e) < 0) {
		transport_free(s->low);
		s->low = NULL;
		return -1;
	}
	if (greeting_read(s, implicit || a->tls_none, e) < 0)
		return -1;
	if (!implicit && !a->tls_none && upgrade(s, e) < 0)
		return -1;
	return capabilities_ask(s, e);
}

struct imap *
imap_over(const struct account *account, int fd, int cancel_fd,
    const struct transport_limits *limits, const struct transport_slow *slow,
    struct err *e)
{
	struct imap *s = calloc(1, sizeof(*s));

	imap_repair();
	if (s == NULL || (s->im = mailimap_new(0, NULL)) == NULL) {
		free(s);
		err_set(e, ERR_SYSTEM, 0, "out of memory");
		return NULL;
	}
	s->account = account;
	s->ask = (struct transport_ask){
		.host = account->imap.host,
		.port = account->imap.port,
		.ca_file = account->ca_file,
		.cancel_fd = cancel_fd,
		.limits = limits != NULL ? *limits : transport_limits_default,
	};
	if (slow != NULL)
		s->ask.slow = *slow;
	if (shake_hands(s, fd, e) < 0) {
		s->dead = true;
		imap_close(s);
		return NULL;
	}
	buf_fmt(&s->about, "%s:%d, %s", account->imap.host, account->imap.port,
	    transport_kind(s->low));
	return s;
}

struct imap *
imap_connect(const struct account *account, int cancel_fd,
    const struct transport_limits *limits, struct err *e)
{
	return imap_over(account, -1, cancel_fd, limits, NULL, e);
}

/* ---- logging in ---- */

/* AUTHENTICATE PLAIN with the answer at once (RFC 4616, RFC 4959). */
static int
login_plain(struct imap *s, const char *password)
{
	const char *user = s->account->user;
	struct buf plain = { 0 }, command = { 0 };
	int r;

	buf_chr(&plain, '\0');
	buf_str(&plain, user);
	buf_chr(&plain, '\0');
	buf_str(&plain, password);
	buf_str(&command, "AUTHENTICATE PLAIN ");
	hash_base64(&command, plain.data, plain.len);
	transport_trim(s->low);
	r = mailimap_custom_command(s->im, buf_text(&command));
	if (r == MAILIMAP_NO_ERROR)
		s->im->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	buf_wipe(&plain);
	buf_wipe(&command);
	return r;
}

/* Challenge and response by the SASL library. */
static int
login_sasl(struct imap *s, const char *mechanism, const char *password)
{
	const char *user = s->account->user;

	return mailimap_authenticate(s->im, mechanism, s->account->imap.host,
	    NULL, NULL, user, user, password, NULL);
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

enum way {
	WAY_NONE,
	WAY_PLAIN,
	WAY_SASL, /* by the SASL library, with a mechanism's name */
	WAY_LOGIN,
	WAY_TOKEN,
};

/* A mechanism that does not show the password, or NULL. */
static const char *
challenge(const struct imap *s)
{
	static const char *const known[] = { "SCRAM-SHA-256", "SCRAM-SHA-1",
		"CRAM-MD5", NULL };
	char name[40];

	for (size_t i = 0; known[i] != NULL; i++) {
		snprintf(name, sizeof(name), "AUTH=%s", known[i]);
		if (imap_can(s, name))
			return known[i];
	}
	return NULL;
}

/*
 * The line is verified, so PLAIN is as good as a challenge and needs no
 * module; a challenge is for servers that take nothing else.
 */
static enum way
choose_way(const struct imap *s, const struct secret *secret,
    const char **mechanism)
{
	bool plain = imap_can(s, "AUTH=PLAIN");
	bool login = !imap_can(s, "LOGINDISABLED");

	if (secret->kind == SECRET_TOKEN)
		return imap_can(s, "AUTH=XOAUTH2") ? WAY_TOKEN : WAY_NONE;
	if (plain && imap_can(s, "SASL-IR"))
		return WAY_PLAIN;
	*mechanism = challenge(s);
	if (*mechanism != NULL && !plain && !imap_can(s, "AUTH=LOGIN"))
		return WAY_SASL;
	if (login && is_ascii(buf_text(&secret->text)))
		return WAY_LOGIN;
	if (plain)
		*mechanism = "PLAIN";
	else if (*mechanism == NULL && imap_can(s, "AUTH=LOGIN"))
		*mechanism = "LOGIN";
	if (*mechanism != NULL)
		return WAY_SASL;
	return login ? WAY_LOGIN : WAY_NONE;
}

static int
log_in(struct imap *s, enum way way, const char *mechanism, const char *text)
{
	transport_begin(s->low);
	switch (way) {
	case WAY_PLAIN:
		return login_plain(s, text);
	case WAY_SASL:
		return login_sasl(s, mechanism, text);
	case WAY_TOKEN:
		return mailimap_oauth2_authenticate(s->im, s->account->user,
		    text);
	default:
		return mailimap_login(s->im, s->account->user, text);
	}
}

static bool
may_be_sent(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

int
imap_login(struct imap *s, const struct secret *secret, struct err *e)
{
	const char *user = s->account->user, *text = buf_text(&secret->text);
	const char *mechanism = "";
	enum way way;
	int r;

	if (s->im->imap_state == MAILIMAP_STATE_AUTHENTICATED)
		return 0; /* PREAUTH on a verified line */
	if (user[0] == '\0' || !may_be_sent(user, strlen(user)) ||
	    !may_be_sent(text, secret->text.len))
		return err_set(e, ERR_CONFIG, 0,
		    "account %s: the user or "
		    "password is empty or holds a control character",
		    s->account->title);
	way = choose_way(s, secret, &mechanism);
	if (way == WAY_NONE)
		return err_set(e, ERR_CONFIG, 0,
		    "%s offers no way to log in that is known here (%s)",
		    s->account->imap.host,
		    secret->kind == SECRET_TOKEN
			? "XOAUTH2 for tokens"
			: "PLAIN, LOGIN, SCRAM, CRAM-MD5");
	s->atoken = imap_can(s, "AUTH=ATOKEN");
	/* Others may apply afterwards; the answer often brings them. */
	capabilities_forget(s);
	r = log_in(s, way, mechanism, text);
	/* The stream's buffer has seen it. */
	explicit_bzero(s->im->imap_stream->write_buffer, STREAM_BUFFER);
	if (imap_login_result(s, r,
		secret->kind == SECRET_TOKEN ? "token" : "password", e) < 0)
		return -1;
	return capabilities_ask(s, e);
}

struct imap *
imap_again(const struct account *account, struct secret *secret, int cancel_fd,
    const struct transport_slow *slow, struct err *e)
{
	struct err why = *e;
	struct imap *s = NULL;

	if (why.kind != ERR_DENIED || secret_renew(secret, account, e) <= 0)
		return NULL;
	s = imap_over(account, -1, cancel_fd, NULL, slow, e);
	if (s == NULL || imap_login(s, secret, e) == 0)
		return s;
	imap_close(s);
	if (e->kind == ERR_DENIED)
		err_set(e, ERR_DENIED, 0,
		    "%s refuses a token made just now: run \"shopbell login "
		    "%s\" as %s, who needs the right to IMAP",
		    account->imap.host, account->title, account->user);
	return NULL;
}

struct imap *
imap_open(const struct account *account, int cancel_fd,
    const struct transport_slow *slow, struct err *e)
{
	struct secret secret = { 0 };
	struct imap *s;

	if (secret_get(&secret, account, e) < 0)
		return NULL;
	s = imap_over(account, -1, cancel_fd, NULL, slow, e);
	if (s != NULL && imap_login(s, &secret, e) < 0) {
		imap_close(s);
		s = imap_again(account, &secret, cancel_fd, slow, e);
	}
	secret_wipe(&secret);
	return s;
}

void
imap_close(struct imap *s)
{
	if (s == NULL)
		return;
	if (s->im->imap_stream != NULL) {
		if (imap_alive(s)) {
			const char *bye = imap_idling(s)
					      ? "DONE\r\nbye LOGOUT\r\n"
					      : "bye LOGOUT\r\n";

			transport_allow(s->low, 1000);
			mailstream_write(s->im->imap_stream, bye, strlen(bye));
			mailstream_flush(s->im->imap_stream);
		}
		/* With a stream, mailimap_free would wait for the answer. */
		mailstream_close(s->im->imap_stream);
		s->im->imap_stream = NULL;
	}
	mailimap_free(s->im);
	if (s->idle_line != NULL)
		mmap_string_free(s->idle_line);
	arena_free(&s->flags);
	arena_free(&s->heard);
	buf_free(&s->greeting);
	buf_free(&s->stray);
	buf_free(&s->about);
	buf_free(&s->selected);
	buf_free(&s->permanent);
	buf_free(&s->prefix);
	buf_free(&s->alert);
	free(s);
}
