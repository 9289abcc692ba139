#include "mail/account.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/account_inside.h"
#include "mail/pause.h"
#include "store/outbox.h"

#define BACKOFF_MAX 3600

/* ---- what the store keeps of a round ---- */

/* "Suggested Backoff Time: 299936 milliseconds", in seconds; 0 if not. */
int64_t
account_asked(const struct err *e)
{
	const char *at = strcasestr(e->text, "backoff time: ");
	long long ms;

	if (at == NULL ||
	    sscanf(at + strlen("backoff time: "), "%lld", &ms) != 1 || ms < 0 ||
	    ms > 86400000)
		return 0;
	return (ms + 999) / 1000;
}

/* Doubling from 30 s to an hour, with a quarter of jitter. */
static int64_t
backoff(int failures, const struct err *e)
{
	int64_t secs = 30, asked = account_asked(e);
	uint32_t random;

	for (int i = 0; i < failures && secs < BACKOFF_MAX; i++)
		secs *= 2;
	if (secs > BACKOFF_MAX)
		secs = BACKOFF_MAX;
	hash_random(&random, sizeof(random));
	secs += (int64_t)(random % (uint32_t)(secs / 4 + 1));
	return asked > secs ? asked : secs;
}

/*
 * Only the network and throttling make us wait; a wrong password or setting
 * is tried as often as a person asks, and one mailbox in trouble does not
 * hold up the others.
 */
static int64_t
retry_at(struct store *s, const struct account *account, const struct err *e,
    int64_t now)
{
	struct err ignored = { 0 };
	int64_t at;
	int failures = 0;

	if ((e->kind != ERR_RETRY && e->kind != ERR_PEER) || imap_is_broken(e))
		return 0;
	ingest_retry_at(s, account->title, &at, &failures, &ignored);
	return now + backoff(failures, e);
}

/* Texts of servers end in the time, or a number of the session. */
static bool
same_fault(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	for (;; a++, b++) {
		a += strspn(a, digits);
		b += strspn(b, digits);
		if (*a != *b || *a == '\0')
			return *a == *b;
	}
}

/*
 * Did this failure change since the last round?  Cron wants to hear of one
 * when it begins, when it changes and when it ends; the wait that follows
 * one is no news at all.
 */
static void
compare_result(struct store *s, const struct account *account,
    const struct err *was, struct sync_report *out)
{
	struct arena a = { 0 };
	struct err ignored = { 0 };
	const char *before = "", *text = was != NULL ? was->text : "";

	ingest_fact(s, account->title, "failure", &a, &before, &ignored);
	out->known = text[0] != '\0' && same_fault(before, text);
	out->well_again = text[0] == '\0' && before[0] != '\0';
	if (strcmp(before, text) != 0)
		ingest_fact_set(s, account->title, "failure", text, &ignored);
	arena_free(&a);
}

/* All of an account's settings that a fault of the network may come from. */
static void
settings_name(const struct account *account, char out[2 * HASH_SIZE + 1])
{
	const struct server *server[] = { &account->imap, &account->smtp };
	uint8_t hash[HASH_SIZE];
	struct buf b = { 0 };

	for (size_t i = 0; i < 2; i++)
		buf_fmt(&b, "%s %d %d\n", server[i]->host, server[i]->port,
		    server[i]->implicit_tls);
	buf_fmt(&b, "%s\n%s\n%s\n%s\n%s %d\n", account->user,
	    account->password_command, account->password_file,
	    account->token_command, account->ca_file, account->tls_none);
	hash_sha256(b.data, b.len, hash);
	hash_hex(hash, sizeof(hash), out);
	buf_free(&b);
}

/* Were they others when it failed?  Then its wait is over. */
static bool
is_mended(struct store *s, const struct account *account)
{
	char name[2 * HASH_SIZE + 1];
	struct err ignored = { 0 };
	struct arena a = { 0 };
	const char *was = "";
	bool is;

	settings_name(account, name);
	ingest_fact(s, account->title, "settings", &a, &was, &ignored);
	is = was[0] != '\0' && strcmp(was, name) != 0;
	arena_free(&a);
	return is;
}

int
account_keep(struct store *s, const struct account *account,
    const struct err *was, struct err *e)
{
	char name[2 * HASH_SIZE + 1];
	int64_t now = when_now();

	if (was == NULL)
		return ingest_round(s, account->title, NULL, 0, now, e);
	settings_name(account, name);
	if (ingest_fact_set(s, account->title, "settings", name, e) < 0)
		return -1;
	return ingest_round(s, account->title, was,
	    retry_at(s, account, was, now), now, e);
}

int
account_log(const struct sync_report *did)
{
	bool some = did->fetched > 0 || did->flags > 0 || did->pushed > 0 ||
		    did->gone > 0 || did->sent > 0 || did->filed > 0 ||
		    did->failed > 0 || did->doubt > 0 || did->completed > 0;

	return some ? CHECKPOINT_FEW : CHECKPOINT_NOTHING;
}

/* Not yet: the account waits after a fault. */
static int
check_backoff(struct store *s, const struct account *account,
    const struct sync_ask *ask, bool *waits, struct err *e)
{
	char when[WHEN_SIZE];
	int64_t at = 0;
	int failures;

	if (ask->now)
		return 0;
	if (ingest_retry_at(s, account->title, &at, &failures, e) < 0)
		return -1;
	if (at <= when_now() || is_mended(s, account))
		return 0;
	*waits = true;
	return err_set(e, ERR_BUSY, 0,
	    "account %s waits until %s after a fault of the server or the "
	    "network: sync --now, or other settings, try at once",
	    account->title, when_short(NULL, when_now(), at, when));
}

/* ---- once ---- */

int
account_hurry(struct store *s, const struct account *account, struct err *e)
{
	return ingest_fact_set(s, account->title, PAUSE_SMTP, "", e) < 0 ||
		       ingest_fact_set(s, account->title, PAUSE_IMAP, "", e) < 0
		   ? -1
		   : outbox_hurry(s, account->title, when_now(), e);
}

/* Did the last run have other settings, or is somebody in a hurry? */
static int
hurry_if_mended(struct round *r, struct err *e)
{
	char name[2 * HASH_SIZE + 1];
	struct arena a = { 0 };
	const char *was = "";
	bool other;
	int rc;

	settings_name(r->account, name);
	rc = ingest_fact(r->store, r->account->title, "settings-seen", &a, &was,
	    e);
	other = rc == 0 && strcmp(was, name) != 0;
	if (rc == 0 && (r->ask->now || (other && was[0] != '\0')))
		rc = outbox_hurry(r->store, r->account->title, when_now(), e);
	if (rc == 0 && other)
		rc = ingest_fact_set(r->store, r->account->title,
		    "settings-seen", name, e);
	arena_free(&a);
	return rc;
}

/* The sender; another process that sends is no fault of ours. */
int
account_sender(struct round *r, struct err *e)
{
	if (hurry_if_mended(r, e) < 0)
		return -1;
	r->sender = sender_open(r->store, r->shop, r->account, r->cancel_fd,
	    r->ask->now, e);
	return r->sender != NULL || e->kind == ERR_BUSY ? 0 : -1;
}

/* A wait for the server we read from holds up no answer. */
static int
send_only(struct round *r, struct err *e)
{
	struct err was = *e;

	if (r->sender != NULL && sender_wait(r->sender, &r->report, e) == 0)
		*e = was;
	return -1;
}

static int
once(struct round *r, struct err *e)
{
	struct err was = { 0 }, kept = { 0 };
	int woken;

	if (ingest_tick(r->store, when_now(), &woken, e) < 0 ||
	    account_sender(r, e) < 0)
		return -1;
	if (check_backoff(r->store, r->account, r->ask, &r->report.known, e) <
	    0)
		return send_only(r, e);
	round_run(r, &was);
	if (r->sender != NULL && sender_wait(r->sender, &r->report, &kept) < 0)
		err_worse(&was, &kept);
	if (was.kind == ERR_NONE)
		outbox_fault(r->store, r->account->title, when_now(), &was);
	if (r->sender != NULL && round_file(r, &kept) < 0) {
		round_failed(r, &kept);
		err_worse(&was, &kept);
	}
	if (account_keep(r->store, r->account,
		r->worst.kind != ERR_NONE ? &r->worst : NULL, &kept) < 0)
		err_worse(&was, &kept);
	compare_result(r->store, r->account, was.kind != ERR_NONE ? &was : NULL,
	    &r->report);
	ingest_checkpoint(r->store, account_log(&r->report), &kept);
	if (was.kind == ERR_NONE)
		return 0;
	*e = was;
	return -1;
}

int
account_once(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, struct sync_report *out, struct err *e)
{
	struct round r = { .shop = shop,
		.account = account,
		.ask = ask,
		.cancel_fd = -1 };
	int rc = -1;

	/* The crew first: no store and no connection crosses its fork. */
	r.crew = crew_start(ACCOUNT_WORKERS, e);
	if (r.crew == NULL)
		return -1;
	r.store = store_open(shop, STORE_CREATE, ACCOUNT_BUSY_MS, e);
	if (r.store != NULL) {
		rc = once(&r, e);
		*out = r.report;
		sender_close(r.sender);
		round_end(&r);
		store_close(r.store);
	}
	crew_stop(r.crew);
	return rc;
}
