#include "store/own.h"
#include "store/query.h"

#include "desk/people.h"

static int
card_person(struct store *s, int64_t customer, struct arena *a,
    struct card *out, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT id, name, address, vip, note,"
		" first_at FROM customer WHERE id=?1",
		"i", customer) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no customer %lld",
		    (long long)customer);
	if (rc < 0)
		return -1;
	out->customer = (struct customer){
		.id = db_int(&r, 0),
		.name = db_str(&r, 1, a),
		.address = db_str(&r, 2, a),
		.vip = db_int(&r, 3) != 0,
	};
	out->note = db_str(&r, 4, a);
	out->first_contact = db_int(&r, 5);
	db_done(&r);
	return 0;
}

static int
card_addresses(struct store *s, int64_t customer, struct arena *a,
    struct addresses *out, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT name, addr FROM address"
		" WHERE customer=?1 ORDER BY named_at DESC, key",
		"i", customer) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		out->v = arena_grow(a, out->v, out->n, sizeof(*out->v));
		out->v[out->n].name = db_str(&r, 0, a);
		out->v[out->n].addr = db_str(&r, 1, a);
		out->n++;
	}
	return rc;
}

static int
card_threads(struct store *s, int64_t customer, int64_t but, struct arena *a,
    struct card *out, struct err *e)
{
	int64_t all, open;
	struct rows r;
	int rc;

	if (db_get(s->db, &all, e,
		"SELECT count(*) FROM thread"
		" INDEXED BY thread_customer WHERE merged IS NULL AND"
		" customer=?1",
		"i", customer) < 0 ||
	    db_get(s->db, &open, e,
		"SELECT count(*) FROM (SELECT state FROM"
		" thread INDEXED BY thread_customer WHERE merged IS NULL AND"
		" customer=?1 ORDER BY last_at DESC LIMIT 500)"
		" WHERE state=0",
		"i", customer) < 0 ||
	    db_ask(s->db, &r, e,
		"SELECT " THREAD_COLUMNS " FROM thread t"
		" INDEXED BY thread_customer" THREAD_JOINS
		" WHERE t.merged IS NULL AND t.customer=?1 AND t.id<>?2"
		" ORDER BY t.last_at DESC, t.id DESC LIMIT 20",
		"ii", customer, but) < 0)
		return -1;
	out->threads = (int)all;
	out->open_threads = (int)open;
	while ((rc = db_next(&r, e)) > 0) {
		out->earlier = arena_grow(a, out->earlier, out->earlier_n,
		    sizeof(*out->earlier));
		thread_read(&r, a, &out->earlier[out->earlier_n++]);
	}
	return rc;
}

int
store_card(struct store *s, int64_t customer, int64_t but_thread,
    struct arena *a, struct card *out, struct err *e)
{
	*out = (struct card){ .note = "" };
	if (card_person(s, customer, a, out, e) < 0 ||
	    card_addresses(s, customer, a, &out->addresses, e) < 0)
		return -1;
	return card_threads(s, customer, but_thread, a, out, e);
}

int
store_known_recipient(struct store *s, const char *addr, bool *known,
    struct err *e)
{
	struct arena a = { 0 };
	int64_t yes;
	int rc = db_get(s->db, &yes, e,
	    "SELECT written FROM address"
	    " WHERE key=?1",
	    "s", people_key(&a, addr));

	arena_free(&a);
	*known = rc > 0 && yes != 0;
	return rc < 0 ? -1 : 0;
}
