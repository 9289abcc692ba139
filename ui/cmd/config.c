#include "ui/cmd/config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static int (*extra)(const struct conf *c, struct err *e);

void
config_extra(int (*check)(const struct conf *c, struct err *e))
{
	extra = check;
}

const char *
config_system(struct arena *a)
{
	const char *etc = getenv("SHOPBELL_TEST_ETC");

	return arena_fmt(a, "%s/shopbell/config", etc != NULL ? etc : "/etc");
}

const char *
config_own(struct arena *a)
{
	return arena_fmt(a, "%s/shopbell/config", file_config_home(a));
}

/* Is the folder of a store that of several people: setgid and group's? */
static bool
config_folder_shared(const char *store)
{
	char folder[4096];
	const char *slash = strrchr(store, '/');
	struct stat st;

	if (slash == NULL || (size_t)(slash - store) >= sizeof(folder))
		return false;
	memcpy(folder, store, (size_t)(slash - store));
	folder[slash - store] = '\0';
	return stat(folder, &st) == 0 && (st.st_mode & S_ISGID) != 0 &&
	       (st.st_mode & S_IWGRP) != 0;
}

/* A file that may be absent. */
static int
read_if_there(struct arena *a, struct config *c, const char *path, int system,
    struct err *e)
{
	struct err was = { 0 };

	if (conf_read(a, &c->conf, path, system, &was) == 0) {
		c->found = true;
		return 0;
	}
	if (was.kind == ERR_MISSING)
		return 0;
	*e = was;
	return -1;
}

/* May a person's own file say this about a shop that is shared? */
static bool
personal(const struct conf_item *item)
{
	static const char *const reserved[] = { "account", "hours", "target",
		"rule" };

	if (strcmp(item->section, "agent") == 0)
		return strcmp(item->key, "signature") == 0;
	if (strcmp(item->section, "shopbell") == 0)
		return strcmp(item->key, "store") != 0 &&
		       strcmp(item->key, "history") != 0 &&
		       strcmp(item->key, "canned") != 0;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (strcmp(item->section, reserved[i]) == 0)
			return false;
	}
	return true;
}

static bool
has_system(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->item[i].system)
			return true;
	}
	return false;
}

static void
keep_allowed(struct conf *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->item[i].system || personal(&c->item[i]))
			c->item[n++] = c->item[i];
	}
	c->n = n;
}

static int
make_shop(struct arena *a, struct config *c, const char *store, struct err *e)
{
	c->shop = shop_make(a, &c->conf, e);
	if (c->shop == NULL || (extra != NULL && extra(&c->conf, e) < 0))
		return -1;
	if (store != NULL)
		c->shop->store = arena_str(a, store);
	return 0;
}

int
config_read(struct arena *a, const char *file, const char *store,
    struct config *out, struct err *e)
{
	*out = (struct config){ .own = file };
	if (file != NULL) {
		out->found = true;
		if (conf_read(a, &out->conf, file, 1, e) < 0)
			return -1;
		return make_shop(a, out, store, e);
	}
	out->own = config_own(a);
	if (read_if_there(a, out, config_system(a), 1, e) < 0 ||
	    read_if_there(a, out, out->own, 0, e) < 0 ||
	    make_shop(a, out, store, e) < 0)
		return -1;
	out->shared =
	    has_system(&out->conf) && config_folder_shared(out->shop->store);
	if (!out->shared)
		return 0;
	keep_allowed(&out->conf);
	return make_shop(a, out, store, e);
}
