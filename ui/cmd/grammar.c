#include "ui/cmd/grammar.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static const struct {
	const char *name;
	enum arg_kind kind;
} kinds[] = {
	{ "thread", ARG_THREAD },
	{ "agent", ARG_AGENT },
	{ "tag", ARG_TAG },
	{ "when", ARG_WHEN },
	{ "text", ARG_TEXT },
	{ "file", ARG_FILE },
	{ "query", ARG_QUERY },
	{ "canned", ARG_CANNED },
	{ "outbox", ARG_OUTBOX },
	{ "message", ARG_MESSAGE },
	{ "number", ARG_NUMBER },
	{ "account", ARG_ACCOUNT },
};

/* Every command takes these; the others by flag. */
static const char common_options[] =
    "[--config <file>] [--store <file>] [--quiet] [--help]";
static const char mass_options[] = "[--query <query>] [--yes]";

static bool
same_word(const char *a, size_t n, const char *b)
{
	return strlen(b) == n && memcmp(a, b, n) == 0;
}

/* One place at s: its end is returned, p filled in. */
static const char *
place_read(const char *s, struct place *p)
{
	const char *end;

	*p = (struct place){ .kind = ARG_WORD };
	if (*s == '[') {
		p->optional = true;
		s++;
	}
	if (*s == '<')
		s++;
	p->name = s;
	end = s + strcspn(s, "<>[]. ");
	p->len = (int)(end - s);
	if (*end == '>') {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if (same_word(s, (size_t)p->len, kinds[i].name))
				p->kind = kinds[i].kind;
		}
		end++;
	}
	while (*end == '.' || *end == ']') {
		p->many |= *end == '.';
		end++;
	}
	return end + strspn(end, " ");
}

size_t
grammar_places(const char *args, struct place v[GRAMMAR_PLACES])
{
	const char *s = args != NULL ? args : "";
	size_t n = 0;

	while (*s != '\0' && n < GRAMMAR_PLACES)
		s = place_read(s, &v[n++]);
	return n;
}

/* The i-th "[--...]" of a list; *i counts down when it is not reached. */
static bool
switch_in(const char *list, size_t *i, struct switch_decl *out)
{
	const char *s = list != NULL ? list : "";

	while ((s = strstr(s, "[--")) != NULL) {
		s += 3;
		if ((*i)-- > 0)
			continue;
		*out = (struct switch_decl){ .name = s };
		out->len = (int)strcspn(s, " ]");
		s += out->len;
		if (*s == ' ') {
			out->takes_value = true;
			place_read(s + 1, &out->value);
		}
		return true;
	}
	return false;
}

bool
grammar_switch(const struct cmd *cmd, size_t i, struct switch_decl *out)
{
	if (switch_in(cmd->options, &i, out))
		return true;
	if ((cmd->flags & CMD_MASS) && switch_in(mass_options, &i, out))
		return true;
	return switch_in(common_options, &i, out);
}

static bool
is_number(const char *s)
{
	if (*s == '#')
		s++;
	return *s != '\0' && strspn(s, "0123456789") == strlen(s) &&
	       strlen(s) < 19;
}

static bool
is_choice(const struct place *p, const char *word)
{
	const char *s = p->name, *end = p->name + p->len;

	while (s < end) {
		size_t n = strcspn(s, "|");

		if (n > (size_t)(end - s))
			n = (size_t)(end - s);
		if (same_word(s, n, word))
			return true;
		s += n + 1;
	}
	return false;
}

bool
place_fits(const struct place *p, const char *word)
{
	switch (p->kind) {
	case ARG_THREAD:
	case ARG_OUTBOX:
	case ARG_MESSAGE:
	case ARG_NUMBER:
		return is_number(word);
	case ARG_TAG:
		return (*word == '+' || *word == '-') && word[1] != '\0';
	case ARG_WORD:
		return is_choice(p, word);
	default:
		return true;
	}
}

static void
push(struct arena *a, struct strings *v, const char *s)
{
	v->v = arena_grow(a, v->v, v->n, sizeof(*v->v));
	v->v[v->n++] = s;
}

char *
grammar_usage(struct arena *a, const struct cmd *cmd)
{
	return arena_fmt(a, "shopbell %s%s%s%s%s%s", cmd->name,
	    cmd->args != NULL && *cmd->args != '\0' ? " " : "",
	    cmd->args != NULL ? cmd->args : "",
	    cmd->options != NULL && *cmd->options != '\0' ? " " : "",
	    cmd->options != NULL ? cmd->options : "",
	    cmd->flags & CMD_MASS ? " [--query <query> [--yes]]" : "");
}

/* ---- options ---- */

/* What is being read. */
struct reading {
	struct arena *arena;
	const struct cmd *cmd;
	const struct strings *words;
	size_t at;
	struct parsed *out;
	struct strings rest; /* the words that are no options */
	struct err *e;
};

static int
unknown_option(struct reading *r, const char *name, size_t len)
{
	const char *names[64];
	struct switch_decl d;
	const char *near, *typed = arena_strn(r->arena, name, len);
	size_t n = 0;

	while (n < 64 && grammar_switch(r->cmd, n, &d)) {
		names[n] = arena_strn(r->arena, d.name, (size_t)d.len);
		n++;
	}
	near = text_nearest(typed, names, n);
	if (near != NULL)
		return err_set(r->e, ERR_USAGE, 0,
		    "%s: no option --%.40s: did you mean --%s?", r->cmd->name,
		    typed, near);
	return err_set(r->e, ERR_USAGE, 0,
	    "%s: no option --%.40s: see \"shopbell %s --help\"", r->cmd->name,
	    typed, r->cmd->name);
}

/* The value of an option: after "=" or the next word. */
static const char *
option_value(struct reading *r, const char *name, const char *after)
{
	if (after != NULL)
		return after;
	if (r->at < r->words->n)
		return r->words->v[r->at++];
	err_set(r->e, ERR_USAGE, 0, "%s: %s needs a value", r->cmd->name, name);
	return NULL;
}

/* Options that every command knows go to their own places. */
static bool
keep_common(struct parsed *out, const char *name, const char *value)
{
	if (strcmp(name, "config") == 0)
		out->config = value;
	else if (strcmp(name, "store") == 0)
		out->store = value;
	else if (strcmp(name, "query") == 0)
		out->query = value;
	else if (strcmp(name, "yes") == 0)
		out->yes = true;
	else if (strcmp(name, "quiet") == 0)
		out->quiet = true;
	else if (strcmp(name, "help") == 0)
		out->help = true;
	else
		return false;
	return true;
}

static int
long_option(struct reading *r, const char *word)
{
	const char *name = word + 2, *eq = strchr(name, '='), *value = "";
	size_t len = eq != NULL ? (size_t)(eq - name) : strlen(name);
	struct parsed *out = r->out;
	struct switch_decl d;
	size_t i = 0;

	while (grammar_switch(r->cmd, i, &d) &&
	       ((size_t)d.len != len || memcmp(d.name, name, len) != 0))
		i++;
	if (!grammar_switch(r->cmd, i, &d))
		return unknown_option(r, name, len);
	name = arena_strn(r->arena, name, len);
	if (d.takes_value) {
		value = option_value(r, word, eq != NULL ? eq + 1 : NULL);
		if (value == NULL)
			return -1;
		if (memchr(d.value.name, '|', (size_t)d.value.len) != NULL &&
		    !place_fits(&d.value, value))
			return err_set(r->e, ERR_USAGE, 0,
			    "%s: --%s is one of %.*s, not \"%.40s\"",
			    r->cmd->name, name, d.value.len, d.value.name,
			    value);
	} else if (eq != NULL) {
		return err_set(r->e, ERR_USAGE, 0, "%s: --%s takes no value",
		    r->cmd->name, name);
	}
	if (keep_common(out, name, value))
		return 0;
	out->option = arena_grow(r->arena, out->option, out->options,
	    sizeof(*out->option));
	out->option[out->options++] =
	    (struct option_value){ .name = name, .value = value };
	return 0;
}

/*
 * Is it "-n", "-n5", "-ojson", "-q" or "-h" of this command?  Anything else
 * with one hyphen is a word: "-returns" takes a tag off, "-is:open" is a
 * query.
 */
static bool
is_short(const struct cmd *cmd, const char *w)
{
	if (w[0] != '-' || w[1] == '\0')
		return false;
	switch (w[1]) {
	case 'q':
	case 'h':
		return w[2] == '\0';
	case 'n':
		return (cmd->flags & CMD_LIST) &&
		       strspn(w + 2, "0123456789") == strlen(w + 2);
	case 'o':
		return (cmd->flags & CMD_PRINT) &&
		       (w[2] == '\0' || strcmp(w + 2, "text") == 0 ||
			   strcmp(w + 2, "json") == 0 ||
			   strcmp(w + 2, "csv") == 0);
	default:
		return false;
	}
}

static int
short_option(struct reading *r, const char *word)
{
	struct parsed *out = r->out;
	const char *value;

	if (word[1] == 'q' || word[1] == 'h') {
		out->quiet |= word[1] == 'q';
		out->help |= word[1] == 'h';
		return 0;
	}
	value = option_value(r, word, word[2] != '\0' ? word + 2 : NULL);
	if (value == NULL)
		return -1;
	if (word[1] == 'n')
		out->limit = value;
	else
		out->format = value;
	return 0;
}

/* A word with one hyphen that no place can take is a mistake. */
static int
stray_option(struct reading *r, const char *word)
{
	for (size_t i = 0; i < r->out->places; i++) {
		enum arg_kind k = r->out->place[i].kind;

		if (k == ARG_TAG || k == ARG_QUERY || k == ARG_TEXT)
			return 0;
	}
	if (strcmp(word, "-") == 0)
		return 0;
	if (word[1] == 'o' || word[1] == 'n')
		return err_set(r->e, ERR_USAGE, 0,
		    "%s takes no -%c: see \"shopbell %s --help\"", r->cmd->name,
		    word[1], r->cmd->name);
	return err_set(r->e, ERR_USAGE, 0,
	    "%s: no option %.40s: see \"shopbell %s --help\"", r->cmd->name,
	    word, r->cmd->name);
}

static int
take_word(struct reading *r, const char *w)
{
	if (w[0] == '-' && w[1] == '-')
		return long_option(r, w);
	if (is_short(r->cmd, w))
		return short_option(r, w);
	if (w[0] == '-' && stray_option(r, w) < 0)
		return -1;
	push(r->arena, &r->rest, w);
	return 0;
}

/* ---- places ---- */

static size_t
needed_after(const struct parsed *p, size_t place)
{
	size_t n = 0;

	for (size_t i = place + 1; i < p->places; i++)
		n += !p->place[i].optional;
	return n;
}

static int
place_wrong(struct reading *r, const struct place *p, const char *word)
{
	const char *usage = grammar_usage(r->arena, r->cmd);

	if (word == NULL)
		return err_set(r->e, ERR_USAGE, 0,
		    "%s: which %.*s?: usage: %.120s", r->cmd->name, p->len,
		    p->name, usage);
	if (p->kind == ARG_TAG)
		return err_set(r->e, ERR_USAGE, 0,
		    "%s: \"%.40s\" is no tag: write +%.40s or -%.40s",
		    r->cmd->name, word, word, word);
	if (p->kind == ARG_WORD)
		return err_set(r->e, ERR_USAGE, 0,
		    "%s: \"%.40s\": one of %.*s is meant", r->cmd->name, word,
		    p->len, p->name);
	return err_set(r->e, ERR_USAGE, 0,
	    "%s: \"%.40s\" is no %.*s number: usage: %.120s", r->cmd->name,
	    word, p->len, p->name, usage);
}

/* Hand the words to the places, from the left, keeping enough for the rest. */
static int
fill_places(struct reading *r, bool short_of)
{
	struct parsed *out = r->out;
	size_t at = 0;

	for (size_t i = 0; i < out->places; i++) {
		const struct place *p = &out->place[i];
		size_t keep = needed_after(out, i);
		bool bare = p->optional ||
			    (p->kind == ARG_THREAD && (short_of || out->query));

		while (at + keep < r->rest.n &&
		       (p->many || out->word[i].n == 0) &&
		       place_fits(p, r->rest.v[at]))
			push(r->arena, &out->word[i], r->rest.v[at++]);
		if (out->word[i].n == 0 && !bare)
			return place_wrong(r, p,
			    at + keep < r->rest.n ? r->rest.v[at] : NULL);
	}
	if (at == r->rest.n)
		return 0;
	if (out->places > 0 && out->word[out->places - 1].n == 0)
		return place_wrong(r, &out->place[out->places - 1],
		    r->rest.v[at]);
	if (out->places > 0 && out->place[0].many && out->word[0].n == 0)
		return place_wrong(r, &out->place[0], r->rest.v[at]);
	return err_set(r->e, ERR_USAGE, 0,
	    "%s: what is \"%.40s\" for?: usage: %.140s", r->cmd->name,
	    r->rest.v[at], grammar_usage(r->arena, r->cmd));
}

int
grammar_parse(struct arena *a, const struct cmd *cmd,
    const struct strings *words, bool short_of, struct parsed *out,
    struct err *e)
{
	struct reading r = { .arena = a,
		.cmd = cmd,
		.words = words,
		.out = out,
		.e = e };

	*out = (struct parsed){ 0 };
	out->places = grammar_places(cmd->args, out->place);
	while (r.at < words->n) {
		const char *w = words->v[r.at++];

		if (strcmp(w, "--") == 0) {
			while (r.at < words->n)
				push(a, &r.rest, words->v[r.at++]);
			break;
		}
		if (take_word(&r, w) < 0)
			return -1;
	}
	if (out->help)
		return 0;
	return fill_places(&r, short_of);
}
