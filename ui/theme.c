/*
 * theme.c -- five tables of tints.
 */
#include "ui/theme.h"

#include <stddef.h>
#include <string.h>

#define B TINT_BOLD
#define D TINT_DIM
#define U TINT_UNDERLINE
#define R TINT_REVERSE

const char *const theme_names[] = { "dark", "light", "contrast", "sixteen",
	"none", NULL };

static const struct theme themes[] = {
	{ "dark", 256, 237,
	    {
		[LOOK_TEXT] = { -1, -1, 0 },
		[LOOK_DIM] = { 245, -1, 0 },
		[LOOK_BOLD] = { 255, -1, B },
		[LOOK_TITLE] = { 223, -1, B },
		[LOOK_BAR] = { 252, 236, 0 },
		[LOOK_KEY] = { 222, 236, B },
		[LOOK_CURSOR] = { 255, 24, 0 },
		[LOOK_MARK] = { 215, -1, B },
		[LOOK_OK] = { 114, -1, 0 },
		[LOOK_WARN] = { 221, -1, 0 },
		[LOOK_LATE] = { 210, -1, B },
		[LOOK_TAG] = { 110, -1, 0 },
		[LOOK_CUSTOMER] = { 153, -1, B },
		[LOOK_AGENT] = { 150, -1, B },
		[LOOK_QUOTE] = { 243, -1, 0 },
		[LOOK_NOTE] = { 222, -1, 0 },
		[LOOK_HIT] = { 16, 222, 0 },
		[LOOK_ERROR] = { 210, -1, B },
		[LOOK_RULE] = { 239, -1, 0 },
		[LOOK_LINK] = { 75, -1, U },
		[LOOK_FIELD] = { 252, 235, 0 },
		[LOOK_STAR] = { 221, -1, 0 },
	    } },
	{ "light", 256, 254,
	    {
		[LOOK_TEXT] = { -1, -1, 0 },
		[LOOK_DIM] = { 243, -1, 0 },
		[LOOK_BOLD] = { 16, -1, B },
		[LOOK_TITLE] = { 94, -1, B },
		[LOOK_BAR] = { 236, 253, 0 },
		[LOOK_KEY] = { 94, 253, B },
		[LOOK_CURSOR] = { 16, 153, 0 },
		[LOOK_MARK] = { 130, -1, B },
		[LOOK_OK] = { 28, -1, 0 },
		[LOOK_WARN] = { 130, -1, 0 },
		[LOOK_LATE] = { 160, -1, B },
		[LOOK_TAG] = { 25, -1, 0 },
		[LOOK_CUSTOMER] = { 25, -1, B },
		[LOOK_AGENT] = { 22, -1, B },
		[LOOK_QUOTE] = { 245, -1, 0 },
		[LOOK_NOTE] = { 94, -1, 0 },
		[LOOK_HIT] = { 16, 222, 0 },
		[LOOK_ERROR] = { 160, -1, B },
		[LOOK_RULE] = { 250, -1, 0 },
		[LOOK_LINK] = { 26, -1, U },
		[LOOK_FIELD] = { 16, 255, 0 },
		[LOOK_STAR] = { 136, -1, 0 },
	    } },
	{ "contrast", 8, -1,
	    {
		[LOOK_TEXT] = { 7, 0, 0 },
		[LOOK_DIM] = { 7, 0, 0 },
		[LOOK_BOLD] = { 7, 0, B },
		[LOOK_TITLE] = { 7, 0, B },
		[LOOK_BAR] = { 0, 7, 0 },
		[LOOK_KEY] = { 0, 7, B | U },
		[LOOK_CURSOR] = { 0, 7, B },
		[LOOK_MARK] = { 3, 0, B },
		[LOOK_OK] = { 2, 0, B },
		[LOOK_WARN] = { 3, 0, B },
		[LOOK_LATE] = { 7, 1, B },
		[LOOK_TAG] = { 6, 0, B },
		[LOOK_CUSTOMER] = { 6, 0, B },
		[LOOK_AGENT] = { 2, 0, B },
		[LOOK_QUOTE] = { 7, 0, 0 },
		[LOOK_NOTE] = { 3, 0, B },
		[LOOK_HIT] = { 0, 3, B },
		[LOOK_ERROR] = { 7, 1, B },
		[LOOK_RULE] = { 7, 0, 0 },
		[LOOK_LINK] = { 6, 0, B | U },
		[LOOK_FIELD] = { 7, 0, U },
		[LOOK_STAR] = { 3, 0, B },
	    } },
	{ "sixteen", 8, -1,
	    {
		[LOOK_TEXT] = { -1, -1, 0 },
		[LOOK_DIM] = { -1, -1, D },
		[LOOK_BOLD] = { -1, -1, B },
		[LOOK_TITLE] = { -1, -1, B },
		[LOOK_BAR] = { -1, -1, R },
		[LOOK_KEY] = { -1, -1, R | B },
		[LOOK_CURSOR] = { -1, -1, R },
		[LOOK_MARK] = { 3, -1, B },
		[LOOK_OK] = { 2, -1, 0 },
		[LOOK_WARN] = { 3, -1, 0 },
		[LOOK_LATE] = { 1, -1, B },
		[LOOK_TAG] = { 6, -1, 0 },
		[LOOK_CUSTOMER] = { 6, -1, B },
		[LOOK_AGENT] = { 2, -1, B },
		[LOOK_QUOTE] = { -1, -1, D },
		[LOOK_NOTE] = { 3, -1, 0 },
		[LOOK_HIT] = { 0, 3, 0 },
		[LOOK_ERROR] = { 1, -1, B },
		[LOOK_RULE] = { -1, -1, D },
		[LOOK_LINK] = { 6, -1, U },
		[LOOK_FIELD] = { -1, -1, 0 },
		[LOOK_STAR] = { 3, -1, 0 },
	    } },
	{ "none", 0, -1,
	    {
		[LOOK_DIM] = { -1, -1, 0 },
		[LOOK_BOLD] = { -1, -1, B },
		[LOOK_TITLE] = { -1, -1, B },
		[LOOK_BAR] = { -1, -1, R },
		[LOOK_KEY] = { -1, -1, R | B },
		[LOOK_CURSOR] = { -1, -1, R },
		[LOOK_MARK] = { -1, -1, B },
		[LOOK_LATE] = { -1, -1, B },
		[LOOK_CUSTOMER] = { -1, -1, B },
		[LOOK_AGENT] = { -1, -1, B },
		[LOOK_HIT] = { -1, -1, R },
		[LOOK_ERROR] = { -1, -1, B },
		[LOOK_LINK] = { -1, -1, U },
	    } },
};

const struct theme *
theme_named(const char *name, int colors)
{
	enum { SIXTEEN = 3, NONE = 4 };
	const struct theme *t = &themes[0];

	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
		if (strcmp(themes[i].name, name) == 0)
			t = &themes[i];
	}
	if (t->colors > colors)
		t = &themes[SIXTEEN];
	if (t->colors > colors)
		t = &themes[NONE];
	return t;
}
