#include "mail/submit_inside.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"

void
reply_line(const struct reply *r, struct buf *out)
{
	buf_fmt(out, "%d ", r->code);
	text_clean(out, buf_text(&r->text), r->text.len, TEXT_LINE);
}

/* Is the certificate that was shown past its time?  Then say until when. */
static bool
expired(CURL *curl, char until[32])
{
	struct curl_certinfo *info = NULL;
	static const char key[] = "Expire Date:";

	if (libcurl.getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return false;
	for (struct curl_slist *p = info->certinfo[0]; p; p = p->next) {
		struct tm tm = { 0 };

		if (strncasecmp(p->data, key, sizeof(key) - 1) != 0)
			continue;
		if (strptime(p->data + sizeof(key) - 1, "%Y-%m-%d %H:%M:%S",
			&tm) == NULL)
			return false;
		strftime(until, 32, "%Y-%m-%d", &tm);
		return timegm(&tm) < time(NULL);
	}
	return false;
}

static void
distrust(struct submit *s, struct err *why)
{
	const struct server *at = &s->account->smtp;
	char until[32];

	if (expired(s->curl, until))
		err_set(why, ERR_DENIED, 0,
		    "the certificate of %s:%d expired on %s: nothing was sent",
		    at->host, at->port, until);
	else if (strstr(s->trouble, "does not match"))
		err_set(why, ERR_DENIED, 0,
		    "the certificate of %s:%d is for another host: "
		    "nothing was sent",
		    at->host, at->port);
	else
		err_set(why, ERR_DENIED, 0,
		    "the certificate of %s:%d is signed by nobody we trust: "
		    "nothing was sent (see ca-file)",
		    at->host, at->port);
}

/* TLS itself failed.  Was it the line, or did the two not agree? */
static enum submit_end
handshake(struct submit *s, struct err *why)
{
	const struct server *at = &s->account->smtp;

	if (strstr(s->trouble, "non-properly terminated") ||
	    strstr(s->trouble, "pull function") ||
	    strstr(s->trouble, "push function") ||
	    strstr(s->trouble, "timed out")) {
		err_set(why, ERR_RETRY, 0,
		    "the line to %s:%d was cut while TLS began", at->host,
		    at->port);
		return SUBMIT_LATER;
	}
	err_set(why, ERR_DENIED, 0,
	    "%s:%d does not speak TLS 1.2 or later: nothing was sent", at->host,
	    at->port);
	return SUBMIT_PAUSED;
}

/* Does this code speak of who we are, and not of the mail? */
static bool
about_login(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

/* A refusal in words. */
static enum submit_end
refusal(struct submit *s, struct err *why)
{
	struct buf line = { 0 };
	int code = s->reply.code;
	enum submit_end end;

	reply_line(&s->reply, &line);
	if (about_login(code) || (s->stage == STAGE_LOGIN && code >= 500)) {
		err_set(why, ERR_DENIED, code, "%s did not let %s in: %s",
		    s->account->smtp.host, s->account->user, buf_text(&line));
		end = SUBMIT_PAUSED;
	} else if (code < 500 || s->stage < STAGE_MAIL) {
		/* 554 instead of a greeting is about now, not about the mail.
		 */
		err_set(why, ERR_RETRY, code, "%s", buf_text(&line));
		end = SUBMIT_LATER;
	} else {
		err_set(why, ERR_REFUSED, code, "%s", buf_text(&line));
		end = SUBMIT_REFUSED;
	}
	buf_free(&line);
	return end;
}

/*
 * Nobody is left to send to.  If but one of them may be let in later, the
 * mail waits for that one.
 */
static enum submit_end
nobody(struct submit *s, struct err *why)
{
	for (size_t i = 0; i < s->n; i++) {
		int code = s->of[i].code;

		if (about_login(code) || (code >= 400 && code < 500)) {
			s->reply.code = code;
			buf_clear(&s->reply.text);
			buf_str(&s->reply.text, buf_text(&s->of[i].text));
			break;
		}
	}
	return refusal(s, why);
}

static enum submit_end
network(struct submit *s, CURLcode rc, struct err *why)
{
	const struct server *at = &s->account->smtp;
	const char *what = s->trouble[0] ? s->trouble : libcurl.strerror(rc);

	err_set(why, ERR_RETRY, 0, "%s:%d: %.160s", at->host, at->port, what);
	return SUBMIT_LATER;
}

/* The end came before the mark: nothing can have been taken (RFC 5321). */
static enum submit_end
before_dot(struct submit *s, CURLcode rc, struct err *why)
{
	const struct server *at = &s->account->smtp;

	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
		distrust(s, why);
		return SUBMIT_PAUSED;
	case CURLE_SSL_CONNECT_ERROR:
		return handshake(s, why);
	case CURLE_USE_SSL_FAILED:
		err_set(why, ERR_DENIED, 0,
		    "%s:%d offers no STARTTLS: nothing was sent", at->host,
		    at->port);
		return SUBMIT_PAUSED;
	case CURLE_SSL_CACERT_BADFILE:
		err_set(why, ERR_CONFIG, 0, "ca-file %s cannot be read",
		    s->account->ca_file);
		return SUBMIT_PAUSED;
	default:
		break;
	}
	if (rc == CURLE_WEIRD_SERVER_REPLY && s->stage == STAGE_TLS) {
		err_set(why, ERR_DENIED, 0,
		    "%s:%d sent bytes before TLS began: somebody may be "
		    "tampering; nothing was sent",
		    at->host, at->port);
		return SUBMIT_PAUSED;
	}
	if (s->stage == STAGE_RCPT && s->reply.code >= 400)
		return nobody(s, why);
	if (s->reply.code >= 400)
		return refusal(s, why);
	if (rc == CURLE_LOGIN_DENIED) {
		err_set(why, ERR_DENIED, 0, "%s did not let %s in", at->host,
		    s->account->user);
		return SUBMIT_PAUSED;
	}
	if (rc == CURLE_WEIRD_SERVER_REPLY) {
		err_set(why, ERR_PEER, 0, "%s:%d does not speak SMTP", at->host,
		    at->port);
		return SUBMIT_LATER;
	}
	return network(s, rc, why);
}

void
judge(struct submit *s, CURLcode rc, struct submit_answer *answer)
{
	struct err *why = &answer->why;
	int code = s->stage == STAGE_DOT ? s->reply.code : 0;

	memset(why, 0, sizeof(*why));
	if (s->mark_failed) {
		*why = s->mark_why;
		answer->end = SUBMIT_LATER;
	} else if (s->stage < STAGE_DOT || s->stage == STAGE_QUIT) {
		answer->end = before_dot(s, rc, why);
	} else if (code == 0) {
		err_set(why, ERR_RETRY, 0,
		    "no answer came after the mail was sent whole");
		answer->end = SUBMIT_DOUBT;
	} else if (code / 100 == 2) {
		answer->end = SUBMIT_ACCEPTED;
	} else {
		answer->end = refusal(s, why);
	}
}
