/*
 * shop_oauth.c -- what the services that give tokens are known for.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "desk/shop_read.h"

#define MICROSOFT "https://login.microsoftonline.com/"

struct known {
	const char *name;
	const char *device; /* behind the tenant, for Microsoft */
	const char *authorize;
	const char *token;
	const char *scope;
};

static const struct known known[] = {
	{
	    .name = "microsoft",
	    .device = "/oauth2/v2.0/devicecode",
	    .authorize = "/oauth2/v2.0/authorize",
	    .token = "/oauth2/v2.0/token",
	    .scope = "https://outlook.office.com/IMAP.AccessAsUser.All "
		     "https://outlook.office.com/SMTP.Send offline_access",
	},
	{
	    /* Its device flow does not give out mail. */
	    .name = "google",
	    .device = "",
	    .authorize = "https://accounts.google.com/o/oauth2/v2/auth",
	    .token = "https://oauth2.googleapis.com/token",
	    .scope = "https://mail.google.com/",
	},
};

bool
shop_is_loopback(const char *host)
{
	unsigned a, b, c, d;
	char rest;

	if (text_same(host, "localhost") || strcmp(host, "::1") == 0)
		return true;
	/* Not a name that only begins so: 127.0.0.1.example.com. */
	return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 &&
	       a == 127 && b < 256 && c < 256 && d < 256;
}

/* The host of "//host:port/path", without the brackets of "[::1]". */
static const char *
host_of(struct arena *a, const char *rest)
{
	const char *end;

	if (*rest != '[')
		return arena_strn(a, rest, strcspn(rest, ":/?"));
	end = strchr(rest, ']');
	return end == NULL ? ""
			   : arena_strn(a, rest + 1, (size_t)(end - rest - 1));
}

const char *
shop_url_wrong(struct arena *a, const char *url)
{
	bool safe = strncmp(url, "https://", 8) == 0;
	const char *rest = url + (safe ? 8 : 7), *host;

	if (!safe && strncmp(url, "http://", 7) != 0)
		return "an address begins with https://";
	for (const char *p = url; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\"<>\\^`{|}#", *p))
			return "there is a character in it that an address "
			       "cannot have";
	host = host_of(a, rest);
	if (*host == '\0')
		return "the address names no host";
	if (memchr(rest, '@', strcspn(rest, "/?")) != NULL)
		return "a user or password cannot stand in the address";
	if (!safe && !shop_is_loopback(host))
		return "http:// is for loopback addresses only: use https://";
	return NULL;
}

static void
fill(const char **field, const char *value)
{
	if (**field == '\0')
		*field = value;
}

static int
fill_known(struct arena *a, struct oauth *o, const struct known *k,
    const char **at, struct err *e)
{
	const char *before = "";

	if (text_same(k->name, "microsoft")) {
		size_t n = strlen(o->tenant);

		if (strspn(o->tenant, "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-") != n) {
			*at = "oauth-tenant";
			return err_set(e, ERR_CONFIG, 0,
			    "oauth-tenant is a name like shop.example, or the "
			    "number of the directory");
		}
		before = arena_fmt(a, "%s%s", MICROSOFT, o->tenant);
	}
	if (*k->device != '\0')
		fill(&o->device, arena_fmt(a, "%s%s", before, k->device));
	fill(&o->authorize, arena_fmt(a, "%s%s", before, k->authorize));
	fill(&o->token, arena_fmt(a, "%s%s", before, k->token));
	fill(&o->scope, k->scope);
	return 0;
}

int
shop_oauth(struct arena *a, struct oauth *o, const char **at, struct err *e)
{
	*at = NULL;
	if (o->provider[0] == '\0')
		return 0;
	if (o->client_id[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "needs \"oauth-client-id\"");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (text_same(o->provider, known[i].name) &&
		    fill_known(a, o, &known[i], at, e) < 0)
			return -1;
	if (o->token[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "needs \"oauth-token\" for oauth = other");
	if (o->device[0] == '\0' && o->authorize[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "needs \"oauth-device\" or \"oauth-authorize\"");
	return 0;
}
