/*
 * imap.c -- any bytes as the answers of an IMAP server: our session ends
 * with a result or an error, and nothing else.
 *
 * The whole input lies in the socket before the first command, so the seeds
 * carry the tags that libetpan counts.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/imap.h"

#define INPUT_MAX 60000 /* fits in a socket's buffer */

static int
take(void *arg, const struct imap_mail *m, struct err *e)
{
	(void)arg;
	(void)e;
	MUST(m->uid > 0);
	MUST(m->raw != NULL || m->raw_size == 0);
	return 0;
}

static int
gone(void *arg, uint32_t first, uint32_t last, struct err *e)
{
	(void)arg;
	(void)e;
	MUST(first > 0 && first <= last);
	return 0;
}

/* What a round asks for, as long as the session lives. */
static void
ask(struct imap *s, struct err *e)
{
	struct arena a = { 0 };
	struct imap_box *box;
	struct imap_state there;
	enum imap_woke what;
	uint32_t *uid, one;
	size_t n;

	if (imap_list(s, &a, &box, &n, e) == 0)
		for (size_t i = 0; i < n; i++)
			MUST(box[i].name != NULL);
	imap_status(s, "INBOX", &there, e);
	imap_select(s, "INBOX", &there, e);
	imap_fetch(s, "1:*", IMAP_WHOLE, 1000, take, NULL, e);
	imap_changes(s, "1:*", 5, take, gone, NULL, e);
	if (imap_uids(s, 3, 0, &a, &uid, &n, e) == 0)
		for (size_t i = 0; i < n; i++)
			MUST(uid[i] >= 3);
	imap_find(s, "a@example.com", &a, &uid, &n, e);
	imap_flag(s, "1", MAIL_SEEN, true, e);
	imap_move(s, "1", "Junk", e);
	if (imap_alive(s))
		imap_append(s, "Sent", MAIL_SEEN, 0, "x", 1, &one, e);
	if (imap_alive(s))
		imap_idle(s, -1, 1, &what, e);
	imap_noop(s, e);
	imap_fetch(s, "7", IMAP_WHOLE, 1000, take, NULL, e);
	imap_fetch(s, "7", IMAP_HEADER, 0, take, NULL, e);
	MUST(imap_oddities(s) < 100000);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct transport_limits limits = { 1000, 1000, 1000,
		1000, 1 << 20 };
	struct account account = { .title = "shop",
		.user = "hello@shop.test",
		.tls_none = true,
		.ca_file = "",
		.imap = { .url = "", .host = "localhost", .port = 143 } };
	struct secret secret = { 0 };
	struct err e = { 0 };
	struct imap *s;
	int pair[2];

	if (n > INPUT_MAX ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return 0;
	if (write(pair[1], bytes, n) != (ssize_t)n) {
		close(pair[0]);
		close(pair[1]);
		return 0;
	}
	shutdown(pair[1], SHUT_WR);
	buf_str(&secret.text, "secret");
	s = imap_over(&account, pair[0], -1, &limits, NULL, &e);
	if (s != NULL && imap_login(s, &secret, &e) == 0)
		ask(s, &e);
	else
		MUST(e.kind != ERR_NONE && e.text[0] != '\0');
	imap_close(s);
	close(pair[1]);
	buf_free(&secret.text);
	return 0;
}
