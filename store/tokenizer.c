/*
 * tokenizer.c -- words for the search.
 *
 * FTS5's unicode61 with remove_diacritics 2, wrapped: every CJK code point
 * is a word of its own (there are no blanks to go by), sharp s is ss, and
 * words in ASCII, which most are, never reach it.
 */
#include "store/own.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/text.h"

#define WORD_MOST 64 /* bytes of a word that count */

typedef int on_token(void *arg, int flags, const char *word, int n, int from,
    int until);

struct tokenizer {
	fts5_tokenizer inner;
	Fts5Tokenizer *unicode61;
};

/* Hands on what unicode61 finds in a stretch of the text. */
struct relay {
	on_token *tell;
	void *arg;
	int offset;
};

/* Copy with sharp s (U+00DF, U+1E9E) written out; the new length. */
static int
spell_out(char *to, const char *word, int n)
{
	int len = 0;

	for (int i = 0; i < n && len < WORD_MOST - 2;) {
		if (i + 1 < n && memcmp(word + i, "\xc3\x9f", 2) == 0) {
			memcpy(to + len, "ss", 2);
			len += 2;
			i += 2;
		} else if (i + 2 < n &&
			   memcmp(word + i, "\xe1\xba\x9e", 3) == 0) {
			memcpy(to + len, "ss", 2);
			len += 2;
			i += 3;
		} else {
			to[len++] = word[i++];
		}
	}
	return len;
}

static int
on_inner(void *arg, int flags, const char *word, int n, int from, int until)
{
	struct relay *r = arg;
	char plain[WORD_MOST];
	int len = spell_out(plain, word, n);

	return r->tell(r->arg, flags, plain, len, r->offset + from,
	    r->offset + until);
}

static bool
is_cjk(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) ||
	       (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3100 && c <= 0x312f) ||
	       (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) ||
	       (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9f) ||
	       (c >= 0x20000 && c <= 0x3fffd);
}

/* Letters and digits in ASCII, lower case; 0 for anything else. */
static const char plain_letter[256] = {
	['0'] = '0',
	['1'] = '1',
	['2'] = '2',
	['3'] = '3',
	['4'] = '4',
	['5'] = '5',
	['6'] = '6',
	['7'] = '7',
	['8'] = '8',
	['9'] = '9',
	['A'] = 'a',
	['B'] = 'b',
	['C'] = 'c',
	['D'] = 'd',
	['E'] = 'e',
	['F'] = 'f',
	['G'] = 'g',
	['H'] = 'h',
	['I'] = 'i',
	['J'] = 'j',
	['K'] = 'k',
	['L'] = 'l',
	['M'] = 'm',
	['N'] = 'n',
	['O'] = 'o',
	['P'] = 'p',
	['Q'] = 'q',
	['R'] = 'r',
	['S'] = 's',
	['T'] = 't',
	['U'] = 'u',
	['V'] = 'v',
	['W'] = 'w',
	['X'] = 'x',
	['Y'] = 'y',
	['Z'] = 'z',
	['a'] = 'a',
	['b'] = 'b',
	['c'] = 'c',
	['d'] = 'd',
	['e'] = 'e',
	['f'] = 'f',
	['g'] = 'g',
	['h'] = 'h',
	['i'] = 'i',
	['j'] = 'j',
	['k'] = 'k',
	['l'] = 'l',
	['m'] = 'm',
	['n'] = 'n',
	['o'] = 'o',
	['p'] = 'p',
	['q'] = 'q',
	['r'] = 'r',
	['s'] = 's',
	['t'] = 't',
	['u'] = 'u',
	['v'] = 'v',
	['w'] = 'w',
	['x'] = 'x',
	['y'] = 'y',
	['z'] = 'z',
};

/* A run with at least one byte outside ASCII, cut at CJK characters. */
static int
mixed_run(struct tokenizer *t, struct relay *r, int flags, const char *text,
    int n)
{
	int start = r->offset;
	int from = 0;
	int rc = SQLITE_OK;

	for (int i = 0; i <= n && rc == SQLITE_OK;) {
		size_t len = 1;
		bool cjk =
		    i < n && is_cjk(text_next(text + i, (size_t)(n - i), &len));

		if ((cjk || i == n) && i > from) {
			r->offset = start + from;
			rc = t->inner.xTokenize(t->unicode61, r, flags,
			    text + from, i - from, on_inner);
		}
		if (cjk && rc == SQLITE_OK)
			rc = r->tell(r->arg, 0, text + i, (int)len, start + i,
			    start + i + (int)len);
		i += (int)len;
		if (cjk)
			from = i;
	}
	return rc;
}

static int
tokenize(Fts5Tokenizer *self, void *arg, int flags, const char *text, int n,
    on_token *tell)
{
	struct tokenizer *t = (struct tokenizer *)self;
	const unsigned char *p = (const unsigned char *)text;
	char word[WORD_MOST];
	int rc = SQLITE_OK;

	for (int i = 0; i < n && rc == SQLITE_OK;) {
		int from = i;
		int len = 0;

		for (; i < n && plain_letter[p[i]] != 0; i++) {
			if (len < WORD_MOST)
				word[len++] = plain_letter[p[i]];
		}
		if (i < n && p[i] >= 0x80) {
			struct relay r = { tell, arg, from };

			while (
			    i < n && (p[i] >= 0x80 || plain_letter[p[i]] != 0))
				i++;
			rc = mixed_run(t, &r, flags, text + from, i - from);
		} else if (i > from) {
			rc = tell(arg, 0, word, len, from, i);
		} else {
			i++;
		}
	}
	return rc;
}

static int
make(void *api, const char **args, int n, Fts5Tokenizer **out)
{
	const char *options[] = { "remove_diacritics", "2" };
	struct tokenizer *t = calloc(1, sizeof(*t));
	void *inner_arg;
	int rc;

	(void)args;
	(void)n;
	if (t == NULL)
		return SQLITE_NOMEM;
	rc = ((fts5_api *)api)
		 ->xFindTokenizer(api, "unicode61", &inner_arg, &t->inner);
	if (rc == SQLITE_OK)
		rc = t->inner.xCreate(inner_arg, options, 2, &t->unicode61);
	if (rc != SQLITE_OK) {
		free(t);
		return rc;
	}
	*out = (Fts5Tokenizer *)t;
	return SQLITE_OK;
}

static void
unmake(Fts5Tokenizer *self)
{
	struct tokenizer *t = (struct tokenizer *)self;

	t->inner.xDelete(t->unicode61);
	free(t);
}

int
tokenizer_register(struct db *d, struct err *e)
{
	fts5_tokenizer ours = { make, unmake, tokenize };
	fts5_api *api = NULL;
	sqlite3_stmt *stmt;
	int rc;

	rc = sqlite3_prepare_v2(db_handle(d), "SELECT fts5(?1)", -1, &stmt,
	    NULL);
	if (rc != SQLITE_OK)
		return db_fault(d, rc, "this SQLite has no FTS5", e);
	sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
	sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (api == NULL)
		return err_set(e, ERR_SYSTEM, 0, "this SQLite has no FTS5");
	rc = api->xCreateTokenizer(api, "shopbell", api, &ours, NULL);
	return rc == SQLITE_OK ? 0 : db_fault(d, rc, "cannot set up", e);
}
