/*
 * notice.c -- encrypted, partial and external bodies; signed text.
 */
#include "mail/message/notice.h"

#include <string.h>

static bool
is_sealed(const struct node *n)
{
	return node_is(n, "multipart/encrypted") ||
	       ((node_is(n, "application/pkcs7-mime") ||
		    node_is(n, "application/x-pkcs7-mime")) &&
		   n->number > 0);
}

/* Where an external body is (RFC 2046 5.2.3, RFC 2017). */
static void
add_external(struct buf *out, const struct node *n)
{
	const char *url = param_get(&n->type, "url");
	const char *site = param_get(&n->type, "site");
	const char *name = param_get(&n->type, "name");

	if (url[0] != '\0')
		buf_fmt(out, "(kept elsewhere: %s)\n", url);
	else if (site[0] != '\0')
		buf_fmt(out, "(kept elsewhere: %s on %s)\n", name, site);
	else
		buf_fmt(out, "(kept elsewhere: %s)\n",
		    name[0] != '\0' ? name : "nobody says where");
}

/* Are there more recipients than any mail lists of them? */
static bool
is_crowded(const struct head *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct field *f = &h->v[i];
		size_t commas = 0;

		if (strcmp(f->name, "to") != 0 && strcmp(f->name, "cc") != 0 &&
		    strcmp(f->name, "bcc") != 0)
			continue;
		for (size_t k = 0; k < f->value.n; k++)
			commas += f->value.s[k] == ',';
		if (f->cut || commas > (size_t)read_limits_default.addresses)
			return true;
	}
	return false;
}

void
notice_add(struct buf *out, const struct node *n)
{
	if (is_crowded(&n->head))
		buf_str(out, "(it has more recipients than are listed)\n");
	if (n->unopened)
		buf_fmt(out,
		    "(parts beyond the limits of this program were not opened: "
		    "they are in %s)\n",
		    n->name);
	if (is_sealed(n)) {
		buf_str(out, "(this mail is encrypted and cannot be read "
			     "here)\n");
	} else if (node_is(n, "message/external-body")) {
		add_external(out, n);
	} else if (node_is(n, "message/partial")) {
		const char *total = param_get(&n->type, "total");

		buf_fmt(out,
		    "(piece %s of %s of a mail that was sent in "
		    "pieces)\n",
		    param_get(&n->type, "number"),
		    total[0] != '\0' ? total : "many");
	}
}

static bool
is_line(struct bytes line, const char *want)
{
	line = bytes_trim(line);
	return line.n == strlen(want) && memcmp(line.s, want, line.n) == 0;
}

bool
notice_unarmour(struct buf *out, struct bytes text)
{
	static const char begin[] = "-----BEGIN PGP SIGNED MESSAGE-----";
	enum { OUTSIDE, HEADERS, WORDS, SIGNATURE } at = OUTSIDE;
	struct bytes line;

	if (bytes_find_exact(text, begin) == (size_t)-1)
		return false;
	while (bytes_line(&text, &line)) {
		if (at == OUTSIDE && is_line(line, begin)) {
			at = HEADERS;
		} else if (at == HEADERS) {
			at = bytes_trim(line).n == 0 ? WORDS : HEADERS;
		} else if (at == WORDS &&
			   is_line(line, "-----BEGIN PGP SIGNATURE-----")) {
			at = SIGNATURE;
		} else if (at == SIGNATURE) {
			if (is_line(line, "-----END PGP SIGNATURE-----"))
				at = OUTSIDE;
		} else {
			if (at == WORDS && bytes_begin(line, "- "))
				line = bytes_cut(line, 2, line.n);
			buf_add(out, line.s, line.n);
			buf_chr(out, '\n');
		}
	}
	return true;
}
