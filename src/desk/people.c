#include "desk/people.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "desk/form.h"
#include "desk/puny.h"
#include "desk/trust.h"

/* ---- one address ---- */

size_t
people_quoted(const char *addr)
{
	size_t n = 1;

	if (addr[0] != '"')
		return 0;
	for (; addr[n] != '"'; n++) {
		if (addr[n] == '\\')
			n++;
		if ((unsigned char)addr[n] < ' ' || addr[n] == 0x7f)
			return 0;
	}
	return n > 1 && addr[n + 1] == '@' ? n + 1 : 0;
}

bool
people_address_ok(const char *addr)
{
	size_t quoted = people_quoted(addr);
	const char *at = strchr(addr + quoted, '@');
	size_t n = strlen(addr);

	if (at == NULL || at == addr || strchr(at + 1, '@') != NULL ||
	    at - addr > 64 || n > 254 || !text_valid(addr, n))
		return false;
	for (const char *s = addr + quoted; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		/* What no address needs and a header or command could misread.
		 */
		if (c <= ' ' || c == 0x7f || strchr("()<>,;:\\\"", c) != NULL)
			return false;
	}
	/* C1 controls and blanks beyond ASCII. */
	if (strstr(addr, "\xc2\x80") != NULL || strstr(addr, "\xc2\xa0"))
		return false;
	if (at[1] == '[')
		return addr[n - 1] == ']' && n > (size_t)(at - addr) + 3;
	return at[1] != '.' && at[1] != '-' && addr[n - 1] != '.' &&
	       at[1] != '\0' && strstr(at, "..") == NULL &&
	       strpbrk(at + 1, "[]!#$%&'*+/=?^`{|}~_") == NULL;
}

int
people_wire(struct arena *a, const char *addr, const char **out, struct err *e)
{
	struct buf wire = { 0 };

	if (puny_encode(&wire, addr) < 0 || wire.len > 254) {
		buf_free(&wire);
		return err_set(e, ERR_USAGE, 0,
		    "'%.100s' has a domain that no server can have", addr);
	}
	*out = arena_str(a, buf_text(&wire));
	buf_free(&wire);
	return 0;
}

/* Could a quoted name do without its quotes (RFC 5322, 3.2.3)? */
static bool
is_dot_atom(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool dot = s[i] == '.' && i > 0 && i + 1 < n && s[i - 1] != '.';

		if (!dot && !isalnum((unsigned char)s[i]) &&
		    (unsigned char)s[i] < 0x80 &&
		    strchr("!#$%&'*+-/=?^_`{|}~", s[i]) == NULL)
			return false;
	}
	return n > 0;
}

/* Without comments "(...)" and blanks, and quotes that are not needed. */
static char *
bare(struct arena *a, const char *addr)
{
	char *out = arena_alloc(a, strlen(addr) + 1);
	size_t quoted = people_quoted(addr), n = 0;
	int depth = 0;

	if (quoted > 0 && !is_dot_atom(addr + 1, quoted - 2)) {
		memcpy(out, addr, quoted);
		addr += n = quoted;
	}
	for (const char *s = addr; *s != '\0'; s++) {
		if (*s == '(')
			depth++;
		else if (*s == ')' && depth > 0)
			depth--;
		else if (depth == 0 && !isspace((unsigned char)*s) &&
			 strchr("<>\"", *s) == NULL)
			out[n++] = *s;
	}
	out[n] = '\0';
	return out;
}

static char *
without_dots(char *key)
{
	size_t n = strlen(key);

	while (n > 0 && key[n - 1] == '.')
		key[--n] = '\0';
	return key;
}

/* Lower in place; false if that takes more than ASCII. */
static bool
lower_ascii(char *s)
{
	bool plain = true;

	for (; *s != '\0'; s++) {
		plain = plain && (unsigned char)*s < 0x80;
		*s = (char)tolower((unsigned char)*s);
	}
	return plain;
}

char *
people_key(struct arena *a, const char *addr)
{
	char *key = bare(a, addr);
	struct buf letters = { 0 };
	struct buf out = { 0 };

	/* Asked many times a mail, and nearly always as easy as this. */
	if (lower_ascii(key) && strstr(key, "xn--") == NULL)
		return without_dots(key);
	puny_decode(&letters, key);
	text_lower(&out, buf_text(&letters), letters.len);
	key = arena_str(a, buf_text(&out));
	buf_free(&letters);
	buf_free(&out);
	return without_dots(key);
}

static bool
same_address(struct arena *a, const char *x, const char *y)
{
	return strcmp(people_key(a, x), people_key(a, y)) == 0;
}

#define NAME_MOST 400 /* bytes; a longer name is there to hide something */

/* ---- as typed ---- */

/* One mailbox being read: its name and its address so far. */
struct typing {
	struct buf name;
	struct buf addr;
	bool quoted; /* inside "..." */
	bool angled; /* inside <...> */
	bool had_angle;
};

static const char *
trimmed(struct arena *a, const char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return arena_strn(a, s, n);
}

static int
finish(struct arena *a, struct typing *t, struct addresses *out, struct err *e)
{
	const char *name = trimmed(a, buf_text(&t->name));
	const char *addr = trimmed(a, buf_text(&t->addr));

	if (t->quoted)
		return err_set(e, ERR_USAGE, 0,
		    "a quote is not closed in "
		    "\"%.80s\"",
		    name);
	if (t->angled)
		return err_set(e, ERR_USAGE, 0,
		    "\">\" is missing after "
		    "\"%.80s\"",
		    addr);
	if (!t->had_angle) {
		addr = name;
		name = "";
	}
	if (addr[0] == '\0' && name[0] == '\0' && !t->had_angle)
		return 0;
	if (!people_address_ok(addr))
		return err_set(e, ERR_USAGE, 0,
		    "\"%.80s\" is not a mail "
		    "address",
		    addr[0] != '\0' ? addr : name);
	out->v = arena_grow(a, out->v, out->n, sizeof(*out->v));
	out->v[out->n++] = (struct address){ .name = name, .addr = addr };
	return 0;
}

static void
restart(struct typing *t)
{
	buf_clear(&t->name);
	buf_clear(&t->addr);
	t->quoted = false;
	t->angled = false;
	t->had_angle = false;
}

/* Take one character; returns how many bytes were used. */
static size_t
type(struct typing *t, const char *s)
{
	struct buf *local = t->angled ? &t->addr : &t->name;
	size_t quoted = local->len == 0 && !t->quoted ? people_quoted(s) : 0;

	if (quoted > 0) {
		buf_add(local, s, quoted);
		return quoted;
	}
	if (t->quoted && *s == '\\' && s[1] != '\0') {
		buf_chr(&t->name, (unsigned char)s[1] < ' ' ? ' ' : s[1]);
		return 2;
	}
	if (*s == '"' && !t->angled)
		t->quoted = !t->quoted;
	else if (*s == '<' && !t->quoted)
		t->angled = t->had_angle = true;
	else if (*s == '>' && t->angled)
		t->angled = false;
	else if (t->angled)
		buf_chr(&t->addr, *s);
	else
		/* No line break may get into a header by way of a name. */
		buf_chr(&t->name, (unsigned char)*s < ' ' ? ' ' : *s);
	return 1;
}

int
people_parse(struct arena *a, const char *s, struct addresses *out,
    struct err *e)
{
	struct typing t = { 0 };
	int rc = 0;

	*out = (struct addresses){ 0 };
	while (*s != '\0' && rc == 0) {
		if (strchr(",;\n", *s) == NULL || t.quoted || t.angled) {
			s += type(&t, s);
			continue;
		}
		rc = finish(a, &t, out, e);
		restart(&t);
		s++;
	}
	if (rc == 0)
		rc = finish(a, &t, out, e);
	buf_free(&t.name);
	buf_free(&t.addr);
	return rc;
}

static void
format(struct buf *out, struct arena *a, const struct address *v)
{
	const char *addr = trust_shown(a, v->addr);

	if (v->name[0] == '\0') {
		buf_str(out, addr);
		return;
	}
	if (strpbrk(v->name, "\"\\,;<>@()[]:") == NULL) {
		buf_str(out, v->name);
	} else {
		buf_chr(out, '"');
		for (const char *s = v->name; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				buf_chr(out, '\\');
			buf_chr(out, *s);
		}
		buf_chr(out, '"');
	}
	buf_fmt(out, " <%s>", addr);
}

char *
people_format_all(struct arena *a, const struct addresses *v)
{
	struct buf out = { 0 };
	char *s;

	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_str(&out, ", ");
		format(&out, a, &v->v[i]);
	}
	s = arena_str(a, buf_text(&out));
	buf_free(&out);
	return s;
}

char *
people_format(struct arena *a, const struct address *v)
{
	struct addresses one = { .v = (struct address *)v, .n = 1 };

	return people_format_all(a, &one);
}

/* ---- who wrote ---- */

static bool
owns_all(const struct shop *s, const struct addresses *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (!shop_owns(s, v->v[i].addr))
			return false;
	}
	return true;
}

/* The first of v that can be written to and is not ours; NULL if none. */
static const struct address *
first_outside(const struct shop *s, const struct addresses *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->v[i].addr[0] != '\0' && !shop_owns(s, v->v[i].addr))
			return &v->v[i];
	}
	return NULL;
}

/* Senders that nobody reads: what relays a form or a market place. */
static bool
is_relay(const char *addr)
{
	static const char *const names[] = { "noreply", "no-reply", "no_reply",
		"donotreply", "do-not-reply", "do_not_reply", "notification",
		"notifications", "notify", "wordpress", "mailer", "forms",
		"form", "contactform", "contact-form", "webform", "www-data",
		"apache", "nobody", "automated", "automailer", "system",
		"messages", "messaging", "messenger", "conversations",
		"form-submission", "submissions" };
	size_t n = strcspn(addr, "@+");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == n &&
		    strncasecmp(addr, names[i], n) == 0)
			return true;
	}
	return false;
}

/* "Maria via Market", as market places and lists name whom they speak for. */
static bool
is_via(const char *name)
{
	static const char *const words[] = { " via ",
		" \xc3\xbc"
		"ber ",
		" through ", " \xd1\x87\xd0\xb5\xd1\x80\xd0\xb5\xd0\xb7 " };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(name, words[i]) != NULL)
			return true;
	}
	return false;
}

/* One above the other, or the same. */
static bool
same_house(const char *x, const char *y)
{
	size_t n, m;

	x = strrchr(x, '@');
	y = strrchr(y, '@');
	if (x == NULL || y == NULL)
		return false;
	n = strlen(++x);
	m = strlen(++y);
	if (n < m)
		return y[m - n - 1] == '.' && strcasecmp(y + m - n, x) == 0;
	return strcasecmp(x + n - m, y) == 0 && (n == m || x[n - m - 1] == '.');
}

/*
 * "buyer-123@market.example" for "q@market.example": made by the machine of
 * the sender's house for this one conversation, and not another mailbox of
 * the same person.
 */
static bool
is_made_up(const char *reply, const char *from)
{
	size_t n = strcspn(reply, "@"), digits = 0, same = 0;

	if (!same_house(reply, from))
		return false;
	for (size_t i = 0; i < n; i++)
		digits += isdigit((unsigned char)reply[i]) != 0;
	while (same < n && isalpha((unsigned char)reply[same]) &&
	       tolower((unsigned char)reply[same]) ==
		   tolower((unsigned char)from[same]))
		same++;
	return digits >= 3 && same < 3;
}

/* Made by a machine, and no person's own answer while she is away. */
static bool
is_generated(const struct mail *m)
{
	return m->automatic && !m->list && m->bounce == NULL &&
	       (m->automatic_why == NULL ||
		   strcasestr(m->automatic_why, "repl") == NULL);
}

/* Does the sender speak for whom Reply-To names? */
static bool
is_spoken_for(const struct mail *m, const struct address *from,
    const struct address *reply)
{
	return is_relay(from->addr) || is_generated(m) || is_via(from->name) ||
	       (!m->list && is_made_up(reply->addr, from->addr));
}

static struct address
nobody(const struct mail *m)
{
	if (m->from.n > 0)
		return m->from.v[0];
	return (struct address){ .name = "", .addr = "" };
}

/* A mail of the shop to itself: a form, or what an agent passes on. */
static bool
is_inside(const struct shop *s, const struct mail *m)
{
	return m->to.n + m->cc.n > 0 && owns_all(s, &m->to) &&
	       owns_all(s, &m->cc);
}

/* Who filled in a form that the site sent; false if it is none. */
static bool
form_customer(struct arena *a, const struct shop *s, const struct mail *m,
    struct address *out)
{
	return m->forwarded == NULL && is_inside(s, m) &&
	       form_sender(a, m->text != NULL ? m->text : "", out) &&
	       !shop_owns(s, out->addr);
}

const struct address *
people_inner(const struct shop *s, const struct mail *m)
{
	return m->forwarded != NULL ? first_outside(s, &m->forwarded->from)
				    : NULL;
}

struct address
people_customer(struct arena *a, const struct shop *s, const struct mail *m)
{
	const struct address *from = first_outside(s, &m->from);
	const struct address *reply = first_outside(s, &m->reply_to);
	const struct address *other;
	struct address filled;

	if (from == NULL && people_inner(s, m) != NULL && trust_proven(s, m))
		return *people_inner(s, m);
	if (m->list || from == NULL) {
		other = first_outside(s, &m->original_sender);
		if (other != NULL)
			return *other;
	}
	if (reply != NULL && (from == NULL || is_spoken_for(m, from, reply)))
		return *reply;
	if ((from == NULL || is_relay(from->addr)) &&
	    form_customer(a, s, m, &filled))
		return filled;
	if (from != NULL)
		return *from;
	other = first_outside(s, &m->sender);
	return other != NULL && m->from.n == 0 ? *other : nobody(m);
}

bool
people_is_ours(const struct shop *s, const struct mail *m)
{
	struct arena a = { 0 };
	struct address who;
	bool ours;

	if (m->from.n == 0 || !shop_owns(s, m->from.v[0].addr))
		return false;
	/*
	 * A form on the shop's site writes from the shop to the shop, and an
	 * agent forwards what a customer sent to her: a customer is behind
	 * both, and neither is an answer of ours.
	 */
	ours = !is_inside(s, m) ||
	       (first_outside(s, &m->reply_to) == NULL &&
		   first_outside(s, &m->original_sender) == NULL &&
		   m->forwarded == NULL && !form_customer(&a, s, m, &who));
	arena_free(&a);
	return ours;
}

static bool
is_human(const struct shop *s, const struct addresses *v)
{
	struct arena a = { 0 };
	bool human = false;

	for (size_t i = 0; i < v->n && !human; i++) {
		for (size_t j = 0; j < s->human.n && !human; j++)
			human = same_address(&a, v->v[i].addr, s->human.v[j]);
	}
	arena_free(&a);
	return human;
}

bool
people_is_robot(const struct shop *s, const struct mail *m)
{
	/* A bounce is one whoever it claims to come from. */
	return m->bounce != NULL ||
	       ((m->automatic || m->list) && !is_human(s, &m->from) &&
		   !is_human(s, &m->reply_to) && !is_human(s, &m->sender));
}

/* ---- names ---- */

const char *
people_name(const char *name)
{
	return strchr(name, '@') == NULL && strlen(name) <= NAME_MOST ? name
								      : "";
}

static const char *const not_a_name[] = { "gmbh", "ag", "kg", "ug", "ltd",
	"limited", "inc", "llc", "llp", "corp", "co", "company", "sa", "sl",
	"srl", "spa", "sarl", "bv", "nv", "ab", "as", "oy", "aps", "team",
	"support", "service", "services", "customer", "kundenservice", "shop",
	"store", "info", "sales", "office", "admin", "billing", "orders",
	"order", "newsletter", "noreply", "no-reply", "mail", "mailer",
	"postmaster", "the", "and", "und", "family", "familie", "via",
	"contact", "kontakt", "hello", "marketing", "news", "accounts", "help",
	"helpdesk" };

static const char *const titles[] = { "mr", "mrs", "ms", "miss", "mx", "dr",
	"prof", "sir", "herr", "frau", "hr", "fr", "sr", "sra", "don", "dona",
	"sig", "mme", "mlle", "m", "dipl", "ing", "med", "phd" };

static bool
is_among(const char *word, size_t n, const char *const *names, size_t count)
{
	while (n > 0 && word[n - 1] == '.')
		n--;
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) == n &&
		    strncasecmp(word, names[i], n) == 0)
			return true;
	}
	return false;
}

#define AMONG(word, n, names)                                                  \
	is_among(word, n, names, sizeof(names) / sizeof((names)[0]))

/* Letters only, as names are: no digits, signs, or scripts named otherwise. */
static bool
looks_like_name(const char *s)
{
	size_t len;

	for (size_t n = strlen(s); n > 0; s += len, n -= len) {
		uint32_t c = text_next(s, n, &len);

		if (c < 0x80 && !isalpha((int)c) &&
		    strchr(" .,'-", (int)c) == NULL)
			return false;
		/* Family names come first there, and bare ones are rude. */
		if (c >= 0x2e80)
			return false;
	}
	return true;
}

static size_t
word_length(const char *s)
{
	return strcspn(s, " ,");
}

static const char *
skip_to_word(const char *s)
{
	return s + strspn(s, " ,");
}

static bool
has_company_word(const char *s)
{
	for (s = skip_to_word(s); *s != '\0'; s = skip_to_word(s)) {
		size_t n = word_length(s);

		if (AMONG(s, n, not_a_name))
			return true;
		s += n;
	}
	return false;
}

/* "ANA" and "ana" as "Ana"; "DiAna" and "Ana-Maria" as they are. */
static char *
capitalised(struct arena *a, const char *word, size_t n)
{
	char *out = arena_strn(a, word, n);
	bool upper = true;
	bool lower = true;

	for (size_t i = 0; i < n; i++) {
		upper = upper && !islower((unsigned char)out[i]);
		lower = lower && !isupper((unsigned char)out[i]);
		/* Letters beyond ASCII: leave the word to its owner. */
		if ((unsigned char)out[i] >= 0x80)
			return out;
	}
	if (!upper && !lower)
		return out;
	for (size_t i = 0; i < n; i++) {
		bool start = i == 0 || out[i - 1] == '-' || out[i - 1] == '\'';

		out[i] = (char)(start ? toupper((unsigned char)out[i])
				      : tolower((unsigned char)out[i]));
	}
	return out;
}

char *
people_first_name(struct arena *a, const char *name)
{
	const char *s = trimmed(a, name);
	const char *comma;
	size_t n = strlen(s);

	if (n > 1 && (s[0] == '"' || s[0] == '\'') && s[n - 1] == s[0])
		s = trimmed(a, arena_strn(a, s + 1, n - 2));
	if (!looks_like_name(s) || has_company_word(s))
		return arena_str(a, "");
	/* "Ruiz, Ana": what stands after the one comma. */
	comma = strchr(s, ',');
	if (comma != NULL) {
		if (strchr(comma + 1, ',') != NULL)
			return arena_str(a, "");
		s = comma;
	}
	for (s = skip_to_word(s); *s != '\0'; s = skip_to_word(s)) {
		n = word_length(s);
		if (!AMONG(s, n, titles))
			break;
		s += n;
	}
	n = word_length(s);
	/* An initial is no way to greet. */
	if (n < 2 || s[n - 1] == '.' || (n == 2 && s[1] == '.'))
		return arena_str(a, "");
	return capitalised(a, s, n);
}

/* ---- who is answered ---- */

static bool
is_in(struct arena *a, const struct addresses *v, const char *addr)
{
	for (size_t i = 0; i < v->n; i++) {
		if (same_address(a, v->v[i].addr, addr))
			return true;
	}
	return false;
}

/* Add those of v that can be written to, are not ours and not there yet. */
static void
add_outside(struct arena *a, const struct shop *s, const struct addresses *v,
    const struct addresses *but, struct addresses *out)
{
	for (size_t i = 0; i < v->n; i++) {
		const char *addr = v->v[i].addr;

		if (!people_address_ok(addr) || shop_owns(s, addr) ||
		    is_in(a, but, addr) || is_in(a, out, addr))
			continue;
		out->v = arena_grow(a, out->v, out->n, sizeof(*out->v));
		out->v[out->n] = v->v[i];
		out->v[out->n++].name = people_name(v->v[i].name);
	}
}

/* The alias of ours among v, as the account signs it; NULL if none. */
static const struct account *
alias_among(const struct shop *s, const struct addresses *v, const char **addr)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct account *account =
		    shop_account_of(s, v->v[i].addr);

		if (account != NULL) {
			*addr = v->v[i].addr;
			return account;
		}
	}
	return NULL;
}

/*
 * Where answers to a mail of a list go: to who wrote it, unless Reply-To
 * names somebody and not the list itself.
 */
static void
answer_origin(struct arena *a, const struct shop *s, const struct message *m,
    struct addresses *to)
{
	struct addresses from = { .v = (struct address *)&m->from, .n = 1 };
	struct addresses list = { 0 };

	if (m->origin.n == 0)
		return;
	add_outside(a, s, &from, &list, &list);
	add_outside(a, s, &m->to, &list, &list);
	add_outside(a, s, &m->cc, &list, &list);
	add_outside(a, s, &m->reply_to, &list, to);
	if (to->n == 0)
		add_outside(a, s, &m->origin, to, to);
}

static struct address
answer_from(const struct shop *s, const struct message *m)
{
	struct addresses from = { .v = (struct address *)&m->from, .n = 1 };
	const struct addresses *const where[] = { &from, &m->to, &m->cc };
	bool out = m->direction == DIRECTION_OUT;

	for (size_t i = out ? 0 : 1; i < 3; i++) {
		const char *addr;
		const struct account *account = alias_among(s, where[i], &addr);

		if (account != NULL)
			return (struct address){ account->name, addr };
	}
	if (s->accounts == 0)
		return (struct address){ "", "" };
	return (struct address){ s->account[0].name, s->account[0].address };
}

void
people_answer(struct arena *a, const struct shop *s, const struct message *m,
    bool all, struct address *from, struct addresses *to, struct addresses *cc)
{
	struct addresses sender = { .v = (struct address *)&m->from, .n = 1 };
	const struct addresses none = { 0 };

	*from = answer_from(s, m);
	*to = (struct addresses){ 0 };
	*cc = (struct addresses){ 0 };
	if (m->direction == DIRECTION_OUT) {
		add_outside(a, s, &m->to, &none, to);
	} else {
		answer_origin(a, s, m, to);
		if (to->n == 0)
			add_outside(a, s, &m->reply_to, &none, to);
		if (to->n == 0 && !is_relay(m->from.addr))
			add_outside(a, s, &sender, &none, to);
	}
	if (!all)
		return;
	if (m->direction == DIRECTION_IN)
		add_outside(a, s, &m->to, to, cc);
	add_outside(a, s, &m->cc, to, cc);
}

struct addresses
people_elsewhere(struct arena *a, const struct shop *s, const struct message *m)
{
	struct address from;
	struct addresses to = { 0 };
	struct addresses cc;

	if (m->kind != MESSAGE_MAIL || m->direction != DIRECTION_IN ||
	    m->reply_to.n + m->origin.n == 0)
		return to;
	people_answer(a, s, m, false, &from, &to, &cc);
	if (to.n == 1 && same_address(a, to.v[0].addr, m->from.addr))
		to.n = 0;
	return to;
}
