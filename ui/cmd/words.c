/*
 * words.c -- from a line to words, from words to a command.
 */
#include <string.h>

#include "base/text.h"
#include "ui/cmd/grammar.h"

const struct cmd *
cmd_named(const char *name)
{
	for (size_t i = 0; cmd_table[i] != NULL; i++) {
		if (strcmp(cmd_table[i]->name, name) == 0)
			return cmd_table[i];
	}
	return NULL;
}

/* How many of the words a command's name takes up; 0 if it is another. */
static size_t
name_words(const struct cmd *cmd, const struct strings *words)
{
	const char *s = cmd->name;
	size_t n = 0;

	while (*s != '\0') {
		size_t len = strcspn(s, " ");

		if (n == words->n || strlen(words->v[n]) != len ||
		    memcmp(words->v[n], s, len) != 0)
			return 0;
		n++;
		s += len + (s[len] == ' ');
	}
	return n;
}

static void
find_in(const struct cmd *const *table, const struct strings *words,
    const struct cmd **best, size_t *used)
{
	for (size_t i = 0; table != NULL && table[i] != NULL; i++) {
		size_t n = name_words(table[i], words);

		if (n > *used) {
			*used = n;
			*best = table[i];
		}
	}
}

static void
no_such(const struct cmd *const *extra, const char *word, struct err *e)
{
	const char *names[256], *near;
	size_t n = 0;

	for (size_t i = 0; cmd_table[i] != NULL && n < 256; i++) {
		if (!(cmd_table[i]->flags & CMD_HIDDEN))
			names[n++] = cmd_table[i]->name;
	}
	for (size_t i = 0; extra != NULL && extra[i] != NULL && n < 256; i++)
		names[n++] = extra[i]->name;
	near = text_nearest(word, names, n);
	if (near != NULL)
		err_set(e, ERR_USAGE, 0,
		    "no command \"%.40s\": did you mean \"%s\"?", word, near);
	else
		err_set(e, ERR_USAGE, 0,
		    "no command \"%.40s\": see \"shopbell --help\"", word);
}

const struct cmd *
grammar_command(const struct cmd *const *extra, const struct strings *words,
    size_t *used, struct err *e)
{
	const struct cmd *best = NULL;

	*used = 0;
	find_in(cmd_table, words, &best, used);
	find_in(extra, words, &best, used);
	if (best == NULL)
		no_such(extra, words->n > 0 ? words->v[0] : "", e);
	return best;
}

/* The word that begins at s, unquoted; where it ends.  NULL: an open quote. */
static const char *
word_at(const char *s, struct buf *out)
{
	char quote = '\0';

	buf_clear(out);
	for (; *s != '\0'; s++) {
		if (quote == '\0' && (*s == ' ' || *s == '\t'))
			break;
		if (quote == '\0' && (*s == '\'' || *s == '"')) {
			quote = *s;
		} else if (quote != '\0' && *s == quote) {
			quote = '\0';
		} else if (*s == '\\' && quote != '\'' && s[1] != '\0') {
			buf_chr(out, *++s);
		} else {
			buf_chr(out, *s);
		}
	}
	return quote == '\0' ? s : NULL;
}

int
grammar_split(struct arena *a, const char *line, struct strings *out,
    bool *open, struct err *e)
{
	struct buf word = { 0 };
	const char *s = line + strspn(line, " \t");
	bool grows = false;

	*out = (struct strings){ 0 };
	while (*s != '\0') {
		const char *end = word_at(s, &word);

		out->v = arena_grow(a, out->v, out->n, sizeof(*out->v));
		out->v[out->n++] = arena_str(a, buf_text(&word));
		if (end == NULL) {
			buf_free(&word);
			if (open != NULL)
				*open = true;
			return err_set(e, ERR_USAGE, 0,
			    "a quote is opened and not closed");
		}
		grows = *end == '\0';
		s = end + strspn(end, " \t");
	}
	buf_free(&word);
	if (open != NULL)
		*open = grows;
	return 0;
}

void
word_quote(struct buf *out, const char *text)
{
	buf_chr(out, '\'');
	for (const char *t = text; *t != '\0'; t++) {
		if (*t == '\'')
			buf_str(out, "'\\''");
		else
			buf_chr(out, *t);
	}
	buf_chr(out, '\'');
}
