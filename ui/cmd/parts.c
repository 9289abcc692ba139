#include "ui/cmd/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "mail/message/read.h"
#include "store/query.h"

/* A pasted picture often has no name: its kind makes one. */
static const char *
name_of(struct arena *a, const struct part *p)
{
	const char *kind = strchr(p->type, '/');

	if (*p->name != '\0' || kind == NULL ||
	    strncmp(p->type, "image/", 6) != 0)
		return p->name;
	return arena_fmt(a, "picture-%d.%.*s", p->number,
	    (int)strcspn(kind + 1, "+;. "), kind + 1);
}

struct strings
parts_of(struct arena *a, const struct message *m)
{
	struct strings out = { 0 };

	for (size_t i = 0; i < m->parts; i++) {
		out.v = arena_grow(a, out.v, out.n, sizeof(*out.v));
		out.v[out.n++] =
		    arena_fmt(a, "part:%lld:%d:%s", (long long)m->id,
			m->part[i].number, name_of(a, &m->part[i]));
	}
	return out;
}

static int
make_folder(struct ctx *c, struct parts_folder *f, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char *path;

	if (*f->path != '\0')
		return 0;
	path = arena_fmt(c->arena, "%s/shopbell-XXXXXX",
	    tmp != NULL && *tmp == '/' ? tmp : "/tmp");
	if (mkdtemp(path) == NULL)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	f->path = path;
	return 0;
}

static int
lay_out(struct ctx *c, const char *s, struct parts_folder *f, const char **path,
    struct err *e)
{
	struct buf raw = { 0 }, bytes = { 0 };
	long long message;
	int number, used = 0, rc = -1;

	if (sscanf(s, "part:%lld:%d:%n", &message, &number, &used) != 2 ||
	    used == 0)
		return err_set(e, ERR_USAGE, 0, "\"%.80s\" is no attachment",
		    s);
	if (make_folder(c, f, e) == 0 &&
	    store_raw(c->store, message, &raw, e) == 0 &&
	    mail_part(raw.data, raw.len, number, &bytes, e) == 0)
		rc = file_save_new(f->path, s + used, buf_text(&bytes),
		    bytes.len, c->arena, path, e);
	buf_free(&raw);
	buf_free(&bytes);
	if (rc < 0)
		return -1;
	f->file.v =
	    arena_grow(c->arena, f->file.v, f->file.n, sizeof(*f->file.v));
	f->file.v[f->file.n++] = *path;
	return 0;
}

int
parts_lay_out(struct ctx *c, const struct strings *v,
    struct parts_folder *folder, struct strings *out, struct err *e)
{
	*folder = (struct parts_folder){ .path = "" };
	*out = (struct strings){
		.v = arena_array(c->arena, v->n, sizeof(*out->v)),
		.n = v->n,
	};
	for (size_t i = 0; i < v->n; i++) {
		out->v[i] = v->v[i];
		if (strncmp(v->v[i], "part:", 5) == 0 &&
		    lay_out(c, v->v[i], folder, &out->v[i], e) < 0) {
			parts_clear(folder);
			return -1;
		}
	}
	return 0;
}

void
parts_clear(struct parts_folder *folder)
{
	for (size_t i = 0; i < folder->file.n; i++)
		unlink(folder->file.v[i]);
	if (*folder->path != '\0')
		rmdir(folder->path);
}
