#include "desk/keyword.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mutf7.h"
#include "base/text.h"

/* Printable, and yet not in an atom (RFC 3501, 9: atom-specials, "]"). */
#define NOT_IN_ATOMS " (){%*\"\\]"

bool
keyword_is_atom(const char *text)
{
	if (*text == '\0' || strlen(text) > KEYWORD_MAX)
		return false;
	for (; *text != '\0'; text++)
		if (*text <= 0x20 || *text >= 0x7f ||
		    strchr(NOT_IN_ATOMS, *text) != NULL)
			return false;
	return true;
}

/* The five labels that one mail program made before it knew of names. */
static const struct {
	const char *keyword;
	const char *tag;
} labels[] = {
	{ "$label1", "important" },
	{ "$label2", "work" },
	{ "$label3", "personal" },
	{ "$label4", "todo" },
	{ "$label5", "later" },
};

/*
 * What programs tell one another: all that begins with "$" (the registry of
 * RFC 5788), and words older than it.
 */
static bool
is_of_programs(const char *keyword)
{
	static const char *const known[] = { "junk", "nonjunk", "notjunk",
		"junkrecorded", "forwarded", "redirected", "mdnsent",
		"notificationsent", "receipt-handled", "hasattachment",
		"hasnoattachment", "has_cal", "isnotification", "ismailinglist",
		"canunsubscribe", "istrusted", "old", "recent", "seen",
		"unseen", "answered", "flagged", "deleted", "draft", "nil" };

	if (*keyword == '$' || *keyword == '\\')
		return true;
	if (strncasecmp(keyword, "x-me-annot", 10) == 0 ||
	    strncasecmp(keyword, "xaol-", 5) == 0)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(keyword, known[i]) == 0)
			return true;
	return false;
}

/* One word that can stand among tags. */
static bool
is_tag(const char *text)
{
	size_t left = strlen(text), n;

	if (left == 0 || left > KEYWORD_MAX)
		return false;
	for (; left > 0; text += n, left -= n) {
		uint32_t c = text_next(text, left, &n);

		/* Blanks and controls, also those beyond ASCII. */
		if (c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x1680 ||
		    (c >= 0x2000 && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202f) || c == 0x205f ||
		    c == 0x3000 || c == 0xfeff)
			return false;
	}
	return true;
}

const char *
keyword_tag(struct arena *a, const char *keyword)
{
	struct buf b = { 0 };
	const char *tag = NULL;

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (strcasecmp(keyword, labels[i].keyword) == 0)
			return labels[i].tag;
	if (is_of_programs(keyword))
		return NULL;
	if (mutf7_decode_but(&b, keyword, NOT_IN_ATOMS) == 0 &&
	    is_tag(buf_text(&b)))
		tag = arena_str(a, buf_text(&b));
	else if (text_valid(keyword, strlen(keyword)) && is_tag(keyword))
		tag = arena_str(a, keyword);
	buf_free(&b);
	return tag;
}

const char *
keyword_of(struct arena *a, const char *tag)
{
	struct buf b = { 0 };
	const char *keyword = NULL;

	if (!is_of_programs(tag) && is_tag(tag) &&
	    mutf7_encode_but(&b, tag, NOT_IN_ATOMS) == 0 &&
	    keyword_is_atom(buf_text(&b)))
		keyword = arena_str(a, buf_text(&b));
	buf_free(&b);
	return keyword;
}

bool
keyword_is(const char *keyword, const char *tag)
{
	struct arena a = { 0 };
	const char *stands = keyword_tag(&a, keyword);
	bool is = stands != NULL && strcasecmp(stands, tag) == 0;

	arena_free(&a);
	return is;
}
