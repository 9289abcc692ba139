/*
 * relocate.c -- the mails of a renumbered mailbox, known without their bytes.
 *
 * A server that gives new UIDs to 30,000 mails need not send them again.  A
 * mail of the same Message-ID, size and INTERNALDATE as one that lay there is
 * that one, if nobody else has the same; anything less is settled by bytes.
 */
#include <string.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define MOST   200000 /* mails; beyond that all are fetched */
#define AT_ONE 500    /* in one transaction */

struct seen {
	struct arrival *v;
	struct trait *trait;
	size_t n;
	struct arena arena;
};

/* "<id>" behind the name of the field, without the brackets; NULL. */
static const char *
id_in(struct arena *a, const char *raw, size_t n)
{
	const char *open = memchr(raw, '<', n);
	const char *shut =
	    open == NULL ? NULL : memchr(open, '>', n - (size_t)(open - raw));

	return shut == NULL || shut == open + 1
		   ? NULL
		   : arena_strn(a, open + 1, (size_t)(shut - open - 1));
}

static struct strings
words_copy(struct arena *a, const struct strings *from)
{
	struct strings to = { 0 };

	for (size_t i = 0; i < from->n; i++) {
		to.v = arena_grow(a, (void *)to.v, to.n, sizeof(*to.v));
		to.v[to.n++] = arena_str(a, from->v[i]);
	}
	return to;
}

static int
on_seen(void *arg, const struct imap_mail *m, struct err *e)
{
	struct seen *s = arg;
	const char *id = m->raw == NULL || !m->has_flags
			     ? NULL
			     : id_in(&s->arena, m->raw, m->raw_size);

	(void)e;
	if (id == NULL || m->size <= 0 || m->internal_date <= 0)
		return 0;
	s->v = arena_grow(&s->arena, s->v, s->n, sizeof(*s->v));
	s->trait = arena_grow(&s->arena, s->trait, s->n, sizeof(*s->trait));
	s->v[s->n] = (struct arrival){ .uid = m->uid,
		.internal_date = m->internal_date,
		.flags = m->flags,
		.keywords = words_copy(&s->arena, &m->keywords),
		.size = m->size };
	s->trait[s->n] = (struct trait){ m->size, m->internal_date, id, s->n };
	s->n++;
	return 0;
}

static int
relocate_pairs(struct round *r, int64_t mailbox, const struct drifter *d,
    struct seen *s, const struct trait_pair *pair, size_t n, struct err *e)
{
	struct arrival *v = arena_array(&s->arena, AT_ONE, sizeof(*v));
	int64_t *message = arena_array(&s->arena, AT_ONE, sizeof(*message));
	size_t i = 0;
	int rc = 0;

	while (rc == 0 && i < n) {
		size_t k = 0;

		for (; k < AT_ONE && i < n; k++, i++) {
			message[k] = d[pair[i].a].message;
			v[k] = s->v[pair[i].b];
		}
		rc = ingest_relocate(r->store, mailbox, message, v, k,
		    when_now(), e);
		round_tell(r, "%s: %zu mails found again", r->account->title,
		    i);
	}
	return rc;
}

int
round_relocate(struct round *r, int64_t mailbox, uint32_t exists, struct err *e)
{
	struct seen s = { 0 };
	struct drifter *d;
	struct trait *was;
	struct trait_pair *pair;
	size_t n;
	int rc;

	if (exists == 0 || exists > MOST)
		return 0;
	rc = ingest_drifters(r->store, mailbox, &s.arena, &d, &n, e);
	if (rc == 0 && n > 0)
		rc = imap_fetch(r->imap, "1:*", IMAP_IDENT, 0, on_seen, &s, e);
	if (rc == 0 && n > 0) {
		was = arena_array(&s.arena, n, sizeof(*was));
		for (size_t i = 0; i < n; i++)
			was[i] = (struct trait){ d[i].size, d[i].at,
				d[i].message_id, i };
		pair = arena_array(&s.arena, n, sizeof(*pair));
		n = plan_match(was, n, s.trait, s.n, pair);
		rc = relocate_pairs(r, mailbox, d, &s, pair, n, e);
	}
	arena_free(&s.arena);
	return rc;
}
