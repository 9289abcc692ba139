/*
 * binds.c -- the keys a configuration asks for: can the screen follow them?
 */
#include <string.h>

#include "base/text.h"
#include "desk/shop_read.h"
#include "ui/key.h"
#include "ui/ui.h"
#include "ui/views.h"

enum { NAMES_MAX = 256 };

static const struct view_ops *const views[] = { &list_ops, &thread_ops,
	&compose_ops, &canned_ops, &report_ops, &outbox_ops, &drafts_ops,
	&customer_ops, &search_ops, &help_ops, &status_ops, &text_ops };

enum { VIEWS = sizeof(views) / sizeof(views[0]) };

/* One name of a title; "*" is every view. */
static int
check_view(const struct conf_item *item, const char *name, size_t n,
    struct err *e)
{
	const char *names[VIEWS];
	const char *near;

	if (n == 1 && *name == '*')
		return 0;
	for (size_t i = 0; i < VIEWS; i++) {
		names[i] = views[i]->name;
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return 0;
	}
	near = name[n] == '\0' ? text_nearest(name, names, VIEWS) : NULL;
	if (near != NULL)
		return shop_wrong_title(item, e,
		    "there is no screen \"%.40s\" (did you mean \"%s\"?)", name,
		    near);
	return shop_wrong_title(item, e, "there is no screen \"%.*s\"",
	    n < 40 ? (int)n : 40, name);
}

static int
check_views(const struct conf_item *item, struct err *e)
{
	const char *s = item->title;

	s += strspn(s, " ");
	if (*s == '\0')
		return shop_wrong_title(item, e, "[bind] needs a screen");
	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (check_view(item, s, n, e) < 0)
			return -1;
		s += n;
		s += strspn(s, " ");
	}
	return 0;
}

static int
check_command(const struct conf_item *item, struct err *e)
{
	const struct cmd *const *tables[] = { cmd_table, ui_screen_cmds };
	const char *names[NAMES_MAX];
	const char *near;
	size_t n = 0;

	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; tables[t][i] != NULL; i++) {
			const struct cmd *c = tables[t][i];

			if (strcmp(c->name, item->key) == 0)
				return 0;
			if (!(c->flags & (CMD_HIDDEN | CMD_LINE)) &&
			    n < NAMES_MAX)
				names[n++] = c->name;
		}
	}
	near = text_nearest(item->key, names, n);
	if (near != NULL)
		return shop_wrong_key(item, e,
		    "there is no command \"%.40s\" (did you mean \"%s\"?)",
		    item->key, near);
	return shop_wrong_key(item, e, "there is no command \"%.40s\"",
	    item->key);
}

static int
check_keys(const struct conf_item *item, struct err *e)
{
	struct keys keys;

	if (keys_parse(item->value, strlen(item->value), &keys) == 0)
		return 0;
	return shop_wrong_value(item, 0, e,
	    "there are no such keys as \"%.40s\": A, C-d, M-x, F2, g i",
	    item->value);
}

int
ui_config_check(const struct conf *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct conf_item *item = &c->item[i];

		if (strcmp(item->section, "bind") == 0) {
			if (check_views(item, e) < 0 ||
			    check_command(item, e) < 0 ||
			    check_keys(item, e) < 0)
				return -1;
		} else if (strcmp(item->section, "view") == 0 &&
			   strcmp(item->key, "key") == 0 &&
			   *item->value != '\0' && check_keys(item, e) < 0) {
			return -1;
		}
	}
	return 0;
}
