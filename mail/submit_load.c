/*
 * submit_load.c -- libcurl, loaded when a mail is to be sent.
 *
 * It brings some twenty libraries with it, and loading them takes a third of
 * the time of a command that needs none of them: a sync with nothing to send,
 * the screen's first paint.
 */
#include "mail/submit_load.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

struct curl_calls libcurl;

/* The flavour we are tried with first. */
static const char *const names[] = { "libcurl-gnutls.so.4", "libcurl.so.4" };

static bool
find(void *library, const char *name, void *call)
{
	/* POSIX lets a function's address pass through void *. */
	*(void **)call = dlsym(library, name);
	return *(void **)call != NULL;
}

static bool
find_all(void *l)
{
	struct curl_calls *c = &libcurl;

	return find(l, "curl_global_init", &c->global_init) &&
	       find(l, "curl_easy_init", &c->init) &&
	       find(l, "curl_easy_setopt", &c->setopt) &&
	       find(l, "curl_easy_getinfo", &c->getinfo) &&
	       find(l, "curl_easy_perform", &c->perform) &&
	       find(l, "curl_easy_strerror", &c->strerror) &&
	       find(l, "curl_easy_cleanup", &c->cleanup) &&
	       find(l, "curl_slist_append", &c->append) &&
	       find(l, "curl_slist_free_all", &c->free_all);
}

int
submit_load(struct err *e)
{
	static bool ready;
	void *library = NULL;

	if (ready)
		return 0;
	for (size_t i = 0; i < 2 && library == NULL; i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return err_set(e, ERR_SYSTEM, 0,
		    "%s is missing: apt-get install libcurl3-gnutls", names[0]);
	if (!find_all(library) ||
	    libcurl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_SYSTEM, 0, "libcurl does not start");
	ready = true;
	return 0;
}

int
submit_seconds(const char *variable, int usual)
{
	const char *s = getenv(variable);
	int v = s ? atoi(s) : 0;

	return v > 0 ? v : usual;
}
