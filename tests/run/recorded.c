/*
 * recorded.c -- whole rounds of the sync against a server that answers by
 * command verb from a recording, whole and cut; for recorded.py.
 *
 *   recorded [-a ANSWER,...] [-n SAMPLE] [-s SEED] SESSION
 *
 * SESSION is a file of answers: "VERB<tab>LENGTH\n" and so many bytes each.
 * The verb of the greeting is GREETING; "{tag}" stands for the tag.  The
 * server has no memory: a verb has one answer, whenever it is asked.
 *
 * First the whole: what is then in the store is what must come of every cut.
 * A cut closes the line behind so many bytes of one answer, in half of the
 * cases on every connection of the run, else on the first; the run after it
 * is not cut.  The same is asked for whatever happens: the same store, an
 * end within ten seconds, no crash.  Prints
 *
 *   used 0 1 3                the answers that were asked for
 *   whole KIND MAILS          how the whole run ended, as in err.h
 *   different ANSWER OFFSET KIND
 *   hang ANSWER OFFSET
 *   crash ANSWER OFFSET
 *   cuts N                    and is done
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/file.h"
#include "base/hash.h"
#include "mail/round.h"
#include "store/query.h"

#define ANSWERS_MAX 500
#define EVERY_BYTE  16384 /* files up to here are cut at every byte */
#define SEEDED      500   /* places in a longer one */
#define HANG_S      10

struct answer {
	char verb[40];
	const char *bytes;
	size_t n;
	int used; /* its place among those asked for, from 1; 0: never */
};

struct cut {
	size_t answer;
	size_t offset;
	bool always; /* on every connection of the run */
};

static struct answer answer[ANSWERS_MAX];
static size_t answers;
static struct cut *cuts;
static size_t cuts_n;

/* Shared with the children that do the work. */
static struct shared {
	size_t at;  /* the cut that is tried */
	bool whole; /* the run without a cut has ended */
	int used[ANSWERS_MAX];
	int uses;
} * shared;

static char folder[] = "/dev/shm/recorded.XXXXXX";
static sqlite3 *blank; /* an empty store, to begin from */

/* ---- the server ---- */

static const struct cut *cut_now; /* NULL: none */
static int listener;
static int connection; /* counts those of this run */

struct peer {
	int fd;
	char in[8192];
	size_t have;
};

static int
peer_line(struct peer *p, char *line, size_t size)
{
	for (;;) {
		char *end = memchr(p->in, '\n', p->have);
		ssize_t r;

		if (end != NULL) {
			size_t n = (size_t)(end - p->in) + 1;

			snprintf(line, size, "%.*s", (int)n, p->in);
			line[strcspn(line, "\r\n")] = '\0';
			memmove(p->in, p->in + n, p->have - n);
			p->have -= n;
			return 0;
		}
		if (p->have == sizeof(p->in))
			p->have = 0;
		r = read(p->fd, p->in + p->have, sizeof(p->in) - p->have);
		if (r <= 0)
			return -1;
		p->have += (size_t)r;
	}
}

static int
peer_send(struct peer *p, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t r = send(p->fd, bytes, n, MSG_NOSIGNAL);

		if (r <= 0)
			return -1;
		bytes += r;
		n -= (size_t)r;
	}
	return 0;
}

/* The answer to a verb, or -1. */
static int
pick(const char *verb)
{
	for (size_t i = 0; i < answers; i++)
		if (strcasecmp(answer[i].verb, verb) == 0)
			return (int)i;
	return -1;
}

/* -1: the line is to be closed. */
static int
give(struct peer *p, const char *verb, const char *tag)
{
	int i = pick(verb);
	struct buf out = { 0 };
	const struct cut *c = cut_now;
	bool tagged = false, ends = false;
	int rc = 0;

	if (i >= 0) {
		const char *s = answer[i].bytes, *end = s + answer[i].n, *t;

		if (answer[i].used == 0) {
			answer[i].used = ++shared->uses;
			shared->used[shared->uses - 1] = i;
		}
		while ((t = memmem(s, (size_t)(end - s), "{tag}", 5)) != NULL) {
			/* It may also stand within an answer (RFC 4731). */
			tagged =
			    tagged || t == answer[i].bytes || t[-1] == '\n';
			buf_add(&out, s, (size_t)(t - s));
			buf_str(&out, tag);
			s = t + 5;
		}
		buf_add(&out, s, (size_t)(end - s));
	}
	if (!tagged && *tag != '\0')
		buf_fmt(&out, "%s OK done\r\n", tag);
	if (i >= 0 && c != NULL && c->answer == (size_t)i &&
	    (c->always || connection == 1) && c->offset < out.len) {
		buf_cut(&out, c->offset);
		ends = true;
	}
	rc = peer_send(p, buf_text(&out), out.len);
	buf_free(&out);
	return ends ? -1 : rc;
}

/* A synchronising literal is asked for; its bytes are of no interest. */
static int
swallow(struct peer *p, char *line, size_t size)
{
	const char *brace = strrchr(line, '{');
	size_t n;

	if (brace == NULL || line[strlen(line) - 1] != '}')
		return 0;
	n = strtoul(brace + 1, NULL, 10);
	if (strchr(brace, '+') == NULL && peer_send(p, "+ go on\r\n", 9) < 0)
		return -1;
	while (n > 0) {
		char one[4096];

		if (p->have > 0) {
			size_t some = n < p->have ? n : p->have;

			memmove(p->in, p->in + some, p->have - some);
			p->have -= some;
			n -= some;
			continue;
		}
		ssize_t r = read(p->fd, one, n < sizeof(one) ? n : sizeof(one));

		if (r <= 0)
			return -1;
		n -= (size_t)r;
	}
	return peer_line(p, line, size);
}

static void
serve(struct peer *p)
{
	char line[8192], rest[8192], tag[64], one[64], two[64], verb[140];

	if (give(p, "GREETING", "") < 0)
		return;
	while (peer_line(p, line, sizeof(line)) == 0) {
		two[0] = one[0] = '\0';
		if (sscanf(line, "%63s %63s %63s", tag, one, two) < 2)
			continue;
		snprintf(rest, sizeof(rest), "%s", line);
		if (swallow(p, rest, sizeof(rest)) < 0)
			return;
		if (strcasecmp(one, "UID") == 0)
			snprintf(verb, sizeof(verb), "UID %s", two);
		else
			snprintf(verb, sizeof(verb), "%s", one);
		if (strcasecmp(one, "AUTHENTICATE") == 0 &&
		    sscanf(line, "%*s %*s %*s %63s", two) != 1 &&
		    (peer_send(p, "+ \r\n", 4) < 0 ||
			peer_line(p, rest, sizeof(rest)) < 0))
			return;
		if (give(p, verb, tag) < 0 || strcasecmp(one, "LOGOUT") == 0)
			return;
	}
}

static void *
server(void *arg)
{
	static struct peer p;

	(void)arg;
	for (;;) {
		p = (struct peer){ .fd = accept(listener, NULL, NULL) };
		if (p.fd < 0)
			return NULL;
		connection++;
		serve(&p);
		close(p.fd);
	}
}

static int
listen_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (void *)&a, sizeof(a)) < 0 ||
	    listen(listener, 16) < 0 ||
	    getsockname(listener, (void *)&a, &len) < 0)
		exit(71);
	return ntohs(a.sin_port);
}

/* ---- one run ---- */

static struct account account;
static struct shop shop;
static struct crew *crew;
static char path[sizeof(folder) + 20];

static void
must(int rc, const struct err *e)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "recorded: %s\n", e->text);
	_exit(70);
}

static void
store_forget(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char name[sizeof(path) + 10];

	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void
copy(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");

	if (b == NULL || sqlite3_backup_step(b, -1) != SQLITE_DONE ||
	    sqlite3_backup_finish(b) != SQLITE_OK)
		_exit(74);
}

/*
 * The store as if it were new, under a handle that stays open: opening one
 * takes longer than the rounds.
 */
static struct store *
store_empty(void)
{
	static struct store *store;
	static sqlite3 *beside;
	static unsigned n;
	struct err e = { 0 };

	if (store == NULL) {
		store_forget();
		store = store_open(&shop, STORE_CREATE, 1000, &e);
		must(store == NULL ? -1 : 0, &e);
		if (sqlite3_open(path, &beside) != SQLITE_OK ||
		    sqlite3_open(":memory:", &blank) != SQLITE_OK)
			_exit(74);
		copy(blank, beside);
	}
	copy(beside, blank);
	if (++n % 64 == 0)
		sqlite3_wal_checkpoint_v2(beside, NULL,
		    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return store;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A line for each mail, by what it is and with whom it stands. */
static size_t
add_mails(struct store *s, struct arena *a, char ***line, size_t n)
{
	struct list_ask ask = { 0 };
	struct thread *t;
	struct err e = { 0 };
	size_t threads, messages;

	must(store_list(s, &ask, a, &t, &threads, &e), &e);
	for (size_t i = 0; i < threads; i++) {
		struct message *m;

		must(store_messages(s, t[i].id, a, &m, &messages, &e), &e);
		for (size_t j = 0; j < messages; j++) {
			char hash[65], with[65];

			hash_hex(m[j].hash, 32, hash);
			hash_hex(m[0].hash, 32, with);
			*line = arena_grow(a, *line, n, sizeof(**line));
			(*line)[n++] = arena_fmt(a,
			    "%s %s %d %d %d %lld %s %s, %d %d %lld %lld", hash,
			    with, m[j].seen, m[j].gone, m[j].direction,
			    (long long)m[j].received_at, m[j].unreadable,
			    m[j].subject, t[i].state, t[i].starred,
			    (long long)t[i].waiting_since,
			    (long long)t[i].last_at);
		}
	}
	return n;
}

/* A line for each place, and one for the cursor. */
static size_t
add_places(struct store *s, struct arena *a, char ***line, size_t n)
{
	struct cursor c;
	struct flag_row *v;
	struct err e = { 0 };
	size_t places;
	int64_t id;

	must(ingest_mailbox(s, "shop", "INBOX", ROLE_INBOX, &id, &c, &e), &e);
	must(ingest_known(s, id, 1, UINT32_MAX, a, &v, &places, &e), &e);
	*line = arena_grow(a, *line, n, sizeof(**line));
	(*line)[n++] =
	    arena_fmt(a, "cursor %lld %lld %d %llu", (long long)c.uidvalidity,
		(long long)c.high, c.complete, (unsigned long long)c.modseq);
	for (size_t i = 0; i < places; i++) {
		*line = arena_grow(a, *line, n, sizeof(**line));
		(*line)[n++] = arena_fmt(a, "place %lld %u %zu",
		    (long long)v[i].uid, v[i].flags, v[i].keywords.n);
	}
	return n;
}

/* What is in the store, as text that does not depend on the order. */
static void
store_tell(struct store *s, struct buf *out, size_t *mails)
{
	struct arena a = { 0 };
	char **line = NULL;
	size_t n = add_mails(s, &a, &line, 0);

	*mails = n;
	n = add_places(s, &a, &line, n);
	qsort(line, n, sizeof(*line), by_text);
	buf_clear(out);
	for (size_t i = 0; i < n; i++)
		buf_fmt(out, "%s\n", line[i]);
	arena_free(&a);
}

/* One round as the sync makes it; how it ended. */
static enum err_kind
run(struct store *s, const struct cut *c)
{
	const struct sync_ask ask = { .now = true };
	struct round r = { .shop = &shop,
		.account = &account,
		.ask = &ask,
		.store = s,
		.crew = crew,
		.cancel_fd = -1 };
	struct err e = { 0 };

	cut_now = c;
	connection = 0;
	alarm(HANG_S);
	round_run(&r, &e);
	alarm(0);
	round_end(&r);
	return e.kind;
}

/* ---- the work, in a child ---- */

static void
on_alarm(int number)
{
	(void)number;
	_exit(3);
}

static void
prepare(void)
{
	static char secret[sizeof(path) + 10];
	struct err e = { 0 };
	pthread_t t;
	FILE *f;

	snprintf(path, sizeof(path), "%s/store.db", folder);
	snprintf(secret, sizeof(secret), "%s/password", folder);
	f = fopen(secret, "w");
	if (f == NULL || fputs("secret\n", f) < 0 || fclose(f) != 0 ||
	    chmod(secret, 0600) < 0)
		_exit(74);
	account = (struct account){ .title = "shop",
		.address = "hello@shop.test",
		.user = "hello@shop.test",
		.name = "",
		.password_command = "",
		.password_file = secret,
		.token_command = "",
		.ca_file = "",
		.deliver_to = "",
		.file = "",
		.tls_none = true,
		.size_limit = 1 << 25,
		.imap = { "", "127.0.0.1", listen_somewhere(), false },
		.smtp = { "", "", 0, false } };
	shop = (struct shop){ .store = path,
		.zone = "UTC",
		.canned = "",
		.account = &account,
		.accounts = 1 };
	crew = crew_start(1, &e);
	must(crew == NULL ? -1 : 0, &e);
	signal(SIGALRM, on_alarm);
	if (pthread_create(&t, NULL, server, NULL) != 0)
		_exit(71);
}

/*
 * The whole, again and again: a recorded answer may tell one thing of a mail
 * before its body and another with it, and a run that did not end well may
 * have come a step further, so the second may find something to do; where
 * the first ended well the third finds nothing.
 */
static struct buf wanted, again, third;

static void
whole(bool tell)
{
	struct buf *store = &wanted;
	struct store *s = store_empty();
	enum err_kind kind;
	size_t mails;

	kind = run(s, NULL);
	store_tell(s, store, &mails);
	run(s, NULL);
	store_tell(s, &again, &mails);
	run(s, NULL);
	store_tell(s, &third, &mails);
	if (tell) {
		printf("whole %d %zu\n", kind, mails);
		if (kind == ERR_NONE &&
		    strcmp(buf_text(&again), buf_text(&third)) != 0)
			printf("different 0 0 0\n");
		if (getenv("RECORDED_TELL") != NULL)
			printf("%s--\n%s", buf_text(store), buf_text(&again));
	}
}

static void
try_cut(const struct cut *c)
{
	struct buf got = { 0 };
	struct store *s = store_empty();
	enum err_kind kind;
	size_t mails;

	kind = run(s, c);
	run(s, NULL);
	store_tell(s, &got, &mails);
	if (strcmp(buf_text(&wanted), buf_text(&got)) != 0 &&
	    strcmp(buf_text(&again), buf_text(&got)) != 0) {
		printf("different %zu %zu %d\n", c->answer, c->offset, kind);
		if (getenv("RECORDED_TELL") != NULL)
			printf("%s", buf_text(&got));
	}
	buf_free(&got);
}

static void
work(size_t from, bool tell)
{
	prepare();
	whole(tell);
	shared->whole = true;
	for (size_t i = from; i < cuts_n; i++) {
		shared->at = i;
		try_cut(&cuts[i]);
		fflush(stdout);
	}
	shared->at = cuts_n;
	fflush(stdout);
	crew_stop(crew);
	store_forget();
	_exit(0);
}

/* A child from a cut on; how it ended. */
static int
child(size_t from, bool tell)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	shared->uses = 0;
	pid = fork();
	if (pid == 0)
		work(from, tell);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* ---- which cuts ---- */

static uint32_t state = 1;

static uint32_t
some(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static void
add_cut(size_t i, size_t offset)
{
	static size_t cap;

	if (cuts_n == cap) {
		cap = cap * 2 + 1024;
		cuts = realloc(cuts, cap * sizeof(*cuts));
		if (cuts == NULL)
			exit(71);
	}
	cuts[cuts_n] = (struct cut){ i, offset, cuts_n % 2 == 0 };
	cuts_n++;
}

static void
add_cuts(size_t i)
{
	const struct answer *a = &answer[i];
	const char *p = a->bytes;

	if (a->n <= EVERY_BYTE) {
		for (size_t at = 0; at <= a->n; at++)
			add_cut(i, at);
		return;
	}
	/* The end of a line is an edge of a literal, too. */
	while ((p = memchr(p, '\n', (size_t)(a->bytes + a->n - p))) != NULL)
		add_cut(i, (size_t)(++p - a->bytes));
	for (int k = 0; k < SEEDED; k++)
		add_cut(i, some((uint32_t)a->n));
}

/* Some of them, by lot. */
static void
sample(size_t n)
{
	for (size_t i = 0; i < n && i < cuts_n; i++) {
		size_t j = i + some((uint32_t)(cuts_n - i));
		struct cut c = cuts[i];

		cuts[i] = cuts[j];
		cuts[j] = c;
	}
	if (n < cuts_n)
		cuts_n = n;
}

static void
read_session(const char *file)
{
	static struct buf kept; /* answers lie in it */
	struct buf *b = &kept;
	struct err e = { 0 };
	const char *p, *end;
	int head;
	size_t n;

	must(file_read(b, file, 1 << 30, &e), &e);
	end = b->data + b->len;
	for (p = b->data; p < end && answers < ANSWERS_MAX; p += n) {
		struct answer *a = &answer[answers++];

		if (sscanf(p, "%39[^\t]\t%zu\n%n", a->verb, &n, &head) != 2)
			exit(65);
		/* The blank in the format takes more than the line's end. */
		p = strchr(p, '\n') + 1;
		a->bytes = p;
		a->n = n;
	}
}

int
main(int argc, char **argv)
{
	const char *only = NULL;
	size_t most = SIZE_MAX, from = 0;
	int opt, status;

	while ((opt = getopt(argc, argv, "a:n:s:")) != -1) {
		if (opt == 'a')
			only = optarg;
		else if (opt == 'n')
			most = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			state = (uint32_t)strtoul(optarg, NULL, 10) | 1;
		else
			return 64;
	}
	if (optind + 1 != argc || mkdtemp(folder) == NULL)
		return 64;
	setenv("SHOPBELL_TEST_NOW", "1795325000", 1);
	signal(SIGPIPE, SIG_IGN);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 71;
	read_session(argv[optind]);
	for (const char *p = only; p != NULL && *p != '\0';) {
		char *after;
		size_t i = strtoul(p, &after, 10);

		if (i < answers)
			add_cuts(i);
		p = *after == ',' ? after + 1 : "";
	}
	sample(most);
	status = child(0, true);
	printf("used");
	for (int i = 0; i < shared->uses; i++)
		printf(" %d", shared->used[i]);
	printf("\n");
	while (status != 0 && from < cuts_n) {
		const struct cut *c = &cuts[shared->at];

		printf("%s %zu %zu\n",
		    WIFEXITED(status) && WEXITSTATUS(status) == 3 ? "hang"
								  : "crash",
		    c->answer, c->offset);
		/* Where the whole run did not end no cut was tried. */
		if (!shared->whole)
			break;
		from = shared->at + 1;
		status = child(from, false);
	}
	if (status != 0)
		printf("crash 0 0\n");
	printf("cuts %zu\n", cuts_n);
	rmdir(folder);
	return 0;
}
