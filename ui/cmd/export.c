/*
 * export -- mail out again: an mbox, a Maildir, or one file a message.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "mail/message/mbox.h"
#include "base/text.h"
#include "base/when.h"
#include "store/query.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

#define FLUSH (1u << 20) /* bytes of an mbox written at once */
#define NAMED 5          /* of the mails that are left out */

enum shape { SHAPE_MBOX, SHAPE_EML, SHAPE_MAILDIR };

/* Where it goes. */
struct sink {
	struct ctx *c;
	enum shape shape;
	const char *to; /* NULL: standard output */
	int fd;         /* of an mbox file; -1 */
	size_t written;
	size_t there;   /* by an export before */
	size_t cut;     /* left out: only their beginning is here */
	struct buf ask; /* the first of these, " 12, 15" */
};

/* ---- an mbox ---- */

static int
flush_mbox(struct sink *k, struct err *e)
{
	struct buf *text = &k->c->out->text;

	if (k->fd < 0)
		return out_flush(k->c->out, e);
	if (file_write_all(k->fd, text->data, text->len, e) < 0)
		return err_in(e, "%s", k->to);
	buf_clear(text);
	return 0;
}

/* ---- a file a message ---- */

/* Named by what it holds, so the same export again finds it there. */
static char *
file_name(const struct sink *k, const struct message *m)
{
	struct arena *a = k->c->arena;
	char hex[17];

	hash_hex(m->hash, 8, hex);
	if (k->shape == SHAPE_MAILDIR)
		return arena_fmt(a, "%s/cur/%lld.%s.shopbell:2,%s", k->to,
		    (long long)m->received_at, hex, m->seen ? "S" : "");
	return arena_fmt(a, "%s/%06lld-%s.eml", k->to, (long long)m->id, hex);
}

static bool
holds(const char *path, const struct buf *raw)
{
	struct buf is = { 0 };
	struct err e;
	bool same = file_read(&is, path, raw->len, &e) == 0 &&
		    is.len == raw->len &&
		    memcmp(is.data, raw->data, raw->len) == 0;

	buf_free(&is);
	return same;
}

/* Whole under its name or not at all; what is there already stays. */
static int
write_file(struct sink *k, const char *path, const struct buf *raw,
    struct err *e)
{
	struct arena *a = k->c->arena;
	const char *part = file_beside(a, path);
	int fd, rc;

	if (holds(path, raw)) {
		k->there++;
		return 0;
	}
	if (k->shape == SHAPE_MAILDIR)
		part = arena_fmt(a, "%s/tmp/%s", k->to, strrchr(part, '/') + 1);
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0666);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", part,
		    strerror(errno));
	rc = file_write_all(fd, raw->data, raw->len, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_set(e, ERR_SYSTEM, errno, "%s: %s", part,
		    strerror(errno));
	close(fd);
	if (rc == 0)
		rc = file_move_new(part, path, e);
	if (rc < 0)
		unlink(part);
	k->written += rc == 0;
	return rc;
}

/* Half a mail is none: it would pass for the whole wherever it goes. */
static int
leave_out(struct sink *k, const struct message *m)
{
	if (k->cut++ < NAMED)
		buf_fmt(&k->ask, "%s %lld", k->cut > 1 ? "," : "",
		    (long long)m->id);
	return 0;
}

static int
write_message(struct sink *k, const struct message *m, struct err *e)
{
	struct buf raw = { 0 };
	int rc;

	if (m->rest > 0)
		return leave_out(k, m);
	rc = store_raw(k->c->store, m->id, &raw, e);
	if (rc == 0 && k->shape == SHAPE_MBOX) {
		mbox_put(&k->c->out->text, m->from.addr, m->received_at, &raw);
		k->written++;
		if (k->c->out->text.len >= FLUSH)
			rc = flush_mbox(k, e);
	} else if (rc == 0) {
		rc = write_file(k, file_name(k, m), &raw, e);
	}
	buf_free(&raw);
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
write_all(struct sink *k, const struct list_ask *ask, struct err *e)
{
	struct arena rows = { 0 }, one = { 0 };
	struct ctx *c = k->c;
	struct thread *v = NULL;
	size_t n = 0;
	int rc = store_list(c->store, ask, &rows, &v, &n, e);

	c->arena = &one;
	for (size_t i = 0; rc == 0 && i < n && !c->out->broken; i++) {
		rc = write_thread(k, &v[i], e);
		arena_reset(&one);
	}
	c->arena = NULL;
	if (rc == 0)
		rc = flush_mbox(k, e);
	arena_free(&rows);
	arena_free(&one);
	return rc;
}

/* ---- where to ---- */

static bool
is_mbox_name(const char *path)
{
	static const char end[] = ".mbox";
	size_t n = strlen(path), m = sizeof(end) - 1;

	return n > m && strcasecmp(path + n - m, end) == 0;
}

static int
read_shape(struct sink *k, struct err *e)
{
	static const char *const name[] = { "mbox", "eml", "maildir" };
	const char *as = ctx_option(k->c, "as");

	k->shape =
	    k->to == NULL || is_mbox_name(k->to) ? SHAPE_MBOX : SHAPE_EML;
	for (size_t i = 0; as != NULL && i < 3; i++)
		if (strcmp(as, name[i]) == 0)
			k->shape = (enum shape)i;
	if (as != NULL && strcmp(as, name[k->shape]) != 0)
		return err_set(e, ERR_USAGE, 0,
		    "export: --as %.20s is unknown: mbox, eml or maildir is"
		    " meant",
		    as);
	if (k->shape != SHAPE_MBOX && k->to == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "export: --as %s needs --to FOLDER", as);
	return 0;
}

static int
make_folders(struct sink *k, struct err *e)
{
	static const char *const sub[] = { "cur", "new", "tmp" };
	struct arena *a = k->c->arena;

	if (file_make_folders(k->to, 0700, e) < 0)
		return -1;
	for (size_t i = 0; k->shape == SHAPE_MAILDIR && i < 3; i++)
		if (file_make_folders(arena_fmt(a, "%s/%s", k->to, sub[i]),
			0700, e) < 0)
			return -1;
	return 0;
}

/* What was written has its names on the disk, too. */
static int
sync_folders(struct sink *k, struct err *e)
{
	static const char *const in[] = { "/.", "/cur/." };
	struct arena a = { 0 };
	int rc = file_sync_folder(k->to, e);

	for (size_t i = 0; i < (k->shape == SHAPE_MAILDIR ? 2 : 1); i++)
		if (rc == 0)
			rc = file_sync_folder(arena_fmt(&a, "%s%s", k->to,
						  in[i]),
			    e);
	arena_free(&a);
	return rc;
}

/* An mbox in a file: whole under its name or not at all. */
static int
write_mbox_file(struct sink *k, const struct list_ask *ask, struct err *e)
{
	const char *part = file_beside(k->c->arena, k->to);
	int rc;

	if (access(k->to, F_OK) == 0)
		return err_set(e, ERR_USAGE, EEXIST, "%s is there already",
		    k->to);
	k->fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0666);
	if (k->fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", part,
		    strerror(errno));
	rc = write_all(k, ask, e);
	if (rc == 0 && fsync(k->fd) < 0)
		rc = err_set(e, ERR_SYSTEM, errno, "%s: %s", part,
		    strerror(errno));
	close(k->fd);
	if (rc == 0)
		rc = file_move_new(part, k->to, e);
	if (rc < 0)
		unlink(part);
	else
		rc = file_sync_folder(k->to, e);
	buf_clear(&k->c->out->text);
	return rc;
}

/* What was written, and what could not be: that is an error, at the end. */
static int
say_done(struct sink *k, struct err *e)
{
	char count[TEXT_COUNT];

	text_count((int64_t)k->written, "mail", count);
	if (k->to != NULL && k->there > 0)
		ctx_say(k->c, "%s written to %.120s, %zu there already", count,
		    k->to, k->there);
	else if (k->to != NULL)
		ctx_say(k->c, "%s written to %.160s", count, k->to);
	if (k->cut == 0)
		return 0;
	if (k->to != NULL && !k->c->quiet)
		out_text(k->c->out, "%s\n", k->c->said);
	return err_set(e, ERR_RETRY, 0,
	    "%s not fetched whole, left out: shopbell fetch%s%s, then sync"
	    " and export again",
	    text_count((int64_t)k->cut, "mail", count), buf_text(&k->ask),
	    k->cut > NAMED ? " ..." : "");
}

static int
export_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct sink k = { .c = c, .to = ctx_option(c, "to"), .fd = -1 };
	struct list_ask ask;
	int rc;

	if (resolve_query(c, arg[0].given ? arg[0].str : "", &ask, e) < 0 ||
	    read_shape(&k, e) < 0)
		return -1;
	ask.order = ORDER_OLDEST;
	if (k.shape == SHAPE_MBOX && k.to != NULL) {
		rc = write_mbox_file(&k, &ask, e);
	} else {
		if (k.to != NULL && make_folders(&k, e) < 0)
			return -1;
		rc = write_all(&k, &ask, e);
		if (rc == 0 && k.to != NULL)
			rc = sync_folders(&k, e);
	}
	if (rc == 0)
		rc = say_done(&k, e);
	buf_free(&k.ask);
	return rc;
}

const struct cmd cmd_export = {
	.name = "export",
	.args = "[<query>...]",
	.options = "[--to <file>] [--as mbox|eml|maildir]",
	.brief = "Write mail out",
	.man = "All mail but spam and trash, or that of the threads that match,"
	       " oldest thread first: as one mbox (mboxrd) on standard output,"
	       "\nor with\n.Fl \\-to\nthere:\n.Cm eml ,\na folder with one\n"
	       ".Pa .eml\nfile a message;\n"
	       ".Cm maildir ;\nor\n.Cm mbox ,\na file that appears when it is"
	       " whole.\nWithout\n.Fl \\-as\na name that ends in\n.Pa .mbox\n"
	       "means an mbox, any other a folder of\n.Pa .eml\nfiles.\n"
	       "All of it is on the disk when it is said to be done, and an\n"
	       ".Ic import\nof it gives the same mails, byte for "
	       "byte.\nNothing is written over: an export into the same"
	       " folder goes on where it was.\nA mail"
	       " of which only the beginning is fetched is left out, and the"
	       " exit status is 75:\n.Ic fetch\nit,\n.Ic sync ,\nand export "
	       "again.\nWith\n"
	       ".Fl o Cm json\non standard"
	       " output, the objects of\n.Cm show .\n",
	.flags = CMD_LINE | CMD_PRINT,
	.run = export_run,
};
