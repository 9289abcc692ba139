/*
 * run.c -- the command line of the program.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "base/wake.h"
#include "base/when.h"
#include "mail/message/read.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/config.h"
#include "ui/cmd/docs.h"
#include "ui/cmd/grammar.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/who.h"

#ifndef VERSION
#define VERSION "unversioned"
#endif

#define WAIT_COMMAND 10000 /* ms for the write lock: a command */
#define WAIT_SCREEN  250

bool
ctx_has(const struct ctx *c, const char *option)
{
	return ctx_option(c, option) != NULL;
}

const char *
ctx_option(const struct ctx *c, const char *option)
{
	const char *value = NULL;

	for (size_t i = 0; i < c->options; i++) {
		if (strcmp(c->option[i].name, option) == 0)
			value = c->option[i].value;
	}
	return value;
}

struct strings
ctx_options(const struct ctx *c, const char *option)
{
	struct strings out = { 0 };

	for (size_t i = 0; i < c->options; i++) {
		if (strcmp(c->option[i].name, option) != 0)
			continue;
		out.v = arena_grow(c->arena, out.v, out.n, sizeof(*out.v));
		out.v[out.n++] = c->option[i].value;
	}
	return out;
}

void
ctx_say(struct ctx *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->said, sizeof(c->said), fmt, ap);
	va_end(ap);
}

void
ctx_ring(const struct ctx *c, const struct cmd *cmd)
{
	if (c->store != NULL && cmd->flags & CMD_WRITE)
		wake_ring(c->shop->store);
}

/* Columns to lay text out in: the terminal's, else 80. */
static int
columns(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	return 80;
}

static int
set_format(const struct cmd *cmd, const char *name, struct out *o,
    struct err *e)
{
	if (name == NULL || strcmp(name, "text") == 0) {
		o->format = OUT_TEXT;
	} else if (strcmp(name, "json") == 0) {
		o->format = OUT_JSON;
	} else if (strcmp(name, "csv") == 0 && (cmd->flags & CMD_CSV)) {
		o->format = OUT_CSV;
	} else {
		return err_set(e, ERR_USAGE, 0,
		    "%s: -o %.20s is unknown: text%s json is meant", cmd->name,
		    name, cmd->flags & CMD_CSV ? ", csv or" : " or");
	}
	return 0;
}

static int
set_limit(const struct cmd *cmd, const char *text, int64_t *limit,
    struct err *e)
{
	*limit = 50;
	if (text == NULL)
		return 0;
	if (*text == '\0' || strlen(text) > 9 ||
	    strspn(text, "0123456789") != strlen(text))
		return err_set(e, ERR_USAGE, 0,
		    "%s: -n takes a number, not \"%.20s\"", cmd->name, text);
	*limit = strtol(text, NULL, 10);
	return 0;
}

/* Which agent acts: made on the first use, unless only looking. */
static int
set_actor(struct ctx *c, bool write, struct err *e)
{
	struct err was = { 0 };
	struct who who;

	if (who_asks(c->arena, c->shop, &who, e) < 0)
		return -1;
	c->act.login = who.login;
	c->agent_name = who.name;
	if (write)
		return store_agent_ensure(c->store, who.login, who.name,
		    who.email, c->act.now, &c->act.agent, e);
	if (store_agent_named(c->store, &c->act, who.login, &c->act.agent,
		&was) < 0)
		c->act.agent = 0;
	return 0;
}

static int
open_store(struct ctx *c, unsigned flags, int wait, struct err *e)
{
	enum store_open how = flags & CMD_CREATE  ? STORE_CREATE
			      : flags & CMD_WRITE ? STORE_WRITE
						  : STORE_READ;

	c->store = store_open(c->shop, how, wait, e);
	if (c->store == NULL)
		return -1;
	return set_actor(c, how != STORE_READ, e);
}

/* Open what the command needs. */
static int
prepare(struct ctx *c, const struct cmd *cmd, const struct parsed *p,
    struct config *config, struct err *e)
{
	c->act.now = when_now();
	c->config = p->config;
	c->store_path = p->store;
	if (cmd->flags & CMD_NO_CONFIG)
		return 0;
	if (config_read(c->arena, p->config, p->store, config, e) < 0)
		return -1;
	c->conf = &config->conf;
	c->shop = config->shop;
	if (cmd->flags & CMD_NO_STORE) {
		struct who who;

		if (who_asks(c->arena, c->shop, &who, e) < 0)
			return -1;
		c->act.login = who.login;
		c->agent_name = who.name;
		return 0;
	}
	return open_store(c, cmd->flags, WAIT_COMMAND, e);
}

static int
run_parsed(struct ctx *c, const struct cmd *cmd, const struct parsed *p,
    struct err *e)
{
	struct arg arg[GRAMMAR_PLACES];
	struct config config = { 0 };
	int rc;

	if (set_format(cmd, p->format, c->out, e) < 0 ||
	    set_limit(cmd, p->limit, &c->limit, e) < 0 ||
	    prepare(c, cmd, p, &config, e) < 0)
		return -1;
	c->option = p->option;
	c->options = p->options;
	c->yes = p->yes;
	c->query = p->query;
	rc = resolve(c, cmd, p, arg, e);
	if (rc == 0)
		rc = cmd->run(c, arg, e);
	if (rc >= 0)
		ctx_ring(c, cmd);
	if (rc == 0 && c->said[0] != '\0' && !p->quiet)
		out_text(c->out, "%s\n", c->said);
	return rc;
}

static int
run_command(const struct strings *words, struct out *o, struct arena *a,
    struct err *e)
{
	struct ctx c = { .arena = a, .out = o };
	const struct cmd *cmd;
	struct parsed p;
	struct strings rest;
	size_t used;
	int rc;

	cmd = grammar_command(NULL, words, &used, e);
	if (cmd == NULL)
		return -1;
	rest = (struct strings){ words->v + used, words->n - used };
	if (grammar_parse(a, cmd, &rest, false, &p, e) < 0)
		return -1;
	if (p.help) {
		docs_help(a, cmd, &o->text);
		return 0;
	}
	c.quiet = p.quiet;
	log_quiet(p.quiet);
	rc = run_parsed(&c, cmd, &p, e);
	if (c.store != NULL)
		store_close(c.store);
	return rc;
}

/* No command: the desk. */
static int
run_screen(const struct parsed *p, struct arena *a, screen_fn screen,
    struct err *e)
{
	struct ctx c = { .arena = a,
		.config = p->config,
		.store_path = p->store };
	struct config config = { 0 };
	int rc;

	if (screen == NULL || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, 0,
		    "the desk needs a terminal: try \"shopbell list\" or"
		    " \"shopbell --help\"");
	c.act.now = when_now();
	if (config_read(a, p->config, p->store, &config, e) < 0)
		return -1;
	c.conf = &config.conf;
	c.shop = config.shop;
	if (!config.found && p->store == NULL &&
	    access(c.shop->store, F_OK) != 0)
		return err_set(e, ERR_CONFIG, 0,
		    "there is no shop yet: run \"shopbell setup\", or"
		    " \"shopbell demo\" to look around");
	rc = open_store(&c, CMD_WRITE, WAIT_SCREEN, e);
	if (rc == 0)
		rc = screen(&c, e);
	if (c.store != NULL)
		store_close(c.store);
	return rc;
}

/* The options that may stand before a command, and alone. */
static const struct cmd bare = {
	.name = "shopbell",
	.args = "[<text>...]",
	.options = "[--version] [--print-man <text>]",
};

/*
 * Options before the command's name are moved behind it, so that
 * "shopbell --store FILE list" means the same as "shopbell list --store
 * FILE".
 */
static size_t
leading_options(const struct strings *words)
{
	size_t i = 0;

	while (i < words->n && words->v[i][0] == '-') {
		const char *w = words->v[i++];

		if (strcmp(w, "--config") == 0 || strcmp(w, "--store") == 0 ||
		    strcmp(w, "--print-man") == 0 || strcmp(w, "-o") == 0 ||
		    strcmp(w, "-n") == 0)
			i++;
	}
	return i < words->n ? i : words->n;
}

static struct strings
turned(struct arena *a, const struct strings *words, size_t lead)
{
	struct strings out = { 0 };
	size_t used = 1;
	struct strings rest = { words->v + lead, words->n - lead };
	struct err ignored = { 0 };

	if (grammar_command(NULL, &rest, &used, &ignored) == NULL)
		used = 1;
	out.v = arena_array(a, words->n, sizeof(*out.v));
	for (size_t i = 0; i < used; i++)
		out.v[out.n++] = rest.v[i];
	for (size_t i = 0; i < lead; i++)
		out.v[out.n++] = words->v[i];
	for (size_t i = used; i < rest.n; i++)
		out.v[out.n++] = rest.v[i];
	return out;
}

/* "shopbell help" and "shopbell help COMMAND", as people try first. */
static int
help(const struct strings *words, struct out *o, struct arena *a,
    struct err *e)
{
	struct strings rest = { words->v + 1, words->n - 1 };
	const struct cmd *cmd;
	size_t used;

	if (rest.n == 0) {
		docs_overview(a, &o->text);
		return 0;
	}
	cmd = grammar_command(NULL, &rest, &used, e);
	if (cmd == NULL)
		return -1;
	docs_help(a, cmd, &o->text);
	return 0;
}

static int
dispatch(const struct strings *words, struct out *o, struct arena *a,
    screen_fn screen, struct err *e)
{
	size_t lead = leading_options(words);
	struct strings line;
	struct parsed p;

	if (words->n > 0 && strcmp(words->v[0], "help") == 0)
		return help(words, o, a, e);
	if (lead < words->n) {
		line = turned(a, words, lead);
		return run_command(&line, o, a, e);
	}
	if (grammar_parse(a, &bare, words, true, &p, e) < 0)
		return -1;
	if (p.help) {
		docs_overview(a, &o->text);
		return 0;
	}
	if (p.options > 0 && strcmp(p.option[0].name, "version") == 0) {
		out_text(o, "shopbell %s\n", VERSION);
		return 0;
	}
	if (p.options > 0)
		return docs_man(p.option[0].value, &o->text, e);
	return run_screen(&p, a, screen, e);
}

/*
 * A program started with one of its three descriptors closed would open the
 * store there, and the next message would be written into it.
 */
static void
hold_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int
cmd_main(int argc, char **argv, screen_fn screen)
{
	struct out o = { .fd = STDOUT_FILENO };
	struct arena a = { 0 };
	struct strings words = { 0 };
	struct err e = { 0 }, last = { 0 };
	int rc, status;

	hold_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit is an error like a full disk */
	if (setlocale(LC_CTYPE, "") == NULL)
		setlocale(LC_CTYPE, "C.UTF-8");
	read_start();
	o.cols = columns();
	o.color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	words.n = argc > 0 ? (size_t)argc - 1 : 0;
	words.v = arena_array(&a, words.n + 1, sizeof(*words.v));
	for (size_t i = 0; i < words.n; i++)
		words.v[i] = argv[i + 1];
	rc = dispatch(&words, &o, &a, screen, &e);
	if (out_flush(&o, &last) < 0 && rc == 0) {
		rc = -1;
		e = last;
	}
	status = rc < 0 ? err_status(&e) : rc;
	if (rc < 0)
		log_err(&e);
	buf_free(&o.text);
	arena_free(&a);
	return status;
}
