#include "mail/trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/ingest.h"

/* "MESSAGE-ID INSTANT UID", a line each. */
#define FACT "copies-of-ours"

/* More are not sent while a server takes its time; the oldest go. */
#define MOST 500

/* No id that we make is as long. */
#define ID_SIZE 500

static void
add(struct trials *t, const struct trial *one, struct arena *a)
{
	t->v = arena_grow(a, t->v, t->n, sizeof(*t->v));
	t->v[t->n++] = *one;
}

int
trial_load(struct store *s, const char *account, struct arena *a,
    struct trials *out, struct err *e)
{
	const char *p, *end;
	char id[ID_SIZE];

	*out = (struct trials){ 0 };
	if (ingest_fact(s, account, FACT, a, &p, e) < 0)
		return -1;
	for (; *p != '\0'; p = end + (*end == '\n')) {
		struct trial one = { 0 };

		end = p + strcspn(p, "\n");
		if (sscanf(p, "%499s %" SCNd64 " %" SCNu32, id, &one.at,
			&one.uid) != 3)
			continue;
		one.message_id = arena_str(a, id);
		add(out, &one, a);
	}
	return 0;
}

int
trial_keep(struct store *s, const char *account, const struct trials *t,
    struct err *e)
{
	struct buf text = { 0 };
	int rc;

	for (size_t i = t->n > MOST ? t->n - MOST : 0; i < t->n; i++)
		buf_fmt(&text, "%s %" PRId64 " %" PRIu32 "\n",
		    t->v[i].message_id, t->v[i].at, t->v[i].uid);
	rc = ingest_fact_set(s, account, FACT, buf_text(&text), e);
	buf_free(&text);
	return rc;
}

struct trial *
trial_find(const struct trials *t, const char *message_id)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].message_id, message_id) == 0)
			return &t->v[i];
	return NULL;
}

struct trial *
trial_begin(struct trials *t, const char *message_id, int64_t now,
    struct arena *a)
{
	struct trial *one = trial_find(t, message_id);

	if (one == NULL) {
		add(t, &(struct trial){ .message_id = message_id }, a);
		one = &t->v[t->n - 1];
	}
	one->at = now;
	return one;
}

void
trial_end(struct trials *t, size_t i)
{
	memmove(t->v + i, t->v + i + 1, (t->n - i - 1) * sizeof(*t->v));
	t->n--;
}
