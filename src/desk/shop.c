#include "desk/shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "desk/shop_read.h"

#define ROWS_MAX 64 /* more than the table has; checked by a test */

/* What one section of the file becomes. */
struct element {
	const struct setting_section *section;
	const char *title;
	int block;
	void *at;
	const struct conf_item *first;
	const struct conf_item *said[ROWS_MAX]; /* by row of the table */
};

struct builder {
	struct arena *arena;
	struct shop *shop;
	struct element **element;
	size_t elements;
	struct err *e;
};

/* ---- sections ---- */

static const struct setting_section *
section_named(const char *name)
{
	for (size_t i = 0; shop_sections[i].name != NULL; i++) {
		if (strcmp(shop_sections[i].name, name) == 0)
			return &shop_sections[i];
	}
	return NULL;
}

static int
unknown_section(const struct conf_item *item, struct err *e)
{
	const char *names[16];
	const char *near;
	size_t n = 0;

	while (n < 16 && shop_sections[n].name != NULL) {
		names[n] = shop_sections[n].name;
		n++;
	}
	near = text_nearest(item->section, names, n);
	if (near != NULL)
		return shop_wrong_section(item, e,
		    "there is no section [%.40s] (did you mean [%s]?)",
		    item->section, near);
	return shop_wrong_section(item, e, "there is no section [%.40s]",
	    item->section);
}

static size_t
section_size(const char *section)
{
	static const struct {
		const char *name;
		size_t size;
	} sizes[] = {
		{ "account", sizeof(struct account) },
		{ "agent", sizeof(struct agent_setting) },
		{ "hours", sizeof(struct hours) },
		{ "target", sizeof(struct target) },
		{ "view", sizeof(struct view_setting) },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (strcmp(sizes[i].name, section) == 0)
			return sizes[i].size;
	}
	return 0;
}

/* Fill a new element in with the defaults of the table. */
static void
set_defaults(struct builder *b, const char *section, void *at)
{
	for (const struct setting *s = shop_settings; s->section != NULL; s++) {
		struct conf_item item = { .file = "default", .value = "" };
		struct err e;

		if (strcmp(s->section, section) != 0)
			continue;
		if (s->fallback != NULL)
			item.value = s->fallback;
		(void)shop_read_value(b->arena, s, &item, at, &e);
	}
}

/* The title goes to the first field, which every titled struct begins with. */
static struct element *
new_element(struct builder *b, const struct setting_section *section,
    const struct conf_item *item)
{
	struct element *new = arena_alloc(b->arena, sizeof(*new));
	size_t size = section_size(section->name);

	new->section = section;
	new->title = item->title;
	new->block = item->block;
	new->first = item;
	new->at = b->shop;
	if (size != 0) {
		new->at = arena_alloc(b->arena, size);
		set_defaults(b, section->name, new->at);
		*(const char **)new->at = item->title;
	}
	b->element =
	    arena_grow(b->arena, b->element, b->elements, sizeof(*b->element));
	b->element[b->elements++] = new;
	return new;
}

static int
check_title(const struct setting_section *section, const struct conf_item *item,
    struct err *e)
{
	if (section->title != NULL && item->title[0] == '\0')
		return shop_wrong_section(item, e,
		    "[%s] needs a %s, as in [%s \"example\"]", section->name,
		    section->title, section->name);
	if (section->title == NULL && item->title[0] != '\0')
		return shop_wrong_title(item, e, "[%s] takes no title",
		    section->name);
	return 0;
}

/* Where an item belongs: each block of hours is a version of its own. */
static struct element *
element_of(struct builder *b, const struct conf_item *item)
{
	const struct setting_section *section = section_named(item->section);
	bool versions;

	if (section == NULL) {
		unknown_section(item, b->e);
		return NULL;
	}
	if (check_title(section, item, b->e) < 0)
		return NULL;
	versions = strcmp(section->name, "hours") == 0;
	for (size_t i = 0; i < b->elements; i++) {
		struct element *x = b->element[i];

		if (x->section == section &&
		    strcmp(x->title, item->title) == 0 &&
		    (!versions || x->block == item->block))
			return x;
	}
	return new_element(b, section, item);
}

/* ---- settings ---- */

static int
unknown_key(const struct conf_item *item, struct err *e)
{
	const char *names[ROWS_MAX] = { NULL };
	const char *elsewhere = NULL;
	const char *near;
	size_t n = 0;

	for (const struct setting *s = shop_settings; s->section != NULL; s++) {
		if (strcmp(s->section, item->section) == 0 && n < ROWS_MAX)
			names[n++] = s->name;
		else if (strcmp(s->name, item->key) == 0)
			elsewhere = s->section;
	}
	near = text_nearest(item->key, names, n);
	if (near != NULL)
		return shop_wrong_key(item, e,
		    "there is no \"%.40s\" in [%s] "
		    "(did you mean \"%s\"?)",
		    item->key, item->section, near);
	if (elsewhere != NULL)
		return shop_wrong_key(item, e,
		    "there is no \"%.40s\" in [%s] "
		    "(did you mean [%s]?)",
		    item->key, item->section, elsewhere);
	return shop_wrong_key(item, e, "there is no \"%.40s\" in [%s]",
	    item->key, item->section);
}

/* The row of the table for an item; -1 if there is none. */
static int
row_of(const struct conf_item *item)
{
	for (int i = 0; shop_settings[i].section != NULL; i++) {
		const struct setting *s = &shop_settings[i];

		if (strcmp(s->section, item->section) == 0 &&
		    (s->kind == SETTING_BIND ||
			strcmp(s->name, item->key) == 0))
			return i;
	}
	return -1;
}

static int
add_bind(struct builder *b, const struct conf_item *item)
{
	struct shop *s = b->shop;

	if (item->value[0] == '\0')
		return shop_wrong_value(item, 0, b->e, "which keys?");
	s->bind = arena_grow(b->arena, s->bind, s->binds, sizeof(*s->bind));
	s->bind[s->binds++] = (struct bind){
		.view = item->title,
		.command = item->key,
		.key = item->value,
	};
	return 0;
}

/* The person's file may say again what the system's said; one file not. */
static int
check_said_once(const struct setting *s, const struct conf_item *before,
    const struct conf_item *item, struct err *e)
{
	if (before == NULL || shop_is_list(s) ||
	    strcmp(before->file, item->file) != 0)
		return 0;
	return shop_wrong_key(item, e, "\"%s\" was given on line %d already",
	    item->key, before->line);
}

static int
add_item(struct builder *b, const struct conf_item *item)
{
	struct element *x = element_of(b, item);
	const struct setting *s;
	int row;

	if (x == NULL)
		return -1;
	row = row_of(item);
	if (row < 0)
		return unknown_key(item, b->e);
	s = &shop_settings[row];
	if (s->kind == SETTING_BIND)
		return add_bind(b, item);
	if (check_said_once(s, x->said[row], item, b->e) < 0)
		return -1;
	x->said[row] = item;
	if (item->value[0] == '\0' &&
	    (s->fallback == NULL || s->fallback[0] != '\0'))
		return shop_wrong_value(item, 0, b->e, "%s needs a value",
		    s->name);
	return shop_read_value(b->arena, s, item, x->at, b->e);
}

static int
check_required(const struct element *x, struct err *e)
{
	for (int i = 0; shop_settings[i].section != NULL; i++) {
		const struct setting *s = &shop_settings[i];

		if (strcmp(s->section, x->section->name) == 0 &&
		    s->fallback == NULL && x->said[i] == NULL)
			return shop_wrong_section(x->first, e,
			    "[%s \"%.40s\"] needs \"%s\"", s->section, x->title,
			    s->name);
	}
	return 0;
}

/* Where a setting of an element was given; its first item if it was not. */
static const struct conf_item *
said(const struct element *x, const char *name)
{
	for (int i = 0; shop_settings[i].section != NULL; i++) {
		if (strcmp(shop_settings[i].section, x->section->name) == 0 &&
		    strcmp(shop_settings[i].name, name) == 0 &&
		    x->said[i] != NULL)
			return x->said[i];
	}
	return x->first;
}

/* ---- accounts ---- */

static int
check_tls(const struct element *x, const struct account *a, struct err *e)
{
	const struct server *const servers[] = { &a->imap, &a->smtp };

	for (size_t i = 0; a->tls_none && i < 2; i++) {
		if (servers[i]->host[0] != '\0' &&
		    !shop_is_loopback(servers[i]->host))
			return shop_wrong_value(said(x, "tls"), 0, e,
			    "tls = none is for loopback addresses only, and "
			    "%.60s is none",
			    servers[i]->host);
	}
	return 0;
}

static int
check_password(const struct element *x, const struct account *a, struct err *e)
{
	int ways =
	    (a->password_command[0] != '\0') + (a->password_file[0] != '\0') +
	    (a->token_command[0] != '\0') + (a->oauth.provider[0] != '\0');

	if (ways == 0 && a->imap.host[0] != '\0')
		return shop_wrong_section(x->first, e,
		    "[account \"%.40s\"] needs \"password-command\", "
		    "\"password-file\", \"token-command\" or \"oauth\"",
		    a->title);
	if (ways > 1)
		return shop_wrong_section(x->first, e,
		    "[account \"%.40s\"] has more than one of "
		    "\"password-command\", \"password-file\", "
		    "\"token-command\" and \"oauth\"",
		    a->title);
	return 0;
}

static int
check_oauth(struct builder *b, const struct element *x, struct account *a)
{
	const char *at = NULL;
	struct err why = { 0 };

	if (shop_oauth(b->arena, &a->oauth, &at, &why) == 0)
		return 0;
	if (at != NULL)
		return shop_wrong_value(said(x, at), 0, b->e, "%s", why.text);
	return shop_wrong_section(x->first, b->e, "[account \"%.40s\"] %s",
	    a->title, why.text);
}

static int
finish_account(struct builder *b, const struct element *x)
{
	struct account *a = x->at;

	if (check_tls(x, a, b->e) < 0 || check_password(x, a, b->e) < 0 ||
	    check_oauth(b, x, a) < 0)
		return -1;
	if (a->user[0] == '\0')
		a->user = a->address;
	a->system = x->first->system;
	a->file = x->first->file;
	return 0;
}

static int
check_addresses(const struct builder *b)
{
	const struct shop *s = b->shop;

	for (size_t i = 0; i < b->elements; i++) {
		const struct element *x = b->element[i];
		const struct account *a = x->at;
		const struct account *owner;

		if (strcmp(x->section->name, "account") != 0)
			continue;
		owner = shop_account_of(s, a->address);
		for (size_t j = 0; owner != NULL && j < a->alias.n &&
				   strcmp(owner->title, a->title) == 0;
		     j++)
			owner = shop_account_of(s, a->alias.v[j]);
		if (owner != NULL && strcmp(owner->title, a->title) != 0)
			return shop_wrong_section(x->first, b->e,
			    "[account \"%.40s\"] has an address that "
			    "[account \"%.40s\"] has, too",
			    a->title, owner->title);
	}
	return 0;
}

/* ---- agents, hours, targets ---- */

static int
finish_agent(const struct element *x)
{
	struct agent_setting *a = x->at;

	if (a->name[0] == '\0')
		a->name = a->login;
	return 0;
}

static int
finish_hours(struct builder *b, const struct element *x)
{
	struct hours *h = x->at;
	struct hours_exception from;
	bool opens = h->opens > 0;

	if (h->zone[0] == '\0')
		h->zone = b->shop->zone;
	for (size_t i = 0; i < h->exceptions; i++)
		opens = opens || !h->exception[i].closed;
	if (!opens)
		return shop_wrong_section(x->first, b->e,
		    "[hours \"%.40s\"] never opens: it needs \"open\"",
		    h->name);
	if (h->from_date[0] != '\0' &&
	    hours_parse_exception(h->from_date, 1, &from, b->e) == 0) {
		struct civil c = { .year = from.year,
			.month = from.month,
			.day = from.day };

		h->from = when_instant(h->zone, &c);
	}
	for (size_t i = 0; i < b->elements; i++) {
		const struct element *y = b->element[i];
		const struct hours *other = y->at;

		if (y == x)
			return 0;
		if (y->section == x->section && other->from == h->from &&
		    strcmp(other->name, h->name) == 0)
			return shop_wrong_value(said(x, "from"), 0, b->e,
			    "two versions of [hours \"%.40s\"] hold from the "
			    "same day: give the later one its \"from\"",
			    h->name);
	}
	return 0;
}

static int
unknown_hours(const struct builder *b, const struct element *x)
{
	const struct target *t = x->at;
	const char *names[ROWS_MAX];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < b->shop->hours_n && n < ROWS_MAX; i++)
		names[n++] = b->shop->hours[i].name;
	near = text_nearest(t->hours, names, n);
	if (near != NULL)
		return shop_wrong_value(said(x, "hours"), 0, b->e,
		    "there is no [hours \"%.40s\"] (did you mean \"%.40s\"?)",
		    t->hours, near);
	return shop_wrong_value(said(x, "hours"), 0, b->e,
	    "there is no [hours \"%.40s\"]", t->hours);
}

/* Once all hours are known. */
static int
check_target(const struct builder *b, const struct element *x)
{
	const struct target *t = x->at;

	if (t->first == 0 && t->next == 0)
		return shop_wrong_section(x->first, b->e,
		    "[target \"%.40s\"] needs \"first\" or \"next\"", t->name);
	if (t->hours[0] == '\0')
		return 0;
	for (size_t i = 0; i < b->shop->hours_n; i++) {
		if (strcmp(b->shop->hours[i].name, t->hours) == 0)
			return 0;
	}
	return unknown_hours(b, x);
}

/* ---- the whole ---- */

/* Copy the elements of a section into one array, in order. */
static void *
gather(const struct builder *b, const char *section, size_t *n)
{
	size_t size = section_size(section);
	char *out = arena_array(b->arena, b->elements + 1, size);

	*n = 0;
	for (size_t i = 0; i < b->elements; i++) {
		if (strcmp(b->element[i]->section->name, section) == 0)
			memcpy(out + size * (*n)++, b->element[i]->at, size);
	}
	return out;
}

static int
by_name_and_from(const void *a, const void *b)
{
	const struct hours *x = a;
	const struct hours *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->from > y->from) - (x->from < y->from);
}

/* "default" matches what no other does, so it is asked last. */
static void
default_last(struct shop *s)
{
	for (size_t i = 0; i + 1 < s->targets; i++) {
		struct target t = s->target[i];

		if (strcmp(t.name, "default") != 0)
			continue;
		memmove(&s->target[i], &s->target[i + 1],
		    (s->targets - i - 1) * sizeof(t));
		s->target[s->targets - 1] = t;
		return;
	}
}

static int
finish_element(struct builder *b, const struct element *x)
{
	if (check_required(x, b->e) < 0)
		return -1;
	if (strcmp(x->section->name, "account") == 0)
		return finish_account(b, x);
	if (strcmp(x->section->name, "agent") == 0)
		return finish_agent(x);
	if (strcmp(x->section->name, "hours") == 0)
		return finish_hours(b, x);
	return 0;
}

static int
finish(struct builder *b)
{
	struct shop *s = b->shop;

	for (size_t i = 0; i < b->elements; i++) {
		if (finish_element(b, b->element[i]) < 0)
			return -1;
	}
	s->account = gather(b, "account", &s->accounts);
	s->agent = gather(b, "agent", &s->agents);
	s->hours = gather(b, "hours", &s->hours_n);
	s->target = gather(b, "target", &s->targets);
	s->view = gather(b, "view", &s->views);
	qsort(s->hours, s->hours_n, sizeof(*s->hours), by_name_and_from);
	default_last(s);
	for (size_t i = 0; i < b->elements; i++) {
		if (strcmp(b->element[i]->section->name, "target") == 0 &&
		    check_target(b, b->element[i]) < 0)
			return -1;
	}
	return check_addresses(b);
}

struct shop *
shop_make(struct arena *a, const struct conf *c, struct err *e)
{
	struct builder b = { .arena = a, .e = e };

	b.shop = arena_alloc(a, sizeof(*b.shop));
	set_defaults(&b, "shopbell", b.shop);
	set_defaults(&b, "screen", b.shop);
	for (size_t i = 0; i < c->n; i++) {
		if (add_item(&b, &c->item[i]) < 0)
			return NULL;
	}
	return finish(&b) < 0 ? NULL : b.shop;
}

/* ---- looking things up ---- */

static bool
same_key(struct arena *a, const char *key, const char *addr)
{
	return strcmp(key, people_key(a, addr)) == 0;
}

const struct account *
shop_account_of(const struct shop *s, const char *addr)
{
	const struct account *found = NULL;
	struct arena a = { 0 };
	const char *key = people_key(&a, addr);

	for (size_t i = 0; i < s->accounts && found == NULL; i++) {
		const struct account *x = &s->account[i];

		if (same_key(&a, key, x->address))
			found = x;
		for (size_t j = 0; j < x->alias.n && found == NULL; j++) {
			if (same_key(&a, key, x->alias.v[j]))
				found = x;
		}
	}
	arena_free(&a);
	return found;
}

bool
shop_owns(const struct shop *s, const char *addr)
{
	struct arena a = { 0 };
	bool owned = false;
	const char *key;

	if (addr[0] == '\0')
		return false;
	if (shop_account_of(s, addr) != NULL)
		return true;
	key = people_key(&a, addr);
	for (size_t i = 0; i < s->agents && !owned; i++)
		owned = s->agent[i].email[0] != '\0' &&
			same_key(&a, key, s->agent[i].email);
	arena_free(&a);
	return owned;
}

bool
shop_can_send(const struct account *a)
{
	return a->smtp.host[0] != '\0' || a->deliver_to[0] != '\0';
}

bool
shop_has_server(const struct account *a)
{
	return a->imap.host[0] != '\0' || shop_can_send(a);
}

bool
shop_syncs(const struct shop *s)
{
	for (size_t i = 0; i < s->accounts; i++)
		if (shop_has_server(&s->account[i]))
			return true;
	return false;
}

const struct account *
shop_account(const struct shop *s, const char *title)
{
	for (size_t i = 0; i < s->accounts; i++) {
		if (strcmp(s->account[i].title, title) == 0)
			return &s->account[i];
	}
	return NULL;
}

const struct agent_setting *
shop_agent(const struct shop *s, const char *login)
{
	for (size_t i = 0; i < s->agents; i++) {
		if (strcmp(s->agent[i].login, login) == 0)
			return &s->agent[i];
	}
	return NULL;
}

static void
digest_hours(struct buf *out, const struct hours *h)
{
	/* Names are ended by a newline, which none can hold. */
	buf_fmt(out, "hours %s\n%s\n%lld\n", h->name, h->zone,
	    (long long)h->from);
	for (size_t i = 0; i < h->opens; i++)
		buf_fmt(out, "open %u %d %d\n", h->open[i].days,
		    h->open[i].from, h->open[i].until);
	for (size_t i = 0; i < h->exceptions; i++) {
		const struct hours_exception *x = &h->exception[i];

		buf_fmt(out, "exception %d %d-%d-%d %d %d\n", x->closed,
		    x->year, x->month, x->day, x->from, x->until);
	}
}

void
shop_clock_digest(const struct shop *s, char out[65])
{
	uint8_t hash[HASH_SIZE];
	struct buf text = { 0 };

	for (size_t i = 0; i < s->hours_n; i++)
		digest_hours(&text, &s->hours[i]);
	for (size_t i = 0; i < s->targets; i++) {
		const struct target *t = &s->target[i];

		buf_fmt(&text, "target %s\n%s\n%lld %lld %d\n%s\n", t->name,
		    t->match, (long long)t->first, (long long)t->next, t->warn,
		    t->hours);
	}
	hash_sha256(buf_text(&text), text.len, hash);
	hash_hex(hash, sizeof(hash), out);
	buf_free(&text);
}
