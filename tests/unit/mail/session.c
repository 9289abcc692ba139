/*
 * session -- drive the IMAP session from a script, for tests.
 *
 *     session URL CA-FILE PASSWORD-FILE USER WORD...
 *
 * URL is imap://HOST:PORT (STARTTLS), imaps://HOST:PORT or plain://HOST:PORT
 * (no TLS at all).  Words are done in order; each prints lines.  The first
 * failure prints "error KIND TEXT" and ends with the status of err.h.
 *
 * With SESSION_MS set, all limits are that many milliseconds.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "mail/imap.h"

struct run {
	struct imap *s;
	struct arena a;
	char **word;
	int left;
};

static const char *
next(struct run *r)
{
	if (r->left == 0) {
		fprintf(stderr, "session: a word is missing\n");
		exit(64);
	}
	r->left--;
	return *r->word++;
}

static int
show(void *arg, const struct imap_mail *m, struct err *e)
{
	(void)arg;
	(void)e;
	printf("mail uid=%" PRId64 " flags=%u date=%" PRId64 " size=%" PRId64
	       " modseq=%" PRIu64 " raw=%zu",
	    m->uid, m->flags, m->internal_date, m->size, m->modseq,
	    m->raw_size);
	for (size_t i = 0; i < m->keywords.n; i++)
		printf(" %s", m->keywords.v[i]);
	for (size_t i = 0; i < m->labels.n; i++)
		printf(" label:%s", m->labels.v[i]);
	printf("\n");
	return 0;
}

static int
show_gone(void *arg, uint32_t first, uint32_t last, struct err *e)
{
	(void)arg;
	(void)e;
	printf("gone %u:%u\n", first, last);
	return 0;
}

static int
do_list(struct run *r, struct err *e)
{
	struct imap_box *v;
	size_t n;

	if (imap_list(r->s, &r->a, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		printf("box %s role=%d special=%d selectable=%d\n", v[i].name,
		    v[i].role, v[i].special, v[i].selectable);
	return 0;
}

static int
show_state(int rc, const struct imap_state *t)
{
	if (rc == 0)
		printf("state validity=%u next=%u exists=%u modseq=%" PRIu64
		       " flags=%u keywords=%d readonly=%d\n",
		    t->uidvalidity, t->uidnext, t->exists, t->modseq, t->flags,
		    t->keywords, t->read_only);
	return rc;
}

static int
do_search(struct run *r, const char *word, struct err *e)
{
	uint32_t *v;
	size_t n;
	int rc;

	if (strcmp(word, "find") == 0)
		rc = imap_find(r->s, next(r), &r->a, &v, &n, e);
	else
		rc = imap_uids(r->s, 1, 0, &r->a, &v, &n, e);
	if (rc < 0)
		return -1;
	printf("uids");
	for (size_t i = 0; i < n; i++)
		printf(" %u", v[i]);
	printf("\n");
	return 0;
}

static int
do_append(struct run *r, struct err *e)
{
	const char *box = next(r), *path = next(r);
	struct buf b = { 0 };
	uint32_t uid = 0;
	int rc = file_read(&b, path, 1 << 26, e);

	if (rc == 0)
		rc = imap_append(r->s, box, MAIL_SEEN | MAIL_FLAGGED,
		    1700000000, b.data, b.len, &uid, e);
	if (rc == 0)
		printf("appended %u\n", uid);
	buf_free(&b);
	return rc;
}

static int
do_idle(struct run *r, struct err *e)
{
	static const char *const name[] = { "news", "wake", "time" };
	enum imap_woke what;
	int ms = atoi(next(r));

	printf("idling\n");
	fflush(stdout);
	if (imap_idle(r->s, STDIN_FILENO, ms, &what, e) < 0)
		return -1;
	printf("woke %s\n", name[what]);
	return 0;
}

static int
do_change(struct run *r, const char *word, struct err *e)
{
	const char *set = next(r);

	if (strcmp(word, "move") == 0)
		return imap_move(r->s, set, next(r), e);
	if (strcmp(word, "remove") == 0)
		return imap_remove(r->s, set, e);
	if (strcmp(word, "+keyword") == 0)
		return imap_keywords(r->s, set, next(r), true, e);
	return imap_flag(r->s, set, (unsigned)atoi(next(r)), word[0] == '+', e);
}

static int
do_word(struct run *r, const char *word, struct err *e)
{
	struct imap_state t;

	if (strcmp(word, "list") == 0)
		return do_list(r, e);
	if (strcmp(word, "select") == 0)
		return show_state(imap_select(r->s, next(r), &t, e), &t);
	if (strcmp(word, "status") == 0)
		return show_state(imap_status(r->s, next(r), &t, e), &t);
	if (strcmp(word, "create") == 0)
		return imap_create(r->s, next(r), e);
	if (strcmp(word, "fetch") == 0)
		return imap_fetch(r->s, next(r), IMAP_WHOLE, 0, show, NULL, e);
	if (strcmp(word, "cutfetch") == 0)
		return imap_fetch(r->s, next(r), IMAP_WHOLE, 100, show, NULL,
		    e);
	if (strcmp(word, "flags") == 0)
		return imap_fetch(r->s, next(r), IMAP_FLAGS, 0, show, NULL, e);
	if (strcmp(word, "changes") == 0) {
		uint64_t since = strtoull(next(r), NULL, 10);

		return imap_changes(r->s, next(r), since, show, show_gone, NULL,
		    e);
	}
	if (strcmp(word, "find") == 0 || strcmp(word, "uids") == 0)
		return do_search(r, word, e);
	if (strcmp(word, "append") == 0)
		return do_append(r, e);
	if (strcmp(word, "idle") == 0)
		return do_idle(r, e);
	if (strcmp(word, "noop") == 0)
		return imap_noop(r->s, e);
	if (strcmp(word, "can") == 0) {
		const char *name = next(r);

		printf("can %s %d\n", name, imap_can(r->s, name));
		return 0;
	}
	return do_change(r, word, e);
}

static int
failed(const struct err *e)
{
	printf("error %d %s\n", e->kind, e->text);
	return err_status(e);
}

/* Take a URL apart into the account. */
static void
read_url(struct account *a, char *url)
{
	char *host = strstr(url, "://") + 3, *port = strrchr(host, ':');

	a->imap.implicit_tls = strncmp(url, "imaps:", 6) == 0;
	a->tls_none = strncmp(url, "plain:", 6) == 0;
	a->imap.port = atoi(port + 1);
	*port = '\0';
	a->imap.host = host;
}

int
main(int argc, char **argv)
{
	const char *ms = getenv("SESSION_MS");
	struct transport_limits limits = transport_limits_default;
	struct account account = { .title = "shop",
		.address = "",
		.name = "",
		.password_command = "",
		.token_command = "",
		.deliver_to = "",
		.file = "" };
	struct secret secret = { 0 };
	struct run r = { 0 };
	struct err e = { 0 };
	int rc = 0;

	if (argc < 5)
		return 64;
	signal(SIGPIPE, SIG_DFL);
	if (ms != NULL)
		limits.connect = limits.handshake = limits.silence =
		    limits.command = atoi(ms);
	read_url(&account, argv[1]);
	account.ca_file = argv[2];
	account.password_file = argv[3];
	account.user = argv[4];
	r.word = argv + 5;
	r.left = argc - 5;
	if (secret_get(&secret, &account, &e) < 0)
		return failed(&e);
	r.s = imap_connect(&account, -1, &limits, &e);
	if (r.s == NULL || imap_login(r.s, &secret, &e) < 0) {
		rc = failed(&e);
	} else {
		printf("ready %s\n", imap_about(r.s));
		while (r.left > 0 && rc == 0) {
			const char *word = next(&r);

			printf("> %s\n", word);
			if (do_word(&r, word, &e) < 0)
				rc = failed(&e);
		}
	}
	imap_close(r.s);
	secret_wipe(&secret);
	arena_free(&r.a);
	return rc;
}
