/*
 * doctor -- what is wrong, and what cures it.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/run.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/config.h"
#include "ui/cmd/who.h"

#define STALE (24 * 3600) /* seconds since the last good round */

/* What was found so far; the first fault gives the exit status. */
struct visit {
	struct ctx *c;
	struct config config;
	int faults;
	int warnings;
	struct err first;
};

static void
fine(struct visit *v, const char *line)
{
	out_text(v->c->out, "ok    %s\n", line);
}

static void
warning(struct visit *v, const char *line, const char *cure)
{
	v->warnings++;
	out_text(v->c->out, "warn  %s%s%s\n", line, *cure != '\0' ? ": " : "",
	    cure);
}

/* Flushed at once: a server may take its time. */
static void
fault(struct visit *v, const struct err *e, const char *cure)
{
	struct err ignored = { 0 };

	if (v->faults++ == 0)
		v->first = *e;
	out_text(v->c->out, "FAULT %s\n", e->text);
	if (*cure != '\0')
		out_text(v->c->out, "      cure: %s\n", cure);
	out_flush(v->c->out, &ignored);
}

/* ---- the configuration ---- */

static void
file_modes(struct visit *v, const char *path, const char *what)
{
	struct arena *a = v->c->arena;
	struct err e = { 0 };
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return;
	err_set(&e, ERR_CONFIG, 0, "%s %s can be written by others", what,
	    path);
	fault(v, &e, arena_fmt(a, "chmod go-w %s", path));
}

static int
check_config(struct visit *v, const char *file, const char *store)
{
	struct ctx *c = v->c;
	char count[TEXT_COUNT];
	struct err e = { 0 };

	if (config_read(c->arena, file, store, &v->config, &e) < 0) {
		fault(v, &e,
		    e.kind == ERR_MISSING
			? "name a file that is there, or run \"shopbell setup\""
			: "mend that place in the file; shopbell.conf(5) has "
			  "every"
			  " setting");
		return -1;
	}
	c->conf = &v->config.conf;
	c->shop = v->config.shop;
	if (!v->config.found) {
		warning(v, "no configuration yet", "run \"shopbell setup\"");
		return 0;
	}
	fine(v, arena_fmt(c->arena, "configuration: %s",
		    text_count((int64_t)v->config.conf.n, "setting", count)));
	file_modes(v, v->config.own, "configuration");
	if (file == NULL)
		file_modes(v, config_system(c->arena), "configuration");
	if (v->config.shared)
		fine(v, "shared store: accounts, agents, hours and targets come"
			" from the system's configuration alone");
	return 0;
}

/* A password that others may read. */
static void
check_password_file(struct visit *v, const struct account *a)
{
	struct err e = { 0 };
	struct stat st;

	if (*a->password_file == '\0' || stat(a->password_file, &st) < 0)
		return; /* logging in will tell */
	if ((st.st_mode & 077) == 0)
		return;
	err_set(&e, ERR_CONFIG, 0, "password-file %s can be read by others",
	    a->password_file);
	fault(v, &e, arena_fmt(v->c->arena, "chmod 600 %s", a->password_file));
}

static void
check_canned_one(void *arg, const struct err *e)
{
	struct err own = *e;

	/* A file that is wrong, whatever it was first asked for. */
	if (own.kind == ERR_USAGE)
		own.kind = ERR_CONFIG;
	fault(arg, &own, "mend the file; \"shopbell canned check\" shows all");
}

static void
check_canned(struct visit *v)
{
	struct ctx *c = v->c;
	struct canned *r = NULL;
	struct err e = { 0 };
	size_t n = 0;

	if (access(c->shop->canned, R_OK | X_OK) < 0) {
		if (errno != ENOENT) {
			err_set(&e, ERR_SYSTEM, errno, "canned replies %s: %s",
			    c->shop->canned, strerror(errno));
			fault(v, &e, "give yourself the right to read it");
		}
		return;
	}
	log_quiet(1); /* each broken one is told below */
	answer_canned(c, &r, &n, &e);
	log_quiet(c->quiet);
	if (answer_canned_broken(c, check_canned_one, v) == 0)
		fine(v, arena_fmt(c->arena, "canned replies: %zu in %s", n,
			    c->shop->canned));
}

/* ---- the store ---- */

static const char *
store_cure(struct visit *v, const struct err *e)
{
	struct arena *a = v->c->arena;
	const char *store = v->c->shop->store;

	/* By its words: codes of SQLite and of errno overlap. */
	if (strstr(e->text, "full") != NULL)
		return "make room on that disk; nothing is lost";
	if (strstr(e->text, "Read-only") != NULL)
		return "mount that file system writable, or set store to a"
		       " path on another";
	if (strstr(e->text, "ermission") != NULL)
		return arena_fmt(a,
		    "you need to write %s and its folder: for several agents,"
		    " chgrp it to their group, folder 2770, file 0660",
		    store);
	if (e->kind == ERR_DATA)
		return "restore a backup, or delete it and run \"shopbell"
		       " sync\": notes and tags are only in the store";
	if (strstr(e->text, "network") != NULL)
		return "set store to a path on a local disk";
	return "";
}

static void
tell_store(void *arg, const char *line)
{
	struct visit *v = arg;

	if (strncmp(line, "warning: ", 9) == 0)
		warning(v, line + 9, "");
	else
		fine(v, line);
}

static void
check_folder(struct visit *v)
{
	struct arena *a = v->c->arena;
	char *folder = arena_str(a, v->c->shop->store);
	char *slash = strrchr(folder, '/');
	struct err e = { 0 };
	struct stat st;

	if (slash == NULL || slash == folder)
		return;
	*slash = '\0';
	if (stat(folder, &st) < 0)
		return;
	if (file_on_network(folder)) {
		err_set(&e, ERR_SYSTEM, 0,
		    "%s is on a network file system, where locks are not kept",
		    folder);
		fault(v, &e, "set store to a path on a local disk");
	}
	if ((st.st_mode & 07) != 0)
		warning(v, arena_fmt(a, "others may look into %s", folder),
		    arena_fmt(a, "chmod o= %s", folder));
	if ((st.st_mode & S_IWGRP) != 0 && (st.st_mode & S_ISGID) == 0)
		warning(v,
		    arena_fmt(a,
			"%s is the group's, but new files in it are"
			" not",
			folder),
		    arena_fmt(a, "chmod g+s %s", folder));
}

static void
check_syncs(struct visit *v)
{
	struct ctx *c = v->c;
	struct sync_status *s = NULL;
	struct err e = { 0 };
	size_t n = 0;
	char span[WHEN_SIZE];

	if (store_sync_status(c->store, c->arena, &s, &n, &e) < 0) {
		fault(v, &e, "");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t age = c->act.now - s[i].last_good;

		if (s[i].last_good == 0 && s[i].last_tried == 0)
			continue;
		if (*s[i].error != '\0')
			warning(v,
			    arena_fmt(c->arena, "last sync of %s: %s",
				s[i].account, s[i].error),
			    "");
		else if (age > STALE)
			warning(v,
			    arena_fmt(c->arena, "%s was last in step %s ago",
				s[i].account, when_span_long(age, span)),
			    "run \"shopbell sync\" from cron or a timer");
		else
			fine(v, arena_fmt(c->arena, "sync: %s in step %s ago",
				    s[i].account, when_span_long(age, span)));
	}
}

static void
check_store(struct visit *v)
{
	struct ctx *c = v->c;
	struct err e = { 0 };
	struct who who;

	if (who_asks(c->arena, c->shop, &who, &e) < 0) {
		fault(v, &e, "give the user an entry in the user table");
		return;
	}
	c->act.login = who.login;
	fine(v, arena_fmt(c->arena, "you: %s (%s)", who.login, who.name));
	check_folder(v);
	if (access(c->shop->store, F_OK) < 0 && errno == ENOENT) {
		warning(v,
		    arena_fmt(c->arena, "no store yet at %s", c->shop->store),
		    "run \"shopbell sync\"");
		return;
	}
	c->store = store_open(c->shop, STORE_WRITE, 10000, &e);
	if (c->store == NULL || store_doctor(c->store, tell_store, v, &e) < 0) {
		fault(v, &e, store_cure(v, &e));
		return;
	}
	check_syncs(v);
}

/* ---- the servers ---- */

static void
tell_server(void *arg, const char *line)
{
	struct visit *v = arg;
	struct err ignored = { 0 };

	fine(v, line);
	out_flush(v->c->out, &ignored);
}

static const char *
server_cure(const struct err *e, const struct account *a, struct arena *arena)
{
	if (strstr(e->text, "certificate") != NULL ||
	    strstr(e->text, "TLS") != NULL)
		return "use the name that stands in the certificate; for an"
		       " authority of your own set ca-file; nothing was sent";
	if (e->kind == ERR_DENIED && *a->oauth.provider != '\0')
		return arena_fmt(arena,
		    "run \"shopbell login %s\" as %s; that person needs the"
		    " right to IMAP and SMTP",
		    a->title, a->user);
	if (e->kind == ERR_DENIED)
		return arena_fmt(arena,
		    "check user and password: try what %s gives by hand;"
		    " some providers want an app password",
		    *a->password_command != '\0' ? "password-command"
		    : *a->password_file != '\0'  ? "password-file"
		    : *a->token_command != '\0'  ? "token-command"
						 : "the login");
	if (e->kind == ERR_CONFIG)
		return "mend the setting; shopbell.conf(5) tells what is meant";
	if (e->kind == ERR_MISSING)
		return "set mailbox to names that the server has;"
		       " shopbell.conf(5) tells how";
	if (strncmp(e->text, "imap: mailbox ", 14) == 0)
		return "look into the server's log: it cannot or will not read"
		       " this mailbox; the others are read all the same";
	if (e->kind == ERR_RETRY)
		return "check the server's name and port, and the network";
	if (e->kind == ERR_PEER)
		return "check that the port is that of the service named";
	return "";
}

/* How an account that logs in by OAuth 2 stands, without asking a server. */
static bool
check_login(struct visit *v, const struct account *a)
{
	struct arena *arena = v->c->arena;
	struct err e = { 0 };
	struct stat st;
	const char *line;

	if (*a->oauth.provider == '\0')
		return true;
	if (*a->oauth.client_secret != '\0' && a->file != NULL &&
	    stat(a->file, &st) == 0 && (st.st_mode & S_IROTH) != 0)
		warning(v,
		    arena_fmt(arena,
			"%s holds oauth-client-secret and can be"
			" read by everybody",
			a->file),
		    arena_fmt(arena, "chmod o-r %s", a->file));
	if (mail_login_about(a, arena, &line, &e) < 0) {
		fault(v, &e,
		    e.kind == ERR_DENIED
			? arena_fmt(arena,
			      "run \"shopbell login %s\" as the"
			      " user who runs sync",
			      a->title)
			: "mend that, or log in again");
		return false;
	}
	fine(v, arena_fmt(arena, "%s: %s", a->title, line));
	return true;
}

static void
check_account(struct visit *v, const struct account *a)
{
	struct err e = { 0 };

	check_password_file(v, a);
	if (a->file != NULL && a->file != v->config.own)
		file_modes(v, a->file, "configuration");
	if (!shop_has_server(a)) {
		fine(v, arena_fmt(v->c->arena,
			    "%s: no servers: it holds what is imported",
			    a->title));
		return;
	}
	if (*a->imap.host == '\0' && *a->deliver_to != '\0') {
		fine(v, arena_fmt(v->c->arena, "%s: mails are written to %s",
			    a->title, a->deliver_to));
		return;
	}
	if (mail_probe(v->c->shop, a, true, tell_server, v, &e) < 0)
		fault(v, &e, server_cure(&e, a, v->c->arena));
}

static void
check_terminal(struct visit *v)
{
	const char *codeset = nl_langinfo(CODESET);

	if (strcmp(codeset, "UTF-8") != 0)
		warning(v,
		    arena_fmt(v->c->arena, "the locale is %s, not UTF-8",
			codeset),
		    "set LC_ALL=C.UTF-8");
}

static int
doctor_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct visit v = { .c = c };

	check_terminal(&v);
	if (check_config(&v, c->config, c->store_path) == 0) {
		check_canned(&v);
		check_store(&v);
		if (c->shop->accounts == 0)
			warning(&v, "no account", "run \"shopbell setup\"");
		for (size_t i = 0; i < c->shop->accounts; i++)
			if (check_login(&v, &c->shop->account[i]) &&
			    !ctx_has(c, "offline"))
				check_account(&v, &c->shop->account[i]);
	}
	if (v.faults == 0) {
		ctx_say(c, "nothing is wrong%s",
		    v.warnings > 0 ? ", with the warnings above" : "");
		return 0;
	}
	*e = v.first;
	if (v.faults > 1)
		err_in(e, "%d faults, the first", v.faults);
	return -1;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.options = "[--offline]",
	.brief = "Find what is wrong and name the cure",
	.man = "Looks at the configuration, the store and its modes, the disk,"
	       " the canned replies and the servers, logging in to each but"
	       " changing nothing.\n"
	       "An account with\n.Ic oauth\nis told how long its token"
	       " holds.\n"
	       "With\n.Fl \\-offline\nthe servers are left out.\n"
	       "The exit status is that of the first fault.\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_NO_CONFIG,
	.run = doctor_run,
};
