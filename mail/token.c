#include "mail/token.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/token_ask.h"
#include "mail/token_keep.h"

#define LIFE      3600 /* where the service does not say (RFC 6749, 5.1) */
#define LIFE_MAX  (30 * 86400)
#define TOKEN_MAX 16384 /* those of Exchange have some 2 KB */
#define MARGIN    10    /* seconds that a login may take, of a long life */

bool
token_used(const struct account *account)
{
	return account->oauth.provider != NULL &&
	       account->oauth.provider[0] != '\0';
}

/* ---- words ---- */

/* Only a person can go on: the command first, for a line may be cut. */
static int
must_login(const struct account *account, const char *why, struct err *e)
{
	const char *quote = strpbrk(account->title, " \t'$&;()") ? "\"" : "";

	return err_set(e, ERR_DENIED, 0,
	    "account %.40s is paused: run \"shopbell login %s%.40s%s\" "
	    "(%.110s)",
	    account->title, quote, account->title, quote, why);
}

static int
ended(const struct account *account, const struct token *t, struct err *e)
{
	struct arena a = { 0 };

	must_login(account, text_cleaned(&a, buf_text(&t->ended), TEXT_LINE),
	    e);
	arena_free(&a);
	return -1;
}

/* What is kept of the login, or that there is none. */
static int
look(struct token *t, const struct account *account, struct err *e)
{
	if (token_read(t, account, e) < 0)
		return e->kind == ERR_MISSING
			   ? must_login(account, "nobody has logged in yet", e)
			   : err_in(e, "the tokens of account %s",
				 account->title);
	return t->ended.len > 0 ? ended(account, t, e) : 0;
}

/* ---- how long it holds ---- */

static bool
holds(const struct token *t, int64_t now)
{
	int64_t tenth = (t->until - t->got) / 10;

	return t->access.len > 0 && now >= t->got &&
	       now < t->until - (tenth < MARGIN ? tenth : MARGIN);
}

/* Four fifths of its life are not over. */
static bool
fresh(const struct token *t, int64_t now)
{
	return holds(t, now) && (now - t->got) * 5 < (t->until - t->got) * 4;
}

/* ---- what the service gives ---- */

/* Fit for a header and for a line of a file (RFC 6749, A.12)? */
static bool
token_fit(const char *s)
{
	size_t n = s != NULL ? strlen(s) : 0;

	if (n == 0 || n > TOKEN_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return true;
}

static void
replace(struct buf *to, const char *s)
{
	buf_wipe(to);
	buf_room(to, strlen(s));
	buf_str(to, s);
}

/* Some services write the number as a string. */
static int64_t
life(const struct json *given)
{
	const char *text = json_str(given, "expires_in");
	int64_t secs = text != NULL ? strtoll(text, NULL, 10)
				    : json_int(given, "expires_in");

	if (secs <= 0)
		return LIFE;
	return secs < LIFE_MAX ? secs : LIFE_MAX;
}

/* A refresh token that does not come again stays good (RFC 6749, 6). */
static int
take(struct token *t, const struct account *account, const struct json *given,
    int64_t asked, struct err *e)
{
	const char *type = json_str(given, "token_type");
	const char *access = json_str(given, "access_token");
	const char *refresh = json_str(given, "refresh_token");

	if (!token_fit(access) || (refresh != NULL && !token_fit(refresh)))
		return err_set(e, ERR_PEER, 0,
		    "%s answers without a token that could be used",
		    account->oauth.token);
	if (type != NULL && !text_same(type, "bearer"))
		return err_set(e, ERR_PEER, 0,
		    "%s gives a token of another type than Bearer",
		    account->oauth.token);
	replace(&t->access, access);
	if (refresh != NULL)
		replace(&t->refresh, refresh);
	buf_wipe(&t->ended);
	t->got = asked;
	t->until = asked + life(given);
	return 0;
}

int
token_take(const struct account *account, const struct json *given, bool *lasts,
    struct err *e)
{
	struct token t = { 0 };
	int fd = token_lock(account, e), rc;

	if (fd < 0)
		return -1;
	rc = take(&t, account, given, when_now(), e);
	if (rc == 0)
		rc = token_write(&t, account, e);
	if (lasts != NULL)
		*lasts = t.refresh.len > 0;
	close(fd);
	token_wipe(&t);
	return rc;
}

/* ---- renewing ---- */

/* The login is over; keep that, so that nobody asks in vain each minute. */
static int
end(struct token *t, const struct account *account, const char *why,
    struct err *e)
{
	struct err kept = { 0 };

	replace(&t->ended, why);
	if (token_write(t, account, &kept) < 0) {
		*e = kept;
		return -1;
	}
	return ended(account, t, e);
}

static int
refresh(struct token *t, const struct account *account, struct err *e)
{
	char code[TOKEN_CODE];
	struct buf form = { 0 };
	struct json *given;
	int64_t asked = when_now();
	int rc;

	if (t->refresh.len == 0)
		return end(t, account,
		    "the token has run out, and there is none to renew it by",
		    e);
	/* What comes must be kept: is there room?  Better asked before. */
	if (token_write(t, account, e) < 0)
		return -1;
	buf_room(&form, 3 * t->refresh.len + 1024);
	token_form(&form, "grant_type", "refresh_token");
	token_form(&form, "refresh_token", buf_text(&t->refresh));
	token_form_client(&form, account);
	rc = token_ask(account, account->oauth.token, &form, &given, code, e);
	buf_wipe(&form);
	/* One that is not to be trusted has said nothing about the grant. */
	if (rc < 0 && e->kind == ERR_DENIED && code[0] != '\0')
		return end(t, account, e->text, e);
	if (rc < 0)
		return err_in(e, "the token of account %s", account->title);
	rc = take(t, account, given, asked, e);
	json_free(given);
	if (rc < 0 || token_write(t, account, e) == 0)
		return rc;
	/* Not to be used: the next run could not go on from it. */
	token_wipe(t);
	return -1;
}

/*
 * Renew under the lock, unless another process has done it: then the token
 * that is kept is not the one refused and is fresh.
 */
static int
renew(struct token *t, const struct account *account, const char *refused,
    struct err *e)
{
	int fd = token_lock(account, e), rc;

	if (fd < 0)
		return -1;
	token_wipe(t);
	rc = look(t, account, e);
	if (rc == 0 && (!fresh(t, when_now()) ||
			   (refused != NULL &&
			       strcmp(buf_text(&t->access), refused) == 0)))
		rc = refresh(t, account, e);
	close(fd);
	return rc;
}

int
token_get(struct buf *out, const struct account *account, struct err *e)
{
	struct token t = { 0 };
	struct err why = { 0 };
	int rc = look(&t, account, e);

	if (rc == 0 && !fresh(&t, when_now()) &&
	    renew(&t, account, NULL, &why) < 0 &&
	    (t.ended.len > 0 || !holds(&t, when_now()))) {
		*e = why;
		rc = -1;
	}
	if (rc == 0) {
		buf_room(out, t.access.len);
		buf_add(out, t.access.data, t.access.len);
	}
	token_wipe(&t);
	return rc;
}

int
token_renew(struct buf *out, const struct account *account, struct err *e)
{
	struct token t = { 0 };
	int rc = renew(&t, account, buf_text(out), e);

	if (rc == 0)
		replace(out, buf_text(&t.access));
	token_wipe(&t);
	return rc;
}

/* ---- for a person ---- */

int
token_about(const struct account *account, struct arena *a, const char **line,
    struct err *e)
{
	struct token t = { 0 };
	char when[WHEN_SIZE];
	int64_t now = when_now();
	int rc = look(&t, account, e);

	if (rc == 0 && t.refresh.len == 0 && !holds(&t, now))
		rc = must_login(account, "the token has run out", e);
	if (rc == 0 && t.refresh.len == 0)
		*line = arena_fmt(a,
		    "logged in until %s only: the service "
		    "gave nothing to renew it by",
		    when_long(NULL, t.until, when));
	else if (rc == 0 && holds(&t, now))
		*line = arena_fmt(a,
		    "logged in; this token until %s, renewed "
		    "by itself",
		    when_long(NULL, t.until, when));
	else if (rc == 0)
		*line = arena_fmt(a,
		    "logged in; the last token ran out %s and "
		    "is renewed when it is needed",
		    when_long(NULL, t.until, when));
	token_wipe(&t);
	return rc;
}
