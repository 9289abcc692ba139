#include "mail/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/child.h"
#include "base/file.h"
#include "mail/secret_file.h"
#include "mail/token.h"

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

static int
from_file(struct buf *out, const char *path, struct err *e)
{
	if (secret_file_read(out, path, SECRET_MAX, e) == 0)
		return keep_line(out, path, e);
	if (e->kind == ERR_MISSING)
		e->kind = ERR_CONFIG;
	return err_in(e, "password-file");
}

static int
get(struct secret *out, const struct account *account, struct err *e)
{
	struct arena a = { 0 };
	int rc;

	out->kind = SECRET_PASSWORD;
	if (token_used(account)) {
		out->kind = SECRET_TOKEN;
		return token_get(&out->text, account, e);
	}
	if (account->token_command[0] != '\0') {
		out->kind = SECRET_TOKEN;
		return from_command(&out->text, account, "token-command",
		    account->token_command, e);
	}
	if (account->password_command[0] != '\0')
		return from_command(&out->text, account, "password-command",
		    account->password_command, e);
	if (account->password_file[0] == '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "account \"%s\" has no password: set password-command, "
		    "password-file, token-command or oauth",
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

int
secret_renew(struct secret *s, const struct account *account, struct err *e)
{
	if (s->kind != SECRET_TOKEN || !token_used(account))
		return 0;
	return token_renew(&s->text, account, e) < 0 ? -1 : 1;
}

void
secret_wipe(struct secret *s)
{
	buf_wipe(&s->text);
	memset(s, 0, sizeof(*s));
}
