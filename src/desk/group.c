#include "desk/group.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"

/* ---- subjects ---- */

enum prefix_kind { PREFIX_REPLY, PREFIX_FORWARD };

struct prefix {
	const char *text; /* as text_fold leaves it */
	enum prefix_kind kind;
};

/*
 * What mail programs of some forty languages put before a subject.  VS is
 * a reply in Finnish and Estonian, a forward in Danish and Norwegian: taken
 * as a reply, which it is more often.
 */
static const struct prefix prefixes[] = {
	{ "re", PREFIX_REPLY },                                /* most */
	{ "aw", PREFIX_REPLY },                                /* German */
	{ "antwort", PREFIX_REPLY }, { "antw", PREFIX_REPLY }, /* Dutch */
	{ "antwoord", PREFIX_REPLY },
	{ "sv", PREFIX_REPLY }, /* Swedish, Danish, Norwegian */
	{ "svar", PREFIX_REPLY },
	{ "vs", PREFIX_REPLY },  /* Finnish, Estonian */
	{ "odp", PREFIX_REPLY }, /* Polish, Czech, Slovak */
	{ "odpoved", PREFIX_REPLY },
	{ "odg", PREFIX_REPLY }, /* Croatian, Slovene, Serbian */
	{ "одг", PREFIX_REPLY }, { "одговор", PREFIX_REPLY },
	{ "отг", PREFIX_REPLY }, /* Bulgarian */
	{ "на", PREFIX_REPLY },  /* Russian */
	{ "ha", PREFIX_REPLY }, { "отв", PREFIX_REPLY },
	{ "ответ", PREFIX_REPLY }, { "вiдп", PREFIX_REPLY }, /* Ukrainian */
	{ "відп", PREFIX_REPLY }, { "відповідь", PREFIX_REPLY },
	{ "адк", PREFIX_REPLY }, /* Belarusian */
	{ "ref", PREFIX_REPLY }, /* French */
	{ "rep", PREFIX_REPLY }, { "reponse", PREFIX_REPLY },
	{ "rif", PREFIX_REPLY },                        /* Italian */
	{ "r", PREFIX_REPLY }, { "res", PREFIX_REPLY }, /* Portuguese */
	{ "resp", PREFIX_REPLY },                       /* Spanish */
	{ "respuesta", PREFIX_REPLY }, { "rsp", PREFIX_REPLY },
	{ "rasp", PREFIX_REPLY },                           /* Romanian */
	{ "ynt", PREFIX_REPLY },                            /* Turkish */
	{ "yanıt", PREFIX_REPLY }, { "cvb", PREFIX_REPLY }, /* Azerbaijani */
	{ "va", PREFIX_REPLY },                             /* Hungarian */
	{ "valasz", PREFIX_REPLY },
	{ "atb", PREFIX_REPLY },   /* Latvian, Welsh */
	{ "ats", PREFIX_REPLY },   /* Lithuanian */
	{ "vst", PREFIX_REPLY },   /* Estonian */
	{ "pergj", PREFIX_REPLY }, /* Albanian */
	{ "απ", PREFIX_REPLY },    /* Greek */
	{ "σχετ", PREFIX_REPLY }, { "תגובה", PREFIX_REPLY }, /* Hebrew */
	{ "השב", PREFIX_REPLY }, { "רד", PREFIX_REPLY },
	{ "رد", PREFIX_REPLY },                             /* Arabic */
	{ "الرد", PREFIX_REPLY }, { "پاسخ", PREFIX_REPLY }, /* Persian */
	{ "جواب", PREFIX_REPLY },                           /* Urdu */
	{ "उत्तर", PREFIX_REPLY },                           /* Hindi */
	{ "bls", PREFIX_REPLY },                            /* Indonesian */
	{ "balas", PREFIX_REPLY },                          /* Malay */
	{ "tl", PREFIX_REPLY },                             /* Vietnamese */
	{ "tra loi", PREFIX_REPLY }, { "ตอบกลับ", PREFIX_REPLY }, /* Thai */
	{ "ตอบ", PREFIX_REPLY }, { "回复", PREFIX_REPLY },       /* Chinese */
	{ "回覆", PREFIX_REPLY }, { "回復", PREFIX_REPLY },
	{ "答复", PREFIX_REPLY }, { "答覆", PREFIX_REPLY },
	{ "返信", PREFIX_REPLY },                           /* Japanese */
	{ "回答", PREFIX_REPLY }, { "답장", PREFIX_REPLY }, /* Korean */
	{ "회신", PREFIX_REPLY }, { "답변", PREFIX_REPLY },

	{ "fwd", PREFIX_FORWARD },                          /* most */
	{ "fw", PREFIX_FORWARD }, { "wg", PREFIX_FORWARD }, /* German */
	{ "weitergeleitet", PREFIX_FORWARD }, { "wtr", PREFIX_FORWARD },
	{ "doorst", PREFIX_FORWARD }, /* Dutch */
	{ "vb", PREFIX_FORWARD },     /* Swedish */
	{ "vid", PREFIX_FORWARD }, { "videresendt", PREFIX_FORWARD },
	{ "vl", PREFIX_FORWARD },    /* Finnish */
	{ "fs", PREFIX_FORWARD },    /* Icelandic */
	{ "edasi", PREFIX_FORWARD }, /* Estonian */
	{ "pd", PREFIX_FORWARD },    /* Polish */
	{ "przekaz", PREFIX_FORWARD }, { "predat", PREFIX_FORWARD }, /* Czech */
	{ "prep", PREFIX_FORWARD },  /* Slovak, Croatian */
	{ "pos", PREFIX_FORWARD },   /* Slovene */
	{ "prosl", PREFIX_FORWARD }, /* Serbian */
	{ "пер", PREFIX_FORWARD },   /* Russian */
	{ "пересл", PREFIX_FORWARD },
	{ "препр", PREFIX_FORWARD },                            /* Bulgarian */
	{ "пнр", PREFIX_FORWARD }, { "tr", PREFIX_FORWARD },    /* French */
	{ "transf", PREFIX_FORWARD }, { "rv", PREFIX_FORWARD }, /* Spanish */
	{ "reenv", PREFIX_FORWARD }, { "enc", PREFIX_FORWARD }, /* Portuguese */
	{ "i", PREFIX_FORWARD },                                /* Italian */
	{ "inoltro", PREFIX_FORWARD },
	{ "redir", PREFIX_FORWARD },  /* Romanian */
	{ "ilt", PREFIX_FORWARD },    /* Turkish */
	{ "yon", PREFIX_FORWARD },    /* Azerbaijani */
	{ "tovabb", PREFIX_FORWARD }, /* Hungarian */
	{ "tovabbitas", PREFIX_FORWARD },
	{ "pars", PREFIX_FORWARD },      /* Latvian */
	{ "persiusta", PREFIX_FORWARD }, /* Lithuanian */
	{ "yml", PREFIX_FORWARD },       /* Welsh */
	{ "πρθ", PREFIX_FORWARD },       /* Greek */
	{ "προωθ", PREFIX_FORWARD }, { "הועבר", PREFIX_FORWARD }, /* Hebrew */
	{ "העבר", PREFIX_FORWARD },
	{ "تمت اعادة توجيه", PREFIX_FORWARD }, /* Arabic */
	{ "تمت اعادة التوجيه", PREFIX_FORWARD },
	{ "اعادة توجيه", PREFIX_FORWARD }, { "اعادة", PREFIX_FORWARD },
	{ "فوروارد", PREFIX_FORWARD }, /* Persian */
	{ "trs", PREFIX_FORWARD },     /* Indonesian */
	{ "majukan", PREFIX_FORWARD }, /* Malay */
	{ "ct", PREFIX_FORWARD },      /* Vietnamese */
	{ "chuyen tiep", PREFIX_FORWARD },
	{ "ส่งต่อ", PREFIX_FORWARD }, /* Thai */
	{ "转发", PREFIX_FORWARD }, /* Chinese */
	{ "轉寄", PREFIX_FORWARD }, { "轉發", PREFIX_FORWARD },
	{ "転送", PREFIX_FORWARD }, /* Japanese */
	{ "전달", PREFIX_FORWARD }, /* Korean */
};

#define PREFIX_BYTES 64 /* no prefix with its number is longer */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static const struct prefix *
prefix_named(const char *s, size_t n)
{
	const struct prefix *found = NULL;
	struct buf folded = { 0 };

	text_fold(&folded, s, n);
	/* French puts a blank, often a no-break one, before a colon. */
	while (folded.len > 0 && is_blank(folded.data[folded.len - 1]))
		buf_cut(&folded, folded.len - 1);
	for (size_t i = 0;
	     i < sizeof(prefixes) / sizeof(prefixes[0]) && found == NULL; i++) {
		if (strcmp(buf_text(&folded), prefixes[i].text) == 0)
			found = &prefixes[i];
	}
	buf_free(&folded);
	return found;
}

/* The bytes of a colon at s, wide ones too; 0 if there is none. */
static size_t
colon_length(const char *s)
{
	if (*s == ':')
		return 1;
	if (strncmp(s, "：", 3) == 0 || strncmp(s, "﹕", 3) == 0)
		return 3;
	return 0;
}

/* The colon that would end a prefix, within reach; NULL if there is none. */
static const char *
find_colon(const char *s)
{
	for (size_t i = 0; i < PREFIX_BYTES && s[i] != '\0'; i++) {
		if (colon_length(s + i) != 0)
			return s + i;
	}
	return NULL;
}

/* "Re[2]", "Re(2)", "Re^2", "Re2", "Re *2": the bytes before the count. */
static size_t
without_count(const char *s, size_t n)
{
	size_t end = n;

	while (end > 0 && is_blank(s[end - 1]))
		end--;
	n = end;
	if (end > 0 && (s[end - 1] == ']' || s[end - 1] == ')'))
		end--;
	while (end > 0 && isdigit((unsigned char)s[end - 1]))
		end--;
	if (end == n || !isdigit((unsigned char)s[end]))
		return n;
	if (end > 0 && strchr("[(^*", s[end - 1]) != NULL)
		end--;
	while (end > 0 && is_blank(s[end - 1]))
		end--;
	return end;
}

/*
 * The prefix that s begins with, its kind in *kind; the bytes it takes with
 * its colon and the blanks after it, or 0 if there is none.
 */
static size_t
prefix_length(const char *s, enum prefix_kind *kind)
{
	const char *colon = find_colon(s);
	const struct prefix *p;
	size_t n;

	if (colon == NULL)
		return 0;
	n = without_count(s, (size_t)(colon - s));
	p = n == 0 ? NULL : prefix_named(s, n);
	if (p == NULL)
		return 0;
	*kind = p->kind;
	return (size_t)(skip_blanks(colon + colon_length(colon)) - s);
}

/*
 * "[list]" at s, the bytes of it and the blanks after; 0 if there is none.
 * One with a number in it names an order or a case, which tells subjects
 * apart, unless it is our own "[#12]".
 */
static size_t
blob_length(const char *s)
{
	size_t n = 1;
	bool digit = false;

	if (s[0] != '[')
		return 0;
	while (s[n] != '\0' && s[n] != ']' && s[n] != '[') {
		digit = digit || isdigit((unsigned char)s[n]);
		n++;
	}
	if (s[n] != ']')
		return 0;
	if (digit && (s[1] != '#' || group_subject_number(s) == 0 ||
			 strspn(s + 2, "0123456789") != n - 2))
		return 0;
	return (size_t)(skip_blanks(s + n + 1) - s);
}

/* RFC 5256 2.1 (3) and (4), until neither takes anything off. */
static const char *
strip_start(const char *s, struct base_subject *out)
{
	for (;;) {
		const char *after = skip_blanks(s);
		enum prefix_kind kind;
		size_t n;

		/* A prefix may stand behind blobs: "[list] Re: x". */
		while ((n = blob_length(after)) != 0)
			after += n;
		n = prefix_length(after, &kind);
		if (n != 0) {
			if (kind == PREFIX_REPLY)
				out->reply = true;
			else
				out->forward = true;
			s = after + n;
			continue;
		}
		s = skip_blanks(s);
		n = blob_length(s);
		if (n == 0 || s[n] == '\0')
			return s;
		s += n;
	}
}

/* RFC 5256 2.1 (2): blanks and "(fwd)" off the end.  Returns the length. */
static size_t
strip_end(const char *s, size_t n, struct base_subject *out)
{
	for (;;) {
		while (n > 0 && is_blank(s[n - 1]))
			n--;
		if (n < 5 || strncasecmp(s + n - 5, "(fwd)", 5) != 0)
			return n;
		out->forward = true;
		n -= 5;
	}
}

/* RFC 5256 2.1 (6): "[fwd: x]" around all of it. */
static bool
strip_around(const char **s, size_t *n, struct base_subject *out)
{
	if (*n < 6 || strncasecmp(*s, "[fwd:", 5) != 0 || (*s)[*n - 1] != ']')
		return false;
	out->forward = true;
	*s += 5;
	*n -= 6;
	return true;
}

/* The bytes of a blank at s, wide and no-break ones too; 0 if it is none. */
static size_t
blank_length(const char *s)
{
	size_t len;
	uint32_t c;

	if ((unsigned char)*s < 0x80)
		return is_blank(*s);
	c = text_next(s, strlen(s), &len);
	return c == 0xa0 || c == 0x3000 || c == 0x202f ||
		       (c >= 0x2000 && c <= 0x200b) || c == 0xfeff
		   ? len
		   : 0;
}

/* Blanks of all kinds as one blank, none at the ends. */
static char *
squeeze(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;

	while (*s != '\0') {
		size_t blank = blank_length(s);

		if (blank == 0)
			out[n++] = *s++;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
		s += blank;
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

void
group_base_subject(struct arena *a, const char *subject,
    struct base_subject *out)
{
	struct buf folded = { 0 };
	const char *s;
	bool around;

	out->reply = false;
	out->forward = false;
	/* Folding makes one of all colons, blanks and cases: first of all. */
	text_fold(&folded, subject, strlen(subject));
	s = squeeze(a, buf_text(&folded));
	buf_free(&folded);
	do {
		size_t n = strip_end(s, strlen(s), out);

		s = strip_start(arena_strn(a, s, n), out);
		n = strlen(s);
		around = strip_around(&s, &n, out);
		s = squeeze(a, arena_strn(a, s, n));
	} while (around);
	out->text = s;
}

const char *
group_plain_subject(struct arena *a, const char *subject)
{
	const char *s = squeeze(a, subject);
	enum prefix_kind kind;
	size_t n;

	while ((n = prefix_length(s, &kind)) != 0 && kind == PREFIX_REPLY)
		s += n;
	return s;
}

enum { ALIKE_MOST = 200 }; /* letters of a subject that are looked at */

static int
by_run(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Runs of three letters, blanks left out, sorted. */
static size_t
runs_of(const char *text, uint64_t run[ALIKE_MOST])
{
	size_t left = strlen(text), len, n = 0, seen = 0;
	uint64_t last = 0;

	for (; left > 0 && n < ALIKE_MOST; text += len, left -= len) {
		uint32_t c = text_next(text, left, &len);

		if (c <= ' ')
			continue;
		last = (last << 21 | c) & ((UINT64_C(1) << 63) - 1);
		if (++seen >= 3)
			run[n++] = last;
	}
	if (n == 0 && seen > 0)
		run[n++] = last;
	qsort(run, n, sizeof(*run), by_run);
	return n;
}

int
group_alike(const char *a, const char *b)
{
	struct arena scratch = { 0 };
	struct base_subject x, y;
	uint64_t p[ALIKE_MOST], q[ALIKE_MOST];
	size_t n, m, i = 0, j = 0, both = 0;

	group_base_subject(&scratch, a, &x);
	group_base_subject(&scratch, b, &y);
	n = runs_of(x.text, p);
	m = runs_of(y.text, q);
	arena_free(&scratch);
	while (i < n && j < m) {
		both += p[i] == q[j];
		if (p[i] == q[j]) {
			i++;
			j++;
		} else if (p[i] < q[j]) {
			i++;
		} else {
			j++;
		}
	}
	return n + m > 0 ? (int)(2000 * both / (n + m)) : 0;
}

int64_t
group_subject_number(const char *subject)
{
	for (const char *s = strstr(subject, "[#"); s != NULL;
	     s = strstr(s + 2, "[#")) {
		size_t n = strspn(s + 2, "0123456789");

		if (n > 0 && n < 16 && s[2 + n] == ']')
			return strtoll(s + 2, NULL, 10);
	}
	return 0;
}

/* ---- ids ---- */

#define REFERENCES_LAST 40

static void
add_id(struct arena *a, struct strings *ids, const struct mail *m,
    const char *id)
{
	if (id[0] == '\0' || strcmp(id, m->message_id) == 0)
		return;
	/* Said again later it counts as better evidence. */
	for (size_t i = 0; i < ids->n; i++) {
		if (strcmp(ids->v[i], id) != 0)
			continue;
		memmove(&ids->v[i], &ids->v[i + 1],
		    (ids->n - i - 1) * sizeof(*ids->v));
		ids->v[ids->n - 1] = id;
		return;
	}
	ids->v = arena_grow(a, ids->v, ids->n, sizeof(*ids->v));
	ids->v[ids->n++] = id;
}

struct strings
group_ids(struct arena *a, const struct mail *m)
{
	struct strings ids = { 0 };
	const struct strings *r = &m->references;
	size_t last = r->n > REFERENCES_LAST ? r->n - REFERENCES_LAST : 0;

	if (last > 0)
		add_id(a, &ids, m, r->v[0]);
	for (size_t i = last; i < r->n; i++)
		add_id(a, &ids, m, r->v[i]);
	/* A field with many ids is broken; the first of them is the parent. */
	for (size_t i = m->in_reply_to.n < REFERENCES_LAST ? m->in_reply_to.n
							   : REFERENCES_LAST;
	     i > 0; i--)
		add_id(a, &ids, m, m->in_reply_to.v[i - 1]);
	return ids;
}

#define UID_SIZE   16
#define NONCE_SIZE 8
#define MAC_SIZE   16

/* RFC 4648 6, lower case, without padding. */
static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

static void
base32_add(struct buf *out, const uint8_t *v, size_t n)
{
	unsigned bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | v[i]) & 0xffff;
		have += 8;
		while (have >= 5) {
			have -= 5;
			buf_chr(out, base32[bits >> have & 31]);
		}
	}
	if (have > 0)
		buf_chr(out, base32[bits << (5 - have) & 31]);
}

/* Exactly n bytes from s up to end; -1 if it is not that. */
static int
base32_read(const char *s, char end, uint8_t *v, size_t n, const char **rest)
{
	unsigned bits = 0;
	unsigned have = 0;
	size_t got = 0;

	for (; *s != end; s++) {
		const char *at =
		    *s == '\0' ? NULL
			       : strchr(base32, tolower((unsigned char)*s));

		if (at == NULL)
			return -1;
		bits = (bits << 5 | (unsigned)(at - base32)) & 0xffff;
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		if (got == n)
			return -1;
		v[got++] = (uint8_t)(bits >> have);
	}
	*rest = s + 1;
	/* What is left over must be 0, or one id could be written in two ways.
	 */
	return got == n && have < 5 && (bits & ((1U << have) - 1)) == 0 ? 0
									: -1;
}

/* The keyed hash covers its purpose, so the key may serve others. */
static void
id_mac(const uint8_t key[32], const uint8_t thread_uid[UID_SIZE],
    const uint8_t nonce[NONCE_SIZE], uint8_t mac[HASH_SIZE])
{
	uint8_t bytes[16 + UID_SIZE + NONCE_SIZE] = "shopbell-msgid";

	memcpy(bytes + 16, thread_uid, UID_SIZE);
	memcpy(bytes + 16 + UID_SIZE, nonce, NONCE_SIZE);
	hash_hmac(key, 32, bytes, sizeof(bytes), mac);
}

char *
group_signed_id(struct arena *a, const uint8_t key[32],
    const uint8_t thread_uid[16], const uint8_t nonce[8], const char *domain)
{
	uint8_t mac[HASH_SIZE];
	struct buf out = { 0 };
	char *id;

	id_mac(key, thread_uid, nonce, mac);
	base32_add(&out, thread_uid, UID_SIZE);
	buf_chr(&out, '.');
	base32_add(&out, nonce, NONCE_SIZE);
	buf_chr(&out, '.');
	base32_add(&out, mac, MAC_SIZE);
	buf_fmt(&out, "@%s", domain);
	id = arena_str(a, buf_text(&out));
	buf_free(&out);
	return id;
}

int
group_check_id(const uint8_t key[32], const char *id, uint8_t thread_uid[16])
{
	uint8_t uid[UID_SIZE];
	uint8_t nonce[NONCE_SIZE];
	uint8_t said[MAC_SIZE];
	uint8_t mac[HASH_SIZE];

	if (*id == '<')
		id++;
	if (base32_read(id, '.', uid, UID_SIZE, &id) < 0 ||
	    base32_read(id, '.', nonce, NONCE_SIZE, &id) < 0 ||
	    base32_read(id, '@', said, MAC_SIZE, &id) < 0)
		return 0;
	id_mac(key, uid, nonce, mac);
	if (!hash_same(mac, said, MAC_SIZE))
		return 0;
	memcpy(thread_uid, uid, UID_SIZE);
	return 1;
}
