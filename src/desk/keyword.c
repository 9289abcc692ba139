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

bool
tag_is_of_programs(const char *tag)
{
	return *tag == '$' || *tag == '\\';
}

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

	if (tag_is_of_programs(keyword))
		return true;
	if (strncasecmp(keyword, "x-me-annot", 10) == 0 ||
	    strncasecmp(keyword, "xaol-", 5) == 0)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(keyword, known[i]) == 0)
			return true;
	return false;
}

bool
tag_is_word(const char *text)
{
	struct arena a = { 0 };
	size_t n = strlen(text);
	bool is = n > 0 && n <= TAG_MAX && text_valid(text, n) &&
		  strpbrk(text, " \t\r\n\",()") == NULL &&
		  strcmp(text_cleaned(&a, text, TEXT_LINE), text) == 0;

	arena_free(&a);
	return is;
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
	if (mutf7_decode_but(&b, keyword, NOT_IN_ATOMS) == 0) {
		for (size_t i = 0; i < b.len; i++)
			if (b.data[i] == ' ')
				b.data[i] = '_';
		if (tag_is_word(buf_text(&b)))
			tag = arena_str(a, buf_text(&b));
	}
	if (tag == NULL && tag_is_word(keyword))
		tag = arena_str(a, keyword);
	buf_free(&b);
	return tag;
}

const char *
keyword_of_label(struct arena *a, const char *label)
{
	struct buf b = { 0 };
	const char *keyword = NULL;

	if (*label != '\\' && mutf7_encode_but(&b, label, NOT_IN_ATOMS) == 0 &&
	    keyword_is_atom(buf_text(&b)))
		keyword = arena_str(a, buf_text(&b));
	buf_free(&b);
	return keyword;
}

const char *
keyword_label(struct arena *a, const char *keyword)
{
	struct buf b = { 0 };
	const char *label = keyword;

	if (mutf7_decode_but(&b, keyword, NOT_IN_ATOMS) == 0)
		label = arena_str(a, buf_text(&b));
	buf_free(&b);
	return label;
}

const char *
keyword_of(struct arena *a, const char *tag)
{
	struct buf b = { 0 };
	const char *keyword = NULL;

	if (!is_of_programs(tag) && tag_is_word(tag) &&
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
