/*
 * html_link.c -- URLs in HTML, and texts that look like URLs.
 */
#include "mail/message/html_link.h"

#include <string.h>

#include "base/buf.h"
#include "mail/message/entity.h"

#define HOST_MOST 255 /* bytes (RFC 1035 2.3.4) */

static const char *const schemes[] = { "mailto:", "tel:", "https://www.",
	"http://www.", "https://", "http://", "ftp://", "www." };

/* A path put in the place of the base's own; one inside the page is none. */
static const char *
from_base(struct arena *a, struct bytes v, const char *base)
{
	struct bytes b = bytes_of(base);
	size_t host = bytes_find(b, "://");
	size_t end;

	if (host == (size_t)-1 || v.s[0] == '#' ||
	    memchr(v.s, ':', strcspn(v.s, "/?#")))
		return NULL;
	end = host + 3 + strcspn(base + host + 3, "/?#");
	if (v.s[0] != '/')
		for (size_t i = end; base[i] != '\0' && !strchr("?#", base[i]);
		     i++)
			end = base[i] == '/' ? i : end;
	return arena_fmt(a, "%.*s%s%s", (int)end, base,
	    v.s[0] == '/' ? "" : "/", v.s);
}

/* Without line breaks; a blank inside it is "%20". */
static void
without_blanks(struct buf *out, struct bytes v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (v.s[i] == ' ')
			buf_str(out, "%20");
		else if ((unsigned char)v.s[i] > ' ')
			buf_chr(out, v.s[i]);
	}
}

const char *
link_url(struct arena *a, struct bytes href, const char *base)
{
	static const char *const good[] = { "http://", "https://",
		"mailto:", "tel:", "ftp://", "//" };
	struct buf text = { 0 };
	struct buf out = { 0 };
	const char *url = NULL;
	struct bytes v = bytes_trim(href);

	if (!v.s || v.n == 0)
		return NULL;
	entity_text(&text, v);
	without_blanks(&out,
	    bytes_trim((struct bytes){ buf_text(&text), text.len }));
	v = (struct bytes){ buf_text(&out), out.len };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (bytes_begin(v, good[i]) && v.n > strlen(good[i]))
			url = arena_fmt(a, "%s%s",
			    good[i][0] == '/' ? "https:" : "", v.s);
	if (!url && base && v.n > 0)
		url = from_base(a, v, base);
	buf_free(&text);
	buf_free(&out);
	return url;
}

static struct bytes
without_scheme(struct bytes v)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (bytes_begin(v, schemes[i]))
			return bytes_cut(v, strlen(schemes[i]), v.n);
	return v;
}

static bool
equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && strncasecmp(a.s, b.s, a.n) == 0;
}

/* The same digits, however they are set apart. */
static bool
same_number(struct bytes a, struct bytes b)
{
	size_t i = 0, k = 0;
	int digits = 0;

	for (;; i++, k++) {
		while (i < a.n && !is_digit(a.s[i]))
			i++;
		while (k < b.n && !is_digit(b.s[k]))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n && digits > 2;
		if (a.s[i] != b.s[k])
			return false;
		digits++;
	}
}

bool
link_says(const char *url, struct bytes shown)
{
	struct bytes to = bytes_of(url);

	if (bytes_begin(to, "tel:"))
		return same_number(to, shown);
	if (to.n > 0 && to.s[to.n - 1] == '/')
		to.n--;
	if (shown.n > 0 && shown.s[shown.n - 1] == '/')
		shown.n--;
	return shown.n > 0 && equal(without_scheme(to), without_scheme(shown));
}

/* The host in an URL or in what looks like one (RFC 3986 3.2). */
static struct bytes
host_of(struct bytes v)
{
	size_t end = 0;
	const char *at;

	v = without_scheme(v);
	while (end < v.n && !strchr("/?#\\", v.s[end]))
		end++;
	v = bytes_cut(v, 0, end);
	while ((at = memchr(v.s, '@', v.n)) != NULL)
		v = bytes_cut(v, (size_t)(at + 1 - v.s), v.n);
	at = memchr(v.s, ':', v.n);
	if (at)
		v = bytes_cut(v, 0, (size_t)(at - v.s));
	if (bytes_begin(v, "www."))
		v = bytes_cut(v, 4, v.n);
	while (v.n > 0 && v.s[v.n - 1] == '.')
		v.n--;
	return v;
}

/* Where the label before byte end of a host begins. */
static size_t
label_before(struct bytes host, size_t end)
{
	while (end > 0 && host.s[end - 1] != '.')
		end--;
	return end;
}

/* The part of a host that its owner registered: two labels or three. */
static struct bytes
owned(struct bytes host)
{
	size_t top = label_before(host, host.n);
	size_t second = top > 0 ? label_before(host, top - 1) : 0;

	/* "co.uk", "com.au" are nobody's. */
	if (second > 0 && host.n - top == 2 && top - 1 - second <= 3)
		second = label_before(host, second - 1);
	return bytes_cut(host, second, host.n);
}

/* Names of files end like hosts. */
static bool
is_host_end(struct bytes end)
{
	static const char *const known[] = { "com", "org", "net", "edu", "gov",
		"info", "biz", "shop", "store", "online", "app", "dev", "site",
		"bank", "cloud", "email", "example", "test" };
	static const char *const files[] = { "js", "md", "sh", "py", "rs", "pl",
		"ai", "ps", "gz", "so" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (bytes_same(end, known[i]))
			return true;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (bytes_same(end, files[i]))
			return false;
	return end.n == 2 && is_letter(end.s[0]) && is_letter(end.s[1]);
}

static bool
is_host(struct bytes v)
{
	bool dot = false;

	for (size_t i = 0; i < v.n; i++) {
		bool inner = i > 0 && i + 1 < v.n;

		if (v.s[i] == '.' && inner && v.s[i - 1] != '.')
			dot = true;
		else if (!is_alnum(v.s[i]) && (unsigned char)v.s[i] < 0x80 &&
			 !(v.s[i] == '-' && inner))
			return false;
	}
	return dot && v.n <= HOST_MOST;
}

/* The host that one word of a text names, n 0 if it names none. */
static struct bytes
named_host(struct bytes word, bool alone)
{
	static const char *const starts[] = { "http://", "https://", "www." };
	struct bytes host = host_of(word);
	bool said = false;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		said = said || bytes_begin(word, starts[i]);
	if (!is_host(host))
		return (struct bytes){ "", 0 };
	if (said || memchr(word.s, '@', word.n))
		return host;
	if (!alone ||
	    !is_host_end(bytes_cut(host, label_before(host, host.n), host.n)))
		return (struct bytes){ "", 0 };
	return host;
}

static bool
holds(struct bytes b, const char *part)
{
	return bytes_find(b, part) != (size_t)-1;
}

const char *
link_betrays(struct arena *a, const char *url, struct bytes shown)
{
	struct bytes to = host_of(bytes_of(url));
	struct bytes rest = bytes_trim(shown);
	bool alone = true;

	if (bytes_begin(bytes_of(url), "tel:") || !is_host(to))
		return NULL;
	for (size_t i = 0; i < rest.n; i++)
		alone = alone && !is_blank(rest.s[i]);
	while (rest.n > 0) {
		size_t n = 0;
		struct bytes host;

		while (n < rest.n && !is_blank(rest.s[n]) &&
		       !strchr("()<>[]\",;", rest.s[n]))
			n++;
		host = named_host(bytes_cut(rest, 0, n), alone);
		rest = bytes_cut(rest, n + 1, rest.n);
		if (host.n == 0 || equal(owned(host), owned(to)))
			continue;
		/* A name in letters of its own, and the form it is sent in. */
		if (holds(to, "xn--"))
			continue;
		return arena_strn(a, to.s, to.n);
	}
	return NULL;
}
