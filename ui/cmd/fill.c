/*
 * fill.c -- canned replies: found, filled in, suggested.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "desk/people.h"
#include "mail/message/read.h"
#include "store/query.h"
#include "ui/cmd/answer.h"

#define CANNED_MOST  (256u << 10) /* bytes of one file */
#define CANNED_DEPTH 4            /* folders within folders */

/* What is being gathered. */
struct shelf {
	struct arena *arena;
	struct canned *v;
	size_t n;
	int broken;
	struct err first; /* of the broken ones */
};

static void
take_file(struct shelf *s, const char *path, const char *name)
{
	struct err e = { 0 };
	struct canned r;
	struct buf b = { 0 };

	if (file_read(&b, path, CANNED_MOST, &e) == 0 &&
	    canned_parse(s->arena, name,
		arena_strn(s->arena, buf_text(&b), b.len), b.len, &r,
		&e) == 0) {
		s->v = arena_grow(s->arena, s->v, s->n, sizeof(*s->v));
		s->v[s->n++] = r;
	} else if (s->broken++ == 0) {
		s->first = e;
	}
	buf_free(&b);
}

/*
 * How long the name of a canned reply in this file is: "label" and
 * "label.txt" hold the reply "label"; other files are there to be attached.
 */
static size_t
stem(const char *file)
{
	size_t n = strlen(file);

	if (strchr(file, '.') == NULL)
		return n;
	return n > 4 && strcmp(file + n - 4, ".txt") == 0 ? n - 4 : 0;
}

static void
take_folder(struct shelf *s, const char *folder, const char *prefix, int depth)
{
	DIR *d = opendir(folder);
	struct dirent *de;

	while (d != NULL && (de = readdir(d)) != NULL) {
		size_t n = stem(de->d_name);
		const char *path;
		struct stat st;

		if (de->d_name[0] == '.')
			continue;
		path = arena_fmt(s->arena, "%s/%s", folder, de->d_name);
		if (stat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0)
			take_folder(s, path,
			    arena_fmt(s->arena, "%s%s/", prefix, de->d_name),
			    depth - 1);
		else if (S_ISREG(st.st_mode) && n > 0)
			take_file(s, path,
			    arena_fmt(s->arena, "%s%.*s", prefix, (int)n,
				de->d_name));
	}
	if (d != NULL)
		closedir(d);
}

static int
by_name(const void *a, const void *b)
{
	const struct canned *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
answer_canned(struct ctx *c, struct canned **v, size_t *n, struct err *e)
{
	struct shelf s = { .arena = c->arena };

	take_folder(&s, c->shop->canned, "", CANNED_DEPTH);
	if (s.n > 0)
		qsort(s.v, s.n, sizeof(*s.v), by_name);
	if (s.broken > 0)
		log_line(LOG_NOTICE, "canned reply left out: %s%s",
		    s.first.text, s.broken > 1 ? " (and others)" : "");
	*v = s.v;
	*n = s.n;
	return 0;
}

/* ---- values ---- */

/* The orders of a shop system; until one is asked, known without value. */
static const char *const order_names[] = { "order", "order.number",
	"order.status", "order.total", "order.date", "order.tracking",
	"order.carrier", "item", "item.name", "item.quantity", "item.price" };

static void
add_order(struct arena *a, struct values *v)
{
	for (size_t i = 0; i < sizeof(order_names) / sizeof(order_names[0]);
	     i++)
		values_text(a, v, order_names[i], NULL);
	values_list(a, v, "order.items", NULL, 0);
}

static void
add_people(struct arena *a, struct values *v, const struct address *customer,
    const char *agent)
{
	values_text(a, v, "customer.name", customer->name);
	values_text(a, v, "customer.first_name",
	    people_first_name(a, customer->name));
	values_text(a, v, "customer.address", customer->addr);
	values_text(a, v, "agent.name", agent);
	values_text(a, v, "agent.first_name", people_first_name(a, agent));
}

/* The values for a draft: its customer is the one it goes to. */
static int
values_for(struct ctx *c, const struct draft *d, struct values *out,
    struct err *e)
{
	const struct agent_setting *me = shop_agent(c->shop, c->act.login);
	struct address customer = { "", "" };
	struct thread t = { 0 };

	if (d->thread != 0) {
		if (store_thread(c->store, d->thread, c->arena, &t, e) < 0)
			return -1;
		customer.name = t.customer.name;
		customer.addr = t.customer.address;
	}
	if (d->to.n > 0 &&
	    (d->thread == 0 || !text_same(d->to.v[0].addr, customer.addr)))
		customer = d->to.v[0];
	add_people(c->arena, out, &customer,
	    c->agent_name != NULL ? c->agent_name : c->act.login);
	values_text(c->arena, out, "agent.email", me != NULL ? me->email : "");
	values_text(c->arena, out, "shop.name", d->from.name);
	values_text(c->arena, out, "shop.address", d->from.addr);
	values_text(c->arena, out, "thread.id",
	    t.id != 0 ? arena_fmt(c->arena, "%lld", (long long)t.id) : "");
	values_text(c->arena, out, "thread.subject",
	    t.id != 0 ? t.subject : d->subject);
	add_order(c->arena, out);
	return 0;
}

/* Every variable there is, with a value, for canned_check. */
static struct values
values_known(struct arena *a)
{
	struct address someone = { "Lena Fischer", "lena@example.org" };
	struct values v = { 0 };

	add_people(a, &v, &someone, "Ana Ruiz");
	values_text(a, &v, "agent.email", "ana@shop.example");
	values_text(a, &v, "shop.name", "The Shop");
	values_text(a, &v, "shop.address", "hello@shop.example");
	values_text(a, &v, "thread.id", "1");
	values_text(a, &v, "thread.subject", "A subject");
	add_order(a, &v);
	return v;
}

int
answer_canned_broken(struct ctx *c,
    void (*tell)(void *arg, const struct err *e), void *arg)
{
	struct shelf s = { .arena = c->arena };
	struct canned *v;
	struct values known = values_known(c->arena);

	take_folder(&s, c->shop->canned, "", CANNED_DEPTH);
	if (s.broken > 0)
		tell(arg, &s.first);
	v = s.v;
	for (size_t i = 0; i < s.n; i++) {
		struct err e = { 0 };

		if (canned_check(v[i].name, v[i].body_line, v[i].body, &known,
			&e) < 0 ||
		    canned_check(v[i].name, 1, v[i].subject, &known, &e) < 0) {
			tell(arg, &e);
			s.broken++;
		}
	}
	return s.broken;
}

/* ---- filling ---- */

/* Where the part that was not written by hand begins: signature or quote. */
static size_t
tail_begins(struct ctx *c, const struct draft *d)
{
	struct draft fresh;
	struct err ignored = { 0 };
	size_t whole = strlen(d->text), tail;
	static const enum answer_how hows[] = { ANSWER_ONE, ANSWER_FORWARD,
		ANSWER_NEW };

	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		if ((hows[i] == ANSWER_NEW) != (d->thread == 0) ||
		    answer_begin(c, d->thread, hows[i], &fresh, &ignored) < 0)
			continue;
		tail = strlen(fresh.text);
		if (tail <= whole &&
		    strcmp(d->text + whole - tail, fresh.text) == 0)
			return whole - tail;
	}
	return 0;
}

static void
put_in(struct ctx *c, struct draft *d, const char *filled)
{
	size_t at = tail_begins(c, d), n = strlen(filled);
	const char *own = arena_strn(c->arena, d->text, at);
	bool blank = strspn(own, " \n\t") == strlen(own);

	while (n > 0 && strchr(" \n\t", filled[n - 1]) != NULL)
		n--;
	d->text = arena_fmt(c->arena, "%s%s%.*s\n%s", blank ? "" : own,
	    blank || own[at - 1] == '\n' ? "" : "\n", (int)n, filled,
	    answer_below(d->text + at));
}

static void
attach_canned(struct ctx *c, struct draft *d, const struct canned *r)
{
	struct strings all = { 0 };

	all.v = arena_array(c->arena, d->attachments.n + r->attach.n,
	    sizeof(*all.v));
	for (size_t i = 0; i < d->attachments.n; i++)
		all.v[all.n++] = d->attachments.v[i];
	for (size_t i = 0; i < r->attach.n; i++)
		all.v[all.n++] = arena_fmt(c->arena, "%s/%s", c->shop->canned,
		    r->attach.v[i]);
	d->attachments = all;
}

int
answer_fill(struct ctx *c, struct draft *d, const struct canned *r,
    struct err *e)
{
	struct values v = { 0 };
	struct buf body = { 0 }, subject = { 0 };
	int rc = -1;

	if (values_for(c, d, &v, e) < 0)
		return -1;
	if (canned_fill(&body, r->name, r->body_line, r->body, &v, e) < 0)
		goto out;
	if (*r->subject != '\0') {
		if (canned_fill(&subject, r->name, 1, r->subject, &v, e) < 0)
			goto out;
		d->subject = arena_str(c->arena, buf_text(&subject));
	}
	put_in(c, d, buf_text(&body));
	attach_canned(c, d, r);
	d->canned = r->name;
	d->close |= r->close;
	d->markdown |= r->markdown;
	rc = 0;
out:
	buf_free(&body);
	buf_free(&subject);
	return rc;
}

int
answer_canned_named(struct ctx *c, const char *name, struct canned *out,
    struct err *e)
{
	struct canned *v = NULL;
	const char **names, *near;
	size_t n = 0;

	if (answer_canned(c, &v, &n, e) < 0)
		return -1;
	names = arena_array(c->arena, n, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		names[i] = v[i].name;
		if (strcmp(v[i].name, name) == 0) {
			*out = v[i];
			return 0;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (*v[i].keys != '\0' && strcmp(v[i].keys, name) == 0) {
			*out = v[i];
			return 0;
		}
	}
	if (n == 0)
		return err_set(e, ERR_MISSING, 0,
		    "no canned reply \"%.60s\": there are none in %.100s", name,
		    c->shop->canned);
	near = text_nearest(name, names, n);
	for (size_t i = 0; i < n && near == NULL; i++) {
		if (text_fuzzy(name, names[i]) > 0)
			near = names[i];
	}
	if (near != NULL)
		return err_set(e, ERR_MISSING, 0,
		    "no canned reply \"%.60s\": did you mean \"%s\"?", name,
		    near);
	return err_set(e, ERR_MISSING, 0,
	    "no canned reply \"%.60s\": see \"shopbell canned list\"", name);
}

/* ---- suggesting ---- */

static const struct message *
last_from_customer(const struct message *v, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		if (v[i].kind == MESSAGE_MAIL && v[i].direction == DIRECTION_IN)
			return &v[i];
	}
	return NULL;
}

static int
count_uses(struct ctx *c, const struct canned *v, size_t n, int *uses,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (store_canned_uses(c->store, v[i].name, &uses[i], e) < 0)
			return -1;
	}
	return 0;
}

int
answer_suggest(struct ctx *c, int64_t thread, const struct canned **v,
    size_t max, size_t *n, struct err *e)
{
	struct arena *a = c->arena;
	const struct message *last;
	struct canned *all = NULL;
	struct message *m = NULL;
	struct thread t;
	size_t count = 0, messages = 0, *place;
	int *uses;

	*n = 0;
	if (answer_canned(c, &all, &count, e) < 0 ||
	    store_thread(c->store, thread, a, &t, e) < 0 ||
	    store_messages(c->store, t.id, a, &m, &messages, e) < 0)
		return -1;
	uses = arena_array(a, count, sizeof(*uses));
	place = arena_array(a, max, sizeof(*place));
	if (count_uses(c, all, count, uses, e) < 0)
		return -1;
	last = last_from_customer(m, messages);
	*n = canned_suggest(all, uses, count, &t.tags, t.subject,
	    last != NULL ? mail_visible(a, last->text, last->fold, last->folds)
			 : "",
	    place, max);
	for (size_t i = 0; i < *n; i++)
		v[i] = &all[place[i]];
	return 0;
}
