/*
 * demo -- a shop of its own in a temporary folder: no account, no network,
 * nothing kept.
 *
 * The program plays the stories into a store, then starts itself once more
 * as the screen and stays beside it: every half minute it takes in another
 * mail, and when the screen has ended, however it ended, the folder goes.
 */
#include "ui/cmd/demo.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/log.h"
#include "base/when.h"
#include "ui/cmd/config.h"
#include "ui/cmd/who.h"

#define EVERY    30 /* seconds between two new mails */
#define ADDRESS  "hello@fernandfable.example"
#define WAIT_END 3 /* seconds for a sync to end after the screen */

extern char **environ;

struct shed {
	struct ctx *c;
	const char *folder;
	const char *config;
	struct demo_clock clock;
	struct step *later; /* the mails to come */
	size_t later_n;
	size_t next;
	struct demo demo;
};

/* ---- the folder ---- */

static int
make_folder(struct shed *s, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char *path;

	if (tmp == NULL || *tmp != '/')
		tmp =
		    access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
	path = arena_fmt(s->c->arena, "%s/shopbell-demo-XXXXXX", tmp);

	if (mkdtemp(path) == NULL)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	s->folder = path;
	s->config = arena_fmt(s->c->arena, "%s/config", path);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static void
remove_folder(const struct shed *s)
{
	if (s->folder != NULL)
		nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int
write_text(const char *path, const struct buf *b, struct err *e)
{
	return file_replace(path, buf_text(b), b->len, 0600, e);
}

static const char shop_settings_text[] =
    "\tundo-delay = 10s\n"
    "[account \"shop\"]\n"
    "\taddress = " ADDRESS "\n"
    "\talias = orders@fernandfable.example\n"
    "\tname = Fern & Fable\n"
    "[agent \"ana\"]\n"
    "\tname = Ana Ruiz\n"
    "\temail = ana@fernandfable.example\n"
    "\tsignature = \"Ana, Fern & Fable\"\n"
    "[agent \"ben\"]\n"
    "\tname = Ben Okafor\n"
    "\temail = ben@fernandfable.example\n"
    "\tsignature = \"Ben, Fern & Fable\"\n"
    "[agent \"kim\"]\n"
    "\tname = Kim Tanaka\n"
    "\temail = kim@fernandfable.example\n"
    "\tsignature = \"Kim, Fern & Fable\"\n"
    "[target \"vip\"]\n"
    "\tmatch = is:vip\n"
    "\tfirst = 10m\n"
    "\tnext = 1h\n"
    "\thours = office\n"
    "[target \"default\"]\n"
    "\tfirst = 30m\n"
    "\tnext = 4h\n"
    "\thours = office\n"
    "[view \"Returns\"]\n"
    "\tquery = tag:returns -is:closed\n"
    "\tkey = g R\n"
    "[view \"Good customers\"]\n"
    "\tquery = is:vip\n"
    "\tkey = g V\n";

static int
write_config(struct shed *s, struct err *e)
{
	struct buf b = { 0 }, name = { 0 };
	struct who who;
	int rc;

	if (who_asks(s->c->arena, NULL, &who, e) < 0)
		return -1;
	if (strcmp(who.name, who.login) == 0)
		who.name = "Robin Fern"; /* a login alone signs no letter */
	buf_fmt(&b,
	    "[shopbell]\n\tstore = %s/store.db\n\tcanned = %s/canned\n"
	    "\tzone = %s\n%s",
	    s->folder, s->folder, s->clock.zone, shop_settings_text);
	buf_fmt(&b,
	    "[account \"shop\"]\n\tdeliver-to = %s/sent\n"
	    "[hours \"office\"]\n\tzone = %s\n\topen = daily 08:00-20:00\n",
	    s->folder, s->clock.zone);
	if (strcmp(who.login, "ana") != 0 && strcmp(who.login, "ben") != 0 &&
	    strcmp(who.login, "kim") != 0) {
		conf_quote(&name, who.name);
		buf_fmt(&b, "[agent \"%s\"]\n\tname = %s\n", who.login,
		    buf_text(&name));
		buf_clear(&name);
		conf_quote(&name,
		    arena_fmt(s->c->arena, "%s, Fern & Fable", who.name));
		buf_fmt(&b, "\tsignature = %s\n", buf_text(&name));
	}
	rc = write_text(s->config, &b, e);
	buf_free(&b);
	buf_free(&name);
	return rc;
}

static int
write_canned(struct shed *s, const struct demo_file *f, struct err *e)
{
	const char *path = arena_fmt(s->c->arena, "%s/%s", s->folder, f->name);
	char *folder = arena_str(s->c->arena, path);
	struct buf b = { 0 };
	int rc;

	*strrchr(folder, '/') = '\0';
	for (size_t i = 0; f->line[i] != NULL; i++)
		buf_str(&b, f->line[i]);
	rc = file_make_folders(folder, 0700, e);
	if (rc == 0)
		rc = write_text(path, &b, e);
	buf_free(&b);
	return rc;
}

static bool
begins_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

/* ---- the shop ---- */

static int
read_stories(struct shed *s, struct step **v, size_t *n, struct err *e)
{
	const struct demo_file *f = demo_files, *later = NULL;
	size_t before;

	for (; f->name != NULL; f++) {
		if (begins_with(f->name, "canned/")) {
			if (write_canned(s, f, e) < 0)
				return -1;
		} else if (strcmp(f->name, "later.txt") == 0) {
			later = f;
		} else if (demo_read(s->c->arena, f, &s->clock, v, n, e) < 0) {
			return -1;
		}
	}
	before = *n;
	if (later != NULL &&
	    demo_read(s->c->arena, later, &s->clock, v, n, e) < 0)
		return -1;
	s->later_n = *n - before;
	s->later = arena_array(s->c->arena, s->later_n, sizeof(**v));
	memcpy(s->later, *v + before, s->later_n * sizeof(**v));
	*n = before;
	return 0;
}

/* Read the configuration just written, and open the store it names. */
static int
open_shop(struct shed *s, struct err *e)
{
	struct config *config = arena_alloc(s->c->arena, sizeof(*config));

	if (config_read(s->c->arena, s->config, NULL, config, e) < 0)
		return -1;
	s->c->conf = &config->conf;
	s->c->shop = config->shop;
	s->c->store = store_open(s->c->shop, STORE_CREATE, 10000, e);
	s->demo = (struct demo){ .c = s->c, .address = ADDRESS };
	return s->c->store != NULL ? 0 : -1;
}

static void
close_shop(struct shed *s)
{
	if (s->c->store != NULL)
		store_close(s->c->store);
	s->c->store = NULL;
}

static int
furnish(struct shed *s, struct err *e)
{
	struct step *v = NULL;
	size_t n = 0;

	demo_clock_set(s->c->arena, when_now(), &s->clock);
	if (make_folder(s, e) < 0 || write_config(s, e) < 0 ||
	    read_stories(s, &v, &n, e) < 0 || open_shop(s, e) < 0)
		return -1;
	return demo_play(&s->demo, v, n, e);
}

/* ---- the screen, and the mail that comes meanwhile ---- */

static int
start_screen(struct shed *s, pid_t *pid, struct err *e)
{
	const char *argv[] = { "shopbell", "--config", s->config, NULL };
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc =
	    posix_spawn(pid, child_self(), NULL, &attr, (char **)argv, environ);
	posix_spawnattr_destroy(&attr);
	if (rc != 0)
		return err_set(e, ERR_SYSTEM, rc, "cannot start the screen: %s",
		    strerror(rc));
	return 0;
}

/* The next mail of later.txt; a fault here is no reason to stop the show. */
static void
bring_mail(struct shed *s)
{
	struct err e = { 0 };
	struct step *step;

	if (s->later_n == 0)
		return;
	step = &s->later[s->next++ % s->later_n];
	step->at = when_now();
	if (s->next > s->later_n) {
		/* Told once already: the same words begin a thread anew. */
		step->story->thread = 0;
		step->story->ids = (struct strings){ 0 };
	}
	s->c->store = store_open(s->c->shop, STORE_WRITE, 10000, &e);
	if (s->c->store != NULL)
		demo_arrive(&s->demo, step, &e);
	close_shop(s);
}

/* 1 if the screen has ended; its status goes to *status. */
static int
screen_ended(pid_t pid, int *status)
{
	pid_t got;
	int st;

	while ((got = waitpid(-1, &st, WNOHANG | WUNTRACED)) > 0) {
		if (got != pid)
			continue;
		if (WIFSTOPPED(st)) {
			raise(SIGSTOP); /* Ctrl-Z stops us both */
			kill(pid, SIGCONT);
			continue;
		}
		*status = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
		return 1;
	}
	return 0;
}

static int
stay_beside(struct shed *s, pid_t pid, const sigset_t *ours)
{
	int64_t due = when_now() + EVERY;
	int status = 0;

	while (!screen_ended(pid, &status)) {
		struct timespec wait = { .tv_sec = due - when_now() };
		int sig;

		if (wait.tv_sec <= 0) {
			bring_mail(s);
			due = when_now() + EVERY;
			continue;
		}
		sig = sigtimedwait(ours, NULL, &wait);
		if (sig == SIGHUP || sig == SIGTERM)
			kill(pid, sig);
	}
	return status;
}

/*
 * A sync that the screen began may still wait for an answer to become due;
 * as the reaper of orphans we find it, and end it before its folder goes.
 */
static void
end_orphans(void)
{
	char path[64];
	FILE *f;
	long pid;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
	    (long)getpid());
	f = fopen(path, "re");
	while (f != NULL && fscanf(f, "%ld", &pid) == 1)
		kill((pid_t)pid, SIGTERM);
	if (f != NULL)
		fclose(f);
	for (int i = 0; i < WAIT_END * 100; i++) {
		struct timespec tick = { .tv_nsec = 10000000 };

		if (waitpid(-1, NULL, WNOHANG) < 0)
			return;
		nanosleep(&tick, NULL);
	}
}

static int
show(struct shed *s, const sigset_t *ours, struct err *e)
{
	pid_t pid;
	int status;

	close_shop(s);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (start_screen(s, &pid, e) < 0)
		return -1;
	status = stay_beside(s, pid, ours);
	end_orphans();
	return status;
}

static int
demo_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct shed s = { .c = c };
	sigset_t ours, pending;
	int rc;

	/* From here on the folder is ours to take away, whatever comes. */
	sigemptyset(&ours);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	rc = furnish(&s, e);
	sigpending(&pending);
	if (rc == 0 &&
	    (sigismember(&pending, SIGHUP) || sigismember(&pending, SIGINT) ||
		sigismember(&pending, SIGTERM)))
		rc = 128 + SIGINT;
	else if (rc == 0 && !ctx_has(c, "tour") && isatty(STDIN_FILENO) &&
		 isatty(STDOUT_FILENO))
		rc = show(&s, &ours, e);
	else if (rc == 0)
		rc = demo_tour(c, e);
	close_shop(&s);
	remove_folder(&s);
	c->said[0] = '\0'; /* what the stories said is not for her */
	return rc;
}

const struct cmd cmd_demo = {
	.name = "demo",
	.options = "[--tour]",
	.brief = "Open a shop to try, of which nothing is kept",
	.man = "A shop with about 60 threads, colleagues, canned replies and a"
	       " week of history, in a temporary folder.\n"
	       "A new mail comes every half minute; what is sent goes to files"
	       " in that folder.\n"
	       "Without a terminal, or with\n.Fl \\-tour ,\n"
	       "it prints what there is to see.\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_NO_CONFIG,
	.run = demo_run,
};
