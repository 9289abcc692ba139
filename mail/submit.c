#include "mail/submit_inside.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/when.h"
#include "mail/beat.h"
#include "mail/secret.h"

/* ---- the line ---- */

/*
 * The name we greet with.  One without a dot is refused by some servers, and
 * an address literal is what other mail programs send then (RFC 5321, 4.1.3).
 */
static void
greeting_name(char *out, size_t size)
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	for (char *p = host; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && *p != '.' && *p != '-')
			host[0] = '\0';
	snprintf(out, size, "%s", strchr(host, '.') ? host : "%5B127.0.0.1%5D");
}

/*
 * The body, as fast as it is taken.  At its end the mark is committed, and
 * only then does libcurl learn that this was all.
 */
static size_t
give(char *to, size_t size, size_t count, void *arg)
{
	struct submit *s = arg;
	size_t left = s->letter->size - s->given, n = size * count;

	if (n > left)
		n = left;
	if (n > 0) {
		memcpy(to, s->letter->bytes + s->given, n);
		s->given += n;
		return n;
	}
	if (s->stage == STAGE_DOT)
		return 0;
	if (s->mark(s->mark_arg, &s->mark_why) < 0) {
		s->mark_failed = true;
		return CURL_READFUNC_ABORT;
	}
	s->stage = STAGE_DOT;
	s->reply.code = 0;
	s->fresh = true;
	libcurl.setopt(s->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (long)s->patience);
	return 0;
}

/* End a line on which the body no longer moves; libcurl would wait on. */
static int
watch(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
	struct submit *s = arg;
	int64_t now = when_ms() / 1000;

	(void)down_all, (void)down, (void)up_all;
	beat();
	if (s->stage != STAGE_BODY || up != s->moved) {
		s->moved = up;
		s->moved_at = now;
	}
	return s->stage == STAGE_BODY && now - s->moved_at > s->silence;
}

/* ---- the sockets, so that a silent server can be left ---- */

static int
opened(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct submit *s = arg;

	(void)purpose;
	for (size_t i = 0; i < sizeof(s->socket) / sizeof(s->socket[0]); i++)
		if (s->socket[i] < 0) {
			s->socket[i] = fd;
			break;
		}
	return CURL_SOCKOPT_OK;
}

static int
closed(void *arg, curl_socket_t fd)
{
	struct submit *s = arg;

	for (size_t i = 0; i < sizeof(s->socket) / sizeof(s->socket[0]); i++)
		if (s->socket[i] == fd)
			s->socket[i] = -1;
	return close(fd);
}

void
hush(struct submit *s)
{
	for (size_t i = 0; i < sizeof(s->socket) / sizeof(s->socket[0]); i++)
		if (s->socket[i] >= 0)
			shutdown(s->socket[i], SHUT_RD);
}

/* What a server sends beside its replies is of no interest. */
static size_t
ignore(char *from, size_t size, size_t count, void *arg)
{
	(void)from, (void)arg;
	return size * count;
}

static void
set_tls(struct submit *s)
{
	const struct account *a = s->account;
	CURL *c = s->curl;

	libcurl.setopt(c, CURLOPT_USE_SSL,
	    a->tls_none ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	libcurl.setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	libcurl.setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	libcurl.setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	libcurl.setopt(c, CURLOPT_CERTINFO, 1L);
	if (a->ca_file[0] == '\0')
		return;
	/* That one and no other: the system's folder would be added to it. */
	libcurl.setopt(c, CURLOPT_CAINFO, a->ca_file);
	libcurl.setopt(c, CURLOPT_CAPATH, NULL);
}

/*
 * Only mechanisms that need nothing but what we have: libcurl would try
 * GSSAPI first for any user with an @, and fail for want of a ticket.
 */
static void
use_secret(struct submit *s, const struct secret *secret)
{
	CURL *c = s->curl;

	libcurl.setopt(c, CURLOPT_USERNAME, s->account->user);
	if (secret->kind == SECRET_TOKEN) {
		libcurl.setopt(c, CURLOPT_XOAUTH2_BEARER,
		    buf_text(&secret->text));
		libcurl.setopt(c, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
	} else {
		libcurl.setopt(c, CURLOPT_PASSWORD, buf_text(&secret->text));
		libcurl.setopt(c, CURLOPT_LOGIN_OPTIONS,
		    "AUTH=PLAIN;AUTH=LOGIN;AUTH=CRAM-MD5");
	}
	libcurl.setopt(c, CURLOPT_SASL_IR, 1L);
}

static int
set_login(struct submit *s, struct err *e)
{
	struct secret secret;

	if (secret_get(&secret, s->account, e) < 0)
		return -1;
	use_secret(s, &secret);
	secret_wipe(&secret);
	return 0;
}

/*
 * The login was refused: is there another token to try?  Once a line, and
 * only before any mail was named.
 */
static bool
renewed(struct submit *s, struct submit_answer *answer)
{
	struct secret secret;
	struct err why = { 0 };
	int rc = 0;

	if (s->renewed || answer->end != SUBMIT_PAUSED ||
	    answer->why.kind != ERR_DENIED || s->stage != STAGE_LOGIN)
		return false;
	s->renewed = true;
	if (secret_get(&secret, s->account, &why) == 0) {
		rc = secret_renew(&secret, s->account, &why);
		if (rc > 0)
			use_secret(s, &secret);
		secret_wipe(&secret);
	}
	if (why.kind != ERR_NONE)
		answer->why = why;
	return rc > 0;
}

static void
set_line(struct submit *s)
{
	const struct server *at = &s->account->smtp;
	struct buf url = { 0 };
	char name[300];
	CURL *c = s->curl;
	bool literal = strchr(at->host, ':') != NULL;

	greeting_name(name, sizeof(name));
	buf_fmt(&url, "%s://%s%s%s:%d/%s", at->implicit_tls ? "smtps" : "smtp",
	    literal ? "[" : "", at->host, literal ? "]" : "", at->port, name);
	libcurl.setopt(c, CURLOPT_URL, buf_text(&url));
	buf_free(&url);
	libcurl.setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	libcurl.setopt(c, CURLOPT_PROXY, "");
	libcurl.setopt(c, CURLOPT_NOSIGNAL, 1L);
	libcurl.setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	/* This covers the greeting and the login too, and both may be slow. */
	libcurl.setopt(c, CURLOPT_CONNECTTIMEOUT,
	    s->silence < 60 ? (long)s->silence : 60L);
	libcurl.setopt(c, CURLOPT_ERRORBUFFER, s->trouble);
	libcurl.setopt(c, CURLOPT_VERBOSE, 1L);
	libcurl.setopt(c, CURLOPT_DEBUGFUNCTION, follow);
	libcurl.setopt(c, CURLOPT_DEBUGDATA, s);
	libcurl.setopt(c, CURLOPT_NOPROGRESS, 0L);
	libcurl.setopt(c, CURLOPT_XFERINFOFUNCTION, watch);
	libcurl.setopt(c, CURLOPT_XFERINFODATA, s);
	libcurl.setopt(c, CURLOPT_SOCKOPTFUNCTION, opened);
	libcurl.setopt(c, CURLOPT_SOCKOPTDATA, s);
	libcurl.setopt(c, CURLOPT_CLOSESOCKETFUNCTION, closed);
	libcurl.setopt(c, CURLOPT_CLOSESOCKETDATA, s);
	libcurl.setopt(c, CURLOPT_WRITEFUNCTION, ignore);
	libcurl.setopt(c, CURLOPT_READFUNCTION, give);
	libcurl.setopt(c, CURLOPT_READDATA, s);
}

struct submit *
submit_open(const struct account *account, struct err *e)
{
	struct arena own = { 0 };
	struct submit *s;

	if (submit_load(e) < 0)
		return NULL;
	s = arena_alloc(&own, sizeof(*s));
	s->curl = libcurl.init();
	s->own = own;
	if (s->curl == NULL) {
		submit_close(s);
		err_set(e, ERR_SYSTEM, 0, "libcurl does not start");
		return NULL;
	}
	s->account = account;
	for (size_t i = 0; i < sizeof(s->socket) / sizeof(s->socket[0]); i++)
		s->socket[i] = -1;
	s->silence = submit_seconds("SHOPBELL_TEST_SILENCE", 120);
	s->patience = submit_seconds("SHOPBELL_TEST_PATIENCE", 600);
	set_line(s);
	set_tls(s);
	if (set_login(s, e) < 0) {
		submit_close(s);
		return NULL;
	}
	return s;
}

void
submit_close(struct submit *s)
{
	struct arena own;

	if (s == NULL)
		return;
	s->stage = STAGE_QUIT;
	hush(s);
	libcurl.cleanup(s->curl);
	buf_free(&s->reply.text);
	own = s->own;
	arena_free(&own);
}

/* ---- one mail ---- */

static void
begin(struct submit *s)
{
	s->stage = STAGE_CONNECT;
	s->reply.code = 0;
	s->fresh = true;
	s->recipient = 0;
	s->given = 0;
	s->mark_failed = false;
	s->trouble[0] = '\0';
	s->moved = 0;
	s->moved_at = when_ms() / 1000;
	libcurl.setopt(s->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (long)s->silence);
}

/* Nothing that could speak SMTP by itself may come near libcurl. */
static int
check(const struct letter *l, struct err *e)
{
	if (!submit_address_ok(l->sender))
		return err_set(e, ERR_REFUSED, 0,
		    "the sender's address cannot be used in SMTP");
	for (size_t i = 0; i < l->recipients->n; i++)
		if (!submit_address_ok(l->recipients->v[i]))
			return err_set(e, ERR_REFUSED, 0,
			    "a recipient's address cannot be used in SMTP");
	if (l->recipients->n == 0)
		return err_set(e, ERR_REFUSED, 0, "there is no recipient");
	if (!submit_bytes_ok(l->bytes, l->size))
		return err_set(e, ERR_REFUSED, 0,
		    "the frozen mail is not canonical: write it anew");
	return 0;
}

static struct curl_slist *
recipient_list(const struct letter *l)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < l->recipients->n; i++) {
		struct curl_slist *more =
		    libcurl.append(list, l->recipients->v[i]);

		if (more == NULL)
			break;
		list = more;
	}
	return list;
}

static CURLcode
perform(struct submit *s)
{
	struct curl_slist *to = recipient_list(s->letter);
	CURLcode rc;

	libcurl.setopt(s->curl, CURLOPT_NOBODY, 0L);
	libcurl.setopt(s->curl, CURLOPT_CUSTOMREQUEST, NULL);
	libcurl.setopt(s->curl, CURLOPT_UPLOAD, 1L);
	libcurl.setopt(s->curl, CURLOPT_MAIL_FROM, s->letter->sender);
	libcurl.setopt(s->curl, CURLOPT_MAIL_RCPT, to);
	libcurl.setopt(s->curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	rc = libcurl.perform(s->curl);
	libcurl.setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	libcurl.free_all(to);
	return rc;
}

/* Log in and say NOOP; the line stays for what comes next. */
static int
look_in(struct submit *s, struct submit_answer *answer)
{
	CURLcode rc;

	libcurl.setopt(s->curl, CURLOPT_UPLOAD, 0L);
	libcurl.setopt(s->curl, CURLOPT_NOBODY, 1L);
	libcurl.setopt(s->curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	do {
		begin(s);
		rc = libcurl.perform(s->curl);
		if (rc == CURLE_OK)
			return 0;
		judge(s, rc, answer);
	} while (renewed(s, answer));
	return -1;
}

/* The first address with letters beyond ASCII before its @; NULL if none. */
static const char *
beyond_ascii(const struct letter *l)
{
	for (const char *p = l->sender; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			return l->sender;
	for (size_t i = 0; i < l->recipients->n; i++)
		for (const char *p = l->recipients->v[i]; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				return l->recipients->v[i];
	return NULL;
}

/* Is the head UTF-8, for the sake of some other address? */
static bool
is_utf8_head(const struct letter *l)
{
	for (size_t i = 0; i < l->size && l->bytes[i] != '\0'; i++) {
		if ((unsigned char)l->bytes[i] >= 0x80)
			return true;
		if (i > 2 && memcmp(l->bytes + i - 3, "\r\n\r\n", 4) == 0)
			return false;
	}
	return false;
}

/*
 * Such a mail may be given only to a server that knows SMTPUTF8 (RFC 6531,
 * 3.1), and libcurl does not ask: whoever else gets these bytes may garble
 * the address, and the mail goes to nobody or to a stranger.
 */
static bool
may_be_given(struct submit *s, struct submit_answer *answer)
{
	const char *addr = beyond_ascii(s->letter);

	if (addr == NULL && !is_utf8_head(s->letter))
		return true;
	if (look_in(s, answer) < 0)
		return false;
	begin(s);
	if (s->utf8)
		return true;
	err_set(&answer->why, ERR_REFUSED, 0,
	    "%s takes no address with letters beyond ASCII before the @"
	    " (no SMTPUTF8)%s%.80s",
	    s->account->smtp.host, addr != NULL ? ": " : "",
	    addr != NULL ? addr : "");
	answer->end = SUBMIT_REFUSED;
	return false;
}

static void
hand_over(struct submit *s, struct submit_answer *answer)
{
	if (!may_be_given(s, answer))
		return;

	judge(s, perform(s), answer);
	if (!renewed(s, answer))
		return;
	begin(s);
	judge(s, perform(s), answer);
}

/* What was said of each recipient; code 0 for those nobody asked about. */
static void
verdicts(struct submit *s, struct arena *a, struct submit_answer *answer)
{
	answer->n = s->n;
	answer->verdict = arena_array(a, s->n, sizeof(*answer->verdict));
	for (size_t i = 0; i < s->n; i++) {
		struct verdict *v = &answer->verdict[i];
		struct buf line = { 0 };

		v->recipient = arena_str(a, s->letter->recipients->v[i]);
		v->code = s->of[i].code;
		if (v->code != 0)
			reply_line(&s->of[i], &line);
		v->text = arena_str(a, buf_text(&line));
		buf_free(&line);
	}
}

void
submit_send(struct submit *s, const struct letter *l, submit_mark *mark,
    void *arg, struct arena *a, struct submit_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	begin(s);
	s->letter = l;
	s->mark = mark;
	s->mark_arg = arg;
	s->n = l->recipients->n;
	s->of = arena_array(a, s->n, sizeof(*s->of));
	if (check(l, &answer->why) < 0)
		answer->end = SUBMIT_REFUSED;
	else
		hand_over(s, answer);
	verdicts(s, a, answer);
	for (size_t i = 0; i < s->n; i++)
		buf_free(&s->of[i].text);
	s->of = NULL;
	s->n = 0;
}

int
submit_probe(struct submit *s, struct err *e)
{
	struct submit_answer answer = { 0 };

	if (look_in(s, &answer) == 0)
		return 0;
	*e = answer.why;
	return -1;
}
