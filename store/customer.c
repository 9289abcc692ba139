#include "store/own.h"

#include <string.h>

#include "desk/people.h"
#include "desk/trust.h"

/* As they may be shown: neither hides another. */
static int
customer_make(struct store *s, const struct address *who, const char *key,
    int64_t at, int64_t *id, struct err *e)
{
	if (db_run(s->db, e,
		"INSERT INTO customer(name, address, first_at)"
		" VALUES(?1, ?2, ?3)",
		"ssi", who->name, trust_shown(&s->scratch, who->addr), at) < 0)
		return -1;
	*id = db_last_id(s->db);
	return db_run(s->db, e,
	    "INSERT INTO address(key, customer, addr, name, named_at, skeleton)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    "sissis", key, *id, who->addr, who->name,
	    *who->name != '\0' ? at : (int64_t)0,
	    trust_skeleton(&s->scratch, who->addr));
}

/* The newest name a person gave herself is the one to show. */
static int
customer_named(struct store *s, int64_t id, const char *key,
    const struct address *who, int64_t at, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE address SET name=?2, named_at=?3"
		" WHERE key=?1 AND named_at<?3 AND name<>?2",
		"ssi", key, who->name, at) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	return db_run(s->db, e, "UPDATE customer SET name=?2 WHERE id=?1", "is",
	    id, who->name);
}

int
customer_known(struct store *s, const char *addr, int64_t *id, struct err *e)
{
	*id = 0;
	if (addr == NULL || *addr == '\0')
		return 0;
	return db_get(s->db, id, e, "SELECT customer FROM address WHERE key=?1",
		   "s", people_key(&s->scratch, addr)) < 0
		   ? -1
		   : 0;
}

int
customer_of(struct store *s, const struct address *who, int64_t at, int64_t *id,
    struct err *e)
{
	struct address named;
	const char *key;

	if (customer_known(s, who->addr, id, e) < 0)
		return -1;
	if (who->addr == NULL || *who->addr == '\0')
		return 0;
	key = people_key(&s->scratch, who->addr);
	named = (struct address){ people_name(who->name), who->addr };
	who = &named;
	if (*id == 0)
		return customer_make(s, who, key, at, id, e);
	if (*who->name != '\0' && customer_named(s, *id, key, who, at, e) < 0)
		return -1;
	return db_run(s->db, e,
	    "UPDATE customer SET first_at=?2"
	    " WHERE id=?1 AND first_at>?2",
	    "ii", *id, at);
}

int
customer_wrote_to(struct store *s, const struct addresses *v, int64_t at,
    struct err *e)
{
	for (size_t i = 0; i < v->n; i++) {
		const char *key;
		int64_t id;

		if (*v->v[i].addr == '\0' || shop_owns(s->shop, v->v[i].addr))
			continue;
		if (customer_of(s, &v->v[i], at, &id, e) < 0)
			return -1;
		key = people_key(&s->scratch, v->v[i].addr);
		if (db_run(s->db, e,
			"UPDATE address SET written=1"
			" WHERE key=?1 AND written=0",
			"s", key) < 0)
			return -1;
	}
	return 0;
}

/* The later of the two is the one to doubt. */
int
customer_is_lookalike(struct store *s, const char *addr, bool *is,
    struct err *e)
{
	struct arena a = { 0 };
	struct rows r;
	int rc;

	*is = false;
	rc = db_ask(s->db, &r, e,
	    "SELECT o.addr FROM address o JOIN customer oc ON oc.id=o.customer,"
	    " address a JOIN customer c ON c.id=a.customer"
	    " WHERE o.skeleton=?1 AND a.key=?2 AND o.key<>?2"
	    " AND oc.id<>c.id AND oc.first_at<c.first_at LIMIT 20",
	    "ss", trust_skeleton(&a, addr), people_key(&a, addr));
	while (rc >= 0 && (rc = db_next(&r, e)) > 0)
		*is = *is || trust_alike(addr, db_peek(&r, 0));
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}
