/*
 * complete -- what may come next on a command line, one a line with its
 * brief behind a tab: what the scripts of "completion" ask.
 */
#include "store/query.h"
#include "ui/cmd/config.h"
#include "ui/cmd/cmd.h"

static int
complete_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct candidate *v = NULL;
	struct config config;
	struct err quiet = { 0 };
	size_t n = 0;

	/* A shell wants candidates, not errors: what cannot be read is left. */
	if (config_read(c->arena, NULL, NULL, &config, &quiet) == 0) {
		c->shop = config.shop;
		c->store = store_open(c->shop, STORE_READ, 100, &quiet);
	}
	if (cmd_complete(c, NULL, arg[0].str, &v, &n, &quiet) < 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		out_text(c->out, "%s", v[i].text);
		buf_chr(&c->out->text, '\t');
		out_text(c->out, "%s\n", v[i].brief);
	}
	return 0;
}

const struct cmd cmd_complete_line = {
	.name = "complete",
	.args = "[<text>...]",
	.brief = "Say what may come next on a command line",
	.man = "",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_NO_CONFIG | CMD_HIDDEN,
	.run = complete_run,
};
