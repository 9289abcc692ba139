/*
 * line.c -- one line typed after ':' or bound to a key.
 */
#include <string.h>

#include "ui/cmd/grammar.h"
#include "ui/cmd/resolve.h"

/* What a line may set for its own length only. */
struct kept {
	struct seen *thread;
	size_t threads;
	const struct option_value *option;
	size_t options;
	const char *query;
	int64_t limit;
	bool yes;
	struct out *out;
};

static struct kept
keep(const struct ctx *c)
{
	return (struct kept){ .thread = c->thread,
		.threads = c->threads,
		.option = c->option,
		.options = c->options,
		.query = c->query,
		.limit = c->limit,
		.yes = c->yes,
		.out = c->out };
}

static void
put_back(struct ctx *c, const struct kept *k)
{
	c->thread = k->thread;
	c->threads = k->threads;
	c->option = k->option;
	c->options = k->options;
	c->query = k->query;
	c->limit = k->limit;
	c->yes = k->yes;
	c->out = k->out;
}

static int
run_words(struct ctx *c, const struct cmd *cmd, const struct strings *rest,
    struct err *e)
{
	struct arg arg[GRAMMAR_PLACES];
	struct parsed p;
	int rc;

	if (grammar_parse(c->arena, cmd, rest, c->threads > 0, &p, e) < 0)
		return -1;
	if (p.config != NULL || p.store != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "--config and --store belong on the command line");
	if (p.help) {
		ctx_say(c, "%s", grammar_usage(c->arena, cmd));
		return 0;
	}
	c->option = p.option;
	c->options = p.options;
	c->yes = p.yes;
	c->query = p.query;
	c->limit = p.limit != NULL ? resolve_number(p.limit) : 50;
	if (p.format != NULL && strcmp(p.format, "json") == 0)
		c->out->format = OUT_JSON;
	if (resolve(c, cmd, &p, arg, e) < 0)
		return -1;
	rc = cmd->run(c, arg, e);
	if (rc >= 0)
		ctx_ring(c, cmd);
	return rc;
}

int
cmd_line(struct ctx *c, const char *line, struct err *e)
{
	struct out *unseen = arena_alloc(c->arena, sizeof(*unseen));
	struct kept was = keep(c);
	const struct cmd *cmd;
	struct strings words, rest;
	size_t used;
	int rc;

	*unseen = (struct out){ .fd = -1, .cols = 80 };
	c->said[0] = '\0';
	if (grammar_split(c->arena, line, &words, NULL, e) < 0)
		return -1;
	cmd = grammar_command(NULL, &words, &used, e);
	if (cmd == NULL)
		return -1;
	if (cmd->flags & CMD_LINE)
		return err_set(e, ERR_USAGE, 0,
		    "\"%s\" is for the command line: leave the desk first",
		    cmd->name);
	if (c->out == NULL)
		c->out = unseen;
	rest = (struct strings){ words.v + used, words.n - used };
	rc = run_words(c, cmd, &rest, e);
	put_back(c, &was);
	buf_free(&unseen->text);
	return rc < 0 ? -1 : 0;
}
