#include "mail/token_login.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/wake.h"
#include "base/when.h"
#include "mail/token.h"
#include "mail/token_ask.h"
#include "mail/token_keep.h"

#define PASTE_TRIES 3

struct login {
	const struct account *account;
	const struct login_ask *ask;
	struct arena arena;
};

static void say(struct login *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
say(struct login *l, const char *fmt, ...)
{
	struct buf line = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&line, fmt, ap);
	va_end(ap);
	l->ask->tell(l->ask->arg,
	    text_cleaned(&l->arena, buf_text(&line), TEXT_LINE));
	buf_free(&line);
}

/* The grant is good; keep what it gave. */
static int
keep(struct login *l, const struct json *given, struct err *e)
{
	char *path = token_path(&l->arena, l->account);
	bool lasts;

	if (token_take(l->account, given, &lasts, e) < 0)
		return -1;
	say(l, "Logged in as %s; kept in %s, for you alone.", l->account->user,
	    path);
	if (!lasts)
		say(l, "But the service gave nothing to renew it by: it will "
		       "run out soon. Mostly \"offline_access\" is missing in "
		       "oauth-scope.");
	return 0;
}

/* ---- by device code (RFC 8628) ---- */

struct device {
	const char *code;
	const char *user_code;
	const char *where;
	int64_t interval; /* seconds between two questions */
	int64_t until;    /* by the clock that never stops */
};

/* Numbers from the server, within reason. */
static int64_t
within(const struct json *o, const char *key, int64_t otherwise, int64_t least,
    int64_t most)
{
	const char *text = json_str(o, key);
	int64_t v = text != NULL ? strtoll(text, NULL, 10) : json_int(o, key);

	if (json_at(o, key) == NULL)
		v = otherwise;
	return v < least ? least : v > most ? most : v;
}

/* Google calls it verification_url. */
static int
device_read(struct login *l, const struct json *o, struct device *d,
    struct err *e)
{
	const char *where = json_str(o, "verification_uri");
	const char *code = json_str(o, "device_code");
	const char *user_code = json_str(o, "user_code");

	if (where == NULL)
		where = json_str(o, "verification_url");
	if (where == NULL || code == NULL || user_code == NULL ||
	    *code == '\0' || *user_code == '\0' ||
	    shop_url_wrong(&l->arena, where) != NULL)
		return err_set(e, ERR_PEER, 0, "%s gives no code to log in by",
		    l->account->oauth.device);
	d->code = arena_str(&l->arena, code);
	d->user_code = arena_str(&l->arena, user_code);
	d->where = arena_str(&l->arena, where);
	d->interval = within(o, "interval", 5, 1, 300);
	d->until = when_ms() / 1000 + within(o, "expires_in", 900, 10, 3600);
	return 0;
}

static int
device_begin(struct login *l, struct device *d, struct err *e)
{
	char code[TOKEN_CODE];
	struct buf form = { 0 };
	struct json *o;
	int rc;

	token_form_client(&form, l->account);
	token_form(&form, "scope", l->account->oauth.scope);
	rc =
	    token_ask(l->account, l->account->oauth.device, &form, &o, code, e);
	buf_wipe(&form);
	if (rc < 0)
		return -1;
	rc = device_read(l, o, d, e);
	json_free(o);
	return rc;
}

/* Once: 1 when the person has agreed, 0 to ask again later. */
static int
device_poll(struct login *l, struct device *d, struct json **given,
    struct err *e)
{
	char code[TOKEN_CODE];
	struct buf form = { 0 };
	int rc;

	token_form(&form, "grant_type",
	    "urn:ietf:params:oauth:grant-type:device_code");
	token_form(&form, "device_code", d->code);
	token_form_client(&form, l->account);
	rc = token_ask(l->account, l->account->oauth.token, &form, given, code,
	    e);
	buf_wipe(&form);
	if (rc == 0)
		return 1;
	if (strcmp(code, "authorization_pending") == 0)
		return 0;
	if (strcmp(code, "slow_down") == 0) {
		d->interval += 5; /* RFC 8628, 3.5 */
		return 0;
	}
	if (strcmp(code, "expired_token") == 0)
		d->until = 0;
	/* A line that fails is asked again, less and less often. */
	if (e->kind == ERR_RETRY) {
		d->interval = d->interval < 150 ? d->interval * 2 : 300;
		return 0;
	}
	return -1;
}

static int
by_device(struct login *l, struct err *e)
{
	struct device d = { 0 };
	struct json *given = NULL;
	int rc;

	if (device_begin(l, &d, e) < 0)
		return -1;
	say(l, "In any browser, open  %s", d.where);
	say(l, "log in as %s, and enter the code  %s", l->account->user,
	    d.user_code);
	say(l, "Waiting for that for %lld minutes...",
	    (long long)((d.until - when_ms() / 1000 + 59) / 60));
	do {
		if (when_ms() / 1000 + d.interval > d.until)
			return err_set(e, ERR_RETRY, 0,
			    "the code ran out before anybody entered it: "
			    "run login again");
		sleep((unsigned)d.interval);
		rc = device_poll(l, &d, &given, e);
	} while (rc == 0);
	if (rc < 0)
		return -1;
	rc = keep(l, given, e);
	json_free(given);
	return rc;
}

/* ---- by code and PKCE, pasted back (RFC 7636, RFC 8252) ---- */

/* Undo "%2F"; in a query, plus stands for a blank. */
static void
unescape(struct buf *out, const char *s, size_t n, char plus)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t c;

		if (s[i] == '%' && i + 2 < n &&
		    hash_unhex((char[]){ s[i + 1], s[i + 2], '\0' }, &c, 1) ==
			0) {
			buf_chr(out, (char)c);
			i += 2;
		} else {
			buf_chr(out, s[i] == '+' ? plus : s[i]);
		}
	}
}

/* The value of a key in a query, "a=1&b=2"; NULL if it has none. */
static const char *
query_value(struct arena *a, const char *query, const char *key)
{
	size_t len = strlen(key);

	while (*query != '\0') {
		size_t n = strcspn(query, "&#");

		if (n > len && strncmp(query, key, len) == 0 &&
		    query[len] == '=') {
			struct buf b = { 0 };
			const char *value;

			unescape(&b, query + len + 1, n - len - 1, ' ');
			value = arena_str(a, buf_text(&b));
			buf_wipe(&b);
			return value;
		}
		query += n;
		if (*query != '&')
			break;
		query++;
	}
	return NULL;
}

static int
from_address(struct arena *a, struct buf *out, const char *query,
    const char *state, struct err *e)
{
	const char *error = query_value(a, query, "error");
	const char *said = query_value(a, query, "state");
	const char *code = query_value(a, query, "code");

	if (said == NULL || strlen(said) != strlen(state) ||
	    !hash_same(said, state, strlen(state)))
		return err_set(e, ERR_USAGE, 0,
		    "that address does not belong to this login: open the "
		    "address above again");
	if (error != NULL)
		return err_set(e, ERR_DENIED, 0, "the service says no: %.100s",
		    text_cleaned(a, error, TEXT_LINE));
	if (code == NULL || *code == '\0')
		return err_set(e, ERR_USAGE, 0,
		    "there is no code in that address");
	buf_str(out, code);
	return 0;
}

int
token_pasted(struct buf *out, const char *pasted, const char *state,
    struct err *e)
{
	struct arena a = { 0 };
	const char *query;
	size_t n;
	int rc = 0;

	pasted += strspn(pasted, " \t");
	n = strcspn(pasted, "\r\n");
	while (n > 0 && (pasted[n - 1] == ' ' || pasted[n - 1] == '\t'))
		n--;
	pasted = arena_strn(&a, pasted, n);
	query = strchr(pasted, '?');
	if (query != NULL)
		rc = from_address(&a, out, query + 1, state, e);
	else if (strncmp(pasted, "code=", 5) == 0 ||
		 strstr(pasted, "&code=") != NULL)
		rc = from_address(&a, out, pasted, state, e);
	else if (n == 0 || strstr(pasted, "://") != NULL ||
		 strpbrk(pasted, " \t") != NULL)
		rc = err_set(e, ERR_USAGE, 0,
		    "there is no code in what was pasted");
	else
		/* PKCE alone then ties it to this login. */
		unescape(out, pasted, n, '+');
	arena_free(&a);
	return rc;
}

struct pkce {
	char verifier[64];
	char state[32];
	const char *redirect;
};

/* Random bytes in letters that need no escape. */
static void
random_text(char *out, size_t size, size_t bytes)
{
	uint8_t random[48];
	struct buf b = { 0 };

	hash_random(random, bytes);
	hash_base64url(&b, random, bytes);
	snprintf(out, size, "%s", buf_text(&b));
	explicit_bzero(random, sizeof(random));
	buf_wipe(&b);
}

/* Microsoft leaves the port open for the name, Google for the address. */
static const char *
redirect_of(struct login *l)
{
	const struct oauth *o = &l->account->oauth;
	uint16_t random;

	if (o->redirect[0] != '\0')
		return o->redirect;
	hash_random(&random, sizeof(random));
	return arena_fmt(&l->arena, "http://%s:%d/",
	    strcmp(o->provider, "microsoft") == 0 ? "localhost" : "127.0.0.1",
	    49152 + random % 16384);
}

static void
tell_address(struct login *l, const struct pkce *p)
{
	const struct oauth *o = &l->account->oauth;
	uint8_t digest[HASH_SIZE];
	struct buf query = { 0 }, challenge = { 0 };

	hash_sha256(p->verifier, strlen(p->verifier), digest);
	hash_base64url(&challenge, digest, sizeof(digest));
	token_form(&query, "response_type", "code");
	token_form(&query, "client_id", o->client_id);
	token_form(&query, "redirect_uri", p->redirect);
	if (o->scope[0] != '\0')
		token_form(&query, "scope", o->scope);
	token_form(&query, "state", p->state);
	token_form(&query, "code_challenge", buf_text(&challenge));
	token_form(&query, "code_challenge_method", "S256");
	token_form(&query, "login_hint", l->account->user);
	if (strcmp(o->provider, "google") == 0) {
		/* Without these it gives a refresh token only once. */
		token_form(&query, "access_type", "offline");
		token_form(&query, "prompt", "consent");
	}
	say(l, "In any browser, open this address and log in as %s:",
	    l->account->user);
	say(l, "%s%c%s", o->authorize,
	    strchr(o->authorize, '?') != NULL ? '&' : '?', buf_text(&query));
	say(l, "At the end the browser finds nobody at %s: that is right.",
	    p->redirect);
	buf_free(&query);
	buf_free(&challenge);
}

static int
ask_paste(struct login *l, const struct pkce *p, struct buf *code,
    struct err *e)
{
	for (int i = 1;; i++) {
		struct buf typed = { 0 };
		int rc = l->ask->paste(l->ask->arg,
		    "Paste the address it stands at, or the code", &typed, e);

		if (rc < 0)
			return -1;
		rc = token_pasted(code, buf_text(&typed), p->state, e);
		buf_wipe(&typed);
		if (rc == 0 || e->kind != ERR_USAGE || i == PASTE_TRIES)
			return rc;
		say(l, "No: %s.", e->text);
	}
}

static int
redeem(struct login *l, const struct pkce *p, const struct buf *pasted,
    struct err *e)
{
	char code[TOKEN_CODE];
	struct buf form = { 0 };
	struct json *given;
	int rc;

	token_form(&form, "grant_type", "authorization_code");
	token_form(&form, "code", buf_text(pasted));
	token_form(&form, "redirect_uri", p->redirect);
	token_form(&form, "code_verifier", p->verifier);
	token_form_client(&form, l->account);
	rc = token_ask(l->account, l->account->oauth.token, &form, &given, code,
	    e);
	buf_wipe(&form);
	if (rc < 0)
		return -1;
	rc = keep(l, given, e);
	json_free(given);
	return rc;
}

static int
by_paste(struct login *l, struct err *e)
{
	struct buf code = { 0 };
	struct pkce p = { .redirect = redirect_of(l) };
	int rc;

	random_text(p.verifier, sizeof(p.verifier), 32);
	random_text(p.state, sizeof(p.state), 16);
	tell_address(l, &p);
	rc = ask_paste(l, &p, &code, e);
	if (rc == 0)
		rc = redeem(l, &p, &code, e);
	buf_wipe(&code);
	explicit_bzero(&p, sizeof(p));
	return rc;
}

/* ---- either ---- */

int
token_login(const struct account *account, const struct login_ask *ask,
    struct err *e)
{
	struct login l = { .account = account, .ask = ask };
	const struct oauth *o = &account->oauth;
	enum login_way way = ask->way;
	int rc;

	if (way == LOGIN_USUAL)
		way = o->device[0] != '\0' ? LOGIN_DEVICE : LOGIN_PASTE;
	if (way == LOGIN_DEVICE && o->device[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "account %s: there is no oauth-device to log in by a code",
		    account->title);
	if (way == LOGIN_PASTE && o->authorize[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "account %s: there is no oauth-authorize to log in at",
		    account->title);
	rc = way == LOGIN_DEVICE ? by_device(&l, e) : by_paste(&l, e);
	arena_free(&l.arena);
	return rc;
}

int
mail_login(const struct shop *shop, const struct account *account,
    const struct login_ask *ask, struct err *e)
{
	if (!token_used(account))
		return err_set(e, ERR_USAGE, 0,
		    "account %s does not log in by OAuth 2: set oauth in its "
		    "section",
		    account->title);
	if (token_login(account, ask, e) < 0)
		return -1;
	/* A resident sync that waits for this goes on at once. */
	wake_ring(shop->store);
	return 0;
}

int
mail_logout(const struct account *account, struct err *e)
{
	return token_drop(account, e);
}

int
mail_login_about(const struct account *account, struct arena *a,
    const char **line, struct err *e)
{
	return token_about(account, a, line, e);
}
