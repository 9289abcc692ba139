/*
 * glance.c -- what the mailboxes look like from outside, asked for together.
 */
#include <string.h>

#include "base/when.h"
#include "mail/round.h"

static const struct imap_glance *
glance_at(const struct round *r, const char *name, int64_t most_ms)
{
	if (when_ms() - r->glanced > most_ms)
		return NULL;
	for (size_t i = 0; i < r->glances; i++)
		if (r->glance[i].known && strcmp(r->glance[i].name, name) == 0)
			return &r->glance[i];
	return NULL;
}

/* Those that come next, behind the n that are asked for already. */
static size_t
glance_next(struct round *r, size_t n)
{
	for (size_t i = 0; i < r->nexts && n < IMAP_GLANCES; i++)
		if (strcmp(imap_selected(r->imap), r->next[i].name) != 0)
			r->glance[n++] = (struct imap_glance){
				.name = r->next[i].name,
			};
	return n;
}

int
round_status(struct round *r, const char *name, int64_t most_ms,
    struct imap_state *there, struct err *e)
{
	const struct imap_glance *seen = glance_at(r, name, most_ms);
	size_t n;

	if (seen != NULL) {
		*there = seen->there;
		return 0;
	}
	r->glances = 0;
	r->glance[0] = (struct imap_glance){ .name = name };
	n = glance_next(r, 1);
	if (imap_status_all(r->imap, r->glance, n, e) < 0)
		return -1;
	*there = r->glance[0].there;
	r->glances = n;
	r->glanced = when_ms();
	return 0;
}

int
round_select(struct round *r, const char *name, struct imap_state *there,
    struct err *e)
{
	size_t n;

	/* Without CONDSTORE a STATUS does not tell enough. */
	if (strcmp(name, "INBOX") != 0 || r->nexts == 0 || r->glances > 0 ||
	    !imap_can(r->imap, "CONDSTORE"))
		return imap_select(r->imap, name, there, e);
	n = glance_next(r, 0);
	if (imap_select_inbox(r->imap, there, r->glance, n, e) < 0)
		return -1;
	r->glances = n;
	r->glanced = when_ms();
	return 0;
}
