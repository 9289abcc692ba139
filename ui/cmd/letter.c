#include "ui/cmd/letter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"

#define TEXT_MOST (4u << 20) /* bytes of a letter's text */

static int
add_people(struct ctx *c, const char *option, struct addresses *out,
    struct err *e)
{
	struct strings given = ctx_options(c, option);

	for (size_t i = 0; i < given.n; i++) {
		struct addresses v = { 0 };

		if (people_parse(c->arena, given.v[i], &v, e) < 0)
			return err_in(e, "--%s", option);
		for (size_t k = 0; k < v.n; k++) {
			out->v = arena_grow(c->arena, out->v, out->n,
			    sizeof(*out->v));
			out->v[out->n++] = v.v[k];
		}
	}
	return 0;
}

/* The words of --text above what stands in the draft already. */
static int
add_text(struct ctx *c, struct draft *d, struct err *e)
{
	const char *file = ctx_option(c, "text");
	struct buf raw = { 0 }, text = { 0 };

	if (file == NULL)
		return 0;
	if (file_read(&raw, file, TEXT_MOST, e) < 0) {
		buf_free(&raw);
		return -1;
	}
	for (size_t i = 0; i < raw.len; i++) { /* CR LF becomes LF */
		if (raw.data[i] != '\r' || i + 1 == raw.len ||
		    raw.data[i + 1] != '\n')
			buf_chr(&text, raw.data[i]);
	}
	buf_clear(&raw);
	text_repair(&raw, buf_text(&text), text.len);
	while (raw.len > 0 && strchr(" \n\t", raw.data[raw.len - 1]) != NULL)
		buf_cut(&raw, raw.len - 1);
	if (raw.len == 0 && !ctx_has(c, "canned")) {
		buf_free(&raw);
		buf_free(&text);
		return err_set(e, ERR_USAGE, 0,
		    "nothing to say: %.100s is empty", file);
	}
	d->text = arena_fmt(c->arena, "%s\n%s", buf_text(&raw),
	    answer_below(d->text));
	buf_free(&raw);
	buf_free(&text);
	return 0;
}

static void
add_files(struct ctx *c, struct draft *d)
{
	struct strings given = ctx_options(c, "attach"), all = { 0 };

	all.v =
	    arena_array(c->arena, given.n + d->attachments.n, sizeof(*all.v));
	for (size_t i = 0; i < d->attachments.n; i++)
		all.v[all.n++] = d->attachments.v[i];
	for (size_t i = 0; i < given.n; i++)
		all.v[all.n++] = given.v[i];
	d->attachments = all;
}

static int
set_from(struct ctx *c, struct draft *d, struct err *e)
{
	const char *from = ctx_option(c, "from");
	const struct account *a;
	struct addresses v = { 0 };

	if (from == NULL)
		return 0;
	if (people_parse(c->arena, from, &v, e) < 0)
		return err_in(e, "--from");
	a = v.n == 1 ? shop_account_of(c->shop, v.v[0].addr) : NULL;
	if (a == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "--from %.80s: no account of ours has this address or"
		    " alias",
		    from);
	d->from = v.v[0];
	if (*d->from.name == '\0')
		d->from.name = a->name;
	d->account = a->title;
	return 0;
}

static int
add_canned(struct ctx *c, struct draft *d, struct err *e)
{
	const char *name = ctx_option(c, "canned");
	struct canned r;

	if (name == NULL)
		return 0;
	if (answer_canned_named(c, name, &r, e) < 0)
		return -1;
	return answer_fill(c, d, &r, e);
}

static int
apply(struct ctx *c, struct draft *d, struct err *e)
{
	const char *subject = ctx_option(c, "subject");

	if (set_from(c, d, e) < 0 || add_people(c, "to", &d->to, e) < 0 ||
	    add_people(c, "cc", &d->cc, e) < 0 ||
	    add_people(c, "bcc", &d->bcc, e) < 0)
		return -1;
	if (add_canned(c, d, e) < 0 || add_text(c, d, e) < 0)
		return -1;
	if (subject != NULL)
		d->subject = subject;
	add_files(c, d);
	d->close |= ctx_has(c, "close");
	d->markdown |= ctx_has(c, "markdown");
	return 0;
}

static void
print_queued(struct ctx *c, const struct draft *d, int64_t id)
{
	char span[WHEN_SIZE];

	if (c->out->format == OUT_JSON) {
		struct json *o = json_object_new();

		json_put_int(o, "outbox", id);
		json_put_int(o, "thread", d->thread);
		out_json(c->out, o);
		return;
	}
	out_text(c->out, "%lld\n", (long long)id);
	if (isatty(STDERR_FILENO) && !c->quiet)
		log_line(LOG_NOTICE,
		    "queued: leaves with the next sync, not before %s have"
		    " passed; \"shopbell outbox cancel %lld\" takes it back",
		    when_span_long(c->shop->undo_delay, span), (long long)id);
}

int
letter_send(struct ctx *c, struct draft *d, enum letter_words words,
    struct err *e)
{
	struct buf raw = { 0 };
	int64_t id;
	int rc;

	if (apply(c, d, e) < 0)
		return -1;
	if (ctx_has(c, "preview")) {
		rc = answer_unfilled(d, e);
		if (rc == 0)
			rc = answer_preview(c, d, &raw, e);
		if (rc == 0)
			out_text(c->out, "%s", buf_text(&raw));
		buf_free(&raw);
		return rc;
	}
	if (words == LETTER_WORDS && !ctx_has(c, "canned") &&
	    !ctx_has(c, "text") && d->attachments.n == 0)
		return err_set(e, ERR_USAGE, 0,
		    "nothing to say: give --text FILE or --canned NAME");
	if (answer_send(c, d, &id, e) < 0)
		return -1;
	print_queued(c, d, id);
	return 0;
}
