/*
 * shop.h -- the configuration, typed and checked.
 *
 * One table of settings (name, type, unit, range, default as written, help)
 * serves the reader, the manual page, doctor and setup.  Durations are
 * seconds.
 */
#ifndef DESK_SHOP_H
#define DESK_SHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "desk/hours.h"
#include "desk/mail.h"

enum sent_how {
	SENT_AUTO,   /* learn it */
	SENT_APPEND, /* we file the copy */
	SENT_SERVER, /* the server files it */
};

/* A server address, "imaps://host:993". */
struct server {
	const char *url;  /* as written */
	const char *host;
	int port;
	bool implicit_tls; /* imaps, smtps */
};

/*
 * How access tokens are got by ourselves (RFC 6749).  What a provider is
 * known for is filled in when the settings are read.
 */
struct oauth {
	const char *provider; /* "" or NULL: not at all; "microsoft" ... */
	const char *client_id;
	const char *client_secret; /* "" for most programs */
	const char *tenant;        /* Microsoft's; "common" */
	const char *device;        /* URL, "" if there is none (RFC 8628) */
	const char *authorize;     /* URL, "" if there is none */
	const char *token;         /* URL */
	const char *redirect;      /* URL, "" for one on the loopback */
	const char *scope;
	const char *ca_file; /* "" is the system's */
	const char *file;    /* where the tokens lie; "" the usual place */
};

struct account {
	const char *title;
	const char *address;
	struct strings alias;
	const char *name;
	const char *user;
	const char *password_command; /* "" if none */
	const char *password_file;
	const char *token_command;
	struct oauth oauth;
	struct server imap;
	struct server smtp;
	const char *ca_file; /* "" is the system's */
	struct strings authserv; /* whose Authentication-Results we believe */
	bool tls_none;       /* loopback only; checked when read */
	struct strings mailbox; /* none: INBOX and the special-use ones */
	enum sent_how sent;
	const char *deliver_to; /* a folder for .eml, not SMTP (demo) */
	int64_t size_limit;     /* bytes of a message fetched whole */
	bool archive;           /* mails of closed threads go to Archive */
	int64_t send_limit;     /* bytes of a mail that is sent */
	int connections;        /* a resident sync may hold so many */
	int system; /* 1 if named in the system's file */
	const char *file; /* where it is named, for the mode check */
};

struct agent_setting {
	const char *login;
	const char *name;
	const char *email;
	const char *signature;
};

struct target {
	const char *name;
	const char *match; /* query; "" matches all */
	int64_t first;     /* 0: none */
	int64_t next;      /* 0: none */
	const char *hours; /* name of the calendar; "" is wall time */
	int warn;          /* per cent of the time gone */
};

struct view_setting {
	const char *name;
	const char *query;
	const char *key; /* "g R", "" if none */
};

/* Keys of the screen: [bind "list"], assign = A. */
struct bind {
	const char *view; /* "list" */
	const char *command;
	const char *key;
};

struct shop {
	const char *store;
	int64_t undo_delay;
	int64_t history;
	bool sync_from_screen;
	bool close_on_reply;
	bool markdown; /* what agents write goes out as HTML, too */
	struct strings human; /* senders whose automatic mail is a person's */
	const char *canned;
	const char *zone; /* for reports and the screen; "" is the system's */

	struct account *account;
	size_t accounts;
	struct agent_setting *agent;
	size_t agents;
	struct hours *hours; /* all versions, sorted by name then from */
	size_t hours_n;
	struct target *target; /* "default" last */
	size_t targets;
	struct view_setting *view;
	size_t views;
	struct bind *bind;
	size_t binds;

	const char *theme;          /* dark light contrast sixteen none */
	const char *keys;           /* default emacs */
	const char *notify;         /* bell osc none */
	const char *notify_command; /* "" if none */
	const char *copy_command;
	const char *editor;
	const char *open_command; /* "" if none */
};

/*
 * Understand what was read.  ERR_CONFIG with file:line:column and "did you
 * mean" at the first fault.  The result borrows from c and lives in a.
 */
struct shop *shop_make(struct arena *a, const struct conf *c, struct err *e);

/* The account whose address or alias this is, or NULL. */
const struct account *shop_account_of(const struct shop *s, const char *addr);

/* Is the address one of the shop's own (accounts, aliases, agents)? */
bool shop_owns(const struct shop *s, const char *addr);

const struct account *shop_account(const struct shop *s, const char *title);

/*
 * Has it a server, or a folder to deliver to?  One that has neither only
 * says which addresses are ours, for mail that is imported.
 */
bool shop_has_server(const struct account *a);
bool shop_can_send(const struct account *a);

/* Is there any account to sync? */
bool shop_syncs(const struct shop *s);

const struct agent_setting *shop_agent(const struct shop *s,
    const char *login);

/* "localhost", 127.0.0.0/8 or ::1, and no name that only begins so? */
bool shop_is_loopback(const char *host);

/*
 * Is it an address that secrets may be sent to: https, or http on the
 * loopback; a host; no user, no fragment, no blank?  NULL, or what is wrong.
 */
const char *shop_url_wrong(struct arena *a, const char *url);

/*
 * A digest of everything that targets and hours mean, so that the store
 * knows when due instants must be reckoned again.  64 hex digits.
 */
void shop_clock_digest(const struct shop *s, char out[65]);

/* How a value is read, and what kind of field it goes to. */
enum setting_kind {
	SETTING_TEXT,     /* const char * */
	SETTING_FILE,     /* const char *, ~ expanded */
	SETTING_ZONE,     /* const char *, checked */
	SETTING_CHOICE,   /* const char *, one of choice */
	SETTING_QUERY,    /* const char *, checked */
	SETTING_ADDRESS,  /* const char *, checked */
	SETTING_ADDRESSES,/* struct strings, checked */
	SETTING_LIST,     /* struct strings */
	SETTING_YES,      /* bool */
	SETTING_TLS,      /* bool: true is none */
	SETTING_SENT,     /* enum sent_how */
	SETTING_SPAN,     /* int64_t, seconds from min to max */
	SETTING_SIZE,     /* int64_t, bytes from min to max */
	SETTING_PERCENT,  /* int from min to max */
	SETTING_URL,      /* const char *: https, or http on the loopback */
	SETTING_NUMBER,   /* int from min to max */
	SETTING_IMAP,     /* struct server */
	SETTING_SMTP,     /* struct server */
	SETTING_OPEN,     /* an interval of struct hours */
	SETTING_CLOSED,   /* an exception of struct hours */
	SETTING_DATE,     /* const char *, checked */
	SETTING_BIND,     /* any name: the command a key is bound to */
};

/* One row of the settings table. */
struct setting {
	const char *section;
	const char *name;
	const char *type;     /* "duration", "yes or no", "file", "query" ... */
	const char *fallback; /* as written in the file; NULL: must be given */
	const char *help;     /* mdoc(7) text */
	enum setting_kind kind;
	size_t offset; /* of the field in what the section makes */
	int64_t min;
	int64_t max;
	const char *const *choice; /* ended by NULL */
};

extern const struct setting shop_settings[]; /* ends with a NULL section */

/* One section; in the order of the manual page. */
struct setting_section {
	const char *name;
	const char *title; /* what the title says: "login"; NULL: no title */
	const char *help;  /* mdoc(7) text */
};

extern const struct setting_section shop_sections[]; /* ends with NULL */

#endif
