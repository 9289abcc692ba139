#include "mail/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "mail/message/read.h"
#include "mail/outgoing.h"
#include "mail/past_inside.h"
#include "store/ingest.h"

int64_t
past_uid(const uint8_t hash[32])
{
	uint64_t uid = 0;

	for (int i = 0; i < 8; i++)
		uid = uid << 8 | hash[i];
	uid >>= 2;
	return uid != 0 ? (int64_t)uid : 1;
}

int
past_mailbox(struct store *s, enum mailbox_role role, struct past_box *box,
    struct err *e)
{
	const char *name = role == ROLE_SENT   ? "Sent"
			   : role == ROLE_JUNK ? "Junk"
					       : "INBOX";

	if (ingest_mailbox(s, PAST_ACCOUNT, name, role, &box->id, &box->cursor,
		e) < 0)
		return -1;
	box->cursor.uidvalidity = 1;
	box->cursor.low = 1;
	box->cursor.complete = true;
	return 0;
}

int
past_take(struct store *s, const struct shop *shop, const struct past_mail *m,
    struct err *e)
{
	struct arena a = { 0 };
	struct buf packed = { 0 };
	struct ingest_count count = { 0 };
	struct past_box box;
	struct arrival v = {
		.internal_date = m->at,
		.flags = m->seen ? MAIL_SEEN : 0,
	};
	int rc = -1;

	v.mail = mail_read(&a, m->raw, m->n, &read_limits_default);
	v.uid = past_uid(v.mail->hash);
	ingest_pack(m->raw, m->n, &packed);
	v.packed = packed.data;
	v.packed_size = packed.len;
	if (past_mailbox(s, m->sent ? ROLE_SENT : ROLE_INBOX, &box, e) < 0)
		goto out;
	if (box.cursor.high < v.uid)
		box.cursor.high = v.uid;
	rc = ingest_batch(s, box.id, &v, 1, &box.cursor, shop->history, m->at,
	    &count, e);
out:
	buf_free(&packed);
	arena_free(&a);
	return rc;
}

static int
send_account(struct store *s, const struct shop *shop,
    const struct account *account, struct err *e)
{
	struct sync_report report = { 0 };
	struct sender *sender;
	int rc;

	if (*account->deliver_to == '\0')
		return err_set(e, ERR_BUG, 0,
		    "account %s would send to the world", account->title);
	sender = sender_open(s, shop, account, -1, true, e);
	if (sender == NULL)
		return -1;
	rc = sender_run(sender, &report, e);
	if (rc == 0)
		rc = sender_file(sender, NULL, &report, e);
	sender_close(sender);
	return rc;
}

int
past_send(struct store *s, const struct shop *shop, int64_t at, struct err *e)
{
	const char *was = getenv("SHOPBELL_TEST_NOW");
	char *kept = was != NULL ? strdup(was) : NULL;
	char now[32];
	int rc = 0;

	/* The sender asks the clock; for the length of this call it is then. */
	snprintf(now, sizeof(now), "%lld", (long long)at);
	setenv("SHOPBELL_TEST_NOW", now, 1);
	for (size_t i = 0; rc == 0 && i < shop->accounts; i++)
		rc = send_account(s, shop, &shop->account[i], e);
	if (kept != NULL)
		setenv("SHOPBELL_TEST_NOW", kept, 1);
	else
		unsetenv("SHOPBELL_TEST_NOW");
	free(kept);
	return rc;
}
