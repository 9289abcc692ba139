#include "store/edit.h"
#include "store/own.h"

#include <string.h>

#include "base/text.h"

static int
note_add(struct store *s, const struct act *by, int64_t thread,
    const char *text, int64_t *id, struct err *e)
{
	struct message_new n = { .kind = MESSAGE_NOTE,
		.direction = DIRECTION_OUT,
		.weight = WEIGHT_NONE,
		.received_at = by->now,
		.agent = by->agent,
		.seen = true,
		.text = text };
	struct fact f = { .kind = "note" };

	if (thread_follow(s, thread, &n.thread, e) < 0)
		return -1;
	if (n.thread == 0)
		return err_set(e, ERR_MISSING, 0, "there is no thread %lld",
		    (long long)thread);
	if (message_insert(s, &n, id, e) < 0)
		return -1;
	f.thread = n.thread;
	f.message = *id;
	if (action_begin(s, by, n.thread, false, "note", &f.action, e) < 0)
		return -1;
	return event_append(s, by, &f, NULL, e);
}

int
store_note(struct store *s, const struct act *by, int64_t thread,
    const char *text, int64_t *id, struct err *e)
{
	struct buf whole = { 0 };
	int64_t unused;
	int rc;

	if (id == NULL)
		id = &unused;
	text_repair(&whole, text, strlen(text));
	if (strspn(buf_text(&whole), " \t\r\n") == whole.len) {
		buf_free(&whole);
		return err_set(e, ERR_USAGE, 0, "the note is empty");
	}
	rc = store_begin(s, DB_DURABLE, e);
	if (rc == 0) {
		rc = note_add(s, by, thread, buf_text(&whole), id, e);
		rc = store_end(s, rc, by->now, e);
	}
	buf_free(&whole);
	return rc;
}

/* ---- what we know about a customer ---- */

static int
customer_set(struct store *s, const struct act *by, int64_t customer,
    const char *kind, const char *sql, const char *text, int64_t on,
    struct err *e)
{
	struct fact f = { .kind = kind };
	struct buf b = { 0 };
	int rc;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	rc = db_get_text(s->db, &s->scratch, &f.subject, e,
	    "SELECT address FROM customer WHERE id=?1", "i", customer);
	if (rc == 0)
		rc = err_set(e, ERR_MISSING, 0, "there is no customer %lld",
		    (long long)customer);
	else if (rc > 0)
		rc = db_run(s->db, e, sql, "isi", customer, text, on);
	if (rc == 0) {
		buf_fmt(&b, "{\"on\":%s,\"text\":", on ? "true" : "false");
		json_quote(&b, text);
		buf_chr(&b, '}');
		f.payload = buf_text(&b);
		rc = event_append(s, by, &f, NULL, e);
	}
	rc = store_end(s, rc, by->now, e);
	buf_free(&b);
	return rc;
}

int
store_customer_note(struct store *s, const struct act *by, int64_t customer,
    const char *text, struct err *e)
{
	return customer_set(s, by, customer, "customer-note",
	    "UPDATE customer SET note=?2 WHERE id=?1 AND ?3=?3", text, 0, e);
}

int
store_customer_vip(struct store *s, const struct act *by, int64_t customer,
    bool vip, struct err *e)
{
	return customer_set(s, by, customer, "vip",
	    "UPDATE customer SET vip=?3 WHERE id=?1 AND ?2=?2", "", vip, e);
}
