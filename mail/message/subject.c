/*
 * subject.c -- prefixes that mail clients put before a subject.
 */
#include "mail/message/subject.h"

#include <string.h>

static const char *const replies[] = { "re", "aw", "antw", "antwort", "sv",
	"vs", "vá", "válasz", "odp", "odpověď", "ynt", "yanıt", "ris", "rif",
	"res", "ref", "r", "atb", "bls", "na", "ha", "απ", "σχετ", "回复",
	"回覆", "答复", "答覆", "返信", "отв", "ответ", "відп", "rép", "ad",
	"hl", "ts" };
static const char *const forwards[] = { "fwd", "fw", "wg", "tr", "rv", "i",
	"enc", "doorst", "fs", "vs", "vl", "pd", "ilt", "i̇lt", "yml",
	"továbbítás", "переслать", "пересл", "转发", "轉寄", "転送", "trs",
	"inoltra", "tov", "přepos", "fyi", "πρθ", "прот", "fwrd",
	"weiterleitung", "reenv", "videresendt", "vb", "dlž", "redir.", "redir",
	"videresend", "edelleen", "mese" };

/* The length of "word:", "word[2]:" or "word :" at the start of s. */
static size_t
prefix(struct bytes s, const char *word)
{
	size_t i = strlen(word);

	if (!bytes_begin(s, word))
		return 0;
	if (i < s.n && (s.s[i] == '[' || s.s[i] == '(')) {
		i++;
		while (i < s.n && is_digit(s.s[i]))
			i++;
		if (i < s.n && (s.s[i] == ']' || s.s[i] == ')'))
			i++;
	} else if (i < s.n && is_digit(s.s[i])) {
		i++;
	}
	while (i < s.n && s.s[i] == ' ')
		i++;
	if (i < s.n && s.s[i] == ':')
		return i + 1;
	if (i + 2 < s.n && memcmp(s.s + i, "\xef\xbc\x9a", 3) == 0)
		return i + 3; /* the full-width colon */
	return 0;
}

/* One letter alone is too little to go by, but for "R:" of Italian. */
static size_t
any_prefix(struct bytes s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t took = prefix(s, words[i]);

		if (took > 0)
			return took;
	}
	return 0;
}

struct bytes
subject_without_replies(struct bytes s)
{
	for (;;) {
		size_t took;

		s = bytes_trim(s);
		took = any_prefix(s, replies, sizeof replies / sizeof *replies);
		if (took == 0)
			return s;
		s = bytes_cut(s, took, s.n);
	}
}

bool
subject_is_forward(struct bytes s, struct bytes *rest)
{
	bool forward = false;

	for (;;) {
		size_t took;

		s = bytes_trim(s);
		took =
		    any_prefix(s, forwards, sizeof forwards / sizeof *forwards);
		forward = forward || took > 0;
		if (took == 0)
			took = any_prefix(s, replies,
			    sizeof replies / sizeof *replies);
		if (took == 0)
			break;
		s = bytes_cut(s, took, s.n);
	}
	*rest = s;
	return forward;
}
