/*
 * canned list -- the canned replies and how often each was used.
 */
#include <string.h>

#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/rows.h"

static void
print_json(struct ctx *c, const struct canned *v, int uses)
{
	struct json *o = json_object_new(), *tags = json_array_new();

	for (size_t i = 0; i < v->tags.n; i++)
		json_push_str(tags, v->tags.v[i]);
	json_put_str(o, "name", v->name);
	json_put_str(o, "title", v->title);
	json_put(o, "tags", tags);
	json_put_str(o, "keys", v->keys);
	json_put_int(o, "uses", uses);
	out_json(c->out, o);
}

static void
csv_heading(struct out *o)
{
	static const char *const names[] = { "name", "title", "tags", "keys",
		"uses" };

	out_csv(o, names, sizeof(names) / sizeof(names[0]));
}

static void
print_csv(struct ctx *c, const struct canned *v, int uses)
{
	struct arena *a = c->arena;
	const char *field[] = { v->name, v->title, "", v->keys,
		rows_number(a, uses) };

	for (size_t i = 0; i < v->tags.n; i++)
		field[2] = i == 0
			       ? v->tags.v[i]
			       : arena_fmt(a, "%s,%s", field[2], v->tags.v[i]);
	out_csv(c->out, field, sizeof(field) / sizeof(field[0]));
}

static void
print_text(struct ctx *c, const struct canned *v, int uses)
{
	struct buf b = { 0 };
	int cols = c->out->cols < 60 ? 60 : c->out->cols;

	rows_cell(c->arena, &b, v->name, 24);
	buf_chr(&b, ' ');
	rows_cell(c->arena, &b, v->keys, 10);
	buf_fmt(&b, " %5d  ", uses);
	rows_cell(c->arena, &b, v->title, cols - 24 - 11 - 8 - 1);
	rows_line(c, &b);
	buf_free(&b);
}

static int
list_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct canned *v = NULL;
	size_t n = 0;

	if (answer_canned(c, &v, &n, e) < 0)
		return -1;
	if (n == 0 && c->out->format == OUT_TEXT)
		ctx_say(c, "no canned replies in %.150s", c->shop->canned);
	if (c->out->format == OUT_CSV)
		csv_heading(c->out);
	for (size_t i = 0; i < n; i++) {
		int uses = 0;

		if (c->limit > 0 && i == (size_t)c->limit)
			break;
		if (store_canned_uses(c->store, v[i].name, &uses, e) < 0)
			return -1;
		if (c->out->format == OUT_JSON)
			print_json(c, &v[i], uses);
		else if (c->out->format == OUT_CSV)
			print_csv(c, &v[i], uses);
		else
			print_text(c, &v[i], uses);
	}
	return 0;
}

const struct cmd cmd_canned_list = {
	.name = "canned list",
	.brief = "List the canned replies",
	.man = "Name, keys, how often it was sent, title.\n",
	.flags = CMD_LIST | CMD_PRINT | CMD_CSV,
	.run = list_run,
};
