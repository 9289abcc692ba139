/*
 * tnef.c -- attributes, and the MAPI properties inside some of them.
 *
 * Every length is checked against what is left; a file cut short gives what
 * was whole.
 */
#include "mail/message/tnef.h"

#include <stdint.h>

#include "base/charset.h"
#include "mail/message/words.h"

#define SIGNATURE  0x223e9f78u
#define FILES_MOST 500

/* Attributes ([MS-OXTNEF] 2.1.3.2), without their types. */
enum {
	ATT_CODEPAGE = 0x9007, /* of 8-bit strings */
	ATT_BODY = 0x800c,
	ATT_DATA = 0x800f,
	ATT_TITLE = 0x8010,
	ATT_RENDER = 0x9002, /* begins an attachment */
	ATT_PROPS = 0x9003,
	ATT_FILE_PROPS = 0x9005,
};

/* Properties ([MS-OXPROPS]). */
enum {
	PROP_BODY = 0x1000,
	PROP_RTF = 0x1009,
	PROP_HTML = 0x1013,
	PROP_DISPLAY_NAME = 0x3001,
	PROP_DATA = 0x3701,
	PROP_LONG_NAME = 0x3707,
	PROP_MIME = 0x370e,
};

/* What is left; bad once more was asked for than there is. */
struct input {
	struct bytes b;
	bool bad;
};

static struct bytes
take(struct input *in, size_t n)
{
	struct bytes got;

	if (in->bad || n > in->b.n) {
		in->bad = true;
		return (struct bytes){ "", 0 };
	}
	got = bytes_cut(in->b, 0, n);
	in->b = bytes_cut(in->b, n, in->b.n);
	return got;
}

static uint32_t
number(struct input *in, size_t n)
{
	struct bytes b = take(in, n);
	uint32_t v = 0;

	for (size_t i = b.n; i > 0; i--)
		v = v << 8 | (unsigned char)b.s[i - 1];
	return v;
}

static struct bytes
padded(struct input *in, size_t n)
{
	struct bytes b = take(in, n);

	take(in, (4 - n % 4) % 4 > in->b.n ? in->b.n : (4 - n % 4) % 4);
	return b;
}

/* Names: UTF-16 or a code page, ended by a NUL. */
static const char *
text_of(struct arena *a, const struct tnef *t, struct bytes b, bool wide)
{
	struct buf out = { 0 };
	const char *s;

	if (wide)
		while (b.n >= 2 && b.s[b.n - 1] == 0 && b.s[b.n - 2] == 0)
			b.n -= 2;
	else
		while (b.n > 0 && b.s[b.n - 1] == 0)
			b.n--;
	if (b.n > 0)
		words_plain(&out, b,
		    wide                    ? "utf-16le"
		    : t->charset[0] != '\0' ? t->charset
					    : NULL);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

/* A text of UTF-16 as UTF-8, which needs no charset to be known. */
static struct bytes
from_wide(struct arena *a, struct bytes b)
{
	struct buf out = { 0 };

	if (b.n > 1)
		charset_decode(&out, "utf-16le", b.s, b.n & ~(size_t)1);
	b = (struct bytes){ arena_strn(a, buf_text(&out), out.len), out.len };
	buf_free(&out);
	return b;
}

/* Bytes of a value of fixed size, 0 if its size is in front of it. */
static size_t
fixed_size(uint32_t type)
{
	switch (type) {
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x0a:
	case 0x0b:
		return 4;
	case 0x05:
	case 0x06:
	case 0x07:
	case 0x14:
	case 0x40:
		return 8;
	case 0x48:
		return 16;
	default:
		return 0;
	}
}

/* A named property has its name before its value. */
static void
skip_name(struct input *in)
{
	take(in, 16);
	if (number(in, 4) == 0)
		take(in, 4);
	else
		padded(in, number(in, 4));
}

static void
use_property(struct arena *a, struct tnef *t, struct tnef_file *f, uint32_t id,
    uint32_t type, struct bytes v)
{
	bool wide = type == 0x1f;

	if (!f) {
		if (id == PROP_HTML)
			t->html = v;
		else if (id == PROP_RTF)
			t->rtf = v;
		else if (id == PROP_BODY && t->text.n == 0)
			t->text = wide ? from_wide(a, v) : v;
		return;
	}
	if (id == PROP_LONG_NAME)
		f->name = text_of(a, t, v, wide);
	else if (id == PROP_DISPLAY_NAME && f->name[0] == '\0')
		f->name = text_of(a, t, v, wide);
	else if (id == PROP_MIME)
		f->type = text_of(a, t, v, wide);
	else if (id == PROP_DATA && f->data.n == 0)
		f->data = type == 0x0d ? bytes_cut(v, 16, v.n) : v;
}

static void
read_properties(struct arena *a, struct bytes b, struct tnef *t,
    struct tnef_file *f)
{
	struct input in = { b, false };
	uint32_t count = number(&in, 4);

	for (uint32_t i = 0; i < count && !in.bad; i++) {
		uint32_t type = number(&in, 2);
		uint32_t id = number(&in, 2);
		uint32_t values = 1;
		size_t size;

		if (id >= 0x8000)
			skip_name(&in);
		size = fixed_size(type & 0x0fff);
		if (type & 0x1000 || size == 0)
			values = number(&in, 4);
		for (uint32_t k = 0; k < values && !in.bad; k++) {
			size_t n = size ? size : number(&in, 4);
			struct bytes v = padded(&in, n);

			if (!in.bad && k == 0 && size == 0)
				use_property(a, t, f, id, type & 0x0fff, v);
		}
	}
}

static struct tnef_file *
add_file(struct arena *a, struct tnef *t)
{
	struct tnef_file *f;

	if (t->n >= FILES_MOST)
		return &t->file[t->n - 1];
	t->file = arena_grow(a, t->file, t->n, sizeof *t->file);
	f = &t->file[t->n++];
	f->name = f->type = "";
	f->data = (struct bytes){ "", 0 };
	return f;
}

static void
use_attribute(struct arena *a, struct tnef *t, uint32_t id, struct bytes v)
{
	struct tnef_file *f = t->n > 0 ? &t->file[t->n - 1] : NULL;

	switch (id) {
	case ATT_CODEPAGE:
		if (v.n >= 4)
			t->charset = arena_fmt(a, "cp%u",
			    (unsigned char)v.s[0] |
				(unsigned)(unsigned char)v.s[1] << 8);
		break;
	case ATT_BODY:
		t->text = v;
		break;
	case ATT_PROPS:
		read_properties(a, v, t, NULL);
		break;
	case ATT_RENDER:
		add_file(a, t);
		break;
	case ATT_DATA:
		if (f)
			f->data = v;
		break;
	case ATT_TITLE:
		if (f && f->name[0] == '\0')
			f->name = text_of(a, t, v, false);
		break;
	case ATT_FILE_PROPS:
		if (f)
			read_properties(a, v, t, f);
		break;
	}
}

bool
tnef_read(struct arena *a, struct bytes b, struct tnef *out)
{
	struct input in = { b, false };

	*out = (struct tnef){ .charset = "" };
	if (number(&in, 4) != SIGNATURE)
		return false;
	take(&in, 2);
	while (in.b.n > 0 && !in.bad) {
		uint32_t id;
		uint32_t size;
		struct bytes v;

		take(&in, 1); /* level: message or attachment */
		id = number(&in, 4);
		size = number(&in, 4);
		v = take(&in, size < in.b.n ? size : in.b.n);
		use_attribute(a, out, id & 0xffff, v);
		if (in.b.n < 2)
			break;
		take(&in, 2); /* checksum */
	}
	return true;
}
