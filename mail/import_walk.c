/*
 * import_walk.c -- files and folders of mail, gone through in order of name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mutf7.h"
#include "mail/past_inside.h"
#include "mail/roles.h"

#define DEPTH 16 /* folders within folders */

static int
give_file(struct import *i, const char *path, enum mailbox_role role,
    struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return import_refused(i, path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return 0;
	}
	return import_file(i, path, fd, role, e);
}

/* ---- folders ---- */

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/*
 * Not what a Maildir keeps for itself; but its folders, which begin with a
 * dot.
 */
static bool
skip(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, "tmp") == 0 || strncmp(name, "dovecot", 7) == 0 ||
	       strcmp(name, "maildirfolder") == 0 ||
	       strcmp(name, "subscriptions") == 0;
}

/*
 * "cur" and "new" are their parent's; an ending such as ".mbox" says naught.
 * Servers name their folders as IMAP writes them, others in plain UTF-8.
 */
static enum mailbox_role
role_of(const char *name, enum mailbox_role parent)
{
	static const char *const end[] = { ".mbox", ".mbx", ".sbd", ".mbs" };
	struct imap_box box = { .selectable = true, .delimiter = '.' };
	struct buf base = { 0 }, text = { 0 };

	if (strcmp(name, "cur") == 0 || strcmp(name, "new") == 0)
		return parent;
	buf_str(&base, name + (*name == '.'));
	for (size_t k = 0; k < sizeof(end) / sizeof(end[0]); k++) {
		size_t n = strlen(end[k]);

		if (base.len > n &&
		    strcmp(buf_text(&base) + base.len - n, end[k]) == 0)
			buf_cut(&base, base.len - n);
	}
	box.name = mutf7_decode(&text, buf_text(&base)) == 0 ? buf_text(&text)
							     : buf_text(&base);
	roles_give(&box, 1, "");
	buf_free(&base);
	buf_free(&text);
	return box.role != ROLE_NONE ? box.role : parent;
}

static bool
left_out(enum mailbox_role role)
{
	return role == ROLE_DRAFTS || role == ROLE_TRASH;
}

static int give_folder(struct import *i, const char *path,
    enum mailbox_role role, int depth, struct err *e);

static int
give_entry(struct import *i, const char *path, const char *name,
    enum mailbox_role parent, int depth, struct err *e)
{
	enum mailbox_role role = ROLE_NONE;
	struct stat st;

	if (lstat(path, &st) < 0)
		return import_refused(i, path, strerror(errno));
	if (S_ISDIR(st.st_mode) || strchr(name, ':') == NULL)
		role = role_of(name, parent);
	if (!S_ISDIR(st.st_mode) && role == ROLE_NONE)
		role = parent;
	if (left_out(role) && !left_out(parent)) {
		import_count(i)->left++;
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return depth > 0 ? give_folder(i, path, role, depth - 1, e) : 0;
	return S_ISREG(st.st_mode) ? give_file(i, path, role, e) : 0;
}

static int
give_folder(struct import *i, const char *path, enum mailbox_role role,
    int depth, struct err *e)
{
	struct dirent **v;
	int n = scandir(path, &v, NULL, by_name), rc = 0;

	if (n < 0)
		return import_refused(i, path, strerror(errno));
	for (int k = 0; k < n; k++) {
		struct buf child = { 0 };

		buf_fmt(&child, "%s/%s", path, v[k]->d_name);
		if (rc == 0 && !skip(v[k]->d_name))
			rc = give_entry(i, buf_text(&child), v[k]->d_name, role,
			    depth, e);
		buf_free(&child);
		free(v[k]);
	}
	free(v);
	return rc;
}

/* The last part of a path. */
static enum mailbox_role
role_of_path(const char *path)
{
	struct buf name = { 0 };
	enum mailbox_role role;
	const char *slash;

	buf_str(&name, path);
	while (name.len > 1 && buf_text(&name)[name.len - 1] == '/')
		buf_cut(&name, name.len - 1);
	slash = strrchr(buf_text(&name), '/');
	role = role_of(slash != NULL ? slash + 1 : buf_text(&name), ROLE_NONE);
	buf_free(&name);
	return role;
}

/* A pipe is waited for; what else is named may be anything that can be read. */
static int
give_named(struct import *i, const char *path, enum mailbox_role role,
    struct err *e)
{
	int fd = strcmp(path, "-") == 0
		     ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
		     : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return import_refused(i, path, strerror(errno));
	return import_file(i, path, fd, role, e);
}

int
import_walk(struct import *i, const char *path, struct err *e)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return give_named(i, path, ROLE_NONE, e);
	if (stat(path, &st) < 0)
		return import_refused(i, path, strerror(errno));
	return S_ISDIR(st.st_mode)
		   ? give_folder(i, path, role_of_path(path), DEPTH, e)
		   : give_named(i, path, role_of_path(path), e);
}
