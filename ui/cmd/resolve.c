#include "ui/cmd/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/query.h"
#include "store/edit.h"

int64_t
resolve_number(const char *word)
{
	return strtoll(*word == '#' ? word + 1 : word, NULL, 10);
}

int
resolve_query(struct ctx *c, const char *words, struct list_ask *ask,
    struct err *e)
{
	size_t where;

	/* Who has never acted here is no agent yet; 0 would mean nobody. */
	*ask = (struct list_ask){
		.me = c->act.agent != 0 ? c->act.agent : -1,
		.now = c->act.now,
	};
	if (words == NULL || *words == '\0')
		return 0;
	ask->query =
	    query_parse(c->arena, words, c->shop->zone, c->act.now, &where, e);
	return ask->query != NULL ? 0 : -1;
}

static int
unknown_agent(struct ctx *c, const char *name, const struct agent *v, size_t n,
    struct err *e)
{
	const char **names = arena_array(c->arena, n + 2, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < n; i++)
		names[i] = v[i].login;
	names[n] = "me";
	names[n + 1] = "none";
	near = text_nearest(name, names, n + 2);
	if (near != NULL)
		return err_set(e, ERR_MISSING, 0,
		    "no agent \"%.40s\": did you mean \"%s\"?", name, near);
	return err_set(e, ERR_MISSING, 0,
	    "no agent \"%.40s\": name a login, me or none", name);
}

/* An agent by login, "me" or "none"; one only in the configuration is made. */
static int
resolve_agent(struct ctx *c, const char *name, int64_t *id, struct err *e)
{
	const struct agent_setting *set;
	struct err was = { 0 };
	struct agent *v = NULL;
	size_t n = 0;

	if (store_agent_named(c->store, &c->act, name, id, &was) == 0)
		return 0;
	if (was.kind != ERR_MISSING) {
		*e = was;
		return -1;
	}
	set = shop_agent(c->shop, name);
	if (set != NULL)
		return store_agent_ensure(c->store, set->login, set->name,
		    set->email, c->act.now, id, e);
	if (store_agents(c->store, c->arena, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text_same(v[i].login, name) || text_same(v[i].name, name)) {
			*id = v[i].id;
			return 0;
		}
	}
	return unknown_agent(c, name, v, n, e);
}

const char *
resolve_agent_name(struct ctx *c, int64_t id)
{
	struct err ignored = { 0 };
	struct agent *v = NULL;
	size_t n = 0;

	if (id == 0 || store_agents(c->store, c->arena, &v, &n, &ignored) < 0)
		return "nobody";
	for (size_t i = 0; i < n; i++) {
		if (v[i].id == id)
			return *v[i].name != '\0' ? v[i].name : v[i].login;
	}
	return "somebody";
}

static void
add_thread(struct ctx *c, int64_t id)
{
	for (size_t i = 0; i < c->threads; i++) {
		if (c->thread[i].thread == id)
			return;
	}
	c->thread =
	    arena_grow(c->arena, c->thread, c->threads, sizeof(*c->thread));
	c->thread[c->threads++] = (struct seen){ .thread = id };
}

/* Above this many threads at once, "--yes" is wanted. */
#define MASS_FREE  5
#define MASS_SHOWN 10

static int
preview(struct ctx *c, const struct thread *v, size_t n, struct err *e)
{
	for (size_t i = 0; c->out != NULL && i < n && i < MASS_SHOWN; i++)
		out_text(c->out, "%6lld  %-8s  %s\n", (long long)v[i].id,
		    thread_state_name(v[i].state),
		    text_cleaned(c->arena, v[i].subject, TEXT_LINE));
	if (c->out != NULL && n > MASS_SHOWN)
		out_text(c->out, "   ...  and %zu more\n", n - MASS_SHOWN);
	return err_set(e, ERR_USAGE, 0,
	    "%zu threads match and nothing was changed: add --yes to go on", n);
}

/* The threads of "--query". */
static int
threads_by_query(struct ctx *c, const char *words, bool yes, struct err *e)
{
	struct thread *v = NULL;
	struct list_ask ask;
	size_t n = 0;

	if (resolve_query(c, words, &ask, e) < 0 ||
	    store_list(c->store, &ask, c->arena, &v, &n, e) < 0)
		return -1;
	c->threads = 0;
	c->thread = NULL;
	if (n > MASS_FREE && !yes)
		return preview(c, v, n, e);
	c->thread = arena_array(c->arena, n, sizeof(*c->thread));
	for (size_t i = 0; i < n; i++)
		c->thread[c->threads++] = (struct seen){ .thread = v[i].id };
	return 0;
}

static int
resolve_threads(struct ctx *c, const struct cmd *cmd, const struct parsed *p,
    const struct strings *words, struct arg *arg, struct err *e)
{
	if (words->n > 0 && p->query != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "%s: threads or --query, not both", cmd->name);
	if (p->query != NULL) {
		if (threads_by_query(c, p->query, p->yes, e) < 0)
			return -1;
	} else if (words->n > 0) {
		c->threads = 0;
		c->thread = NULL;
		for (size_t i = 0; i < words->n; i++)
			add_thread(c, resolve_number(words->v[i]));
	}
	arg->given = c->threads > 0;
	arg->id = c->threads > 0 ? c->thread[0].thread : 0;
	return 0;
}

static const char *
joined(struct arena *a, const struct strings *words)
{
	struct buf b = { 0 };
	const char *out;

	for (size_t i = 0; i < words->n; i++) {
		if (i > 0)
			buf_chr(&b, ' ');
		buf_str(&b, words->v[i]);
	}
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

static int
resolve_place(struct ctx *c, const struct place *p, struct arg *arg,
    struct err *e)
{
	switch (p->kind) {
	case ARG_AGENT:
		return resolve_agent(c, arg->str, &arg->id, e);
	case ARG_WHEN:
		if (strcmp(arg->str, "off") == 0)
			return 0; /* never: wakes what sleeps */
		return when_parse_future(arg->str, c->shop->zone, c->act.now,
		    &arg->id, e);
	case ARG_OUTBOX:
	case ARG_MESSAGE:
	case ARG_NUMBER:
		arg->id = resolve_number(arg->str);
		return 0;
	default:
		return 0;
	}
}

int
resolve(struct ctx *c, const struct cmd *cmd, const struct parsed *p,
    struct arg arg[GRAMMAR_PLACES], struct err *e)
{
	memset(arg, 0, GRAMMAR_PLACES * sizeof(*arg));
	for (size_t i = 0; i < p->places; i++) {
		const struct strings *w = &p->word[i];

		arg[i].all = *w;
		arg[i].given = w->n > 0;
		arg[i].str = joined(c->arena, w);
		if (p->place[i].kind == ARG_THREAD) {
			if (resolve_threads(c, cmd, p, w, &arg[i], e) < 0)
				return -1;
		} else if (arg[i].given &&
			   resolve_place(c, &p->place[i], &arg[i], e) < 0) {
			return err_in(e, "%s", cmd->name);
		}
	}
	return 0;
}
