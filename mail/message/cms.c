/*
 * cms.c -- finding the content in the basic encoding rules (X.690).
 */
#include "mail/message/cms.h"

#include <string.h>

#include "base/buf.h"

#define DEEPEST 20

enum {
	TAG_OCTETS = 0x04,
	TAG_OID = 0x06,
	TAG_OCTETS_MANY = 0x24,
	TAG_SEQUENCE = 0x30,
	TAG_CONTENT = 0xa0, /* [0] EXPLICIT */
};

/* A value: its tag, and its bytes as far as its end is known. */
struct value {
	unsigned tag;
	struct bytes in;
	bool open; /* ends at an end-of-contents, not at a length */
};

static bool
next_value(struct bytes *rest, struct value *v)
{
	size_t i = 2;
	size_t n;

	if (rest->n < 2)
		return false;
	v->tag = (unsigned char)rest->s[0];
	n = (unsigned char)rest->s[1];
	v->open = n == 0x80;
	if (n > 0x80) {
		size_t bytes = n & 0x7f;

		n = 0;
		if (bytes > 4 || rest->n < 2 + bytes)
			return false;
		for (; bytes > 0; bytes--)
			n = n << 8 | (unsigned char)rest->s[i++];
	}
	if (v->open)
		n = rest->n - i;
	/* What was cut short gives what there is. */
	v->in = bytes_cut(*rest, i, i + n);
	*rest = bytes_cut(*rest, i + n, rest->n);
	return true;
}

/* Past an end-of-contents, which stands two levels up at most 20 deep. */
static bool
pass_value(struct bytes *rest, int depth)
{
	struct value v;
	struct bytes in;

	if (depth > DEEPEST || !next_value(rest, &v))
		return false;
	if (!v.open)
		return true;
	in = v.in;
	while (in.n >= 2 && (in.s[0] != 0 || in.s[1] != 0))
		if (!pass_value(&in, depth + 1))
			return false;
	*rest = bytes_cut(in, 2, in.n);
	return true;
}

/* Step into the next value if it has this tag. */
static bool
enter(struct bytes *rest, unsigned tag)
{
	struct value v;

	if (!next_value(rest, &v) || v.tag != tag)
		return false;
	*rest = v.in;
	return true;
}

static bool
pass_oid(struct bytes *rest, const char *oid, size_t n)
{
	struct value v;

	return next_value(rest, &v) && v.tag == TAG_OID && v.in.n == n &&
	       memcmp(v.in.s, oid, n) == 0;
}

bool
cms_content(struct arena *a, struct bytes der, struct bytes *content)
{
	static const char signed_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
					  "\x02";
	static const char data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
	struct bytes in = der;
	struct buf out = { 0 };
	struct value v;

	if (!enter(&in, TAG_SEQUENCE) ||
	    !pass_oid(&in, signed_data, sizeof signed_data - 1) ||
	    !enter(&in, TAG_CONTENT) || !enter(&in, TAG_SEQUENCE) ||
	    !pass_value(&in, 0) || !pass_value(&in, 0) ||
	    !enter(&in, TAG_SEQUENCE) ||
	    !pass_oid(&in, data, sizeof data - 1) || !enter(&in, TAG_CONTENT) ||
	    !next_value(&in, &v))
		return false;
	if (v.tag == TAG_OCTETS) {
		buf_add(&out, v.in.s, v.in.n);
	} else if (v.tag == TAG_OCTETS_MANY) {
		struct bytes rest = v.in;

		while (next_value(&rest, &v) && v.tag == TAG_OCTETS)
			buf_add(&out, v.in.s, v.in.n);
	}
	*content =
	    (struct bytes){ arena_strn(a, buf_text(&out), out.len), out.len };
	buf_free(&out);
	return content->n > 0;
}
