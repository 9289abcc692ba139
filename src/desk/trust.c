#include "desk/trust.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "desk/people.h"
#include "desk/puny.h"

/* ---- domains ---- */

static bool
same_domain(const char *a, size_t n, const char *b)
{
	while (n > 0 && a[n - 1] == '.')
		n--;
	return n == strlen(b) && n > 0 && strncasecmp(a, b, n) == 0;
}

/* Is domain the upper one itself, or below it? */
static bool
is_below(const char *domain, const char *upper)
{
	size_t n = strlen(domain);
	size_t len = strlen(upper);

	return len > 0 && len <= n &&
	       strcasecmp(domain + n - len, upper) == 0 &&
	       (len == n || domain[n - len - 1] == '.');
}

static const char *
domain_of(const char *addr)
{
	const char *at = strrchr(addr, '@');

	return at != NULL ? at + 1 : "";
}

/* "shop.example" of "mail.shop.example"; the whole if no more is left. */
static const char *
above(const char *host)
{
	const char *dot = strchr(host, '.');

	return dot != NULL && strchr(dot + 1, '.') != NULL ? dot + 1 : host;
}

/* ---- Authentication-Results (RFC 8601) ---- */

/* Comments out (RFC 5322 3.2.2), blanks squeezed. */
static void
plain_results(struct buf *out, const char *s)
{
	int depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0' && depth > 0)
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && depth > 0)
			depth--;
		else if (depth == 0 && isspace((unsigned char)*s))
			buf_chr(out, ' ');
		else if (depth == 0)
			buf_chr(out, *s);
	}
}

static bool
believes_by_name(const struct account *a, const char *id)
{
	for (size_t i = 0; i < a->authserv.n; i++) {
		if (strcasecmp(a->authserv.v[i], id) == 0)
			return true;
	}
	return false;
}

/* Hosts whose servers sign under the name of another domain. */
static bool
is_known_pair(const char *imap, const char *id)
{
	static const char *const pairs[][2] = {
		{ "gmail.com", "mx.google.com" },
		{ "googlemail.com", "mx.google.com" },
		{ "fastmail.com", "messagingengine.com" },
		{ "mail.me.com", "icloud.com" },
		{ "yandex.com", "yandex.ru" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (is_below(imap, pairs[i][0]) && is_below(id, pairs[i][1]))
			return true;
	}
	return false;
}

static bool
is_ours(const struct shop *s, const char *id)
{
	for (size_t i = 0; i < s->accounts; i++) {
		const struct account *a = &s->account[i];

		if (a->authserv.n > 0) {
			if (believes_by_name(a, id))
				return true;
			continue;
		}
		if (is_below(id, domain_of(a->address)) ||
		    (a->imap.host[0] != '\0' &&
			is_below(id, above(a->imap.host))) ||
		    is_known_pair(a->imap.host, id))
			return true;
	}
	return false;
}

/* "name=value" in one result, for a value that has no blank. */
static const char *
property(struct arena *a, const char *result, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = strcasestr(result, name); s != NULL;
	     s = strcasestr(s + 1, name)) {
		const char *value = s + n;

		if ((s > result && s[-1] != ' ') || *value != '=')
			continue;
		value++;
		value += *value == '"';
		return arena_strn(a, value, strcspn(value, " ;\""));
	}
	return "";
}

static bool
is_aligned(const char *from, const char *proof)
{
	const char *domain =
	    strchr(proof, '@') != NULL ? domain_of(proof) : proof;

	/* One label, "com", proves nothing. */
	return strchr(domain, '.') != NULL && is_below(from, domain);
}

/* Does one result, "dkim=pass header.d=...", prove the domain? */
static bool
result_proves(struct arena *a, const char *result, const char *from)
{
	const char *v;

	result += strspn(result, " ");
	if (strncasecmp(result, "dmarc=pass", 10) == 0) {
		v = property(a, result, "header.from");
		return same_domain(v, strlen(v), from);
	}
	if (strncasecmp(result, "dkim=pass", 9) == 0) {
		v = property(a, result, "header.d");
		if (v[0] == '\0')
			v = property(a, result, "header.i");
		return is_aligned(from, v);
	}
	if (strncasecmp(result, "spf=pass", 8) == 0)
		return is_aligned(from, property(a, result, "smtp.mailfrom"));
	return false;
}

static bool
says_dmarc_failed(const char *result)
{
	result += strspn(result, " ");
	return strncasecmp(result, "dmarc=fail", 10) == 0;
}

static bool
results_prove(struct arena *a, const struct shop *s, const char *results,
    const char *from)
{
	const char *rest = strchr(results, ';');
	const char *id;
	bool proven = false;

	if (rest == NULL)
		return false;
	results += strspn(results, " ");
	id = arena_strn(a, results, strcspn(results, " ;"));
	if (!is_ours(s, id))
		return false;
	while (rest != NULL) {
		const char *next = strchr(rest + 1, ';');
		size_t n =
		    next != NULL ? (size_t)(next - rest - 1) : strlen(rest + 1);
		const char *one = arena_strn(a, rest + 1, n);

		if (says_dmarc_failed(one))
			return false;
		proven = proven || result_proves(a, one, from);
		rest = next;
	}
	return proven;
}

bool
trust_proven(const struct shop *s, const struct mail *m)
{
	struct arena a = { 0 };
	struct buf plain = { 0 };
	bool proven = false;

	if (m->from.n != 1 || (m->doubts & DOUBT_MANY_FROM) ||
	    m->auth_results == NULL || m->auth_results[0] == '\0')
		return false;
	plain_results(&plain, m->auth_results);
	if (domain_of(m->from.v[0].addr)[0] != '\0')
		proven = results_prove(&a, s, buf_text(&plain),
		    domain_of(m->from.v[0].addr));
	buf_free(&plain);
	arena_free(&a);
	return proven;
}

/* ---- look-alikes ---- */

/*
 * Letters that a reader takes for a Latin one: those of Unicode's
 * confusables that occur in addresses (UTS 39 4), after folding.
 */
static const struct {
	uint32_t c;
	char like;
} resembles[] = {
	{ 0x0251, 'a' },
	{ 0x03b1, 'a' },
	{ 0x0430, 'a' },
	{ 0x0432, 'b' },
	{ 0x044c, 'b' },
	{ 0x15af, 'b' },
	{ 0x03f2, 'c' },
	{ 0x0441, 'c' },
	{ 0x1d04, 'c' },
	{ 0x0501, 'd' },
	{ 0x13e7, 'd' },
	{ 0x217e, 'd' },
	{ 0x0435, 'e' },
	{ 0x0451, 'e' },
	{ 0x04bd, 'e' },
	{ 0x212e, 'e' },
	{ 0x0192, 'f' },
	{ 0x0584, 'f' },
	{ 0x0261, 'g' },
	{ 0x0581, 'g' },
	{ 0x018d, 'g' },
	{ 0x043d, 'h' },
	{ 0x04bb, 'h' },
	{ 0x0570, 'h' },
	{ 0x0131, 'l' },
	{ 0x0269, 'l' },
	{ 0x03b9, 'l' },
	{ 0x0456, 'l' },
	{ 0x0457, 'l' },
	{ 0x04cf, 'l' },
	{ 0x05d5, 'l' },
	{ 0x01c0, 'l' },
	{ 0x0455, 's' },
	{ 0x0458, 'j' },
	{ 0x03f3, 'j' },
	{ 0x03ba, 'k' },
	{ 0x043a, 'k' },
	{ 0x0138, 'k' },
	{ 0x043c, 'm' },
	{ 0x0578, 'n' },
	{ 0x057c, 'n' },
	{ 0x03b7, 'n' },
	{ 0x03bf, 'o' },
	{ 0x043e, 'o' },
	{ 0x0585, 'o' },
	{ 0x05e1, 'o' },
	{ 0x03c3, 'o' },
	{ 0x3007, 'o' },
	{ 0x0665, 'o' },
	{ 0x03c1, 'p' },
	{ 0x0440, 'p' },
	{ 0x2374, 'p' },
	{ 0x0563, 'q' },
	{ 0x051b, 'q' },
	{ 0x0433, 'r' },
	{ 0x1d26, 'r' },
	{ 0x0442, 't' },
	{ 0x03c4, 't' },
	{ 0x03c5, 'u' },
	{ 0x057d, 'u' },
	{ 0x028b, 'u' },
	{ 0x03bd, 'v' },
	{ 0x0475, 'v' },
	{ 0x05d8, 'v' },
	{ 0x0461, 'w' },
	{ 0x051d, 'w' },
	{ 0x03c9, 'w' },
	{ 0x0561, 'w' },
	{ 0x0445, 'x' },
	{ 0x03c7, 'x' },
	{ 0x0443, 'y' },
	{ 0x03b3, 'y' },
	{ 0x04af, 'y' },
	{ 0x028f, 'y' },
	{ 0x1d22, 'z' },
	{ '0', 'o' },
	{ '1', 'l' },
	{ 'i', 'l' },
	{ '|', 'l' },
	{ 0x2010, '-' },
	{ 0x2011, '-' },
	{ 0x2013, '-' },
	{ 0x30fc, '-' },
	{ 0x0660, '.' },
	{ 0x06d4, '.' },
	{ 0x3002, '.' },
	{ 0x2024, '.' },
};

static void
add_resembling(struct buf *out, uint32_t c, const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(resembles) / sizeof(resembles[0]); i++) {
		if (resembles[i].c == c) {
			buf_chr(out, resembles[i].like);
			return;
		}
	}
	buf_add(out, s, len);
}

/* Pairs of letters that run together into one. */
static void
join_pairs(struct buf *out, const char *s)
{
	static const struct {
		char pair[3];
		char like;
	} pairs[] = { { "rn", 'm' }, { "vv", 'w' }, { "cl", 'd' } };

	while (*s != '\0') {
		char c = *s;
		size_t used = 1;

		for (size_t i = 0; i < 3; i++) {
			if (strncmp(s, pairs[i].pair, 2) == 0) {
				c = pairs[i].like;
				used = 2;
			}
		}
		buf_chr(out, c);
		s += used;
	}
}

static char *
looks(struct arena *a, const char *text)
{
	struct buf folded = { 0 };
	struct buf joined = { 0 };
	struct buf out = { 0 };
	char *skeleton;
	size_t len;

	text_fold(&folded, text, strlen(text));
	join_pairs(&joined, buf_text(&folded));
	for (size_t i = 0; i < joined.len; i += len) {
		const char *s = joined.data + i;
		uint32_t c = text_next(s, joined.len - i, &len);

		add_resembling(&out, c, s, len);
	}
	skeleton = arena_str(a, buf_text(&out));
	buf_free(&folded);
	buf_free(&joined);
	buf_free(&out);
	return skeleton;
}

/*
 * How much of a domain its owner chose: "example" of "example.com" and of
 * "example.co.uk"; all of a single label.
 */
static size_t
chosen_length(const char *domain)
{
	static const char *const second[] = { "co", "com", "org", "net", "ac",
		"gov", "edu", "ne", "or", "gen", "info", "biz" };
	const char *last = strrchr(domain, '.');
	size_t n, from;

	if (last == NULL || last == domain)
		return strlen(domain);
	n = from = (size_t)(last - domain);
	while (from > 0 && domain[from - 1] != '.')
		from--;
	for (size_t i = 0; from > 1 && strlen(last + 1) == 2 &&
			   i < sizeof(second) / sizeof(second[0]);
	     i++) {
		if (strlen(second[i]) == n - from &&
		    strncasecmp(domain + from, second[i], n - from) == 0)
			return from - 1;
	}
	return n;
}

static void
add_without_dots(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr(".-_", s[i]) == NULL)
			buf_chr(out, s[i]);
	}
}

char *
trust_skeleton(struct arena *a, const char *addr)
{
	const char *key = looks(a, people_key(a, addr));
	const char *at = strrchr(key, '@');
	const char *domain = at != NULL ? at + 1 : key;
	struct buf out = { 0 };
	char *skeleton;

	if (at != NULL) {
		add_without_dots(&out, key, (size_t)(at - key));
		buf_chr(&out, '@');
	}
	add_without_dots(&out, domain, chosen_length(domain));
	skeleton = arena_str(a, buf_text(&out));
	buf_free(&out);
	return skeleton;
}

/* Of which one person may have the same name at each of several domains. */
static bool
is_provider(const char *domain)
{
	static const char *const names[] = { "yahoo", "ymail", "hotmail",
		"live", "outlook", "msn", "gmx", "web", "t-online", "orange",
		"free", "mail", "yandex", "proton", "protonmail", "pm", "zoho",
		"aol", "googlemail" };
	size_t n = chosen_length(domain);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == n &&
		    strncasecmp(domain, names[i], n) == 0)
			return true;
	}
	return false;
}

static bool
is_gmail(const char *domain)
{
	return strcmp(domain, "gmail.com") == 0 ||
	       strcmp(domain, "googlemail.com") == 0;
}

/* Two keys that may well be one person's, with nothing hidden in them. */
static bool
is_one_person(struct arena *a, const char *one, const char *other)
{
	const char *x = domain_of(one), *y = domain_of(other);
	struct buf b = { 0 }, c = { 0 };
	bool same;

	if (x[0] == '\0' || y[0] == '\0')
		return false;
	if (is_gmail(x) && is_gmail(y)) {
		add_without_dots(&b, one, (size_t)(x - one));
		add_without_dots(&c, other, (size_t)(y - other));
		same = strcmp(buf_text(&b), buf_text(&c)) == 0;
		buf_free(&b);
		buf_free(&c);
		return same;
	}
	return is_provider(x) && is_provider(y) &&
	       strcmp(arena_strn(a, one, (size_t)(x - one)),
		   arena_strn(a, other, (size_t)(y - other))) == 0;
}

bool
trust_alike(const char *one, const char *other)
{
	struct arena a = { 0 };
	const char *x = people_key(&a, one), *y = people_key(&a, other);
	bool alike =
	    strcmp(x, y) != 0 && !is_one_person(&a, x, y) &&
	    strcmp(trust_skeleton(&a, one), trust_skeleton(&a, other)) == 0;

	arena_free(&a);
	return alike;
}

/* ---- scripts ---- */

enum script {
	SCRIPT_NONE, /* digits, hyphens, marks: with any */
	SCRIPT_LATIN,
	SCRIPT_GREEK,
	SCRIPT_CYRILLIC,
	SCRIPT_ARMENIAN,
	SCRIPT_HEBREW,
	SCRIPT_ARABIC,
	SCRIPT_CHEROKEE,
	SCRIPT_EAST, /* Han, kana, hangul: with Latin, too */
	SCRIPT_OTHER,
};

static enum script
script_of(uint32_t c)
{
	static const struct {
		uint32_t from, until;
		enum script script;
	} ranges[] = {
		{ 'A', 'Z', SCRIPT_LATIN },
		{ 'a', 'z', SCRIPT_LATIN },
		{ 0, 0xbf, SCRIPT_NONE },
		{ 0xc0, 0x2af, SCRIPT_LATIN },
		{ 0x300, 0x36f, SCRIPT_NONE },
		{ 0x370, 0x3ff, SCRIPT_GREEK },
		{ 0x400, 0x52f, SCRIPT_CYRILLIC },
		{ 0x530, 0x58f, SCRIPT_ARMENIAN },
		{ 0x590, 0x5ff, SCRIPT_HEBREW },
		{ 0x600, 0x77f, SCRIPT_ARABIC },
		{ 0x13a0, 0x13ff, SCRIPT_CHEROKEE },
		{ 0x1100, 0x11ff, SCRIPT_EAST },
		{ 0x1d00, 0x1d7f, SCRIPT_OTHER },
		{ 0x1e00, 0x1eff, SCRIPT_LATIN },
		{ 0x1f00, 0x1fff, SCRIPT_GREEK },
		{ 0x3005, 0x30ff, SCRIPT_EAST },
		{ 0x3100, 0x318f, SCRIPT_EAST },
		{ 0x3400, 0x9fff, SCRIPT_EAST },
		{ 0xac00, 0xd7af, SCRIPT_EAST },
		{ 0x20000, 0x323af, SCRIPT_EAST },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].from && c <= ranges[i].until)
			return ranges[i].script;
	}
	return SCRIPT_OTHER;
}

/* Letters of two scripts that nobody writes together (UTS 39 5.2). */
static bool
mixes_scripts(const char *s, size_t n)
{
	enum script seen = SCRIPT_NONE;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		enum script script = script_of(text_next(s, n, &len));

		if (script == SCRIPT_NONE || script == seen)
			continue;
		if (seen == SCRIPT_EAST && script == SCRIPT_LATIN)
			continue;
		if (seen != SCRIPT_NONE &&
		    !(seen == SCRIPT_LATIN && script == SCRIPT_EAST))
			return true;
		seen = script;
	}
	return false;
}

static bool
has_letters_beyond(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] >= 0x80)
			return true;
	}
	return false;
}

/* Not one Latin letter, and yet it reads as if they all were. */
static bool
passes_for_latin(struct arena *a, const char *s, size_t n)
{
	const char *text = arena_strn(a, s, n);
	const char *seen = looks(a, text);
	size_t len;

	if (script_of(text_next(s, n, &len)) == SCRIPT_LATIN)
		return false;
	return !has_letters_beyond(seen, strlen(seen));
}

const char *
trust_shown(struct arena *a, const char *addr)
{
	const char *s = domain_of(addr);
	struct buf out = { 0 };
	const char *shown;

	if (!has_letters_beyond(s, strlen(s)))
		return addr;
	buf_add(&out, addr, (size_t)(s - addr));
	while (*s != '\0') {
		size_t n = strcspn(s, ".");

		if (!has_letters_beyond(s, n) ||
		    !(mixes_scripts(s, n) || passes_for_latin(a, s, n)) ||
		    puny_encode(&out, arena_strn(a, s, n)) < 0)
			buf_add(&out, s, n);
		s += n;
		if (*s == '.')
			buf_chr(&out, *s++);
	}
	shown = arena_str(a, buf_text(&out));
	buf_free(&out);
	return shown;
}

/* ---- ours ---- */

/* "shop.example.evil.test", "shop.example-help.test". */
static bool
begins_with(const char *domain, const char *ours)
{
	size_t n = strlen(ours);

	return strncasecmp(domain, ours, n) == 0 &&
	       (domain[n] == '.' || domain[n] == '-');
}

/* Any mailbox at a domain that is not ours and looks like it. */
static bool
looks_like_our_domain(const char *addr, const char *ours)
{
	const char *domain = domain_of(addr);

	return domain[0] != '\0' && !is_below(domain, domain_of(ours)) &&
	       (begins_with(domain, domain_of(ours)) ||
		   (!is_provider(domain_of(ours)) &&
		       !is_gmail(domain_of(ours)) &&
		       trust_alike(domain, domain_of(ours))));
}

static bool
looks_like_ours(const struct shop *s, const char *addr)
{
	for (size_t i = 0; i < s->accounts; i++) {
		const struct account *a = &s->account[i];

		if (trust_alike(addr, a->address) ||
		    looks_like_our_domain(addr, a->address))
			return true;
		for (size_t j = 0; j < a->alias.n; j++) {
			if (trust_alike(addr, a->alias.v[j]))
				return true;
		}
	}
	for (size_t i = 0; i < s->agents; i++) {
		if (s->agent[i].email[0] != '\0' &&
		    trust_alike(addr, s->agent[i].email))
			return true;
	}
	return false;
}

/* Folded, letters and digits alone: spacing and signs make no other name. */
static void
name_key(struct buf *out, const char *name)
{
	struct buf folded = { 0 };

	text_fold(&folded, name, strlen(name));
	for (size_t i = 0; i < folded.len; i++) {
		unsigned char c = (unsigned char)folded.data[i];

		if (c >= 0x80 || isalnum(c))
			buf_chr(out, (char)c);
	}
	buf_free(&folded);
}

static bool
same_name(const struct buf *key, const char *name)
{
	struct buf other = { 0 };
	bool same;

	name_key(&other, name);
	same = other.len > 0 && other.len == key->len &&
	       memcmp(other.data, key->data, key->len) == 0;
	buf_free(&other);
	return same;
}

/* A first name alone is anybody's. */
static bool
has_our_name(const struct shop *s, const char *name)
{
	struct buf key = { 0 };
	bool ours = false;

	name_key(&key, name);
	for (size_t i = 0; key.len > 0 && i < s->accounts; i++)
		ours = ours || (s->account[i].name != NULL &&
				   same_name(&key, s->account[i].name));
	for (size_t i = 0; key.len > 0 && i < s->agents; i++)
		ours = ours || (s->agent[i].name != NULL &&
				   strchr(s->agent[i].name, ' ') != NULL &&
				   same_name(&key, s->agent[i].name));
	buf_free(&key);
	return ours;
}

unsigned
trust_doubts(const struct shop *s, const struct address *who)
{
	unsigned doubts = 0;

	if (who->addr[0] == '\0' || shop_owns(s, who->addr))
		return 0;
	if (looks_like_ours(s, who->addr))
		doubts |= DOUBT_LOOKALIKE;
	if (who->name != NULL && has_our_name(s, who->name))
		doubts |= DOUBT_OUR_NAME;
	return doubts;
}
