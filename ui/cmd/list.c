/*
 * list -- the threads that match a query.
 */
#include "store/query.h"

#include <string.h>

#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

static enum list_order
order_of(const struct ctx *c)
{
	const char *order = ctx_option(c, "order");

	if (order == NULL || strcmp(order, "waiting") == 0)
		return ORDER_WAITING;
	return strcmp(order, "newest") == 0 ? ORDER_NEWEST : ORDER_OLDEST;
}

static int
list_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct list_ask ask;
	struct thread *v = NULL;
	size_t n = 0;

	if (resolve_query(c, arg[0].str, &ask, e) < 0)
		return -1;
	ask.limit = (size_t)c->limit;
	ask.order = order_of(c);
	if (store_list(c->store, &ask, c->arena, &v, &n, e) < 0)
		return -1;
	if (c->out->format == OUT_CSV)
		rows_csv_heading(c->out);
	for (size_t i = 0; i < n; i++) {
		if (c->out->format == OUT_JSON)
			out_json(c->out, rows_thread_json(&v[i]));
		else if (c->out->format == OUT_CSV)
			rows_thread_csv(c, &v[i]);
		else
			rows_thread_text(c, &v[i]);
	}
	return 0;
}

const struct cmd cmd_list = {
	.name = "list",
	.args = "[<query>...]",
	.options = "[--order waiting|newest|oldest]",
	.brief = "List threads",
	.man =
	    "Without a\n.Ar query\nall threads but spam and trash, those that"
	    " wait longest first.\n"
	    "A mark stands after the number:\n"
	    ".Ql \\&.\nunread,\n.Ql *\nstarred,\n.Ql A\nbegun by a robot,\n"
	    ".Ql \\&?\nour answer was not delivered,\n.Ql x\n"
	    "an answer could not be sent.\n"
	    "After the wait,\n.Ql ~\nmeans nearly late and\n.Ql \\&!\nlate.\n",
	.flags = CMD_LIST | CMD_PRINT | CMD_CSV,
	.run = list_run,
};
