#include "mail/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/child.h"
#include "base/file.h"

/* An access token of Exchange is some 2 KB; a password of 4 KB is a mistake. */
#define SECRET_MAX 16384
#define COMMAND_MS 30000

/* Keep the first line, without its end, if it may be sent to a server. */
static int
keep_line(struct buf *b, const char *from, struct err *e)
{
	size_t n = strcspn(buf_text(b), "\r\n");

	if (n != b->len && b->data[n] == '\0')
		goto unfit;
	buf_cut(b, n);
	if (n == 0)
		return err_set(e, ERR_CONFIG, 0, "%s gives an empty password",
		    from);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)b->data[i] < 0x20 || b->data[i] == 0x7f)
			goto unfit;
	return 0;
unfit:
	return err_set(e, ERR_CONFIG, 0,
	    "%s gives a password with a control character in it", from);
}

/*
 * A command runs as us, so whoever can write the file that names it can do
 * all that we can.
 */
static int
check_namer(const struct account *account, const char *key, struct err *e)
{
	struct stat st;

	if (account->file == NULL || account->file[0] == '\0')
		return 0;
	if (stat(account->file, &st) < 0)
		return err_set(e, ERR_CONFIG, errno, "%s: %s", account->file,
		    strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_CONFIG, 0,
		    "%s names a %s and belongs to somebody else: chown it",
		    account->file, key);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_CONFIG, 0,
		    "%s names a %s and can be written by others: chmod go-w it",
		    account->file, key);
	return 0;
}

static int
from_command(struct buf *out, const struct account *account, const char *key,
    const char *command, struct err *e)
{
	if (check_namer(account, key, e) < 0)
		return -1;
	if (child_shell(command, NULL, out, SECRET_MAX, COMMAND_MS, e) < 0)
		return err_in(e, "%s", key);
	return keep_line(out, key, e);
}

/* What is wrong with the owner and the mode of a password file? */
static int
check_file(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, ERR_CONFIG, errno, "%s: %s", path,
		    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, 0, "%s is not a plain file",
		    path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_CONFIG, 0,
		    "%s belongs to somebody else: chown it to the user who "
		    "runs sync",
		    path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(e, ERR_CONFIG, 0,
		    "%s can be read by others: chmod 600 it", path);
	return 0;
}

static int
read_line(int fd, struct buf *out, const char *path, struct err *e)
{
	/* One piece: a buffer that grows would leave copies behind. */
	char *room = buf_room(out, SECRET_MAX + 1);
	size_t n = 0;

	while (n < SECRET_MAX) {
		ssize_t got = read(fd, room + n, SECRET_MAX - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(e, ERR_CONFIG, errno, "%s: %s", path,
			    strerror(errno));
		if (got == 0)
			break;
		n += (size_t)got;
	}
	out->len = n;
	room[n] = '\0';
	return keep_line(out, path, e);
}

static int
from_file(struct buf *out, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = -1;

	if (fd < 0)
		return err_set(e, ERR_CONFIG, errno, "password-file %s: %s",
		    path,
		    errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (check_file(fd, path, e) == 0)
		rc = read_line(fd, out, path, e);
	close(fd);
	return rc;
}

static int
get(struct secret *out, const struct account *account, struct err *e)
{
	struct arena a = { 0 };
	int rc;

	out->kind = SECRET_PASSWORD;
	if (account->token_command[0] != '\0') {
		out->kind = SECRET_TOKEN;
		return from_command(&out->text, account, "token-command",
		    account->token_command, e);
	}
	if (account->password_command[0] != '\0')
		return from_command(&out->text, account, "password-command",
		    account->password_command, e);
	if (account->password_file[0] == '\0' && account->login != NULL &&
	    account->login[0] != '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "account \"%s\": login = %s gets no token by itself: set "
		    "token-command to a program that prints one",
		    account->title, account->login);
	if (account->password_file[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "account \"%s\" has no password: set password-command, "
		    "password-file or token-command",
		    account->title);
	rc = from_file(&out->text, file_expand(&a, account->password_file), e);
	arena_free(&a);
	return rc;
}

int
secret_get(struct secret *out, const struct account *account, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (get(out, account, e) == 0)
		return 0;
	secret_wipe(out);
	return -1;
}

void
secret_wipe(struct secret *s)
{
	buf_wipe(&s->text);
	memset(s, 0, sizeof(*s));
}
