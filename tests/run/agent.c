/*
 * agent.c -- an agent at work, as from the screen: assigns, tags, notes and
 * answers, each timed.  For working.py.
 *
 *   agent CONFIG NUMBER STOP TEXT
 *
 * Works until a file STOP is there, with the words in TEXT.  Prints a line for
 * each write: what, microseconds, the thread, and the error if there was one.
 * A conflict with a colleague is no error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "mail/message/read.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/cmd.h"
#include "ui/cmd/config.h"
#include "ui/cmd/grammar.h"
#include "ui/cmd/resolve.h"

#define WAIT_MS  250   /* of a screen for the write lock */
#define PAUSE_US 10000 /* between two writes */

struct worker {
	struct ctx c;
	struct out out;
	struct arena arena; /* of one write */
	int number;
	unsigned seed;
};

/* Any thread of those that came last. */
static int64_t
some_thread(struct worker *a, struct err *e)
{
	struct list_ask ask = { .order = ORDER_NEWEST,
		.limit = 200,
		.now = when_now() };
	struct thread *v = NULL;
	size_t n = 0;

	if (store_list(a->c.store, &ask, &a->arena, &v, &n, e) < 0)
		return -1;
	return n == 0 ? 0 : v[(size_t)rand_r(&a->seed) % n].id;
}

/* What the composer does at the end, which has no line of its own. */
static int
reply(struct worker *a, int64_t thread, const char *text, struct err *e)
{
	const struct cmd *cmd = cmd_named("reply");
	const char *word[] = { arena_fmt(&a->arena, "%lld", (long long)thread),
		"--text", text };
	struct strings words = { word, 3 };
	struct arg arg[GRAMMAR_PLACES];
	struct parsed p;

	if (grammar_parse(&a->arena, cmd, &words, false, &p, e) < 0)
		return -1;
	a->c.option = p.option;
	a->c.options = p.options;
	return resolve(&a->c, cmd, &p, arg, e) < 0 ? -1
						   : cmd->run(&a->c, arg, e);
}

/* The screen tries what was busy again with the next tick. */
static int
run(struct worker *a, const char *line, int64_t thread, const char *text,
    struct err *e)
{
	int rc;

	do {
		*e = (struct err){ 0 };
		a->c.act.now = when_now();
		rc = line != NULL ? cmd_line(&a->c, line, e)
				  : reply(a, thread, text, e);
	} while (rc < 0 && e->kind == ERR_BUSY);
	return rc;
}

static void
write_one(struct worker *a, const char *text, int turn)
{
	struct err e = { 0 };
	int64_t thread = some_thread(a, &e), began;
	const char *what, *line;
	int rc;

	if (thread == 0)
		return;
	switch (turn % 4) {
	case 0:
		what = "assign";
		line =
		    arena_fmt(&a->arena, "assign %lld me", (long long)thread);
		break;
	case 1:
		what = "tag";
		line = arena_fmt(&a->arena, "tag %lld +by%d", (long long)thread,
		    a->number);
		break;
	case 2:
		what = "note";
		line = arena_fmt(&a->arena, "note %lld --text %s",
		    (long long)thread, text);
		break;
	default:
		what = "reply";
		line = NULL;
	}
	began = when_us();
	rc = thread < 0 ? -1 : run(a, line, thread, text, &e);
	printf("%s %lld %lld %s\n", what, (long long)(when_us() - began),
	    (long long)thread,
	    rc < 0 && e.kind == ERR_CONFLICT ? "(a colleague was first)"
	    : rc < 0                         ? e.text
					     : "");
}

int
main(int argc, char **argv)
{
	struct worker a = { 0 };
	struct arena whole = { 0 };
	struct config config = { 0 };
	struct err e = { 0 };

	if (argc != 5)
		return 64;
	read_start();
	a.number = atoi(argv[2]);
	a.seed = (unsigned)a.number;
	a.out.fd = -1;
	a.c.out = &a.out;
	a.c.arena = &a.arena;
	if (config_read(&whole, argv[1], NULL, &config, &e) < 0)
		goto fail;
	a.c.shop = config.shop;
	a.c.conf = &config.conf;
	a.c.act = (struct act){ .login = arena_fmt(&whole, "agent%d", a.number),
		.now = when_now() };
	a.c.agent_name = a.c.act.login;
	a.c.store = store_open(config.shop, STORE_WRITE, WAIT_MS, &e);
	if (a.c.store == NULL ||
	    store_agent_ensure(a.c.store, a.c.act.login, a.c.act.login, "",
		a.c.act.now, &a.c.act.agent, &e) < 0)
		goto fail;
	for (int turn = a.number; access(argv[3], F_OK) < 0; turn++) {
		write_one(&a, argv[4], turn);
		buf_clear(&a.out.text);
		arena_reset(&a.arena);
		usleep(PAUSE_US);
	}
	store_close(a.c.store);
	buf_free(&a.out.text);
	arena_free(&a.arena);
	arena_free(&whole);
	return 0;
fail:
	fprintf(stderr, "agent: %s\n", e.text);
	return 1;
}
