#include "mail/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"

#define SECRET_MAX 16384
#define COMMAND_MS 30000

/* Keep the first line; what follows is wiped. */
static int
first_line(struct secret *out, const char *title, const char *from,
    struct err *e)
{
	char *s = out->text.data;
	size_t n = s == NULL ? 0 : strcspn(s, "\r\n");

	if (n < out->text.len) {
		explicit_bzero(s + n, out->text.len - n);
		buf_cut(&out->text, n);
	}
	if (n > 0)
		return 0;
	return err_set(e, ERR_CONFIG, 0, "account %s: %s gives no password",
	    title, from);
}

/* Who may write the file that names a command may run it as us. */
static int
check_config(const struct account *a, struct err *e)
{
	struct stat st;

	if (a->file == NULL || a->file[0] == '\0' || stat(a->file, &st) < 0)
		return 0;
	if ((st.st_mode & S_IWOTH) == 0 &&
	    (st.st_uid == geteuid() || st.st_uid == 0))
		return 0;
	return err_set(e, ERR_CONFIG, 0,
	    "%s names a command and can be "
	    "changed by others: chmod o-w it, or make it yours",
	    a->file);
}

static int
from_command(struct secret *out, const struct account *a, const char *command,
    const char *setting, struct err *e)
{
	if (check_config(a, e) < 0)
		return -1;
	if (child_shell(command, NULL, &out->text, SECRET_MAX, COMMAND_MS, e) <
	    0)
		return err_in(e, "account %s: %s", a->title, setting);
	return first_line(out, a->title, setting, e);
}

/* Open it once, so that what is checked is what is read. */
static int
from_file(struct secret *out, const struct account *a, struct err *e)
{
	struct arena arena = { 0 };
	const char *path = file_expand(&arena, a->password_file);
	struct stat st;
	ssize_t n = -1;
	int rc = -1, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_set(e, ERR_CONFIG, errno,
		    "account %s: password-file %s: "
		    "%s",
		    a->title, path, strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
	    (st.st_uid != geteuid() && st.st_uid != 0)) {
		err_set(e, ERR_CONFIG, 0,
		    "account %s: password-file %s must "
		    "be yours alone: chmod 600 it",
		    a->title, path);
		goto out;
	}
	n = read(fd, buf_room(&out->text, SECRET_MAX), SECRET_MAX - 1);
	if (n < 0) {
		err_set(e, ERR_CONFIG, errno,
		    "account %s: password-file %s: "
		    "%s",
		    a->title, path, strerror(errno));
		goto out;
	}
	out->text.len = (size_t)n;
	out->text.data[n] = '\0';
	rc = first_line(out, a->title, "password-file", e);
out:
	if (fd >= 0)
		close(fd);
	arena_free(&arena);
	return rc;
}

static bool
is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

int
secret_get(struct secret *out, const struct account *a, struct err *e)
{
	*out = (struct secret){ .kind = SECRET_PASSWORD };
	if (is_set(a->token_command)) {
		out->kind = SECRET_TOKEN;
		return from_command(out, a, a->token_command, "token-command",
		    e);
	}
	if (is_set(a->password_command))
		return from_command(out, a, a->password_command,
		    "password-command", e);
	if (is_set(a->password_file))
		return from_file(out, a, e);
	return err_set(e, ERR_CONFIG, 0,
	    "account %s has no password: set "
	    "password-command or password-file",
	    a->title);
}

void
secret_wipe(struct secret *s)
{
	buf_wipe(&s->text);
}
