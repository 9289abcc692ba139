/* The table of settings: the reader and the manual page are made from it. */
#include <stddef.h>

#include "desk/shop.h"

#define MINUTE ((int64_t)60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define YEAR   (366 * DAY)
#define MIB    ((int64_t)1024 * 1024)

static const char *const themes[] = { "dark", "light", "contrast", "sixteen",
	"none", NULL };
static const char *const presets[] = { "default", "emacs", NULL };
static const char *const notices[] = { "bell", "osc", "none", NULL };
static const char *const providers[] = { "", "microsoft", "google", "other",
	NULL };

const struct setting_section shop_sections[] = {
	{ "shopbell", NULL, "The store and what holds for everybody." },
	{ "account", "name",
	    "One mailbox of the shop.\n"
	    "There may be several." },
	{ "agent", "login",
	    "A person who answers.\n"
	    "Whoever may open the store and has no such section is an agent\n"
	    "under the login and full name of the system." },
	{ "hours", "name",
	    "Office hours.\n"
	    "A second section of the same name with a later\n"
	    ".Ic from\n"
	    "is the next version of the calendar: what happened before that\n"
	    "day is still reckoned by the earlier one." },
	{ "target", "name",
	    "How soon to answer.\n"
	    "The first target whose\n"
	    ".Ic match\n"
	    "fits a thread and that gives a time for the response holds for\n"
	    "it; the one named\n"
	    ".Qq default\n"
	    "comes last wherever it stands." },
	{ "view", "name", "A saved search in the side bar." },
	{ "bind", "screen",
	    "Keys of one screen:\n"
	    ".Li list ,\n"
	    ".Li thread\n"
	    "and the other names that the help screen shows." },
	{ "screen", NULL, "How the screen looks and is used." },
	{ NULL, NULL, NULL },
};

#define ROW(section_, name_, type_, fallback_, kind_, struct_, field_, ...)    \
	{                                                                      \
		.section = section_, .name = name_, .type = type_,             \
		.fallback = fallback_, .kind = kind_,                          \
		.offset = offsetof(struct struct_, field_), __VA_ARGS__        \
	}

#define SHOP(name_, type_, fallback_, kind_, field_, ...)                      \
	ROW("shopbell", name_, type_, fallback_, kind_, shop, field_,          \
	    __VA_ARGS__)
#define ACCOUNT(name_, type_, fallback_, kind_, field_, ...)                   \
	ROW("account", name_, type_, fallback_, kind_, account, field_,        \
	    __VA_ARGS__)
#define AGENT(name_, type_, fallback_, kind_, field_, ...)                     \
	ROW("agent", name_, type_, fallback_, kind_, agent_setting, field_,    \
	    __VA_ARGS__)
#define HOURS(name_, type_, fallback_, kind_, field_, ...)                     \
	ROW("hours", name_, type_, fallback_, kind_, hours, field_, __VA_ARGS__)
#define TARGET(name_, type_, fallback_, kind_, field_, ...)                    \
	ROW("target", name_, type_, fallback_, kind_, target, field_,          \
	    __VA_ARGS__)
#define VIEW(name_, type_, fallback_, kind_, field_, ...)                      \
	ROW("view", name_, type_, fallback_, kind_, view_setting, field_,      \
	    __VA_ARGS__)
#define SCREEN(name_, type_, fallback_, kind_, field_, ...)                    \
	ROW("screen", name_, type_, fallback_, kind_, shop, field_, __VA_ARGS__)

/* clang-format off */
const struct setting shop_settings[] = {
	SHOP("store", "file", "$XDG_DATA_HOME/shopbell/store.db", SETTING_FILE,
	    store,
	    .help = "The database that holds everything.\n"
	        "It must be on a local disk."),
	SHOP("undo-delay", "duration", "10s", SETTING_SPAN, undo_delay,
	    .max = DAY,
	    .help = "How long an answer waits in the outbox, so that it can\n"
	        "be taken back."),
	SHOP("history", "duration", "30d", SETTING_SPAN, history,
	    .max = 100 * YEAR,
	    .help = "A thread whose last message is older than this when it\n"
	        "is first seen arrives closed and outside all figures."),
	SHOP("close-on-reply", "yes or no", "no", SETTING_YES, close_on_reply,
	    .help = "Whether an answer closes its thread instead of making\n"
	        "it pending."),
	SHOP("markdown", "yes or no", "no", SETTING_YES, markdown,
	    .help = "Whether what agents write is read as Markdown and goes\n"
	        "out as HTML beside the plain text.\n"
	        "A canned reply can ask for it with\n.Li Markdown: yes ."),
	SHOP("sync-from-screen", "yes or no", "yes", SETTING_YES,
	    sync_from_screen,
	    .help = "Whether the screen may start\n.Nm shopbell Cm sync .\n"
	        "Say no where only a service user has the password."),
	SHOP("canned", "folder", "$XDG_CONFIG_HOME/shopbell/canned",
	    SETTING_FILE, canned,
	    .help = "Where the canned replies are, one text file each."),
	SHOP("zone", "time zone", "", SETTING_ZONE, zone,
	    .help = "The time zone of reports and of the screen, as\n"
	        ".Li Europe/Berlin .\nEmpty is the system's."),
	SHOP("human", "list of addresses", "", SETTING_ADDRESSES, human,
	    .help = "Senders whose mail counts as written by a person\n"
	        "although it says that it is automatic: contact forms and\n"
	        "market places."),

	ACCOUNT("address", "address", NULL, SETTING_ADDRESS, address,
	    .help = "The address that customers write to."),
	ACCOUNT("alias", "list of addresses", "", SETTING_ADDRESSES, alias,
	    .help = "Further addresses of the same mailbox.\n"
	        "Answers go out from the one that the customer wrote to."),
	ACCOUNT("name", "text", "", SETTING_TEXT, name,
	    .help = "The name beside the address in what is sent."),
	ACCOUNT("user", "text", "", SETTING_TEXT, user,
	    .help = "The login at the servers; empty is the address."),
	ACCOUNT("password-command", "command", "", SETTING_TEXT,
	    password_command,
	    .help = "Run by the shell;\n"
	        "the first line that it prints is the password."),
	ACCOUNT("password-file", "file", "", SETTING_FILE, password_file,
	    .help = "A file of mode 0600 with the password on its first line."),
	ACCOUNT("token-command", "command", "", SETTING_TEXT, token_command,
	    .help = "Like\n.Ic password-command ,\n"
	        "but prints an OAuth 2 access token."),
	ACCOUNT("oauth", "microsoft, google, other", "", SETTING_CHOICE,
	    oauth.provider, .choice = providers,
	    .help = "Whose OAuth 2 service gives the access tokens, which\n"
	        ".Nm shopbell Cm login\nbegins and the sync renews; empty is\n"
	        "none.\nThe first two need only\n.Ic oauth-client-id ;\n"
	        "another needs its addresses, too."),
	ACCOUNT("oauth-client-id", "text", "", SETTING_TEXT, oauth.client_id,
	    .help = "The name under which the shop has registered this\n"
	        "program at the service, as a desktop or mobile application."),
	ACCOUNT("oauth-client-secret", "text", "", SETTING_TEXT,
	    oauth.client_secret,
	    .help = "What the service gave along with it, if it did."),
	ACCOUNT("oauth-tenant", "text", "common", SETTING_TEXT, oauth.tenant,
	    .help = "Microsoft only: the directory of the company, where the\n"
	        "program is registered for that one alone."),
	ACCOUNT("oauth-device", "URL", "", SETTING_URL, oauth.device,
	    .help = "Where a login by a code typed elsewhere begins\n"
	        "(RFC 8628); empty is that of the service, if it has one."),
	ACCOUNT("oauth-authorize", "URL", "", SETTING_URL, oauth.authorize,
	    .help = "The page on which a person lets the program in; empty is\n"
	        "that of the service."),
	ACCOUNT("oauth-token", "URL", "", SETTING_URL, oauth.token,
	    .help = "Where tokens are given out; empty is that of the\n"
	        "service.\nAddresses begin with\n.Li https:// ;\n"
	        ".Li http://\nis for the loopback alone."),
	ACCOUNT("oauth-redirect", "URL", "", SETTING_URL, oauth.redirect,
	    .help = "Where the browser ends up after\n"
	        ".Ic oauth-authorize ;\n"
	        "empty is an unused port of the loopback address, as RFC 8252\n"
	        "has it."),
	ACCOUNT("oauth-scope", "text", "", SETTING_TEXT, oauth.scope,
	    .help = "What is asked for; empty is reading and sending mail by\n"
	        "IMAP and SMTP as the service calls it."),
	ACCOUNT("oauth-ca-file", "file", "", SETTING_FILE, oauth.ca_file,
	    .help = "Certificates of the authorities to trust there;\n"
	        "empty is the system's."),
	ACCOUNT("oauth-file", "file", "", SETTING_FILE, oauth.file,
	    .help = "Where the tokens are kept, mode 0600, for the user who\n"
	        "runs\n.Nm shopbell Cm sync\nalone; empty is a file in\n"
	        ".Pa $XDG_DATA_HOME/shopbell/tokens ."),
	ACCOUNT("imap", "server", "", SETTING_IMAP, imap,
	    .help = "Where mail is read:\n"
	        ".Li imaps://mail.shop.example:993 .\n"
	        "With\n.Li imap://\nSTARTTLS is required."),
	ACCOUNT("smtp", "server", "", SETTING_SMTP, smtp,
	    .help = "Where mail is sent:\n"
	        ".Li smtps://mail.shop.example:465 .\n"
	        "With\n.Li smtp://\nSTARTTLS is required."),
	ACCOUNT("ca-file", "file", "", SETTING_FILE, ca_file,
	    .help = "Certificates of the authorities to trust;\n"
	        "empty is the system's."),
	ACCOUNT("tls", "required, none", "required", SETTING_TLS, tls_none,
	    .help = "Only servers on the loopback address may be used with\n"
	        ".Li none ."),
	ACCOUNT("authserv-id", "list of names", "", SETTING_LIST, authserv,
	    .help = "The name under which our own receiving server writes\n"
	        "Authentication-Results.\n"
	        "Empty is any name in the domain of the address or of the\n"
	        "IMAP server."),
	ACCOUNT("mailbox", "list of mailboxes", "", SETTING_LIST, mailbox,
	    .help = "What is synced; empty is INBOX and the mailboxes that\n"
	        "the server names as Sent, Junk and Archive.\n"
	        "In a name\n.Li *\nstands for anything,\n.Li %\nfor anything"
	        " within one level:\n.Li Shops/* ."),
	ACCOUNT("sent", "auto, append, server", "auto", SETTING_SENT, sent,
	    .help = "Who files the copy of what is sent: found out, this\n"
	        "program, or the server."),
	ACCOUNT("deliver-to", "folder", "", SETTING_FILE, deliver_to,
	    .help = "Write what is sent to this folder, one file each,\n"
	        "instead of using SMTP; for trying things out."),
	ACCOUNT("archive", "yes or no", "no", SETTING_YES, archive,
	    .help = "Move the mails of a closed thread out of INBOX into the\n"
	        "mailbox that the server names as Archive, and back when it\n"
	        "is opened again."),
	ACCOUNT("size-limit", "size", "32M", SETTING_SIZE, size_limit,
	    .min = 64 * 1024, .max = 2048 * MIB,
	    .help = "Of a larger mail only the headers and the text are\n"
	        "fetched at first."),
	ACCOUNT("send-limit", "size", "25M", SETTING_SIZE, send_limit,
	    .min = 64 * 1024, .max = 2048 * MIB,
	    .help = "The largest mail that is sent, attachments encoded and\n"
	        "all, so that none comes back from a server that takes less."),
	ACCOUNT("connections", "number", "3", SETTING_NUMBER, connections,
	    .min = 1, .max = 15,
	    .help = "How many mailboxes\n.Ql sync \\-\\-watch\n"
	        "listens to, each over a connection of its own; it looks\n"
	        "into the others every minute."),

	AGENT("name", "text", "", SETTING_TEXT, name,
	    .help = "As colleagues and canned replies call the agent; empty\n"
	        "is the login."),
	AGENT("email", "address", "", SETTING_ADDRESS, email,
	    .help = "The agent's own address.\n"
	        "Mail from it is not from a customer."),
	AGENT("signature", "text", "", SETTING_TEXT, signature,
	    .help = "Put below the agent's answers;\n.Li \\en\n"
	        "begins a new line."),

	HOURS("zone", "time zone", "", SETTING_ZONE, zone,
	    .help = "The time zone; empty is that of\n.Li [shopbell] ."),
	HOURS("open", "list of hours", "", SETTING_OPEN, open,
	    .help = "When the desk is staffed:\n"
	        ".Li mon-fri 09:00-12:30 ,\n.Li sat 10:00-14:00 ,\n"
	        ".Li daily 22:00-02:00 ,\n"
	        "or on one date\n.Li 2026-11-27 18:00-23:00 ,\n"
	        "which goes before\n.Ic closed ."),
	HOURS("closed", "list of dates", "", SETTING_CLOSED, exception,
	    .help = "A holiday,\n.Li 2026-12-25 ,\nor part of a day,\n"
	        ".Li 2026-12-31 14:00-24:00 ."),
	HOURS("from", "date", "", SETTING_DATE, from_date,
	    .help = "The first day on which this version holds; empty is\n"
	        "for ever."),

	TARGET("match", "query", "", SETTING_QUERY, match,
	    .help = "The threads that it is for; empty is all."),
	TARGET("first", "duration", "", SETTING_SPAN, first, .max = YEAR,
	    .help = "The longest wait for the first response; empty is none."),
	TARGET("next", "duration", "", SETTING_SPAN, next, .max = YEAR,
	    .help = "The longest wait for each later response; empty is none."),
	TARGET("hours", "name of hours", "", SETTING_TEXT, hours,
	    .help = "The office hours that count; empty is all time."),
	TARGET("warn", "per cent", "80%", SETTING_PERCENT, warn, .min = 1,
	    .max = 100,
	    .help = "The share of the time after which a row is marked."),

	VIEW("query", "query", NULL, SETTING_QUERY, query,
	    .help = "What it shows."),
	VIEW("key", "keys", "", SETTING_TEXT, key,
	    .help = "The keys that go there, as\n.Li g R ."),

	{ .section = "bind", .name = "COMMAND", .type = "keys",
	    .fallback = "", .kind = SETTING_BIND,
	    .help = "The keys that run a command there;\n"
	        "the name of the setting is that of the command." },

	SCREEN("theme", "dark, light, contrast, sixteen, none", "dark",
	    SETTING_CHOICE, theme, .choice = themes,
	    .help = "The colours.\n"
	        ".Ev NO_COLOR\nin the environment means\n.Li none ."),
	SCREEN("keys", "default, emacs", "default", SETTING_CHOICE, keys,
	    .choice = presets,
	    .help = "The keys to begin with, before those of\n.Li [bind] ."),
	SCREEN("notify", "bell, osc, none", "bell", SETTING_CHOICE, notify,
	    .choice = notices,
	    .help = "How the terminal tells of new mail."),
	SCREEN("notify-command", "command", "", SETTING_TEXT, notify_command,
	    .help = "Run when a customer's mail arrives."),
	SCREEN("copy-command", "command", "", SETTING_TEXT, copy_command,
	    .help = "Gets on its standard input what is copied; empty asks\n"
	        "the terminal (OSC 52)."),
	SCREEN("open-command", "command", "", SETTING_TEXT, open_command,
	    .help = "Opens an attachment; the path of a copy is put behind\n"
	        "its words, and no shell sees it.\n"
	        "Empty is\n.Ql xdg-open\nwhere there is a desktop.\n"
	        "Without a desktop it gets the terminal until it ends."),
	SCREEN("editor", "command", "", SETTING_TEXT, editor,
	    .help = "The editor; empty is\n.Ev VISUAL\nor\n.Ev EDITOR ."),
	{ .section = NULL },
};
/* clang-format on */
