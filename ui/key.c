/*
 * key.c -- the names of keys.
 */
#include "ui/key.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static const struct {
	const char *name;
	ui_key key;
} names[] = {
	{ "Space", UK_SPACE },
	{ "Enter", UK_ENTER },
	{ "Tab", UK_TAB },
	{ "S-Tab", UK_BACK_TAB },
	{ "Esc", UK_ESC },
	{ "Backspace", UK_BACKSPACE },
	{ "Up", UK_UP },
	{ "Down", UK_DOWN },
	{ "Left", UK_LEFT },
	{ "Right", UK_RIGHT },
	{ "Home", UK_HOME },
	{ "End", UK_END },
	{ "PageUp", UK_PAGE_UP },
	{ "PageDown", UK_PAGE_DOWN },
	{ "Insert", UK_INSERT },
	{ "Delete", UK_DELETE },
	{ "F10", UK_F1 + 9 },
	{ "F11", UK_F1 + 10 },
	{ "F12", UK_F1 + 11 },
	{ "F1", UK_F1 },
	{ "F2", UK_F1 + 1 },
	{ "F3", UK_F1 + 2 },
	{ "F4", UK_F1 + 3 },
	{ "F5", UK_F1 + 4 },
	{ "F6", UK_F1 + 5 },
	{ "F7", UK_F1 + 6 },
	{ "F8", UK_F1 + 7 },
	{ "F9", UK_F1 + 8 },
};

/* One key without modifier at s; bytes used, 0 if there is none. */
static size_t
plain_parse(const char *s, size_t n, ui_key *out)
{
	size_t len;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t l = strlen(names[i].name);

		if (l <= n && strncmp(s, names[i].name, l) == 0) {
			*out = names[i].key;
			return l;
		}
	}
	*out = text_next(s, n, &len);
	return *out > ' ' ? len : 0;
}

static size_t
one_parse(const char *s, size_t n, ui_key *out)
{
	size_t used;

	if (n > 2 && s[0] == 'C' && s[1] == '-' && s[2] >= '?' && s[2] < 0x7f) {
		*out = UK_CTRL(s[2]);
		return 3;
	}
	if (n > 2 && s[0] == 'M' && s[1] == '-') {
		used = one_parse(s + 2, n - 2, out);
		*out |= UK_ALT;
		return used ? used + 2 : 0;
	}
	return plain_parse(s, n, out);
}

int
keys_parse(const char *s, size_t n, struct keys *out)
{
	memset(out, 0, sizeof(*out));
	while (n > 0) {
		size_t used = 1;

		if (*s != ' ') {
			if (out->n == KEYS_MAX)
				return -1;
			used = one_parse(s, n, &out->v[out->n]);
			if (used == 0)
				return -1;
			out->n++;
		}
		s += used;
		n -= used;
	}
	return out->n > 0 ? 0 : -1;
}

static void
one_name(ui_key k, struct buf *out)
{
	if (k & UK_ALT) {
		buf_str(out, "M-");
		k &= ~(ui_key)UK_ALT;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == k) {
			buf_str(out, names[i].name);
			return;
		}
	}
	if (k < ' ') {
		buf_str(out, "C-");
		k = k >= 1 && k <= 26 ? k + 'a' - 1 : k + '@';
	}
	text_put_to(out, k);
}

void
keys_name(const struct keys *k, struct buf *out)
{
	for (size_t i = 0; i < k->n; i++) {
		if (i > 0)
			buf_chr(out, ' ');
		one_name(k->v[i], out);
	}
}
