/*
 * export -- mail out again, as an mbox or one file a message.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/when.h"
#include "store/query.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

/* Where it goes. */
struct sink {
	struct ctx *c;
	const char *folder; /* NULL: an mbox on standard output */
	size_t written;
};

/*
 * mboxrd: a line that looks like a separator gets one more ">", so that the
 * reader can take it off again.
 */
static void
add_mbox(struct buf *out, const struct message *m, const struct buf *raw)
{
	time_t at = (time_t)m->received_at;
	struct tm tm;
	char when[64];
	const char *s = buf_text(raw), *end = s + raw->len;

	gmtime_r(&at, &tm);
	strftime(when, sizeof(when), "%a %b %e %H:%M:%S %Y", &tm);
	buf_fmt(out, "From %s %s\n",
	    *m->from.addr != '\0' ? m->from.addr : "MAILER-DAEMON", when);
	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		size_t n = eol != NULL ? (size_t)(eol - s) : (size_t)(end - s);
		size_t quotes = 0;

		while (quotes < n && s[quotes] == '>')
			quotes++;
		if (n - quotes >= 5 && memcmp(s + quotes, "From ", 5) == 0)
			buf_chr(out, '>');
		buf_add(out, s, n > 0 && s[n - 1] == '\r' ? n - 1 : n);
		buf_chr(out, '\n');
		s += n + 1;
	}
	buf_chr(out, '\n');
}

static int
write_message(struct sink *k, const struct message *m, struct err *e)
{
	struct arena *a = k->c->arena;
	struct buf raw = { 0 };
	const char *path;
	int rc = store_raw(k->c->store, m->id, &raw, e);

	if (rc == 0 && k->folder != NULL) {
		rc = file_save_new(k->folder,
		    arena_fmt(a, "%06lld.eml", (long long)m->id), raw.data,
		    raw.len, a, &path, e);
	} else if (rc == 0) {
		add_mbox(&k->c->out->text, m, &raw);
		rc = out_flush(k->c->out, e);
	}
	buf_free(&raw);
	k->written += rc == 0;
	return rc;
}

static int
write_thread(struct sink *k, const struct thread *t, struct err *e)
{
	struct message *m = NULL;
	size_t n = 0;

	if (store_messages(k->c->store, t->id, k->c->arena, &m, &n, e) < 0)
		return -1;
	if (k->c->out->format == OUT_JSON) {
		struct json *o = rows_thread_json(t), *v = json_array_new();

		for (size_t i = 0; i < n; i++)
			json_push(v, rows_message_json(k->c, &m[i]));
		json_put(o, "messages", v);
		out_json(k->c->out, o);
		return out_flush(k->c->out, e);
	}
	for (size_t i = 0; i < n; i++) {
		if (m[i].kind == MESSAGE_MAIL && write_message(k, &m[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
export_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct sink k = { .c = c, .folder = ctx_option(c, "to") };
	struct arena rows = { 0 }, one = { 0 };
	struct list_ask ask;
	struct thread *v = NULL;
	size_t n = 0;
	int rc;

	if (resolve_query(c, arg[0].given ? arg[0].str : "", &ask, e) < 0)
		return -1;
	ask.order = ORDER_OLDEST;
	if (k.folder != NULL && file_make_folders(k.folder, 0700, e) < 0)
		return -1;
	rc = store_list(c->store, &ask, &rows, &v, &n, e);
	c->arena = &one;
	for (size_t i = 0; rc == 0 && i < n && !c->out->broken; i++) {
		rc = write_thread(&k, &v[i], e);
		arena_reset(&one);
	}
	c->arena = NULL;
	if (rc == 0 && k.folder != NULL)
		ctx_say(c, "%zu mails written to %.160s", k.written, k.folder);
	arena_free(&rows);
	arena_free(&one);
	return rc;
}

const struct cmd cmd_export = {
	.name = "export",
	.args = "[<query>...]",
	.options = "[--to <file>]",
	.brief = "Write mail out",
	.man = "All mail but spam and trash, or that of the threads that match,"
	       " oldest thread first: as one mbox (mboxrd) on standard output,"
	       "\nor with\n.Fl \\-to\na folder, one\n.Pa .eml\nfile a"
	       " message; with\n.Fl o Cm json\nas the objects of\n.Cm show .\n",
	.flags = CMD_LINE | CMD_PRINT,
	.run = export_run,
};
