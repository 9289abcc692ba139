/*
 * keymap.h -- which keys run which command line in which view.
 *
 * Bindings come from the declarations of the commands, then from the preset
 * ("default", "emacs"), the views and the [bind] sections of the
 * configuration; later ones win.  View "*" is every view.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include "base/arena.h"
#include "desk/shop.h"
#include "ui/cmd/cmd.h"
#include "ui/key.h"

struct binding {
	const char *view;
	struct keys keys;
	const char *line; /* "" unbinds */
};

struct keymap {
	struct binding *v;
	size_t n;
};

/* Fill in; a binding that cannot be read is skipped and told in *bad. */
void keymap_make(struct arena *a, struct keymap *m, const struct shop *shop,
    const char **bad);

enum keymap_found { KEYMAP_NONE, KEYMAP_PREFIX, KEYMAP_LINE };

/* What the keys typed so far mean in a view. */
enum keymap_found keymap_find(const struct keymap *m, const char *view,
    const struct keys *typed, const char **line);

/* The keys of a command line in a view, or NULL; the shortest first. */
const struct keys *keymap_keys(const struct keymap *m, const char *view,
    const char *line);

/* What may follow the keys typed so far: the i-th, or NULL. */
const struct binding *keymap_next(const struct keymap *m, const char *view,
    const struct keys *typed, size_t i);

#endif
