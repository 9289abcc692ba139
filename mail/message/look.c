#include "mail/message/look.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/body.h"
#include "mail/message/bytes_type.h"
#include "mail/message/extra.h"
#include "mail/message/picture.h"
#include "mail/message/read.h"
#include "mail/message/source.h"
#include "mail/message/tree.h"
#include "mail/message/words.h"

/* Enough for libmagic, and for the size of a picture behind its profiles. */
#define BEGINNING ((size_t)256 * 1024)

/* ---- types ---- */

/* What libmagic says of a file that many formats could have made. */
static const struct {
	const char *generic;
	const char *fits; /* words of types that it may really be */
} vague[] = {
	{ "application/octet-stream", "" },
	{ "text/plain", "text/ message/ json xml script rfc822 svg csv" },
	{ "text/html", "text/ xml" },
	{ "text/xml", "xml svg" },
	{ "application/json", "json text/" },
	{ "application/zip", "openxml opendocument zip epub jar office" },
	{ "application/x-ole-storage", "msword ms- office outlook" },
	{ "application/CDFV2", "msword ms- office outlook" },
	{ "message/rfc822", "message/ text/" },
	{ "application/gzip", "gzip tar tgz" },
};

static bool
has_word(const char *words, const char *type)
{
	while (*words != '\0') {
		size_t n = strcspn(words, " ");
		char word[32] = "";

		memcpy(word, words, n < 31 ? n : 31);
		if (strcasestr(type, word) != NULL)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

/* Where the bytes say little, what was declared, if that can be. */
static const char *
best_type(const char *found, const char *declared)
{
	if (*found == '\0')
		return declared;
	for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
		if (strcmp(vague[i].generic, found) == 0)
			return *vague[i].fits == '\0' ||
				       has_word(vague[i].fits, declared)
				   ? declared
				   : found;
	return found;
}

/* "image" of "image/png"; documents and unknown bytes are of no kind. */
static bool
other_kind(const char *type, const char *declared)
{
	size_t n = strcspn(type, "/");

	if (strcmp(declared, "application/octet-stream") == 0 ||
	    *declared == '\0')
		return false;
	return strncasecmp(type, declared, n) != 0 || declared[n] != '/';
}

static bool
is_program(const char *type, const char *name)
{
	static const char *const types[] = { "executable", "dosexec",
		"sharedlib", "msdownload", "mach-binary", "script", "x-msi",
		"x-desktop", "java-archive", "portable-exec", "x-python",
		"x-perl", "javascript", "mswinurl", "ms-shortcut" };
	static const char *const ends[] = { ".exe", ".com", ".bat", ".cmd",
		".scr", ".pif", ".msi", ".js", ".jse", ".vbs", ".vbe", ".wsf",
		".hta", ".lnk", ".ps1", ".jar", ".sh", ".desktop", ".app",
		".command", ".reg", ".cpl", ".url", ".appimage", ".run" };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcasestr(type, types[i]) != NULL)
			return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t len = strlen(ends[i]);

		if (n >= len && strcasecmp(name + n - len, ends[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_text(const char *type)
{
	return strncasecmp(type, "text/", 5) == 0 ||
	       strncasecmp(type, "message/", 8) == 0 ||
	       strcasecmp(type, "application/json") == 0 ||
	       strcasecmp(type, "application/xml") == 0 ||
	       strcasecmp(type, "application/ics") == 0;
}

static void
look_at(struct arena *a, struct bytes b, const struct part *p, struct look *out)
{
	const char *found = bytes_type(b.s, b.n);

	out->type = arena_str(a, best_type(found, p->type));
	out->other = other_kind(out->type, p->type);
	if (!picture_size(b.s, b.n, &out->width, &out->height))
		out->width = out->height = 0;
	out->text = is_text(out->type);
	out->program = is_program(out->type, p->name);
}

/* ---- the parts ---- */

struct looking {
	struct arena *a;
	const struct part *part;
	size_t parts;
	struct look *out;
};

static void
look_extra(void *arg, const struct extra *x)
{
	struct looking *l = arg;

	for (size_t i = 0; i < l->parts; i++)
		if (l->part[i].number == x->number)
			look_at(l->a, bytes_cut(x->data, 0, BEGINNING),
			    &l->part[i], &l->out[i]);
}

void
mail_look(struct arena *a, const void *raw, size_t n, const struct part *part,
    size_t parts, struct look *out)
{
	struct arena own = { 0 };
	struct bytes source = source_prepare(&own, raw, n);
	struct node *root = tree_read(&own, source, &read_limits_default);
	struct looking l = { a, part, parts, out };
	bool extra = false;

	memset(out, 0, parts * sizeof *out);
	for (size_t i = 0; i < parts; i++) {
		struct node *leaf = tree_leaf(root, part[i].number);
		struct buf b = { 0 };

		out[i].type = part[i].type;
		if (leaf == NULL || part[i].number <= 0) {
			extra = true;
			continue;
		}
		body_decode(&b, leaf, BEGINNING);
		look_at(a, (struct bytes){ buf_text(&b), b.len }, &part[i],
		    &out[i]);
		buf_free(&b);
	}
	if (extra)
		extra_each(&own, root, look_extra, &l);
	arena_free(&own);
}

/* ---- their text ---- */

static const char *
cut_text(struct arena *a, const struct buf *text, size_t limit)
{
	size_t n = text->len < limit ? text->len : limit;

	while (n > 0 && n < text->len && (text->data[n] & 0xc0) == 0x80)
		n--;
	return arena_fmt(a, "%.*s%s", (int)n, buf_text(text),
	    n < text->len ? "\n[...]\n" : "");
}

int
mail_part_text(struct arena *a, const void *raw, size_t n, int number,
    int width, size_t limit, const char **out, struct err *e)
{
	struct arena own = { 0 };
	struct bytes source = source_prepare(&own, raw, n);
	struct node *root = tree_read(&own, source, &read_limits_default);
	struct node *leaf = number > 0 ? tree_leaf(root, number) : NULL;
	struct buf bytes = { 0 }, text = { 0 };
	int rc = 0;

	if (leaf != NULL) {
		struct body body;

		body_leaf(&own, leaf, width, &read_limits_default, &body);
		text = body.text;
	} else if ((rc = mail_part(raw, n, number, &bytes, e)) == 0) {
		words_charset(&text, NULL,
		    (struct bytes){ buf_text(&bytes), bytes.len });
	}
	if (rc == 0)
		*out = cut_text(a, &text, limit);
	buf_free(&bytes);
	buf_free(&text);
	arena_free(&own);
	return rc;
}
