/*
 * key.h -- one key pressed, and how it is written.
 *
 * A character is its code point, C-a to C-z are 1 to 26, others are above
 * Unicode; KEY_ALT is added for Alt (or Esc before it).
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t ui_key;

enum {
	UK_TAB = 9,
	UK_ENTER = 13,
	UK_ESC = 27,
	UK_SPACE = 32,
	UK_BACKSPACE = 127,
	UK_UP = 0x200000,
	UK_DOWN,
	UK_LEFT,
	UK_RIGHT,
	UK_HOME,
	UK_END,
	UK_PAGE_UP,
	UK_PAGE_DOWN,
	UK_INSERT,
	UK_DELETE,
	UK_BACK_TAB,
	UK_F1, /* to F12 = UK_F1 + 11 */
	UK_MOUSE = UK_F1 + 12,
	UK_PASTE, /* a bracketed paste; its text is with the terminal */
	UK_RESIZE,
	UK_GONE, /* the terminal went away */
	UK_NONE,
	UK_ALT = 1 << 28,
};

#define UK_CTRL(c) ((ui_key)((c)&0x1f))

enum { KEYS_MAX = 4 };

/* A sequence of keys, "g i". */
struct keys {
	ui_key v[KEYS_MAX];
	size_t n;
};

/*
 * "C-d", "M-x", "Enter", "Space", "F1", "a", "gi", "g i", "C-x C-s".  -1 if
 * it is no such thing or too long.
 */
int keys_parse(const char *s, size_t n, struct keys *out);

/* As a person reads it: "C-d", "g i". */
struct buf;
void keys_name(const struct keys *k, struct buf *out);

#endif
