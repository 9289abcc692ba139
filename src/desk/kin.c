#include "desk/kin.h"

#include <stdlib.h>

#define NONE ((size_t)-1)

/* An id that somebody has or refers to. */
struct vertex {
	int64_t key;
	size_t first;  /* of those who have it, earliest first; NONE: a ghost */
	size_t parent; /* of a ghost: the vertex before it */
	bool torn;     /* those who have it are not one customer's */
};

/* One of several who have a vertex. */
struct bearer {
	size_t mail;
	size_t next;
};

struct pair {
	size_t group;
	int64_t key;
};

struct work {
	struct arena *a;
	const struct kin *v;
	size_t n;
	size_t *order; /* mails, earliest first */

	struct vertex *vertex;
	size_t vertices;
	size_t *table; /* open addressing: vertex + 1 */
	size_t mask;
	struct bearer *bearer;
	size_t bearers;

	/* Nodes to unite: the mails, then the vertices. */
	size_t *up;
	int64_t *anchor;
	int64_t *owned;

	size_t *was;        /* group of each node at the last mark */
	struct pair *known; /* who is at home in which group; sorted */
	size_t knowns;
};

static bool
earlier(const struct kin *a, const struct kin *b)
{
	return a->at != b->at ? a->at < b->at : a->name < b->name;
}

/* ---- order ---- */

static void
merge_runs(const struct kin *v, const size_t *from, size_t *to, size_t low,
    size_t mid, size_t high)
{
	size_t i = low, k = mid;

	for (size_t at = low; at < high; at++) {
		if (i < mid &&
		    (k >= high || !earlier(&v[from[k]], &v[from[i]])))
			to[at] = from[i++];
		else
			to[at] = from[k++];
	}
}

static size_t *
in_order(struct arena *a, const struct kin *v, size_t n)
{
	size_t *from = arena_array(a, n, sizeof(*from));
	size_t *to = arena_array(a, n, sizeof(*to));

	for (size_t i = 0; i < n; i++)
		from[i] = i;
	for (size_t run = 1; run < n; run *= 2) {
		size_t *swap = from;

		for (size_t low = 0; low < n; low += 2 * run) {
			size_t mid = low + run < n ? low + run : n;
			size_t high = mid + run < n ? mid + run : n;

			merge_runs(v, from, to, low, mid, high);
		}
		from = to;
		to = swap;
	}
	return from;
}

/* ---- vertices ---- */

static size_t *
slot_of(const struct work *w, int64_t key)
{
	uint64_t h = (uint64_t)key * 0x9e3779b97f4a7c15U;
	size_t i = (size_t)(h >> 20) & w->mask;

	while (w->table[i] != 0 && w->vertex[w->table[i] - 1].key != key)
		i = (i + 1) & w->mask;
	return &w->table[i];
}

static size_t
vertex_add(struct work *w, int64_t key)
{
	size_t *slot = slot_of(w, key);

	if (*slot == 0) {
		w->vertex[w->vertices] = (struct vertex){ .key = key,
			.first = NONE,
			.parent = NONE };
		*slot = ++w->vertices;
	}
	return *slot - 1;
}

static size_t
vertex_of(const struct work *w, int64_t key)
{
	return *slot_of(w, key) - 1;
}

static void
bear(struct work *w, size_t mail, int64_t key)
{
	struct vertex *x;
	size_t *at;

	if (key == 0)
		return;
	x = &w->vertex[vertex_add(w, key)];
	for (at = &x->first; *at != NONE; at = &w->bearer[*at].next) {
		if (w->bearer[*at].mail == mail)
			return;
	}
	w->bearer[w->bearers] = (struct bearer){ mail, NONE };
	*at = w->bearers++;
	x->torn = x->torn || w->v[w->bearer[x->first].mail].customer !=
				 w->v[mail].customer;
}

static void
make_vertices(struct work *w)
{
	size_t most = 3 * w->n + 1;

	for (size_t i = 0; i < w->n; i++)
		most += w->v[i].ids_n;
	for (w->mask = 15; w->mask < 2 * most; w->mask = 2 * w->mask + 1)
		;
	w->table = arena_array(w->a, w->mask + 1, sizeof(*w->table));
	w->vertex = arena_array(w->a, most, sizeof(*w->vertex));
	w->bearer = arena_array(w->a, 3 * w->n, sizeof(*w->bearer));
	for (size_t i = 0; i < w->n; i++) {
		const struct kin *k = &w->v[w->order[i]];

		bear(w, w->order[i], k->id);
		bear(w, w->order[i], k->alias);
		bear(w, w->order[i], k->name);
	}
	for (size_t i = 0; i < w->n; i++) {
		for (size_t j = 0; j < w->v[i].ids_n; j++)
			vertex_add(w, w->v[i].ids[j]);
	}
}

/*
 * The mail that `by` means by an id, NONE for a ghost: the only one, else
 * that of his own customer, else ours, else the earliest.
 */
static size_t
bearer_for(const struct work *w, const struct vertex *x, const struct kin *by)
{
	size_t best = NONE;

	if (x->first == NONE)
		return NONE;
	for (size_t b = x->first; b != NONE && x->torn; b = w->bearer[b].next) {
		const struct kin *k = &w->v[w->bearer[b].mail];

		if (by->customer != 0 && k->customer == by->customer)
			return w->bearer[b].mail;
		if (best == NONE && (k->flags & KIN_OURS) != 0)
			best = w->bearer[b].mail;
	}
	return best != NONE ? best : w->bearer[x->first].mail;
}

static size_t
node_for(const struct work *w, size_t vertex, const struct kin *by)
{
	size_t mail = bearer_for(w, &w->vertex[vertex], by);

	return mail != NONE ? mail : w->n + vertex;
}

/* ---- uniting ---- */

static size_t
find(const struct work *w, size_t i)
{
	while (w->up[i] != i) {
		w->up[i] = w->up[w->up[i]];
		i = w->up[i];
	}
	return i;
}

static bool
differ(int64_t a, int64_t b)
{
	return a != 0 && b != 0 && a != b;
}

/* Together from now on, unless people set them apart. */
static void
unite(struct work *w, size_t a, size_t b)
{
	a = find(w, a);
	b = find(w, b);
	if (a == b || differ(w->anchor[a], w->anchor[b]) ||
	    differ(w->owned[a], w->owned[b]))
		return;
	w->up[b] = a;
	if (w->anchor[a] == 0)
		w->anchor[a] = w->anchor[b];
	if (w->owned[a] == 0)
		w->owned[a] = w->owned[b];
}

static void
make_nodes(struct work *w)
{
	size_t nodes = w->n + w->vertices;

	w->up = arena_array(w->a, nodes, sizeof(*w->up));
	w->was = arena_array(w->a, nodes, sizeof(*w->was));
	w->anchor = arena_array(w->a, nodes, sizeof(*w->anchor));
	w->owned = arena_array(w->a, nodes, sizeof(*w->owned));
	for (size_t i = 0; i < nodes; i++)
		w->up[i] = i;
	for (size_t i = 0; i < w->n; i++) {
		w->anchor[i] = w->v[i].anchor;
		w->owned[i] = w->v[i].owned;
	}
}

static void
mark(struct work *w)
{
	for (size_t i = 0; i < w->n + w->vertices; i++)
		w->was[i] = find(w, i);
}

/* ---- what people held together ---- */

/* A mail under the keys it is sorted by, the earlier first among equals. */
struct keyed {
	int64_t key;
	int64_t more;
	size_t rank;
	size_t mail;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->more != y->more)
		return x->more < y->more ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void
unite_sorted(struct work *w, struct keyed *s, size_t n)
{
	if (n > 1)
		qsort(s, n, sizeof(*s), by_key);
	for (size_t i = 1; i < n; i++) {
		if (s[i].key == s[i - 1].key)
			unite(w, s[i - 1].mail, s[i].mail);
	}
}

static void
unite_held(struct work *w)
{
	struct keyed *s = arena_array(w->a, w->n, sizeof(*s));
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].anchor != 0)
			s[n++] = (struct keyed){ w->v[i].anchor, 0, i, i };
	}
	unite_sorted(w, s, n);
	n = 0;
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].hold != 0)
			s[n++] = (struct keyed){ w->v[i].hold, 0, i, i };
	}
	unite_sorted(w, s, n);
}

/* ---- ids ---- */

/* One Message-ID: those of one customer are one conversation. */
static void
unite_bearers(struct work *w)
{
	for (size_t x = 0; x < w->vertices; x++) {
		for (size_t b = w->vertex[x].first; b != NONE;
		     b = w->bearer[b].next) {
			size_t mail = w->bearer[b].mail;

			unite(w, bearer_for(w, &w->vertex[x], &w->v[mail]),
			    mail);
		}
	}
}

/* Would x, standing behind ghost `child`, stand behind itself? */
static bool
goes_round(const struct work *w, size_t x, size_t child)
{
	while (x != NONE && w->vertex[x].first == NONE) {
		if (x == child)
			return true;
		x = w->vertex[x].parent;
	}
	return false;
}

/* What k says of the ghosts in its chain. */
static void
speak_for_ghosts(struct work *w, const struct kin *k)
{
	for (size_t j = 1; j < k->ids_n; j++) {
		size_t before = vertex_of(w, k->ids[j - 1]);
		size_t ghost = vertex_of(w, k->ids[j]);

		if (w->vertex[ghost].first != NONE ||
		    w->vertex[ghost].parent != NONE ||
		    goes_round(w, before, ghost))
			continue;
		w->vertex[ghost].parent = before;
		unite(w, node_for(w, before, k), w->n + ghost);
	}
}

static void
unite_ghosts(struct work *w)
{
	for (int ours = 1; ours >= 0; ours--) {
		for (size_t i = 0; i < w->n; i++) {
			const struct kin *k = &w->v[w->order[i]];

			if (((k->flags & KIN_OURS) != 0) == ours && !k->cut)
				speak_for_ghosts(w, k);
		}
	}
}

static void
unite_answers(struct work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct kin *k = &w->v[w->order[i]];

		if (k->ids_n > 0 && !k->cut)
			unite(w,
			    node_for(w, vertex_of(w, k->ids[k->ids_n - 1]), k),
			    w->order[i]);
	}
}

/* ---- who is at home where ---- */

static int
by_group(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void
know(struct work *w, size_t group, int64_t key)
{
	if (key == 0)
		return;
	w->known = arena_grow(w->a, w->known, w->knowns, sizeof(*w->known));
	w->known[w->knowns++] = (struct pair){ group, key };
}

static void
know_all(struct work *w, size_t group, const struct kin *k)
{
	know(w, group, k->customer);
	for (size_t i = 0; i < k->to_n; i++)
		know(w, group, k->to[i]);
}

static void
know_begin(struct work *w)
{
	mark(w);
	w->known = NULL;
	w->knowns = 0;
}

static void
know_end(struct work *w)
{
	if (w->knowns > 0)
		qsort(w->known, w->knowns, sizeof(*w->known), by_group);
}

static bool
is_known(const struct work *w, size_t group, int64_t key)
{
	struct pair p = { group, key };

	return w->knowns > 0 &&
	       bsearch(&p, w->known, w->knowns, sizeof(p), by_group) != NULL;
}

static bool
nobody_known(const struct work *w, size_t group)
{
	size_t low = 0, high = w->knowns;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->known[mid].group < group)
			low = mid + 1;
		else
			high = mid;
	}
	return low == w->knowns || w->known[low].group != group;
}

/* The customer who began a group, who was addressed then, and by us. */
static void
know_insiders(struct work *w)
{
	bool *begun = arena_array(w->a, w->n + w->vertices, sizeof(*begun));

	know_begin(w);
	for (size_t i = 0; i < w->n; i++) {
		size_t mail = w->order[i];
		const struct kin *k = &w->v[mail];
		size_t group = w->was[mail];

		if ((k->flags & KIN_OURS) == 0 &&
		    (begun[group] || k->customer == 0))
			continue;
		know_all(w, group, k);
		begun[group] = begun[group] || (k->flags & KIN_OURS) == 0;
	}
	know_end(w);
}

static bool
at_home(const struct work *w, const struct kin *k, size_t group)
{
	return nobody_known(w, group) || is_known(w, group, k->customer);
}

static void
unite_further(struct work *w)
{
	know_insiders(w);
	for (size_t i = 0; i < w->n; i++) {
		size_t mail = w->order[i];
		const struct kin *k = &w->v[mail];

		for (size_t j = 0; j + 1 < k->ids_n && !k->cut; j++) {
			size_t x = node_for(w, vertex_of(w, k->ids[j]), k);

			if (w->was[x] == w->was[mail])
				continue;
			if ((k->flags & KIN_OURS) != 0 ||
			    (at_home(w, k, w->was[x]) &&
				at_home(w, k, w->was[mail])))
				unite(w, x, mail);
		}
	}
}

/* ---- numbers and subjects ---- */

static bool
free_to_join(const struct kin *k)
{
	return !k->cut && k->anchor == 0 && k->customer != 0;
}

/* The earliest mail of the group that mail i stood in at the mark. */
static size_t *
roots(struct work *w)
{
	size_t *root = arena_array(w->a, w->n + w->vertices, sizeof(*root));

	for (size_t i = w->n; i-- > 0;)
		root[w->was[w->order[i]]] = w->order[i];
	return root;
}

static void
unite_numbered(struct work *w)
{
	size_t *root;

	know_begin(w);
	for (size_t i = 0; i < w->n; i++)
		know_all(w, w->was[i], &w->v[i]);
	know_end(w);
	root = roots(w);
	for (size_t i = 0; i < w->n; i++) {
		size_t mail = w->order[i];
		const struct kin *k = &w->v[mail];
		size_t *slot = k->asked != 0 ? slot_of(w, k->asked) : NULL;
		size_t to;

		if (slot == NULL || *slot == 0 || !free_to_join(k) ||
		    root[w->was[mail]] != mail)
			continue;
		to = bearer_for(w, &w->vertex[*slot - 1], k);
		if (to != NONE && w->was[to] != w->was[mail] &&
		    earlier(&w->v[to], k) &&
		    is_known(w, w->was[to], k->customer))
			unite(w, to, mail);
	}
}

/*
 * Whoever is the root of its group has only mails of other groups before it;
 * so the one just before it under its subject is what it continues.
 */
static void
unite_subjects(struct work *w)
{
	struct keyed *s = arena_array(w->a, w->n, sizeof(*s));
	size_t *root;
	size_t n = 0;

	mark(w);
	root = roots(w);
	for (size_t i = 0; i < w->n; i++) {
		const struct kin *k = &w->v[w->order[i]];

		if (k->base != 0 && k->customer != 0 &&
		    (k->flags & KIN_ROBOT) == 0)
			s[n++] = (struct keyed){ k->base, k->customer, i,
				w->order[i] };
	}
	if (n > 1)
		qsort(s, n, sizeof(*s), by_key);
	for (size_t i = 1; i < n; i++) {
		size_t mail = s[i].mail, to = s[i - 1].mail;
		const struct kin *k = &w->v[mail];

		if ((k->flags & KIN_REPLY) != 0 && free_to_join(k) &&
		    root[w->was[mail]] == mail && s[i].key == s[i - 1].key &&
		    s[i].more == s[i - 1].more &&
		    k->at - w->v[to].at <= KIN_DAYS)
			unite(w, to, mail);
	}
}

/* ---- all of it ---- */

static struct work
work_begin(struct arena *a, const struct kin *v, size_t n)
{
	struct work w = { .a = a, .v = v, .n = n, .order = in_order(a, v, n) };

	make_vertices(&w);
	make_nodes(&w);
	return w;
}

void
kin_group(struct arena *a, const struct kin *v, size_t n, size_t *thread)
{
	struct work w = work_begin(a, v, n);
	size_t *root;

	unite_held(&w);
	unite_bearers(&w);
	unite_ghosts(&w);
	unite_answers(&w);
	unite_further(&w);
	unite_numbered(&w);
	unite_subjects(&w);
	mark(&w);
	root = roots(&w);
	for (size_t i = 0; i < n; i++)
		thread[i] = root[w.was[i]];
}

/* ---- the tree ---- */

/* Would `child` below `mail` stand below itself? */
static bool
is_above(const size_t *parent, size_t n, size_t child, size_t mail)
{
	while (mail != n && mail != child)
		mail = parent[mail];
	return mail == child;
}

static bool
may_stand_below(const struct work *w, const size_t *thread,
    const size_t *parent, size_t mail, size_t below)
{
	return below != NONE && below != mail &&
	       thread[below] == thread[mail] &&
	       !is_above(parent, w->n, mail, below);
}

static size_t
parent_of(const struct work *w, const size_t *thread, const size_t *parent,
    size_t mail)
{
	const struct kin *k = &w->v[mail];

	for (size_t j = k->ids_n; j-- > 0;) {
		const struct vertex *x = &w->vertex[vertex_of(w, k->ids[j])];
		size_t to = bearer_for(w, x, k);

		if (may_stand_below(w, thread, parent, mail, to))
			return to;
	}
	return w->n;
}

void
kin_parents(struct arena *a, const struct kin *v, size_t n,
    const size_t *thread, size_t *parent)
{
	struct work w = work_begin(a, v, n);

	for (size_t i = 0; i < n; i++)
		parent[i] = n;
	/* Of a circle, the earliest stands above. */
	for (size_t i = n; i-- > 0;)
		parent[w.order[i]] = parent_of(&w, thread, parent, w.order[i]);
}
