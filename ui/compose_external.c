/*
 * compose_external.c -- the text in the person's own editor.
 *
 * The claim is renewed and the store watched while the editor runs; only
 * the screen is the editor's.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "ui/compose.h"
#include "ui/term.h"

extern char **environ;

enum { TICK_MS = 500, TEXT_MAX = 4 << 20 };

static const char *
editor_of(const struct app *a)
{
	const char *s = a->shop->editor;

	if (s == NULL || *s == '\0')
		s = getenv("VISUAL");
	if (s == NULL || *s == '\0')
		s = getenv("EDITOR");
	return s != NULL && *s != '\0' ? s : NULL;
}

static int
write_file(const struct compose *c, char path[], struct err *e)
{
	const struct buf *b = &c->field[FIELD_TEXT].text;
	int fd = mkstemps(path, 4);
	int rc;

	if (fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	rc = file_write_all(fd, buf_text(b), b->len, e);
	close(fd);
	return rc;
}

static int
start(const char *editor, const char *path, pid_t *pid, struct err *e)
{
	struct buf line = { 0 };
	char *argv[] = { "/bin/sh", "-c", NULL, "sh", (char *)path, NULL };
	posix_spawnattr_t at;
	sigset_t none, all;
	int rc;

	buf_fmt(&line, "exec %s \"$1\"", editor);
	argv[2] = line.data;
	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	posix_spawnattr_init(&at);
	posix_spawnattr_setflags(&at,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&at, &none);
	posix_spawnattr_setsigdefault(&at, &all);
	rc = posix_spawn(pid, argv[0], NULL, &at, argv, environ);
	posix_spawnattr_destroy(&at);
	buf_free(&line);
	if (rc != 0)
		return err_set(e, ERR_SYSTEM, rc, "%s: %s", editor,
		    strerror(rc));
	return 0;
}

/* Wait; what stops the editor stops us too, so that the shell is told. */
static int
wait_for(struct view *v, pid_t pid)
{
	struct timespec tick = { TICK_MS / 1000, TICK_MS % 1000 * 1000000L };
	int status = 0;
	sigset_t none;
	pid_t r;

	sigemptyset(&none);
	while ((r = waitpid(pid, &status, WNOHANG | WUNTRACED)) == 0 ||
	       (r == pid && WIFSTOPPED(status))) {
		if (r == pid) {
			raise(SIGSTOP);
			kill(pid, SIGCONT);
		}
		/* The end of the editor cuts this short. */
		ppoll(NULL, 0, &tick, &none);
		app_tick(v->app);
	}
	return status;
}

static void
read_back(struct view *v, const char *path)
{
	struct compose *c = v->state;
	struct buf b = { 0 };
	struct err e = { 0 };

	if (file_read(&b, path, TEXT_MAX, &e) < 0) {
		app_fail(v->app, &e);
	} else {
		while (b.len > 0 && b.data[b.len - 1] == '\n')
			buf_cut(&b, b.len - 1);
		if (strcmp(buf_text(&b),
			buf_text(&c->field[FIELD_TEXT].text)) != 0) {
			editor_replace(&c->field[FIELD_TEXT], buf_text(&b), 0);
			c->dirty = c->touched = true;
		}
	}
	buf_free(&b);
}

int
compose_external(struct view *v, struct err *e)
{
	struct compose *c = v->state;
	const char *editor = editor_of(v->app);
	const char *folder = getenv("XDG_RUNTIME_DIR");
	struct buf path = { 0 };
	pid_t pid;
	int rc;

	if (editor == NULL) {
		c->mode = MODE_EDIT;
		return 0;
	}
	buf_fmt(&path, "%s/shopbell-XXXXXX.txt",
	    folder != NULL && *folder != '\0' ? folder : "/tmp");
	rc = write_file(c, path.data, e);
	if (rc == 0) {
		term_leave();
		rc = start(editor, path.data, &pid, e);
		if (rc == 0) {
			wait_for(v, pid);
			read_back(v, path.data);
		}
		term_enter();
		unlink(path.data);
		compose_warn(v);
		compose_save(v);
	}
	buf_free(&path);
	return rc;
}
