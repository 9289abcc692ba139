/*
 * compose.c -- a draft to the bytes that go out.
 *
 * A text alone, or in multipart/mixed with files; UTF-8, lines flowed.
 */
#include "mail/message/compose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "desk/people.h"
#include "mail/message/address.h"
#include "mail/message/compose_head.h"
#include "mail/message/compose_part.h"
#include "mail/message/compose_text.h"
#include "mail/message/markdown.h"

#define ATTACHMENT_MOST ((size_t)1 << 31)

/* CR, LF and NUL in a field would make another field of it. */
static int
check_line(const char *what, const char *s, struct err *e)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(e, ERR_USAGE, 0,
			    "the %s has a line break or control character",
			    what);
	if (!text_valid(s, strlen(s)))
		return err_set(e, ERR_USAGE, 0, "the %s is not UTF-8", what);
	return 0;
}

static int
check_address(const struct address *v, struct err *e)
{
	struct bytes addr = bytes_of(v->addr);
	const char *at = strrchr(v->addr, '@'), *wire;
	struct arena a = { 0 };
	int rc;

	if (check_line("recipient's name", v->name, e) < 0 ||
	    check_line("recipient's address", v->addr, e) < 0)
		return -1;
	if (!at || at == v->addr || at[1] == '\0' || addr.n > 320 ||
	    strpbrk(v->addr + people_quoted(v->addr), " <>()[],;:\\\"") ||
	    strchr(v->addr + people_quoted(v->addr), '@') != at)
		return err_set(e, ERR_USAGE, 0,
		    "'%.100s' is not an address that mail can be sent to",
		    v->addr);
	rc = people_wire(&a, v->addr, &wire, e);
	arena_free(&a);
	return rc;
}

static int
check_addresses(const struct addresses *v, struct err *e)
{
	for (size_t i = 0; i < v->n; i++)
		if (check_address(&v->v[i], e) < 0)
			return -1;
	return 0;
}

static int
check_ids(const struct composition *c, struct err *e)
{
	return check_line("Message-ID", c->message_id, e);
}

static int
check(const struct composition *c, struct err *e)
{
	const struct draft *d = c->draft;

	if (d->to.n + d->cc.n + d->bcc.n == 0)
		return err_set(e, ERR_USAGE, 0, "there is no recipient");
	if (check_line("subject", d->subject, e) < 0 ||
	    check_address(&d->from, e) < 0 || check_addresses(&d->to, e) < 0 ||
	    check_addresses(&d->cc, e) < 0 || check_addresses(&d->bcc, e) < 0 ||
	    check_ids(c, e) < 0)
		return -1;
	if (!text_valid(d->text, strlen(d->text)))
		return err_set(e, ERR_USAGE, 0, "the text is not UTF-8");
	return 0;
}

static void
put_head(struct buf *out, const struct composition *c)
{
	const struct draft *d = c->draft;
	struct addresses from = { (struct address *)&d->from, 1 };
	const char *ids[] = { c->message_id, c->in_reply_to };

	head_put_people(out, "From", &from);
	head_put_people(out, "To", &d->to);
	head_put_people(out, "Cc", &d->cc);
	head_put_text(out, "Subject", d->subject);
	head_put_date(out, c->date, c->zone_minutes);
	head_put_ids(out, "Message-ID", &(struct strings){ &ids[0], 1 });
	head_put_ids(out, "In-Reply-To", &(struct strings){ &ids[1], 1 });
	head_put_ids(out, "References", &c->references);
	buf_str(out, "MIME-Version: 1.0\r\n");
}

static void
put_text(struct buf *out, const char *text)
{
	struct buf flowed = { 0 };
	bool seven = compose_flow(&flowed, text);

	part_put_text(out, "text/plain; format=flowed", &flowed, seven);
	buf_free(&flowed);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Bytes that attachments of this size have in a mail: base64 in lines of 76.
 */
static int64_t
mail_encoded_size(int64_t bytes)
{
	int64_t letters = (bytes + 2) / 3 * 4;

	return letters + (letters + 75) / 76 * 2;
}

/* "12.3 MB" */
static double
megabytes(int64_t bytes)
{
	return (double)bytes / (1024 * 1024);
}

static int
too_large(int64_t size, int64_t most, struct err *e)
{
	return err_set(e, ERR_USAGE, EFBIG,
	    "the mail would have %.1f MB and at most %.1f are sent "
	    "(send-limit): leave an attachment out",
	    megabytes(size), megabytes(most));
}

/* Before a byte is read: a pipe would never end, a film fill the memory. */
static int
check_files(const struct composition *c, struct err *e)
{
	const struct strings *v = &c->draft->attachments;
	int64_t size = 0;

	for (size_t i = 0; i < v->n; i++) {
		const char *path = v->v[i];
		struct stat st;

		if (stat(path, &st) < 0)
			return err_set(e,
			    errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, errno,
			    "attachment %.120s: %s", path, strerror(errno));
		if (!S_ISREG(st.st_mode))
			return err_set(e, ERR_USAGE, 0,
			    "attachment %.120s is no file that could be sent",
			    path);
		if (access(path, R_OK) < 0)
			return err_set(e, ERR_SYSTEM, errno,
			    "attachment %.120s: %s", path, strerror(errno));
		size += mail_encoded_size(st.st_size);
	}
	if (c->most > 0 && size > c->most)
		return too_large(size, c->most, e);
	return 0;
}

/* A text without a charset would be read as ASCII. */
static const char *
file_type(struct arena *a, const char *name, const struct buf *bytes)
{
	const char *type = compose_type(name, bytes->data, bytes->len);

	if (strncmp(type, "text/", 5) == 0 && bytes->len > 0 &&
	    text_valid(bytes->data, bytes->len))
		return arena_fmt(a, "%s; charset=utf-8", type);
	return type;
}

static int
put_file(struct buf *out, const char *path, struct err *e)
{
	const char *name = base_name(path);
	struct buf bytes = { 0 };
	int rc = check_line("attachment's name", name, e);

	if (rc == 0)
		rc = file_read(&bytes, path, ATTACHMENT_MOST, e);
	if (rc == 0) {
		struct arena a = { 0 };

		part_put_file(out, file_type(&a, name, &bytes), name,
		    bytes.data, bytes.len);
		arena_free(&a);
	}
	buf_free(&bytes);
	return rc;
}

/* No line of a part can be it: the id is a secret until the mail is out. */
static void
make_boundary(char *out, size_t size, const char *id, const char *what)
{
	uint8_t digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];
	struct buf both = { 0 };

	buf_fmt(&both, "%s %s", id, what);
	hash_sha256(both.data, both.len, digest);
	hash_hex(digest, HASH_SIZE, hex);
	snprintf(out, size, "=_%.28s", hex);
	buf_free(&both);
}

/* The same words twice, the plainer first (RFC 2046, 5.1.4). */
static void
put_alternative(struct buf *out, const struct composition *c)
{
	char boundary[40];
	struct buf html = { 0 }, clean = { 0 };

	make_boundary(boundary, sizeof boundary, c->message_id, "alternative");
	compose_plain(&clean, c->draft->text);
	markdown_html(&html, buf_text(&clean));
	part_begin(out, "alternative", boundary);
	part_next(out, boundary);
	put_text(out, c->draft->text);
	part_next(out, boundary);
	part_put_text(out, "text/html", &html, false);
	part_end(out, boundary);
	buf_free(&html);
	buf_free(&clean);
}

static void
put_words(struct buf *out, const struct composition *c)
{
	if (c->draft->markdown)
		put_alternative(out, c);
	else
		put_text(out, c->draft->text);
}

static int
put_mixed(struct buf *out, const struct composition *c, struct err *e)
{
	const struct draft *d = c->draft;
	char boundary[40];

	make_boundary(boundary, sizeof boundary, c->message_id, "mixed");
	part_begin(out, "mixed", boundary);
	part_next(out, boundary);
	put_words(out, c);
	for (size_t i = 0; i < d->attachments.n; i++) {
		part_next(out, boundary);
		if (put_file(out, d->attachments.v[i], e) < 0)
			return -1;
	}
	part_end(out, boundary);
	return 0;
}

/*
 * What no server may refuse: CRLF, 7 bit, lines of at most 998 bytes.  Only
 * addresses may have letters beyond ASCII, and the head is UTF-8 then (RFC
 * 6532, 3.2).
 */
static bool
canonical(const char *s, size_t n)
{
	static const char blank[] = "\r\n\r\n";
	size_t line = 0, head;
	const char *end = memmem(s, n, blank, sizeof(blank) - 1);

	head = end != NULL ? (size_t)(end - s) : 0;
	if (!text_valid(s, head))
		return false;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\r' && i + 1 < n && s[i + 1] == '\n') {
			line = 0;
			i++;
		} else if (c == '\r' || c == '\n' || c == 0 ||
			   (c >= 0x80 && i >= head) || ++line > 998) {
			return false;
		}
	}
	return n > 1 && s[n - 1] == '\n';
}

static int
finish(const struct buf *out, size_t from, const struct composition *c,
    struct err *e)
{
	int64_t size = (int64_t)(out->len - from);

	if (c->most > 0 && size > c->most)
		return too_large(size, c->most, e);
	if (!canonical(out->data + from, out->len - from))
		return err_set(e, ERR_BUG, 0,
		    "the mail came out in a form that servers refuse: please "
		    "report it");
	return 0;
}

int
mail_compose(struct buf *out, const struct composition *c, struct err *e)
{
	size_t from = out->len;
	int rc = 0;

	if (check(c, e) < 0 || check_files(c, e) < 0)
		return -1;
	put_head(out, c);
	if (c->draft->attachments.n > 0)
		rc = put_mixed(out, c, e);
	else
		put_words(out, c);
	if (rc == 0)
		rc = finish(out, from, c, e);
	if (rc < 0)
		buf_cut(out, from);
	return rc;
}
