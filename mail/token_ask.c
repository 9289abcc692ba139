#include "mail/token_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "mail/submit_load.h"

#define ANSWER_MAX (64 * 1024)
#define WAIT       30 /* seconds */

/* ---- forms ---- */

void
token_form(struct buf *form, const char *key, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

	buf_fmt(form, "%s%s=", form->len > 0 ? "&" : "", key);
	for (; *value != '\0'; value++) {
		if (strchr(plain, *value) != NULL)
			buf_chr(form, *value);
		else
			buf_fmt(form, "%%%02X", (unsigned char)*value);
	}
}

void
token_form_client(struct buf *form, const struct account *account)
{
	token_form(form, "client_id", account->oauth.client_id);
	if (account->oauth.client_secret[0] != '\0')
		token_form(form, "client_secret", account->oauth.client_secret);
}

/* ---- one exchange ---- */

struct exchange {
	CURL *curl;
	const struct account *account;
	const char *host; /* with its port, for a person */
	struct buf answer;
	bool too_much;
	char trouble[CURL_ERROR_SIZE];
};

static size_t
take(char *from, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	size_t n = size * count;

	if (n > ANSWER_MAX - x->answer.len) {
		x->too_much = true;
		return 0;
	}
	buf_add(&x->answer, from, n);
	return n;
}

static void
set_line(struct exchange *x, const char *url)
{
	const char *ca = x->account->oauth.ca_file;
	bool safe = strncmp(url, "https://", 8) == 0;
	int wait = submit_seconds("SHOPBELL_TEST_SILENCE", WAIT);
	CURL *c = x->curl;

	libcurl.setopt(c, CURLOPT_URL, url);
	libcurl.setopt(c, CURLOPT_PROTOCOLS_STR, safe ? "https" : "http");
	libcurl.setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	/* What a proxy gets of https is sealed; http would tell it all. */
	if (!safe)
		libcurl.setopt(c, CURLOPT_PROXY, "");
	libcurl.setopt(c, CURLOPT_NOSIGNAL, 1L);
	libcurl.setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	libcurl.setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	libcurl.setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca[0] != '\0') {
		libcurl.setopt(c, CURLOPT_CAINFO, ca);
		libcurl.setopt(c, CURLOPT_CAPATH, NULL);
	}
	libcurl.setopt(c, CURLOPT_CONNECTTIMEOUT, (long)(wait + 1) / 2);
	libcurl.setopt(c, CURLOPT_TIMEOUT, (long)wait);
	libcurl.setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
	libcurl.setopt(c, CURLOPT_USERAGENT, "shopbell");
	libcurl.setopt(c, CURLOPT_ERRORBUFFER, x->trouble);
	libcurl.setopt(c, CURLOPT_WRITEFUNCTION, take);
	libcurl.setopt(c, CURLOPT_WRITEDATA, x);
}

static CURLcode
post(struct exchange *x, const struct buf *form, long *status)
{
	struct curl_slist *head =
	    libcurl.append(NULL, "Accept: application/json");
	CURLcode rc;

	*status = 0;
	libcurl.setopt(x->curl, CURLOPT_HTTPHEADER, head);
	libcurl.setopt(x->curl, CURLOPT_POST, 1L);
	libcurl.setopt(x->curl, CURLOPT_POSTFIELDS, buf_text(form));
	libcurl.setopt(x->curl, CURLOPT_POSTFIELDSIZE, (long)form->len);
	rc = libcurl.perform(x->curl);
	libcurl.getinfo(x->curl, CURLINFO_RESPONSE_CODE, status);
	libcurl.setopt(x->curl, CURLOPT_POSTFIELDS, NULL);
	libcurl.free_all(head);
	return rc;
}

/* ---- what went wrong ---- */

static int
line_failed(const struct exchange *x, CURLcode rc, struct err *e)
{
	const char *what =
	    x->trouble[0] != '\0' ? x->trouble : libcurl.strerror(rc);

	if (x->too_much)
		return err_set(e, ERR_PEER, 0,
		    "%s: the answer is longer than any that gives tokens",
		    x->host);
	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
		return err_set(e, ERR_DENIED, 0,
		    "the certificate of %s is not to be trusted: nothing was "
		    "sent (%.100s)",
		    x->host, what);
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(e, ERR_CONFIG, 0,
		    "oauth-ca-file %s cannot be read",
		    x->account->oauth.ca_file);
	case CURLE_URL_MALFORMAT:
		return err_set(e, ERR_CONFIG, 0, "%s is no address", x->host);
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_HTTP2:
		return err_set(e, ERR_PEER, 0, "%s: does not speak HTTP",
		    x->host);
	default:
		return err_set(e, ERR_RETRY, 0, "%s: %.140s", x->host, what);
	}
}

/* What a name of the server's for a fault asks of us. */
static enum err_kind
code_kind(const char *code)
{
	static const struct {
		const char *code;
		enum err_kind kind;
	} known[] = {
		{ "invalid_grant", ERR_DENIED },
		{ "interaction_required", ERR_DENIED },
		{ "consent_required", ERR_DENIED },
		{ "login_required", ERR_DENIED },
		{ "access_denied", ERR_DENIED },
		{ "authorization_declined", ERR_DENIED },
		{ "expired_token", ERR_RETRY },
		{ "authorization_pending", ERR_RETRY },
		{ "slow_down", ERR_RETRY },
		{ "temporarily_unavailable", ERR_RETRY },
		{ "server_error", ERR_RETRY },
		/* invalid_client, invalid_scope, unauthorized_client ... */
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].code, code) == 0)
			return known[i].kind;
	return ERR_CONFIG;
}

/* "login.example: invalid_grant: the token has expired". */
static int
refused(const struct exchange *x, const struct json *o, long status,
    char code[TOKEN_CODE], struct err *e)
{
	const char *name = json_str(o, "error");
	const char *more = json_str(o, "error_description");
	bool busy = status >= 500 || status == 429 || status == 408;
	enum err_kind kind;
	struct arena a = { 0 };

	if (name == NULL || *name == '\0')
		return err_set(e, busy ? ERR_RETRY : ERR_PEER, (int)status,
		    "%s: answers with status %ld", x->host, status);
	snprintf(code, TOKEN_CODE, "%s", name);
	kind = busy ? ERR_RETRY : code_kind(code);
	err_set(e, kind, (int)status, "%s: %.40s%s%.110s", x->host,
	    text_cleaned(&a, name, TEXT_LINE), more != NULL ? ": " : "",
	    text_cleaned(&a, more, TEXT_LINE));
	arena_free(&a);
	return -1;
}

static int
judge(const struct exchange *x, long status, struct json **out,
    char code[TOKEN_CODE], struct err *e)
{
	struct err why = { 0 };
	struct json *o = NULL;
	int rc;

	if (status / 100 == 3)
		return err_set(e, ERR_PEER, (int)status,
		    "%s: points to another address, which is not followed",
		    x->host);
	if (x->answer.len > 0)
		o = json_read(x->answer.data, x->answer.len, &why);
	if (status / 100 == 2 && o != NULL && json_str(o, "error") == NULL) {
		*out = o;
		return 0;
	}
	if (status / 100 == 2 && o == NULL)
		rc = err_set(e, ERR_PEER, (int)status,
		    "%s: the answer is not JSON", x->host);
	else
		rc = refused(x, o, status, code, e);
	json_free(o);
	return rc;
}

/* "host:port" of an address. */
static const char *
host_of(struct arena *a, const char *url)
{
	const char *at = strstr(url, "://");

	at = at != NULL ? at + 3 : url;
	return arena_strn(a, at, strcspn(at, "/?"));
}

int
token_ask(const struct account *account, const char *url,
    const struct buf *form, struct json **out, char code[TOKEN_CODE],
    struct err *e)
{
	struct exchange x = { .account = account };
	struct arena a = { 0 };
	long status;
	CURLcode rc;
	int r = -1;

	*out = NULL;
	code[0] = '\0';
	if (submit_load(e) < 0)
		return -1;
	x.curl = libcurl.init();
	if (x.curl == NULL)
		return err_set(e, ERR_SYSTEM, 0, "libcurl does not start");
	x.host = host_of(&a, url);
	/* One piece: a buffer that grows would leave copies behind. */
	buf_room(&x.answer, ANSWER_MAX);
	set_line(&x, url);
	rc = post(&x, form, &status);
	if (rc != CURLE_OK)
		line_failed(&x, rc, e);
	else
		r = judge(&x, status, out, code, e);
	libcurl.cleanup(x.curl);
	buf_wipe(&x.answer);
	arena_free(&a);
	return r;
}
