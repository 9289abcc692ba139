/*
 * repair.c -- two functions of libetpan, made safe for a NULL list.
 *
 * libetpan 1.9.4 crashes on "* OK [PERMANENTFLAGS (\x01)]", also before the
 * login: the list that failed to parse is NULL, and clist_foreach follows
 * it.  The library calls both through the dynamic linker, so these, visible
 * from the program, take the place of its own.  Cured upstream in 266d59f.
 */
#include <stdlib.h>

#include "mail/imap_inside.h"

#define VISIBLE __attribute__((visibility("default")))

VISIBLE void clist_foreach(clist *list, clist_func each, void *data);
VISIBLE void clist_free(clist *list);

void
clist_foreach(clist *list, clist_func each, void *data)
{
	if (list == NULL)
		return;
	for (clistcell *c = list->first; c != NULL; c = c->next)
		each(c->data, data);
}

void
clist_free(clist *list)
{
	if (list == NULL)
		return;
	for (clistcell *c = list->first; c != NULL;) {
		clistcell *next = c->next;

		free(c);
		c = next;
	}
	free(list);
}

/* Named by imap.c, so that the linker takes this file out of the archive. */
void
imap_repair(void)
{
}
