/*
 * complete.c -- what may come next on a line.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "desk/query.h"
#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/grammar.h"
#include "ui/cmd/resolve.h"

#define MOST 200

/* Candidates as they are found, those that fit what was typed. */
struct found {
	struct ctx *c;
	const char *typed;
	struct candidate *v;
	size_t n;
};

static void
offer(struct found *f, const char *text, const char *brief)
{
	struct arena *a = f->c->arena;

	if (f->n == MOST || strncmp(text, f->typed, strlen(f->typed)) != 0)
		return;
	f->v = arena_grow(a, f->v, f->n, sizeof(*f->v));
	f->v[f->n++] = (struct candidate){
		.text = arena_str(a, text),
		.brief = text_cleaned(a, brief, TEXT_LINE),
	};
}

/* The next word of a command's name after the words already there. */
static void
offer_name(struct found *f, const struct cmd *cmd, const struct strings *before)
{
	const char *s = cmd->name;
	struct arena *a = f->c->arena;
	size_t n;

	for (size_t i = 0; i < before->n; i++) {
		n = strlen(before->v[i]);
		if (strncmp(s, before->v[i], n) != 0 || s[n] != ' ')
			return;
		s += n + 1;
	}
	n = strcspn(s, " ");
	s = arena_strn(a, s, n);
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->v[i].text, s) == 0)
			return;
	}
	offer(f, s, cmd->brief != NULL ? cmd->brief : "");
}

static void
offer_names(struct found *f, const struct cmd *const *table,
    const struct strings *before)
{
	unsigned unfit = f->c->screen != NULL ? CMD_LINE : CMD_SCREEN;

	for (size_t i = 0; table != NULL && table[i] != NULL; i++) {
		if (!(table[i]->flags & (unfit | CMD_HIDDEN)))
			offer_name(f, table[i], before);
	}
}

static int
offer_agents(struct found *f, const char *prefix, struct err *e)
{
	struct arena *a = f->c->arena;
	struct agent *v = NULL;
	size_t n = 0;

	if (store_agents(f->c->store, a, &v, &n, e) < 0)
		return -1;
	offer(f, arena_fmt(a, "%sme", prefix), "you");
	for (size_t i = 0; i < n; i++) {
		if (v[i].active)
			offer(f, arena_fmt(a, "%s%s", prefix, v[i].login),
			    v[i].name);
	}
	for (size_t i = 0; i < f->c->shop->agents; i++) {
		const struct agent_setting *s = &f->c->shop->agent[i];
		size_t k = 0;

		while (k < n && strcmp(v[k].login, s->login) != 0)
			k++;
		if (k == n)
			offer(f, arena_fmt(a, "%s%s", prefix, s->login),
			    s->name);
	}
	offer(f, arena_fmt(a, "%snone", prefix), "nobody");
	return 0;
}

static int
offer_tags(struct found *f, const char *prefix, struct err *e)
{
	struct arena *a = f->c->arena;
	struct tag_count *v = NULL;
	char count[TEXT_COUNT];
	size_t n = 0;

	if (store_tags(f->c->store, a, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		offer(f, arena_fmt(a, "%s%s", prefix, v[i].name),
		    arena_str(a, text_count(v[i].threads, "thread", count)));
	return 0;
}

static int
offer_canned(struct found *f, struct err *e)
{
	struct canned *v = NULL;
	size_t n = 0;

	if (answer_canned(f->c, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		offer(f, v[i].name, v[i].title);
	return 0;
}

static int
offer_outbox(struct found *f, struct err *e)
{
	struct arena *a = f->c->arena;
	struct outbox *v = NULL;
	size_t n = 0;

	if (store_outbox(f->c->store, false, a, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		offer(f, arena_fmt(a, "%lld", (long long)v[i].id),
		    v[i].subject);
	return 0;
}

/* The threads at the top of the list, for a number. */
static int
offer_threads(struct found *f, struct err *e)
{
	struct arena *a = f->c->arena;
	struct list_ask ask = { .me = f->c->act.agent,
		.now = f->c->act.now,
		.limit = 30 };
	struct thread *v = NULL;
	size_t n = 0;

	if (store_list(f->c->store, &ask, a, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		offer(f, arena_fmt(a, "%lld", (long long)v[i].id),
		    v[i].subject);
	return 0;
}

static void
offer_when(struct found *f)
{
	static const char *const v[] = { "30m", "2h", "4h", "1d", "tomorrow",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun", "off" };

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		offer(f, v[i], "");
}

static int
offer_query(struct found *f, struct err *e)
{
	struct arena *a = f->c->arena;

	if (f->c->store != NULL && strncmp(f->typed, "assignee:", 9) == 0)
		return offer_agents(f, "assignee:", e);
	if (f->c->store != NULL && strncmp(f->typed, "tag:", 4) == 0)
		return offer_tags(f, "tag:", e);
	for (size_t i = 0; query_is_names[i] != NULL; i++)
		offer(f, arena_fmt(a, "is:%s", query_is_names[i]), "");
	for (size_t i = 0; query_field_names[i] != NULL; i++) {
		if (strcmp(query_field_names[i], "is") != 0)
			offer(f, arena_fmt(a, "%s:", query_field_names[i]), "");
	}
	offer(f, "has:attachment", "");
	return 0;
}

static void
offer_files(struct found *f)
{
	struct arena *a = f->c->arena;
	const char *slash = strrchr(f->typed, '/');
	const char *folder =
	    slash == NULL
		? ""
		: arena_strn(a, f->typed, (size_t)(slash - f->typed) + 1);
	DIR *d = opendir(*folder != '\0' ? folder : ".");
	struct dirent *de;

	while (d != NULL && (de = readdir(d)) != NULL) {
		const char *path = arena_fmt(a, "%s%s", folder, de->d_name);
		struct stat st;

		if (de->d_name[0] == '.')
			continue;
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			path = arena_fmt(a, "%s/", path);
		offer(f, path, "");
	}
	if (d != NULL)
		closedir(d);
}

static void
offer_choices(struct found *f, const struct place *p)
{
	const char *s = p->name, *end = p->name + p->len;

	while (s < end) {
		size_t n = strcspn(s, "|");

		if (n > (size_t)(end - s))
			n = (size_t)(end - s);
		offer(f, arena_strn(f->c->arena, s, n), "");
		s += n + 1;
	}
}

static void
offer_accounts(struct found *f)
{
	for (size_t i = 0; f->c->shop != NULL && i < f->c->shop->accounts; i++)
		offer(f, f->c->shop->account[i].title,
		    f->c->shop->account[i].address);
}

/* What can stand in a place.  Nothing from a store that is not open. */
static int
offer_place(struct found *f, const struct place *p, struct err *e)
{
	bool store = f->c->store != NULL;

	switch (p->kind) {
	case ARG_THREAD:
		return store ? offer_threads(f, e) : 0;
	case ARG_AGENT:
		return store ? offer_agents(f, "", e) : 0;
	case ARG_TAG:
		if (!store)
			return 0;
		return offer_tags(f, *f->typed == '-' ? "-" : "+", e);
	case ARG_CANNED:
		return f->c->shop != NULL ? offer_canned(f, e) : 0;
	case ARG_OUTBOX:
		return store ? offer_outbox(f, e) : 0;
	case ARG_QUERY:
		return offer_query(f, e);
	case ARG_WHEN:
		offer_when(f);
		return 0;
	case ARG_FILE:
		offer_files(f);
		return 0;
	case ARG_ACCOUNT:
		offer_accounts(f);
		return 0;
	case ARG_WORD:
		offer_choices(f, p);
		return 0;
	default:
		return 0;
	}
}

static void
offer_options(struct found *f, const struct cmd *cmd)
{
	struct switch_decl d;

	for (size_t i = 0; grammar_switch(cmd, i, &d); i++)
		offer(f, arena_fmt(f->c->arena, "--%.*s", d.len, d.name), "");
}

/* Does the word before want a value?  Then that is what comes next. */
static bool
value_wanted(const struct cmd *cmd, const char *word, struct place *p)
{
	struct switch_decl d;

	if (strncmp(word, "--", 2) != 0)
		return false;
	for (size_t i = 0; grammar_switch(cmd, i, &d); i++) {
		if (d.takes_value && strlen(word + 2) == (size_t)d.len &&
		    memcmp(d.name, word + 2, (size_t)d.len) == 0) {
			*p = d.value;
			return true;
		}
	}
	return false;
}

/* Every place that the next word could stand in, the nearest first. */
static int
offer_places(struct found *f, const struct cmd *cmd,
    const struct strings *words, struct err *e)
{
	struct place place[GRAMMAR_PLACES];
	size_t n = grammar_places(cmd->args, place), at = 0;
	bool filled = false;

	for (size_t i = 0; i < words->n; i++) {
		if (words->v[i][0] == '-' && words->v[i][1] == '-')
			continue;
		while (
		    at < n && filled &&
		    (!place[at].many || !place_fits(&place[at], words->v[i]))) {
			at++;
			filled = false;
		}
		if (at < n && !place_fits(&place[at], words->v[i]) &&
		    (place[at].optional || place[at].kind == ARG_THREAD))
			at++;
		filled = true;
	}
	if (at < n && filled && !place[at].many)
		at++;
	for (; at < n; at++) {
		bool pass = place[at].optional || place[at].many ||
			    (place[at].kind == ARG_THREAD && f->c->threads > 0);

		/* With a thread at hand, what comes after it is meant first. */
		if (place[at].kind == ARG_THREAD && f->c->threads > 0 &&
		    (f->typed[0] < '0' || f->typed[0] > '9'))
			continue;
		if (offer_place(f, &place[at], e) < 0)
			return -1;
		if (!pass)
			break;
	}
	return 0;
}

static int
offer_next(struct found *f, const struct cmd *cmd, const struct strings *words,
    struct err *e)
{
	struct place p;

	if (words->n > 0 && value_wanted(cmd, words->v[words->n - 1], &p))
		return offer_place(f, &p, e);
	if (strncmp(f->typed, "--", 2) == 0) {
		offer_options(f, cmd);
		return 0;
	}
	return offer_places(f, cmd, words, e);
}

int
cmd_complete(struct ctx *c, const struct cmd *const *table, const char *line,
    struct candidate **v, size_t *n, struct err *e)
{
	struct found f = { .c = c, .typed = "" };
	struct err unknown = { 0 };
	const struct cmd *cmd;
	struct strings words, rest;
	size_t used;
	bool open;
	int rc = 0;

	if (grammar_split(c->arena, line, &words, &open, &unknown) < 0 && !open)
		return 0;
	if (open && words.n > 0)
		f.typed = words.v[--words.n];
	cmd = words.n > 0 ? grammar_command(table, &words, &used, &unknown)
			  : NULL;
	offer_names(&f, cmd_table, &words);
	offer_names(&f, table, &words);
	if (cmd != NULL) {
		rest = (struct strings){ words.v + used, words.n - used };
		rc = offer_next(&f, cmd, &rest, e);
	}
	*v = f.v;
	*n = f.n;
	return rc;
}
