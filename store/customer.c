#include "store/own.h"

#include <string.h>

#include "desk/people.h"

static int
customer_make(struct store *s, const struct address *who, const char *key,
    int64_t at, int64_t *id, struct err *e)
{
	if (db_run(s->db, e,
		"INSERT INTO customer(name, address, first_at)"
		" VALUES(?1, ?2, ?3)",
		"ssi", who->name, who->addr, at) < 0)
		return -1;
	*id = db_last_id(s->db);
	return db_run(s->db, e,
	    "INSERT INTO address(key, customer, addr, name, named_at)"
	    " VALUES(?1, ?2, ?3, ?4, ?5)",
	    "sissi", key, *id, who->addr, who->name,
	    *who->name != '\0' ? at : (int64_t)0);
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
customer_of(struct store *s, const struct address *who, int64_t at, int64_t *id,
    struct err *e)
{
	const char *key;
	int rc;

	*id = 0;
	if (who->addr == NULL || *who->addr == '\0')
		return 0;
	key = people_key(&s->scratch, who->addr);
	rc = db_get(s->db, id, e, "SELECT customer FROM address WHERE key=?1",
	    "s", key);
	if (rc < 0)
		return -1;
	if (rc == 0)
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
