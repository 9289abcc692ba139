/*
 * setup -- asks for the account, finds its servers, tests them, and writes a
 * configuration that works.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "mail/guess.h"
#include "mail/run.h"
#include "ui/cmd/cmd.h"
#include "ui/cmd/config.h"
#include "ui/cmd/login.h"
#include "ui/cmd/who.h"

/* What the person said, or an option. */
struct answers {
	const char *address;
	const char *name;
	const char *imap;
	const char *smtp;
	const char *user;
	const char *password; /* typed; written to a file of its own */
	const char *password_command;
	const char *password_file;
	const char *oauth; /* the service to log in to; "" none */
	const char *client_id;
	const char *client_secret; /* typed */
	const char *ca_file;
	const char *tls;
	const char *first; /* how fast to answer */
	const char *store; /* "" leaves the default */
};

struct form {
	struct ctx *c;
	const char *path; /* of the configuration */
	struct answers a;
	struct who who;
	bool terminal;
};

/* ---- asking ---- */

static int
read_answer(struct form *f, struct buf *out, struct err *e)
{
	char line[1024];

	buf_clear(out);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "setup: the answers ended too early: nothing was written");
	line[strcspn(line, "\r\n")] = '\0';
	if (!text_valid(line, strlen(line)))
		return err_set(e, ERR_USAGE, 0, "setup: that is not UTF-8");
	buf_str(out, line + strspn(line, " \t"));
	while (out->len > 0 && strchr(" \t", out->data[out->len - 1]) != NULL)
		buf_cut(out, out->len - 1);
	return 0;
}

/* Ask, unless an option has said it; an empty answer means fallback. */
static int
ask(struct form *f, const char *option, const char *question,
    const char *fallback, const char **out, struct err *e)
{
	const char *given = option != NULL ? ctx_option(f->c, option) : NULL;
	struct buf b = { 0 };
	int rc;

	if (given != NULL) {
		*out = given;
		return 0;
	}
	out_text(f->c->out, *fallback != '\0' ? "%s [%s]: " : "%s: ", question,
	    fallback);
	if (out_flush(f->c->out, e) < 0)
		return -1;
	rc = read_answer(f, &b, e);
	*out = arena_str(f->c->arena, b.len > 0 ? buf_text(&b) : fallback);
	if (!f->terminal)
		out_text(f->c->out, "\n");
	buf_free(&b);
	return rc;
}

/* The same, unseen. */
static int
ask_secret(struct form *f, const char *question, const char **out,
    struct err *e)
{
	struct termios was, quiet;
	bool hide = f->terminal && tcgetattr(STDIN_FILENO, &was) == 0;
	int rc;

	if (hide) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	rc = ask(f, NULL, question, "", out, e);
	if (hide) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		out_text(f->c->out, "\n");
	}
	return rc;
}

static int
ask_address(struct form *f, struct err *e)
{
	for (int tries = 0; tries < 3; tries++) {
		if (ask(f, "address", "The shop's address", "", &f->a.address,
			e) < 0)
			return -1;
		if (people_address_ok(f->a.address))
			return 0;
		if (ctx_option(f->c, "address") != NULL)
			break;
		out_text(f->c->out, "That is no address, like"
				    " hello@shop.example.\n");
	}
	return err_set(e, ERR_USAGE, 0, "setup: \"%.80s\" is no address",
	    f->a.address);
}

/*
 * The name under which the shop has registered the program; without one a
 * command or a password is asked for.
 */
static int
ask_client(struct form *f, struct err *e)
{
	struct ctx *c = f->c;

	if (ctx_option(c, "oauth") != NULL)
		f->a.oauth = ctx_option(c, "oauth");
	if (*f->a.oauth == '\0')
		return 0;
	if (ask(f, "oauth-client-id",
		"Client id the shop registered there (empty: none)", "",
		&f->a.client_id, e) < 0)
		return -1;
	if (*f->a.client_id == '\0') {
		f->a.oauth = "";
		return 0;
	}
	if (ctx_option(c, "oauth-client-id") != NULL)
		return 0; /* and who has a secret too writes it herself */
	return ask_secret(f, "Client secret (not shown; mostly none)",
	    &f->a.client_secret, e);
}

static int
ask_password(struct form *f, struct err *e)
{
	struct ctx *c = f->c;

	if (*f->a.oauth != '\0')
		return 0;
	f->a.password_command = ctx_option(c, "password-command");
	f->a.password_file = ctx_option(c, "password-file");
	if (f->a.password_command != NULL || f->a.password_file != NULL)
		return 0;
	if (ask_secret(f, "Password (not shown; empty to name a command)",
		&f->a.password, e) < 0)
		return -1;
	if (*f->a.password != '\0')
		return 0;
	f->a.password = NULL;
	if (ask(f, NULL, "Command that prints it, like \"pass show shop\"", "",
		&f->a.password_command, e) < 0)
		return -1;
	if (*f->a.password_command == '\0')
		return err_set(e, ERR_USAGE, 0,
		    "setup: without a password nothing can be fetched");
	return 0;
}

static int
ask_servers(struct form *f, struct err *e)
{
	struct guess g = { .imap = "", .smtp = "", .hint = "", .oauth = "" };

	if (ctx_option(f->c, "imap") == NULL ||
	    ctx_option(f->c, "smtp") == NULL) {
		out_text(f->c->out, "Looking for the servers...\n");
		if (out_flush(f->c->out, e) < 0)
			return -1;
		g = mail_guess(f->c->arena, f->a.address);
		if (*g.hint != '\0')
			out_text(f->c->out, "Note: %s.\n", g.hint);
		f->a.oauth = g.oauth;
	}
	if (ask(f, "imap", "Mail is read at", g.imap, &f->a.imap, e) < 0 ||
	    ask(f, "smtp", "Mail is sent at", g.smtp, &f->a.smtp, e) < 0)
		return -1;
	return ask(f, "user", "Login there", f->a.address, &f->a.user, e);
}

static int
ask_all(struct form *f, struct err *e)
{
	struct ctx *c = f->c;

	f->a.ca_file = ctx_option(c, "ca-file");
	f->a.tls = ctx_option(c, "tls");
	f->a.oauth = "";
	f->a.client_id = f->a.client_secret = NULL;
	f->a.store = c->store_path != NULL ? c->store_path : "";
	if (ask_address(f, e) < 0 ||
	    ask(f, "name", "The shop's name, as customers see it", "",
		&f->a.name, e) < 0 ||
	    ask_servers(f, e) < 0 || ask_client(f, e) < 0 ||
	    ask_password(f, e) < 0)
		return -1;
	return ask(f, "first", "Answer new customers within", "4h", &f->a.first,
	    e);
}

/* ---- writing ---- */

static void
setting(struct buf *b, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_fmt(b, "\t%s = ", key);
	conf_quote(b, value);
	buf_chr(b, '\n');
}

/* The IANA name of the system's zone, "" if it cannot be told. */
static const char *
system_zone(struct arena *a)
{
	char path[512];
	ssize_t n = readlink("/etc/localtime", path, sizeof(path) - 1);
	const char *at;

	if (n <= 0)
		return "";
	path[n] = '\0';
	at = strstr(path, "zoneinfo/");
	if (at == NULL || !when_zone_ok(at + 9))
		return "";
	return arena_str(a, at + 9);
}

/* Services other than the two that are known have addresses of their own. */
static void
write_oauth(struct form *f, struct buf *b)
{
	static const char *const more[] = { "oauth-tenant", "oauth-device",
		"oauth-authorize", "oauth-token", "oauth-scope",
		"oauth-ca-file" };

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		setting(b, more[i], ctx_option(f->c, more[i]));
}

static void
write_settings(struct form *f, const char *password_file, struct buf *b)
{
	const struct answers *a = &f->a;
	const char *zone = system_zone(f->c->arena);

	buf_str(b, "# Written by \"shopbell setup\"; shopbell.conf(5) has every"
		   " setting.\n");
	if (*a->store != '\0') {
		buf_str(b, "[shopbell]\n");
		setting(b, "store", a->store);
	}
	buf_str(b, "[account \"shop\"]\n");
	setting(b, "address", a->address);
	setting(b, "name", a->name);
	setting(b, "user", a->user);
	setting(b, "password-command", a->password_command);
	setting(b, "password-file", password_file);
	setting(b, "oauth", a->oauth);
	setting(b, "oauth-client-id", a->client_id);
	setting(b, "oauth-client-secret", a->client_secret);
	write_oauth(f, b);
	setting(b, "imap", a->imap);
	setting(b, "smtp", a->smtp);
	setting(b, "ca-file", a->ca_file);
	setting(b, "tls", a->tls);
	buf_fmt(b, "[agent \"%s\"]\n", f->who.login);
	setting(b, "name", f->who.name);
	setting(b, "signature",
	    *a->name != '\0'
		? arena_fmt(f->c->arena, "%s, %s", f->who.name, a->name)
		: f->who.name);
	buf_str(b, "[hours \"office\"]\n");
	setting(b, "zone", zone);
	buf_str(b, "\topen = mon-fri 09:00-17:00\n[target \"default\"]\n");
	setting(b, "first", a->first);
	buf_str(b, "\tnext = 1d\n\thours = office\n");
}

static void
tell(void *arg, const char *line)
{
	struct ctx *c = arg;
	struct err ignored = { 0 };

	out_text(c->out, "  %s\n", line);
	out_flush(c->out, &ignored);
}

/* The key in a line of what we would write, counted from 1. */
static const char *
key_at(struct arena *a, const struct buf *text, int line)
{
	const char *at = buf_text(text);

	while (--line > 0 && at != NULL) {
		at = strchr(at, '\n');
		if (at != NULL)
			at++;
	}
	if (at == NULL || *at != '\t')
		return NULL;
	at++;
	return arena_strn(a, at, strcspn(at, " \n"));
}

/*
 * The place of a fault is in a file that is not there: name the answer
 * instead.  The text of e begins with NAME:LINE:COLUMN.
 */
static int
name_answer(struct form *f, const struct buf *text, struct err *e)
{
	struct arena *a = f->c->arena;
	char *why = arena_str(a, e->text);
	int line, column, n = 0;
	const char *key;

	if (sscanf(why, "setup:%d:%d: %n", &line, &column, &n) != 2 || n == 0)
		return -1;
	key = key_at(a, text, line);
	if (key == NULL)
		return err_set(e, ERR_USAGE, 0, "setup: %s", why + n);
	return err_set(e, ERR_USAGE, 0, "setup: %s%s: %s",
	    ctx_has(f->c, key) ? "--" : "", key, why + n);
}

/*
 * Read back what would be written, alone, and then as it will be read, after
 * the system's.  The account has no file yet, so a command in it was named
 * by the person who runs us.
 */
static struct shop *
read_back(struct form *f, const struct buf *text, struct err *e)
{
	struct arena *a = f->c->arena;
	struct conf alone = { 0 }, whole = { 0 };
	struct err none = { 0 };
	struct shop *shop;

	if (conf_parse(a, &alone, "setup", buf_text(text), text->len, 0, e) <
		0 ||
	    (shop = shop_make(a, &alone, e)) == NULL) {
		name_answer(f, text, e);
		return NULL;
	}
	shop->account[0].file = "";
	if (f->c->config != NULL)
		return shop;
	if (conf_read(a, &whole, config_system(a), 1, &none) < 0 &&
	    none.kind != ERR_MISSING) {
		*e = none;
		return NULL;
	}
	if (conf_parse(a, &whole, "setup", buf_text(text), text->len, 0, e) <
		0 ||
	    shop_make(a, &whole, e) == NULL) {
		name_answer(f, text, e);
		return NULL;
	}
	return shop;
}

static int
write_password(struct form *f, const char *path, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (f->a.password == NULL)
		return 0;
	buf_fmt(&b, "%s\n", f->a.password);
	rc = file_replace(path, b.data, b.len, 0600, e);
	buf_wipe(&b);
	return rc;
}

static int
make_folder(struct form *f, struct err *e)
{
	char *folder = arena_str(f->c->arena, f->path);
	char *slash = strrchr(folder, '/');

	if (slash == NULL || slash == folder)
		return 0;
	*slash = '\0';
	return file_make_folders(folder, 0700, e);
}

static int
keep_settings(struct form *f, const struct buf *text, struct err *e)
{
	struct config config;
	struct store *s;

	if (access(f->path, F_OK) == 0 &&
	    rename(f->path, arena_fmt(f->c->arena, "%s.old", f->path)) < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", f->path,
		    strerror(errno));
	if (file_replace(f->path, buf_text(text), text->len, 0600, e) < 0)
		return -1;
	out_text(f->c->out, "Written: %s\n", f->path);
	if (config_read(f->c->arena, f->path, f->c->store_path, &config, e) < 0)
		return -1;
	s = store_open(config.shop, STORE_CREATE, 10000, e);
	if (s == NULL)
		return -1;
	store_close(s);
	out_text(f->c->out, "Made:    %s\n", config.shop->store);
	return 0;
}

static void
say_next(struct form *f)
{
	bool own = f->c->config == NULL;

	out_text(f->c->out,
	    "\nNow run:  shopbell%s%s sync     (fetches the mail)\n"
	    "          shopbell%s%s          (opens the desk)\n"
	    "From cron:  * * * * * shopbell%s%s sync -q\n",
	    own ? "" : " --config ", own ? "" : f->path,
	    own ? "" : " --config ", own ? "" : f->path,
	    own ? "" : " --config ", own ? "" : f->path);
}

/* ---- all of it ---- */

/* An old configuration is set aside, but not without a word. */
static int
may_replace(struct form *f, struct err *e)
{
	const char *yes = "";

	if (access(f->path, F_OK) < 0 || ctx_has(f->c, "replace"))
		return 0;
	if (!f->terminal)
		return err_set(e, ERR_USAGE, 0,
		    "setup: %s is there already: add --replace to set it aside",
		    f->path);
	if (ask(f, NULL,
		"There is a configuration already. Set it aside (yes, no)",
		"no", &yes, e) < 0)
		return -1;
	if (*yes != 'y' && *yes != 'Y')
		return err_set(e, ERR_USAGE, 0, "setup: left as it was: %s",
		    f->path);
	return 0;
}

/*
 * Test, and where it fails let a person mend her answers.  The password has
 * to be in its file to be tried.
 */
static int
test_and_keep(struct form *f, struct err *e)
{
	const char *secret = f->a.password_file;
	struct buf text = { 0 };
	struct shop *shop;
	int rc = -1;

	if (f->a.password != NULL)
		secret = arena_fmt(f->c->arena, "%s.password", f->path);
	write_settings(f, secret, &text);
	shop = read_back(f, &text, e);
	if (shop == NULL)
		goto out;
	rc = make_folder(f, e);
	if (rc == 0)
		rc = write_password(f, secret, e);
	if (rc == 0 && *f->a.oauth != '\0' && !ctx_has(f->c, "untested")) {
		out_text(f->c->out, "Logging in...\n");
		rc = login_ask(f->c, shop, &shop->account[0], LOGIN_USUAL, e);
	}
	if (rc == 0 && !ctx_has(f->c, "untested")) {
		out_text(f->c->out, "Trying the servers...\n");
		rc = mail_probe(shop, &shop->account[0], false, tell, f->c, e);
	}
	if (rc == 0)
		rc = keep_settings(f, &text, e);
	else if (f->a.password != NULL)
		unlink(secret);
out:
	buf_free(&text);
	return rc;
}

static int
setup_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct form f = { .c = c };

	f.terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	f.path = c->config != NULL ? c->config : config_own(c->arena);
	if (who_asks(c->arena, NULL, &f.who, e) < 0 || may_replace(&f, e) < 0)
		return -1;
	for (;;) {
		const char *again = "no";
		struct err why = { 0 };

		if (ask_all(&f, e) < 0)
			return -1;
		if (test_and_keep(&f, &why) == 0)
			break;
		if (!f.terminal) {
			*e = why;
			return -1;
		}
		out_text(c->out, "That did not work: %s\n", why.text);
		if (ask(&f, NULL, "Try again (yes, no)", "yes", &again, e) < 0)
			return -1;
		if (*again != 'y') {
			*e = why;
			return -1;
		}
	}
	say_next(&f);
	return 0;
}

const struct cmd cmd_setup = {
	.name = "setup",
	.options =
	    "[--address <text>] [--name <text>] [--imap <text>]"
	    " [--smtp <text>] [--user <text>]"
	    " [--password-command <text>] [--password-file <file>]"
	    " [--oauth microsoft|google|other] [--oauth-client-id <text>]"
	    " [--oauth-tenant <text>] [--oauth-device <text>]"
	    " [--oauth-authorize <text>] [--oauth-token <text>]"
	    " [--oauth-scope <text>] [--oauth-ca-file <file>]"
	    " [--ca-file <file>] [--tls required|none] [--first <text>]"
	    " [--replace] [--untested]",
	.brief = "Ask for the account, write a configuration",
	.man = "Asks for what the options do not say, finds the servers, logs"
	       " in to them, and writes a configuration of mode 0600 and an"
	       " empty store.\n"
	       "A password that is typed goes to a file of its own, mode"
	       " 0600.\n"
	       "Where a service wants a login by OAuth 2 that is done here,"
	       " too\n"
	       ".Pq Cm login .\n"
	       "Nothing is written if the servers cannot be used, but with\n"
	       ".Fl \\-untested .\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_NO_CONFIG,
	.run = setup_run,
};
