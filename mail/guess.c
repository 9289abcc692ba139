#include "mail/guess.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#include "base/text.h"

#define APP_PASSWORD "this provider wants an app password, made on its web site"
#define MICROSOFT    "Microsoft takes no passwords, but a login by OAuth 2"

static const struct {
	const char *domain;
	const char *imap;
	const char *smtp;
	const char *hint;
} known[] = {
	{ "gmail.com", "imap.gmail.com", "smtp.gmail.com", APP_PASSWORD },
	{ "googlemail.com", "imap.gmail.com", "smtp.gmail.com", APP_PASSWORD },
	{ "icloud.com", "imap.mail.me.com", "", APP_PASSWORD },
	{ "me.com", "imap.mail.me.com", "", APP_PASSWORD },
	{ "yahoo.com", "imap.mail.yahoo.com", "smtp.mail.yahoo.com",
	    APP_PASSWORD },
	{ "fastmail.com", "imap.fastmail.com", "smtp.fastmail.com",
	    APP_PASSWORD },
	{ "gmx.de", "imap.gmx.net", "mail.gmx.net",
	    "IMAP has to be allowed in the settings of the web site" },
	{ "gmx.net", "imap.gmx.net", "mail.gmx.net",
	    "IMAP has to be allowed in the settings of the web site" },
	{ "web.de", "imap.web.de", "smtp.web.de",
	    "IMAP has to be allowed in the settings of the web site" },
	{ "posteo.de", "posteo.de", "posteo.de", "" },
	{ "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org", "" },
	{ "yandex.com", "imap.yandex.com", "smtp.yandex.com", APP_PASSWORD },
	{ "outlook.com", "outlook.office365.com", "", MICROSOFT },
	{ "hotmail.com", "outlook.office365.com", "", MICROSOFT },
	{ "live.com", "outlook.office365.com", "", MICROSOFT },
};

/* The target and port of the best SRV record of a name (RFC 2782). */
static const char *
ask_srv(struct arena *a, const char *service, const char *domain, int *port)
{
	unsigned char answer[4096];
	char host[NS_MAXDNAME];
	const char *best = NULL, *name;
	unsigned least = 65536;
	ns_msg msg;
	int n;

	name = arena_fmt(a, "%s.%s", service, domain);
	n = res_query(name, ns_c_in, ns_t_srv, answer, sizeof(answer));
	if (n < 0 || n > (int)sizeof(answer) ||
	    ns_initparse(answer, n, &msg) < 0)
		return NULL;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
		const unsigned char *d;
		ns_rr rr;

		if (ns_parserr(&msg, ns_s_an, i, &rr) < 0 ||
		    ns_rr_type(rr) != ns_t_srv || ns_rr_rdlen(rr) < 7)
			continue;
		d = ns_rr_rdata(rr);
		if (ns_get16(d) >= least ||
		    dn_expand(answer, answer + n, d + 6, host, sizeof(host)) <
			0 ||
		    host[0] == '\0' || strcmp(host, ".") == 0)
			continue;
		least = ns_get16(d);
		*port = (int)ns_get16(d + 4);
		best = text_cleaned(a, host, TEXT_LINE);
	}
	return best;
}

static const char *
srv_url(struct arena *a, const char *service, const char *domain,
    const char *scheme)
{
	int port = 0;
	const char *host = ask_srv(a, service, domain, &port);

	if (host == NULL || port == 0)
		return NULL;
	return arena_fmt(a, "%s://%s:%d", scheme, host, port);
}

static bool
there_is(const char *host)
{
	struct addrinfo ask = { .ai_socktype = SOCK_STREAM }, *found = NULL;
	bool there = getaddrinfo(host, NULL, &ask, &found) == 0;

	if (there)
		freeaddrinfo(found);
	return there;
}

/* "imap.DOMAIN", "mail.DOMAIN", or the domain itself, whichever is there. */
static const char *
usual(struct arena *a, const char *first, const char *domain)
{
	const char *const names[] = { first, "mail" };

	for (size_t i = 0; i < 2; i++) {
		const char *host = arena_fmt(a, "%s.%s", names[i], domain);

		if (there_is(host))
			return host;
	}
	return arena_fmt(a, "mail.%s", domain);
}

static bool
from_known(struct arena *a, const char *domain, struct guess *g)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!text_same(known[i].domain, domain))
			continue;
		g->imap = arena_fmt(a, "imaps://%s:993", known[i].imap);
		g->hint = known[i].hint;
		if (strcmp(g->hint, MICROSOFT) == 0)
			g->oauth = "microsoft";
		if (*known[i].smtp != '\0')
			g->smtp = arena_fmt(a, "smtps://%s:465", known[i].smtp);
		else if (strstr(known[i].imap, "office365") != NULL)
			g->smtp = "smtp://smtp.office365.com:587";
		else
			g->smtp = "smtp://smtp.mail.me.com:587";
		return true;
	}
	return false;
}

struct guess
mail_guess(struct arena *a, const char *address)
{
	const char *at = strrchr(address, '@');
	const char *domain = at != NULL ? at + 1 : address;
	struct guess g = { .hint = "", .oauth = "" };

	if (from_known(a, domain, &g))
		return g;
	/* Names kept for examples have no servers (RFC 2606, RFC 6761). */
	if (strstr(domain, ".example") == NULL && strchr(domain, '.') != NULL) {
		g.imap = srv_url(a, "_imaps._tcp", domain, "imaps");
		if (g.imap == NULL)
			g.imap = srv_url(a, "_imap._tcp", domain, "imap");
		g.smtp = srv_url(a, "_submissions._tcp", domain, "smtps");
		if (g.smtp == NULL)
			g.smtp = srv_url(a, "_submission._tcp", domain, "smtp");
	}
	if (g.imap == NULL)
		g.imap =
		    arena_fmt(a, "imaps://%s:993", usual(a, "imap", domain));
	if (g.smtp == NULL)
		g.smtp =
		    arena_fmt(a, "smtps://%s:465", usual(a, "smtp", domain));
	return g;
}
