/*
 * import_walk.c -- files and folders of mail, gone through in order of name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "mail/past_inside.h"
#include "mail/roles.h"

#define DEPTH 16         /* folders within folders */
#define LARGE (1u << 20) /* bytes; such a file is worth a percentage */

/* It is not there, or may not be read: the rest is still taken. */
static int
refused(struct import *i, const char *path)
{
	struct past_count *c = import_count(i);

	if (c->refused++ == 0)
		snprintf(c->why, sizeof(c->why), "%.150s: %s", path,
		    strerror(errno));
	return 0;
}

/* ---- files ---- */

static int
give_mbox(struct import *i, const char *path, struct found f, struct err *e)
{
	const char *bytes = f.bytes;
	size_t n = f.n, next = 0, from, len;

	f.mbox = true;
	f.flags = MAIL_SEEN;
	while (mbox_next(bytes, n, &next, &from, &len)) {
		f.bytes = bytes + from;
		f.n = len;
		if (n >= LARGE)
			import_progress(i, path, next, n);
		if (len > 0 && import_give(i, &f, e) < 0)
			return -1;
	}
	import_progress(i, path, 0, 0);
	return 0;
}

/* The flags of Maildir: "unique:2,FRS"; what is in "new" has none. */
static unsigned
maildir_flags(const char *path)
{
	static const struct {
		char letter;
		unsigned flag;
	} v[] = { { 'S', MAIL_SEEN }, { 'F', MAIL_FLAGGED },
		{ 'R', MAIL_ANSWERED }, { 'T', MAIL_DELETED },
		{ 'D', MAIL_DRAFT } };
	const char *name = strrchr(path, '/');
	const char *info = strstr(name != NULL ? name : path, ":2,");
	unsigned flags = 0;

	for (size_t k = 0; info != NULL && k < sizeof(v) / sizeof(v[0]); k++)
		if (strchr(info + 3, v[k].letter) != NULL)
			flags |= v[k].flag;
	return flags;
}

static int
give_bytes(struct import *i, const char *path, struct found f, struct err *e)
{
	struct past_count *c = import_count(i);

	c->files++;
	if (mbox_looks(f.bytes, f.n))
		return give_mbox(i, path, f, e);
	if (!mbox_field(f.bytes, f.bytes + f.n)) {
		c->other++;
		return 0;
	}
	f.flags = maildir_flags(path);
	if ((f.flags & (MAIL_DELETED | MAIL_DRAFT)) != 0) {
		c->left++;
		return 0;
	}
	return import_give(i, &f, e);
}

static int
give_file(struct import *i, const char *path, enum mailbox_role role,
    struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc;
	struct found f = { .role = role };
	struct stat st;
	void *map;

	if (fd < 0)
		return refused(i, path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return 0;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return refused(i, path);
	f.bytes = map;
	f.n = (size_t)st.st_size;
	f.at = st.st_mtime;
	rc = give_bytes(i, path, f, e);
	munmap(map, (size_t)st.st_size);
	return rc;
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

/* "cur" and "new" are their parent's; an ending such as ".mbox" says naught. */
static enum mailbox_role
role_of(const char *name, enum mailbox_role parent)
{
	static const char *const end[] = { ".mbox", ".mbx", ".sbd", ".mbs" };
	struct imap_box box = { .selectable = true, .delimiter = '.' };
	struct buf base = { 0 };

	if (strcmp(name, "cur") == 0 || strcmp(name, "new") == 0)
		return parent;
	buf_str(&base, name + (*name == '.'));
	for (size_t k = 0; k < sizeof(end) / sizeof(end[0]); k++) {
		size_t n = strlen(end[k]);

		if (base.len > n &&
		    strcmp(buf_text(&base) + base.len - n, end[k]) == 0)
			buf_cut(&base, base.len - n);
	}
	box.name = buf_text(&base);
	roles_give(&box, 1, "");
	buf_free(&base);
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
		return refused(i, path);
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
		return refused(i, path);
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

int
import_walk(struct import *i, const char *path, struct err *e)
{
	struct buf name = { 0 };
	enum mailbox_role role;
	struct stat st;
	const char *slash;

	if (stat(path, &st) < 0)
		return refused(i, path);
	buf_str(&name, path);
	while (name.len > 1 && buf_text(&name)[name.len - 1] == '/')
		buf_cut(&name, name.len - 1);
	slash = strrchr(buf_text(&name), '/');
	role = role_of(slash != NULL ? slash + 1 : buf_text(&name), ROLE_NONE);
	buf_free(&name);
	return S_ISDIR(st.st_mode) ? give_folder(i, path, role, DEPTH, e)
				   : give_file(i, path, role, e);
}
