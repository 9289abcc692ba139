/*
 * search -- the messages that match, with the words found.
 */
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "store/query.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

/* The excerpt with its hits between the marks given. */
static const char *
marked(struct arena *a, const char *s, const char *on, const char *off)
{
	struct buf b = { 0 };
	const char *out;

	for (; *s != '\0'; s++) {
		if (*s == '\x02')
			buf_str(&b, on);
		else if (*s == '\x03')
			buf_str(&b, off);
		else
			buf_chr(&b, *s);
	}
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

static void
print_json(struct ctx *c, const void *row)
{
	const struct hit *h = row;
	struct json *o = rows_thread_json(&h->thread);

	json_put_int(o, "message", h->message);
	json_put_time(o, "at", h->at);
	json_put_str(o, "excerpt", marked(c->arena, h->excerpt, "", ""));
	out_json(c->out, o);
}

static void
print_csv(struct ctx *c, const void *row)
{
	const struct hit *h = row;
	struct arena *a = c->arena;
	const struct thread *t = &h->thread;
	const char *field[] = { rows_number(a, t->id), t->subject,
		thread_state_name(t->state), t->customer.name,
		t->customer.address, rows_number(a, h->message),
		rows_instant(a, h->at), marked(a, h->excerpt, "", "") };

	out_csv(c->out, field, sizeof(field) / sizeof(field[0]));
}

static void
print_text(struct ctx *c, const void *row)
{
	const struct hit *h = row;
	struct arena *a = c->arena;
	struct buf b = { 0 };
	char day[WHEN_SIZE];
	int cols = c->out->cols < 60 ? 60 : c->out->cols;

	when_short(c->shop->zone, c->act.now, h->at, day);
	buf_fmt(&b, "%5lld ", (long long)h->thread.id);
	rows_cell(a, &b, day, 11);
	buf_chr(&b, ' ');
	rows_cell(a, &b,
	    *h->thread.customer.name != '\0' ? h->thread.customer.name
					     : h->thread.customer.address,
	    18);
	buf_chr(&b, ' ');
	rows_cell(a, &b, h->thread.subject, cols - 6 - 12 - 19 - 1);
	rows_line(c, &b);
	buf_str(&b, "      ");
	rows_cell(a, &b, marked(a, h->excerpt, "[", "]"), cols - 7);
	if (strspn(buf_text(&b), " ") < b.len)
		rows_line(c, &b);
	buf_free(&b);
}

static const char *const heading[] = { "id", "subject", "state", "customer",
	"address", "message", "at", "excerpt", NULL };
static const struct row_form form = { heading, print_json, print_csv,
	print_text };

static int
search_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct list_ask ask;
	struct hit *v = NULL;
	size_t n = 0;

	if (resolve_query(c, arg[0].str, &ask, e) < 0)
		return -1;
	ask.limit = (size_t)c->limit;
	if (store_search(c->store, &ask, c->arena, &v, &n, e) < 0)
		return -1;
	rows_print(c, &form, v, n, sizeof(*v));
	if (n == 0)
		ctx_say(c, "nothing matches");
	if (c->out->format != OUT_TEXT)
		c->said[0] = '\0';
	return 0;
}

const struct cmd cmd_search = {
	.name = "search",
	.args = "<query>...",
	.brief = "Find messages",
	.man = "Best match first, the words found in brackets.\n"
	       "The language is that of\n.Sx SEARCH LANGUAGE .\n",
	.flags = CMD_LIST | CMD_PRINT | CMD_CSV,
	.run = search_run,
};
