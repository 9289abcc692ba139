#include "mail/pause.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/when.h"
#include "mail/secret.h"
#include "store/ingest.h"

/* A refused login is not tried again by itself before this. */
#define PAUSE 3600

/* Names the login without telling it: keyed by the store's own secret. */
static int
login_mark(struct store *store, const struct account *account,
    const char *which, char hex[2 * HASH_SIZE + 1], struct err *e)
{
	const struct server *at =
	    strcmp(which, PAUSE_IMAP) == 0 ? &account->imap : &account->smtp;
	uint8_t digest[HASH_SIZE];
	struct secret secret;
	struct buf all = { 0 };

	if (secret_get(&secret, account, e) < 0)
		return -1;
	buf_room(&all,
	    secret.text.len + strlen(account->user) + strlen(at->url) + 2);
	buf_fmt(&all, "%s %s ", at->url, account->user);
	buf_add(&all, secret.text.data, secret.text.len);
	hash_hmac(store_key(store), 32, all.data, all.len, digest);
	hash_hex(digest, HASH_SIZE, hex);
	buf_wipe(&all);
	secret_wipe(&secret);
	return 0;
}

int
pause_keep(struct store *store, const struct account *account,
    const char *which, const struct err *why, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];
	struct buf fact = { 0 };
	int rc = login_mark(store, account, which, hex, e);

	if (rc == 0) {
		buf_fmt(&fact, "%lld %s %s", (long long)when_now(), hex,
		    why->text);
		rc = ingest_fact_set(store, account->title, which,
		    buf_text(&fact), e);
	}
	buf_free(&fact);
	return rc;
}

int
pause_check(struct store *store, const struct account *account,
    const char *which, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];
	struct arena a = { 0 };
	const char *fact;
	char *rest;
	int64_t at;
	int rc;

	rc = ingest_fact(store, account->title, which, &a, &fact, e);
	if (rc < 0 || fact[0] == '\0')
		goto out;
	at = strtoll(fact, &rest, 10);
	rc = login_mark(store, account, which, hex, e);
	if (rc < 0 || strncmp(rest + (*rest == ' '), hex, strlen(hex)) != 0 ||
	    when_now() - at >= PAUSE)
		goto out;
	rc = err_set(e, ERR_DENIED, 0, "%s", rest + 1 + strlen(hex) + 1);
out:
	arena_free(&a);
	return rc;
}
