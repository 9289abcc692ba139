/*
 * step.c -- the real sender, one run at a time, for outbox_model.py: send
 * what is due, then look after the copies in Sent.  Nothing is read from the
 * server.
 *
 *   step CONFIG
 *
 * Reads lines: "run NOW" answers "pid N", then "done"; the run is a process
 * of its own, so that it can be killed.  "resolve NOW sent" (or "again")
 * settles the first row as a person would.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "desk/shop.h"
#include "mail/message/read.h"
#include "mail/outgoing.h"
#include "store/edit.h"

static int
send_and_file(struct store *store, const struct shop *shop, struct err *e)
{
	const struct account *account = &shop->account[0];
	struct sync_report r = { 0 };
	struct sender *s = sender_open(store, shop, account, -1, true, e);
	struct imap *imap = NULL;
	int rc = -1;

	if (s == NULL)
		return -1;
	/* Filing has its turn even where sending failed, as in a round. */
	rc = sender_run(s, &r, e);
	if (sender_unfiled(s, e) > 0) {
		imap = imap_open(account, -1, NULL, e);
		rc = imap == NULL ? -1 : sender_file(s, imap, &r, e);
		imap_close(imap);
	}
	sender_close(s);
	return rc;
}

static int
settle(struct store *store, const char *how, int64_t now, struct err *e)
{
	struct act by = { .agent = 1, .login = "ana", .now = now };

	return store_outbox_resolve(store, &by, 1,
	    strcmp(how, "sent") == 0 ? RESOLVE_SENT : RESOLVE_AGAIN, e);
}

/* In a process of its own; how is NULL for a run. */
static int
act(const struct shop *shop, const char *now, const char *how)
{
	struct err e = { 0 };
	struct store *store;
	int rc;

	setenv("SHOPBELL_TEST_NOW", now, 1);
	store = store_open(shop, STORE_WRITE, 10000, &e);
	if (store == NULL) {
		fprintf(stderr, "step: %s\n", e.text);
		return 1;
	}
	/* A run may fail: that is what the servers are there for. */
	rc = how != NULL ? settle(store, how, strtoll(now, NULL, 10), &e)
			 : send_and_file(store, shop, &e);
	if (how != NULL && rc < 0)
		fprintf(stderr, "step: %s\n", e.text);
	store_close(store);
	return 0;
}

static void
serve(const struct shop *shop)
{
	char line[200], now[40], how[20];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		int n = sscanf(line, "%*s %39s %19s", now, how);
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(act(shop, now, n == 2 ? how : NULL));
		printf("pid %d\n", (int)pid);
		fflush(stdout);
		waitpid(pid, &status, 0);
		printf("done\n");
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct conf conf = { 0 };
	struct err e = { 0 };
	struct shop *shop;

	if (argc != 2)
		return 64;
	read_start();
	if (conf_read(&a, &conf, argv[1], 0, &e) < 0 ||
	    (shop = shop_make(&a, &conf, &e)) == NULL) {
		fprintf(stderr, "step: %s\n", e.text);
		return 1;
	}
	serve(shop);
	arena_free(&a);
	return 0;
}
