/*
 * run.c -- from a line to a command, asking for what is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/app.h"
#include "ui/cmd/grammar.h"
#include "ui/ui.h"
#include "ui/views.h"

struct screen_ctx {
	struct ctx c; /* first: a ctx is freed as what it is */
	struct arena arena;
	struct out out;
};

struct ctx *
app_ctx(struct app *a)
{
	struct screen_ctx *s = calloc(1, sizeof(*s));

	if (s == NULL)
		exit(EX_OSERR);
	s->c = *a->base;
	s->c.arena = &s->arena;
	s->c.act.now = when_now();
	s->out.fd = -1;
	s->out.cols = a->cols > 4 ? a->cols - 2 : 80;
	s->c.out = &s->out;
	s->c.screen = a;
	s->c.thread = NULL;
	s->c.threads = 0;
	s->c.limit = 50;
	s->c.said[0] = '\0';
	return &s->c;
}

void
app_ctx_free(struct ctx *c)
{
	struct screen_ctx *s = (struct screen_ctx *)c;

	buf_free(&s->out.text);
	arena_free(&s->arena);
	free(s);
}

/* ---- asking for a missing word ---- */

static void
go_on(struct app *a, void *arg, const char *text)
{
	char *line = arg;
	struct buf b = { 0 };

	if (text != NULL && *text != '\0') {
		buf_str(&b, line);
		buf_chr(&b, ' ');
		word_quote(&b, text);
		app_run(a, buf_text(&b));
	}
	buf_free(&b);
	free(line);
}

/* The same for places that take what is typed as several words. */
static void
go_on_words(struct app *a, void *arg, const char *text)
{
	char *line = arg;
	struct buf b = { 0 };

	if (text != NULL && *text != '\0') {
		buf_fmt(&b, "%s %s", line, text);
		app_run(a, buf_text(&b));
	}
	buf_free(&b);
	free(line);
}

/* A tag typed without a sign is put on. */
static void
go_on_tag(struct app *a, void *arg, const char *text)
{
	struct buf b = { 0 };

	if (text != NULL && *text != '+' && *text != '-' && *text != '\0') {
		buf_fmt(&b, "+%s", text);
		text = b.data;
	}
	go_on(a, arg, text);
	buf_free(&b);
}

static void
ask_agent(struct app *a, char *line)
{
	struct picker *p = picker_open(a, " Assign to ", go_on, line);

	picker_add(p, "me", "me", "Enter takes it yourself", false);
	for (size_t i = 0; i < a->agents; i++) {
		if (a->agent[i].active && a->agent[i].id != a->base->act.agent)
			picker_add(p, a->agent[i].login, NULL, a->agent[i].name,
			    false);
	}
	picker_add(p, "none", "nobody", "back to everybody", false);
	picker_find(p);
}

static bool
tag_on(const struct thread *t, const char *tag)
{
	for (size_t i = 0; i < t->tags.n; i++) {
		if (strcmp(t->tags.v[i], tag) == 0)
			return true;
	}
	return false;
}

/* Ticked are the tags of the thread; choosing one takes it off. */
static void
ask_tag(struct app *a, const struct ctx *c, char *line)
{
	struct picker *p = picker_open(a, " Tag ", go_on_tag, line);
	struct tag_count *v = NULL;
	struct thread t = { 0 };
	size_t n = 0;
	struct err e = { 0 };

	if (c->threads > 0)
		store_thread(a->store, c->thread[0].thread, &p->arena, &t, &e);
	store_tags(a->store, &p->arena, &v, &n, &e);
	for (size_t i = 0; i < n; i++) {
		char count[TEXT_COUNT];
		bool on = c->threads == 1 && tag_on(&t, v[i].name);

		picker_add(p,
		    arena_fmt(&p->arena, "%c%s", on ? '-' : '+', v[i].name),
		    v[i].name,
		    arena_str(&p->arena,
			text_count(v[i].threads, "thread", count)),
		    on);
	}
	p->free_text = true;
	picker_find(p);
}

static void
explain_when(struct app *a, const char *typed, char *out, size_t size)
{
	struct err e = { 0 };
	int64_t at;
	char text[WHEN_SIZE];

	if (when_parse_future(typed, a->shop->zone, when_now(), &at, &e) < 0)
		snprintf(out, size, "%.80s", e.text);
	else
		snprintf(out, size, "until %s",
		    when_long(a->shop->zone, at, text));
}

static void
ask_when(struct app *a, char *line)
{
	static const struct {
		const char *text;
		const char *label;
	} v[] = {
		{ "1h", "in an hour" },
		{ "3h", "in three hours" },
		{ "tomorrow 9:00", "tomorrow morning" },
		{ "2d", "in two days" },
		{ "mon 9:00", "on Monday" },
		{ "1w", "in a week" },
		{ "30d", "in a month" },
	};
	struct picker *p = picker_open(a, " Until when ", go_on, line);

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct err e = { 0 };
		int64_t at;
		char text[WHEN_SIZE] = "";

		if (when_parse_future(v[i].text, a->shop->zone, when_now(), &at,
			&e) == 0)
			when_long(a->shop->zone, at, text);
		picker_add(p, v[i].text, v[i].label, text, false);
	}
	p->free_text = true;
	p->explain = explain_when;
	picker_find(p);
}

static void
ask_choice(struct app *a, const struct place *place, char *line)
{
	struct picker *p = picker_open(a, " Which ", go_on, line);
	const char *s = place->name, *end = s + place->len;

	while (s < end) {
		size_t n = strcspn(s, "|");

		if (n > (size_t)(end - s))
			n = (size_t)(end - s);
		picker_add(p, arena_strn(&p->arena, s, n), NULL, "", false);
		s += n + 1;
	}
	picker_find(p);
}

static void
ask_line(struct app *a, const struct cmd *cmd, const struct place *place,
    char *line)
{
	char label[80];
	enum prompt_kind kind = PROMPT_TEXT;

	if (place->kind == ARG_FILE)
		kind = PROMPT_FILE;
	else if (place->kind == ARG_QUERY)
		kind = PROMPT_QUERY;
	snprintf(label, sizeof(label), "%s %.*s: ", cmd->name, place->len,
	    place->name);
	prompt_open(a, kind, label, "",
	    place->kind == ARG_FILE ? go_on : go_on_words, line);
}

static void
ask(struct app *a, const struct ctx *c, const struct cmd *cmd,
    const struct place *place, const char *so_far)
{
	char *line = strdup(so_far);

	if (line == NULL)
		exit(EX_OSERR);
	switch (place->kind) {
	case ARG_AGENT:
		ask_agent(a, line);
		break;
	case ARG_TAG:
		ask_tag(a, c, line);
		break;
	case ARG_WHEN:
		ask_when(a, line);
		break;
	case ARG_WORD:
		ask_choice(a, place, line);
		break;
	default:
		ask_line(a, cmd, place, line);
		break;
	}
}

static bool
is_number(const char *s)
{
	s += *s == '#';
	return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/*
 * The first place that must be filled and is not; threads come from the
 * view.  Options say by themselves what they want.
 */
static bool
missing(const struct cmd *cmd, const struct strings *words, struct place *out)
{
	struct place v[GRAMMAR_PLACES];
	size_t n = grammar_places(cmd->args != NULL ? cmd->args : "", v);
	size_t at = 0;

	for (size_t i = 0; i < words->n; i++) {
		if (strncmp(words->v[i], "--", 2) == 0)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == ARG_THREAD) {
			/* The last number may be for the place after it. */
			size_t keep = i + 1 < n && v[i + 1].kind == ARG_MESSAGE;

			for (size_t k = 0; k == 0 || v[i].many; k++) {
				if (at + keep >= words->n ||
				    !is_number(words->v[at]))
					break;
				at++;
			}
			continue;
		}
		if (v[i].optional)
			return false;
		if (at >= words->n) {
			*out = v[i];
			return true;
		}
		at++;
	}
	return false;
}

/* ---- running ---- */

/* Arguments for a command of the screen: words, nothing looked up. */
static void
screen_args(struct arena *a, const struct parsed *p,
    struct arg arg[GRAMMAR_PLACES])
{
	memset(arg, 0, GRAMMAR_PLACES * sizeof(*arg));
	for (size_t i = 0; i < p->places; i++) {
		struct buf b = { 0 };

		for (size_t j = 0; j < p->word[i].n; j++)
			buf_fmt(&b, "%s%s", j > 0 ? " " : "", p->word[i].v[j]);
		arg[i].given = p->word[i].n > 0;
		arg[i].str = arena_str(a, buf_text(&b));
		arg[i].id = atoll(arg[i].str);
		arg[i].all = p->word[i];
		buf_free(&b);
	}
}

static void
show_result(struct app *a, const struct ctx *c, const struct cmd *cmd)
{
	if (c->out->text.len > 0)
		text_show(a, cmd->name, &c->out->text);
	if (c->said[0] == '\0')
		return;
	if (cmd->flags & CMD_WRITE && !(cmd->flags & CMD_FINAL))
		app_say(a, "%s · u takes it back", c->said);
	else
		app_say(a, "%s", c->said);
}

static bool
run_screen(struct app *a, struct ctx *c, const struct cmd *cmd,
    const struct parsed *p)
{
	struct arg arg[GRAMMAR_PLACES];
	struct err e = { 0 };

	screen_args(c->arena, p, arg);
	if (cmd->run(c, arg, &e) < 0) {
		app_fail(a, &e);
		return false;
	}
	if (c->said[0] != '\0')
		app_say(a, "%s", c->said);
	return true;
}

static bool
run_store(struct app *a, struct ctx *c, const struct cmd *cmd, const char *line)
{
	struct err e = { 0 };

	if (cmd->flags & CMD_LINE) {
		app_say(a, "%s: leave the desk (Q) and run \"shopbell %s\"",
		    cmd->name, cmd->name);
		return false;
	}
	if (cmd_line(c, line, &e) < 0) {
		app_fail(a, &e);
		/* It moved under our hands: show how it is now. */
		if (e.kind == ERR_CONFLICT)
			app_touch(a);
		return false;
	}
	show_result(a, c, cmd);
	if (cmd->flags & CMD_WRITE)
		app_touch(a);
	return true;
}

static bool
is_screen(const struct cmd *cmd)
{
	for (size_t i = 0; ui_screen_cmds[i] != NULL; i++) {
		if (ui_screen_cmds[i] == cmd)
			return true;
	}
	return false;
}

/* A number alone is a thread to open. */
static bool
run_number(struct app *a, const struct strings *words)
{
	const char *s = words->n == 1 ? words->v[0] : "";

	if (!is_number(s))
		return false;
	thread_show(a, atoll(s + (*s == '#')));
	return true;
}

/* 1 it was done, 0 it was not, -1. */
static int
run_words(struct app *a, struct ctx *c, const char *line,
    const struct strings *words, struct err *e)
{
	const struct cmd *cmd;
	struct place place;
	struct strings rest;
	struct parsed p;
	size_t used;

	cmd = grammar_command(ui_screen_cmds, words, &used, e);
	if (cmd == NULL)
		return -1;
	rest = (struct strings){ words->v + used, words->n - used };
	if (missing(cmd, &rest, &place)) {
		ask(a, c, cmd, &place, line);
		return 0;
	}
	if (grammar_parse(c->arena, cmd, &rest, true, &p, e) < 0)
		return -1;
	return is_screen(cmd) ? run_screen(a, c, cmd, &p)
			      : run_store(a, c, cmd, line);
}

bool
app_run(struct app *a, const char *line)
{
	struct ctx *c = app_ctx(a);
	struct strings words = { 0 };
	struct err e = { 0 };
	char *copy = arena_str(c->arena, line); /* a view may own it */
	int done = 1;

	a->dirty = true;
	if (a->top != NULL && a->top->ops->point != NULL)
		a->top->ops->point(a->top, c);
	if (grammar_split(c->arena, copy, &words, NULL, &e) < 0)
		done = -1;
	else if (words.n > 0 && !run_number(a, &words))
		done = run_words(a, c, copy, &words, &e);
	if (done < 0)
		app_fail(a, &e);
	app_ctx_free(c);
	return done > 0;
}
