#include "ui/attached.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "store/query.h"

enum {
	TEXT_MOST = 200 * 1024, /* bytes shown in place */
	PICTURE_LEAST = 256,    /* pixels of a side; a logo has fewer */
};

struct attached *
attached_of(struct attachments *t, struct store *s, const struct message *m)
{
	struct buf raw = { 0 };
	struct err e = { 0 };
	struct look *look;
	struct attached_of *of;

	for (size_t i = 0; i < t->n; i++)
		if (t->of[i].message == m->id)
			return t->of[i].v;
	if (m->parts == 0 || store_raw(s, m->id, &raw, &e) < 0) {
		buf_free(&raw);
		return NULL;
	}
	look = arena_array(&t->arena, m->parts, sizeof(*look));
	mail_look(&t->arena, raw.data, raw.len, m->part, m->parts, look);
	buf_free(&raw);
	t->of = arena_grow(&t->arena, t->of, t->n, sizeof(*t->of));
	of = &t->of[t->n++];
	of->message = m->id;
	of->v = arena_array(&t->arena, m->parts, sizeof(*of->v));
	for (size_t i = 0; i < m->parts; i++)
		of->v[i].look = look[i];
	return of->v;
}

int
attached_toggle(struct attachments *t, struct store *s, const struct message *m,
    size_t part, int width, struct err *e)
{
	struct attached *v = attached_of(t, s, m);
	struct buf raw = { 0 };
	int rc = 0;

	if (v == NULL || part >= m->parts || !v[part].look.text)
		return err_set(e, ERR_USAGE, 0,
		    "%.60s is no text: o opens it, s saves it",
		    part < m->parts ? m->part[part].name : "that");
	v += part;
	if (v->text == NULL)
		rc = store_raw(s, m->id, &raw, e);
	if (rc == 0 && v->text == NULL)
		rc = mail_part_text(&t->arena, raw.data, raw.len,
		    m->part[part].number, width, TEXT_MOST, &v->text, e);
	buf_free(&raw);
	if (rc == 0)
		v->open = !v->open;
	return rc;
}

char *
attached_words(struct arena *a, const struct part *p, const struct look *look)
{
	char *size = arena_str(a, "");

	if (look->width > 0)
		size = arena_fmt(a, " %d x %d", look->width, look->height);
	return arena_fmt(a, "%s%s%s%s%s", look->type, size,
	    look->program ? ", a program" : "", look->other ? ", sent as " : "",
	    look->other ? p->type : "");
}

char *
attached_size(struct arena *a, int64_t n)
{
	char size[TEXT_COUNT];

	return arena_str(a, text_size(n, size));
}

bool
attached_worth(const struct part *p, const struct look *look)
{
	return !p->embedded || (look != NULL && look->width >= PICTURE_LEAST &&
				   look->height >= PICTURE_LEAST);
}

void
attached_free(struct attachments *t)
{
	arena_free(&t->arena);
	memset(t, 0, sizeof(*t));
}
