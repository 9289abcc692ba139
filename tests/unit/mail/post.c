/*
 * post.c -- the sender alone, for submit.py: hands one mail over and prints
 * what became of it, one fact a line.
 *
 *   post URL USER PASSWORD-FILE CA-FILE SENDER RECIPIENT... < mail
 *   post URL USER PASSWORD-FILE CA-FILE probe
 *
 * MARK=fail in the environment makes the mark fail; MAILS=n sends n times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "mail/submit.h"

static int marks;

static int
mark(void *arg, struct err *e)
{
	const char *how = getenv("MARK");

	(void)arg;
	marks++;
	if (how != NULL && strcmp(how, "fail") == 0)
		return err_set(e, ERR_SYSTEM, 28, "disk full");
	return 0;
}

static void
split_url(const char *url, struct server *s, char *host, size_t size)
{
	const char *from = strstr(url, "://") + 3;
	const char *colon = strrchr(url, ':');

	snprintf(host, size, "%.*s", (int)(colon - from), from);
	s->url = url;
	s->host = host;
	s->port = atoi(colon + 1);
	s->implicit_tls = strncmp(url, "smtps", 5) == 0;
}

static void
tell(const struct submit_answer *answer)
{
	static const char *const ends[] = { "accepted", "later", "refused",
		"paused", "doubt" };

	printf("end %s\n", ends[answer->end]);
	for (size_t i = 0; i < answer->n; i++)
		printf("to %s %d %s\n", answer->verdict[i].recipient,
		    answer->verdict[i].code, answer->verdict[i].text);
	if (answer->end != SUBMIT_ACCEPTED)
		printf("why %d %d %s\n", (int)answer->why.kind,
		    answer->why.code, answer->why.text);
	printf("marks %d\n", marks);
}

static int
post(struct submit *s, int argc, char **argv, struct err *e)
{
	struct strings to = { (const char **)argv + 6, (size_t)argc - 6 };
	struct buf bytes = { 0 };
	struct letter l = { .sender = argv[5], .recipients = &to };
	int times = getenv("MAILS") ? atoi(getenv("MAILS")) : 1;

	if (file_read(&bytes, "-", 1u << 28, e) < 0)
		return -1;
	l.bytes = bytes.data;
	l.size = bytes.len;
	while (times-- > 0) {
		struct arena a = { 0 };
		struct submit_answer answer;

		marks = 0;
		submit_send(s, &l, mark, NULL, &a, &answer);
		tell(&answer);
		arena_free(&a);
	}
	buf_free(&bytes);
	return 0;
}

int
main(int argc, char **argv)
{
	struct account a = { .title = "test" };
	struct submit *s;
	struct err e = { 0 };
	char host[200];
	int rc;

	if (argc < 6)
		return 64;
	split_url(argv[1], &a.smtp, host, sizeof(host));
	a.user = argv[2];
	a.password_file = argv[3];
	a.ca_file = argv[4];
	a.password_command = a.token_command = "";
	a.file = "";
	if (getenv("TOKEN")) {
		a.token_command = getenv("TOKEN");
		a.password_file = "";
	}
	a.tls_none = getenv("TLS_NONE") != NULL;
	s = submit_open(&a, &e);
	if (s == NULL)
		rc = -1;
	else if (strcmp(argv[5], "probe") == 0)
		rc = submit_probe(s, &e);
	else
		rc = post(s, argc, argv, &e);
	if (rc < 0)
		printf("error %d %s\n", (int)e.kind, e.text);
	submit_close(s);
	return 0;
}
