/*
 * submit_load.h -- libcurl, loaded when it is first needed.
 */
#ifndef MAIL_SUBMIT_LOAD_H
#define MAIL_SUBMIT_LOAD_H

/* Its checks are macros over names that are pointers here. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/err.h"

struct curl_calls {
	CURLcode (*global_init)(long flags);
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*getinfo)(CURL *curl, CURLINFO info, ...);
	CURLcode (*perform)(CURL *curl);
	const char *(*strerror)(CURLcode code);
	void (*cleanup)(CURL *curl);
	struct curl_slist *(*append)(struct curl_slist *list, const char *s);
	void (*free_all)(struct curl_slist *list);
};
extern struct curl_calls libcurl;

/* Once, before anything of libcurl is called.  ERR_SYSTEM. */
int submit_load(struct err *e);

/* The usual number of seconds, or that of a variable: tests cannot wait. */
int submit_seconds(const char *variable, int usual);

#endif
