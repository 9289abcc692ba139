#include "mail/message/picture.h"

#include <stdint.h>
#include <string.h>

#define SIDE_MOST 1000000 /* a larger one is a lie */

struct image {
	const unsigned char *s;
	size_t n;
};

static bool
begins(const struct image *p, const char *mark, size_t n)
{
	return p->n >= n && memcmp(p->s, mark, n) == 0;
}

static uint32_t
big(const unsigned char *s, int bytes)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | s[i];
	return v;
}

static uint32_t
little(const unsigned char *s, int bytes)
{
	uint32_t v = 0;

	for (int i = bytes; i-- > 0;)
		v = v << 8 | s[i];
	return v;
}

static bool
sides(uint32_t w, uint32_t h, int *width, int *height)
{
	if (w == 0 || h == 0 || w > SIDE_MOST || h > SIDE_MOST)
		return false;
	*width = (int)w;
	*height = (int)h;
	return true;
}

/* IHDR comes first (PNG, 11.2.2). */
static bool
png(const struct image *p, int *w, int *h)
{
	return p->n >= 24 && memcmp(p->s + 12, "IHDR", 4) == 0 &&
	       sides(big(p->s + 16, 4), big(p->s + 20, 4), w, h);
}

/* A frame header, SOF0 to SOF15 but for tables (T.81, B.1.1.3 and B.2.2). */
static bool
is_frame(unsigned char marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

static bool
jpeg(const struct image *p, int *w, int *h)
{
	size_t at = 2;

	while (at + 4 <= p->n && p->s[at] == 0xff) {
		unsigned char marker = p->s[at + 1];
		size_t len;

		if (marker == 0xff) { /* padding */
			at++;
			continue;
		}
		if (marker == 0xd9 || marker == 0xda)
			return false;
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
			at += 2; /* without a length */
			continue;
		}
		len = big(p->s + at + 2, 2);
		if (len < 2)
			return false;
		if (is_frame(marker))
			return at + 9 <= p->n && len >= 8 &&
			       sides(big(p->s + at + 7, 2),
				   big(p->s + at + 5, 2), w, h);
		at += 2 + len;
	}
	return false;
}

static bool
gif(const struct image *p, int *w, int *h)
{
	return p->n >= 10 &&
	       sides(little(p->s + 6, 2), little(p->s + 8, 2), w, h);
}

/* RFC 9649, 2.5 to 2.7. */
static bool
webp(const struct image *p, int *w, int *h)
{
	const unsigned char *s = p->s;
	uint32_t bits;

	if (p->n < 30)
		return false;
	if (memcmp(s + 12, "VP8X", 4) == 0)
		return sides(little(s + 24, 3) + 1, little(s + 27, 3) + 1, w,
		    h);
	if (memcmp(s + 12, "VP8L", 4) == 0 && s[20] == 0x2f) {
		bits = little(s + 21, 4);
		return sides((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, w,
		    h);
	}
	if (memcmp(s + 12, "VP8 ", 4) == 0 && s[23] == 0x9d && s[24] == 0x01 &&
	    s[25] == 0x2a)
		return sides(little(s + 26, 2) & 0x3fff,
		    little(s + 28, 2) & 0x3fff, w, h);
	return false;
}

/* The height is negative where the rows come top down. */
static bool
bmp(const struct image *p, int *w, int *h)
{
	uint32_t head, high;

	if (p->n < 26)
		return false;
	head = little(p->s + 14, 4);
	if (head == 12)
		return sides(little(p->s + 18, 2), little(p->s + 20, 2), w, h);
	if (head < 16 || head > 1024)
		return false;
	high = little(p->s + 22, 4);
	if (high >= 0x80000000u)
		high = 0u - high;
	return sides(little(p->s + 18, 4), high, w, h);
}

bool
picture_size(const void *bytes, size_t n, int *width, int *height)
{
	struct image p = { bytes, n };

	if (begins(&p, "\x89PNG\r\n\x1a\n", 8))
		return png(&p, width, height);
	if (begins(&p, "\xff\xd8\xff", 3))
		return jpeg(&p, width, height);
	if (begins(&p, "GIF87a", 6) || begins(&p, "GIF89a", 6))
		return gif(&p, width, height);
	if (begins(&p, "RIFF", 4) && n >= 12 && memcmp(p.s + 8, "WEBP", 4) == 0)
		return webp(&p, width, height);
	if (begins(&p, "BM", 2))
		return bmp(&p, width, height);
	return false;
}
