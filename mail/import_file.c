/*
 * import_file.c -- one file of mail, read piece by piece: an mbox or one
 * mail, of any length, from a disk or a pipe.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "mail/past_inside.h"

#define PIECE ((size_t)1 << 20)

struct reading {
	struct import *i;
	const char *path;
	int fd;
	struct found f;
	struct buf piece;
	bool whole;  /* nothing is behind it */
	bool failed; /* to read: told */
};

int
import_refused(struct import *i, const char *path, const char *why)
{
	struct past_count *c = import_count(i);

	if (c->refused++ == 0)
		snprintf(c->why, sizeof(c->why), "%.120s: %.70s", path, why);
	return 0;
}

/* ---- pieces ---- */

/* Have at least n bytes, if there are so many. */
static void
fill(struct reading *r, size_t n)
{
	while (!r->whole && r->piece.len < n) {
		ssize_t got = read(r->fd, buf_room(&r->piece, PIECE), PIECE);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			r->failed = true;
			import_refused(r->i, r->path, strerror(errno));
		}
		if (got <= 0) {
			r->whole = true;
			break;
		}
		r->piece.len += (size_t)got;
		r->piece.data[r->piece.len] = '\0';
		import_progress(r->i, (size_t)got);
	}
}

/* The first n bytes are done with. */
static void
drop(struct reading *r, size_t n)
{
	memmove(r->piece.data, r->piece.data + n, r->piece.len - n);
	buf_cut(&r->piece, r->piece.len - n);
}

/* ---- an mbox ---- */

static int
too_large(struct reading *r)
{
	return import_refused(r->i, r->path,
	    "a mail of more than 128 MB is left out");
}

/* A mail beyond all measure: go on with the one behind it. */
static void
pass_over(struct reading *r)
{
	size_t at;

	too_large(r);
	for (;;) {
		at = mbox_find(buf_text(&r->piece), r->piece.len);
		if (at < r->piece.len || r->whole)
			break;
		/* A separator may lie across the edge. */
		if (r->piece.len > PIECE)
			drop(r, r->piece.len - PIECE);
		fill(r, 2 * PIECE);
	}
	drop(r, at);
}

/* There is more of this mail than was read. */
static void
read_on(struct reading *r, size_t at)
{
	drop(r, at);
	if (r->piece.len > MBOX_MAIL_MAX)
		pass_over(r);
	fill(r, r->piece.len * 2 > PIECE ? r->piece.len * 2 : PIECE);
}

static int
give_mbox(struct reading *r, struct err *e)
{
	struct mbox state = { 0 };
	struct mbox_mail mail;
	size_t at = 0;

	for (;;) {
		struct found f = r->f;
		enum mbox_found found = mbox_next(&state, buf_text(&r->piece),
		    r->piece.len, r->whole, &at, &mail);

		if (found == MBOX_END)
			return 0;
		if (found == MBOX_MORE) {
			read_on(r, at);
			at = 0;
			continue;
		}
		f.bytes = buf_text(&r->piece) + mail.from;
		f.n = mail.len;
		f.form = mail.form;
		f.flags = MAIL_SEEN;
		if (f.n > MBOX_MAIL_MAX)
			too_large(r);
		else if (f.n > 0 && import_give(r->i, &f, e) < 0)
			return -1;
	}
}

/* ---- one mail ---- */

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
give_mail(struct reading *r, struct err *e)
{
	struct past_count *c = import_count(r->i);
	struct found f = r->f;

	fill(r, MBOX_MAIL_MAX + 1);
	/* Half a mail would be another one than the whole. */
	if (r->failed)
		return 0;
	if (r->piece.len > MBOX_MAIL_MAX)
		return too_large(r);
	f.flags = maildir_flags(r->path);
	if ((f.flags & (MAIL_DELETED | MAIL_DRAFT)) != 0) {
		c->left++;
		return 0;
	}
	f.bytes = buf_text(&r->piece);
	f.n = r->piece.len;
	return import_give(r->i, &f, e);
}

/*
 * What editors leave in front: a byte order mark and blank lines; and the
 * "From " line that some programs leave on a single mail, without an instant.
 */
static void
skip_front(struct reading *r)
{
	const char *s = buf_text(&r->piece), *end = s + r->piece.len, *eol;
	const char *p = s + (strncmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);

	p += strspn(p, "\r\n");
	eol = strchr(p, '\n');
	if (strncmp(p, "From ", 5) == 0 && eol != NULL &&
	    !mbox_looks(p, (size_t)(end - p)) && mbox_field(eol + 1, end))
		p = eol + 1;
	drop(r, (size_t)(p - s));
}

/* In a Maildir, or by its name: then it is a mail, whatever stands in it. */
static bool
is_named_mail(const char *path)
{
	const char *name = strrchr(path, '/');
	size_t n = strlen(path);

	if (n > 4 && strcasecmp(path + n - 4, ".eml") == 0)
		return true;
	return name != NULL && name - path >= 4 &&
	       (memcmp(name - 4, "/cur", 4) == 0 ||
		   memcmp(name - 4, "/new", 4) == 0);
}

int
import_file(struct import *i, const char *path, int fd, enum mailbox_role role,
    struct err *e)
{
	struct past_count *c = import_count(i);
	struct reading r = { .i = i,
		.path = path,
		.fd = fd,
		.f = { .role = role } };
	struct stat st;
	int rc = 0;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		r.f.at = st.st_mtime;
	fill(&r, PIECE);
	if (r.piece.len > 0) {
		c->files++;
		skip_front(&r);
		if (mbox_looks(buf_text(&r.piece), r.piece.len))
			rc = give_mbox(&r, e);
		else if (is_named_mail(path) ||
			 mbox_is_mail(buf_text(&r.piece),
			     buf_text(&r.piece) + r.piece.len))
			rc = give_mail(&r, e);
		else
			c->other++;
	}
	close(fd);
	buf_free(&r.piece);
	return rc;
}
