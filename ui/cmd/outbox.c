/*
 * outbox -- what is going out, and what became of it.
 */
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/rows.h"

static void
print_json(struct ctx *c, const void *row)
{
	const struct outbox *v = row;
	struct json *o = json_object_new();

	json_put_int(o, "id", v->id);
	json_put_int(o, "thread", v->thread);
	json_put_str(o, "state", outbox_state_name(v->state));
	json_put(o, "to", rows_addresses_json(&v->to));
	json_put_str(o, "subject", v->subject);
	json_put_str(o, "message_id", v->message_id);
	json_put_time(o, "queued_at", v->queued_at);
	json_put_str(o, "error", *v->error != '\0' ? v->error : NULL);
	out_json(c->out, o);
}

static void
print_csv(struct ctx *c, const void *row)
{
	const struct outbox *v = row;
	struct arena *a = c->arena;
	const char *field[] = { rows_number(a, v->id),
		rows_number(a, v->thread), outbox_state_name(v->state),
		people_format_all(a, &v->to), v->subject, v->message_id,
		rows_instant(a, v->queued_at), v->error };

	out_csv(c->out, field, sizeof(field) / sizeof(field[0]));
}

static void
print_text(struct ctx *c, const void *row)
{
	const struct outbox *v = row;
	struct arena *a = c->arena;
	struct buf b = { 0 };
	char at[WHEN_SIZE];
	int cols = c->out->cols < 60 ? 60 : c->out->cols;

	when_short(c->shop->zone, c->act.now, v->queued_at, at);
	buf_fmt(&b, "%5lld ", (long long)v->id);
	rows_cell(a, &b, outbox_state_name(v->state), 9);
	buf_chr(&b, ' ');
	rows_cell(a, &b, at, 11);
	buf_fmt(&b, " #%-5lld ", (long long)v->thread);
	rows_cell(a, &b, people_format_all(a, &v->to), 24);
	buf_chr(&b, ' ');
	rows_cell(a, &b, v->subject, cols - 6 - 10 - 12 - 7 - 25 - 1);
	rows_line(c, &b);
	if (*v->error != '\0')
		out_text(c->out, "      %s\n",
		    text_cleaned(a, v->error, TEXT_LINE));
	buf_free(&b);
}

static const char *const heading[] = { "id", "thread", "state", "to", "subject",
	"message_id", "queued_at", "error", NULL };
static const struct row_form form = { heading, print_json, print_csv,
	print_text };

static int
outbox_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct outbox *v = NULL;
	size_t n = 0;

	if (store_outbox(c->store, ctx_has(c, "all"), c->arena, &v, &n, e) < 0)
		return -1;
	rows_print(c, &form, v, n, sizeof(*v));
	if (n == 0 && c->out->format == OUT_TEXT)
		ctx_say(c, "nothing is on its way");
	return 0;
}

const struct cmd cmd_outbox = {
	.name = "outbox",
	.options = "[--all]",
	.brief = "List what is going out",
	.man = "Newest first; with\n.Fl \\-all\nalso what is filed in Sent or"
	       " was cancelled.\n"
	       "A state is\n.Cm queued , sending , accepted , filed , failed ,"
	       " cancelled\nor\n.Cm doubt :\n"
	       "the connection broke after the end of the mail and before the"
	       " server's answer.\n",
	.flags = CMD_LIST | CMD_PRINT | CMD_CSV,
	.run = outbox_run,
};
