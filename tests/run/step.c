/*
 * step.c -- one run of the real sender, for outbox_model.py: send what is
 * due, then look after the copies in Sent.  Nothing is read from the server.
 *
 *   step CONFIG
 */
#include <stdio.h>

#include "base/arena.h"
#include "base/conf.h"
#include "desk/shop.h"
#include "mail/message/read.h"
#include "mail/outgoing.h"

static int
step(struct store *store, const struct shop *shop, struct sync_report *r,
    struct err *e)
{
	const struct account *account = &shop->account[0];
	struct sender *s = sender_open(store, shop, account, -1, true, e);
	struct imap *imap = NULL;
	int rc = -1;

	if (s == NULL)
		return -1;
	/* Filing has its turn even where sending failed, as in a round. */
	rc = sender_run(s, r, e);
	if (rc < 0)
		printf("send: %s\n", e->text);
	if (sender_unfiled(s, e) > 0) {
		imap = imap_open(account, -1, e);
		rc = imap == NULL ? -1 : sender_file(s, imap, r, e);
		imap_close(imap);
	}
	sender_close(s);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct conf conf = { 0 };
	struct sync_report r = { 0 };
	struct err e = { 0 };
	struct store *store;
	struct shop *shop;
	int rc = -1;

	if (argc != 2)
		return 64;
	read_start();
	if (conf_read(&a, &conf, argv[1], 0, &e) < 0 ||
	    (shop = shop_make(&a, &conf, &e)) == NULL ||
	    (store = store_open(shop, STORE_WRITE, 10000, &e)) == NULL) {
		fprintf(stderr, "step: %s\n", e.text);
		return 1;
	}
	rc = step(store, shop, &r, &e);
	if (rc < 0)
		printf("step: %s\n", e.text);
	store_close(store);
	arena_free(&a);
	return 0;
}
