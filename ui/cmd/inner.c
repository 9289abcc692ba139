/*
 * inner.c -- the sender inside what one of us forwarded.
 */
#include "ui/cmd/inner.h"

#include "desk/people.h"
#include "mail/message/read.h"

static bool
customer_unknown(const struct shop *shop, const struct thread *t)
{
	return t->customer.id == 0 || *t->customer.address == '\0' ||
	       shop_owns(shop, t->customer.address);
}

int
inner_read(struct store *s, const struct shop *shop, const struct message *m,
    struct arena *a, struct message *inner, struct err *e)
{
	struct buf raw = { 0 };
	const struct address *who;
	struct mail *mail;
	int rc = 0;

	if (m->kind != MESSAGE_MAIL || m->outbox != 0 ||
	    !shop_owns(shop, m->from.addr))
		return 0;
	if (store_raw(s, m->id, &raw, e) < 0) {
		buf_free(&raw);
		return e->kind == ERR_MISSING ? 0 : -1;
	}
	mail = mail_read(a, raw.data, raw.len, &read_limits_default);
	buf_free(&raw);
	who = people_inner(shop, mail);
	if (who != NULL) {
		*inner = (struct message){ .kind = MESSAGE_MAIL,
			.direction = DIRECTION_IN,
			.message_id = "",
			.from = *who,
			.subject = mail->forwarded->subject,
			.date = mail->forwarded->date,
			.received_at = m->received_at,
			.text = mail->forwarded->text };
		rc = 1;
	}
	return rc;
}

int
inner_of(struct store *s, const struct shop *shop, const struct thread *t,
    const struct message *m, struct arena *a, struct address *who,
    struct err *e)
{
	struct message inner;
	int rc = customer_unknown(shop, t)
		     ? inner_read(s, shop, m, a, &inner, e)
		     : 0;

	if (rc > 0)
		*who = inner.from;
	return rc;
}

int
inner_of_thread(struct store *s, const struct shop *shop,
    const struct thread *t, const struct message *v, size_t n, struct arena *a,
    struct address *who, struct err *e)
{
	int rc = 0;

	for (size_t i = n; rc == 0 && i-- > 0;)
		rc = inner_of(s, shop, t, &v[i], a, who, e);
	return rc;
}
