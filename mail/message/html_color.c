/*
 * html_color.c -- reading colours.
 */
#include "mail/message/html_color.h"

#include <stdlib.h>
#include <string.h>

#define NEAR 12 /* of 255, in each channel: nobody sees the difference */

static const struct {
	const char *name;
	unsigned char r, g, b;
} named[] = {
	{ "white", 255, 255, 255 },
	{ "black", 0, 0, 0 },
	{ "snow", 255, 250, 250 },
	{ "ivory", 255, 255, 240 },
	{ "whitesmoke", 245, 245, 245 },
	{ "ghostwhite", 248, 248, 255 },
	{ "floralwhite", 255, 250, 240 },
	{ "red", 255, 0, 0 },
	{ "green", 0, 128, 0 },
	{ "blue", 0, 0, 255 },
	{ "navy", 0, 0, 128 },
	{ "gray", 128, 128, 128 },
	{ "grey", 128, 128, 128 },
	{ "silver", 192, 192, 192 },
	{ "lightgray", 211, 211, 211 },
	{ "lightgrey", 211, 211, 211 },
	{ "yellow", 255, 255, 0 },
};

static struct color
known(int r, int g, int b)
{
	return (struct color){ COLOR_KNOWN, (unsigned char)r, (unsigned char)g,
		(unsigned char)b };
}

/* "#fff", "#ffffff", and as old HTML has it without the "#". */
static bool
read_hex(struct bytes v, struct color *out)
{
	int d[6];
	size_t n = 0;

	if (v.n > 0 && v.s[0] == '#')
		v = bytes_cut(v, 1, v.n);
	while (n < 6 && n < v.n && hex_value(v.s[n]) >= 0) {
		d[n] = hex_value(v.s[n]);
		n++;
	}
	if (n < v.n && (is_alnum(v.s[n]) || v.s[n] == '.'))
		return false;
	if (n == 3)
		*out = known(d[0] * 17, d[1] * 17, d[2] * 17);
	else if (n == 6)
		*out =
		    known(d[0] << 4 | d[1], d[2] << 4 | d[3], d[4] << 4 | d[5]);
	return n == 3 || n == 6;
}

/* "rgb(1, 2, 3)", "rgba(1,2,3,0)", "rgb(1 2 3 / 50%)". */
static struct color
read_rgb(struct bytes v)
{
	double part[4] = { 0, 0, 0, 1 };
	char text[64] = "";
	char *p = text;
	int n = 0;

	if (v.n >= sizeof text)
		return (struct color){ .kind = COLOR_UNKNOWN };
	memcpy(text, v.s, v.n);
	p = strchr(text, '(');
	while (p && n < 4) {
		char *end;
		double value;

		p += strspn(p, "(, /\t\r\n");
		value = strtod(p, &end);
		if (end == p)
			break;
		part[n] = value;
		if (*end == '%')
			part[n] = n < 3 ? part[n] * 2.55 : part[n] / 100;
		n++;
		p = end + strspn(end, "%");
	}
	if (n < 3)
		return (struct color){ .kind = COLOR_UNKNOWN };
	for (int i = 0; i < 3; i++)
		part[i] = part[i] < 0 ? 0 : part[i] > 255 ? 255 : part[i];
	if (part[3] < 0.05)
		return (struct color){ .kind = COLOR_NONE };
	if (part[3] < 0.9)
		return (struct color){ .kind = COLOR_UNKNOWN };
	return known((int)part[0], (int)part[1], (int)part[2]);
}

struct color
color_read(struct bytes v)
{
	struct color c = { .kind = COLOR_UNKNOWN };

	v = bytes_trim(v);
	if (v.n == 0 || bytes_begin(v, "inherit"))
		return (struct color){ .kind = COLOR_UNSAID };
	if (bytes_begin(v, "transparent"))
		return (struct color){ .kind = COLOR_NONE };
	if (bytes_begin(v, "rgb"))
		return read_rgb(v);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		size_t n = strlen(named[i].name);

		if (bytes_begin(v, named[i].name) &&
		    (v.n == n || !is_alnum(v.s[n])))
			return known(named[i].r, named[i].g, named[i].b);
	}
	read_hex(v, &c);
	return c;
}

struct color
color_ground(struct bytes v)
{
	struct color c = { .kind = COLOR_UNKNOWN };

	v = bytes_trim(v);
	if (bytes_find(v, "url(") != (size_t)-1 ||
	    bytes_find(v, "gradient") != (size_t)-1)
		return c;
	if (bytes_begin(v, "none"))
		v = bytes_trim(bytes_cut(v, 4, v.n));
	c = color_read(v);
	if (c.kind == COLOR_NONE)
		c.kind = COLOR_UNSAID; /* what is behind is seen */
	return c;
}

static bool
is_near(int a, int b)
{
	return a - b <= NEAR && b - a <= NEAR;
}

bool
color_same(const struct color *text, const struct color *ground)
{
	return text->kind == COLOR_KNOWN && ground->kind == COLOR_KNOWN &&
	       is_near(text->r, ground->r) && is_near(text->g, ground->g) &&
	       is_near(text->b, ground->b);
}
