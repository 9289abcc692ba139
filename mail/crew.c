#include "mail/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/beat.h"
#include "mail/message/read.h"
#include "mail/worker.h"
#include "store/ingest.h"

#define WORKERS_MAX 4
#define JOBS        512         /* a power of two */
#define BYTES       (8u << 20)  /* raw bytes under way */
#define RECORD_MAX  (64u << 20) /* what a worker may claim to send */
#define PIPE_SIZE   (1 << 20)

enum job_state { JOB_WAITS, JOB_GIVEN, JOB_DONE };

struct job {
	enum job_state state;
	int worker;
	int tries;
	size_t size;
	struct parsed p; /* raw is kept until it is done */
};

struct worker {
	bool alive;
	int in;  /* we write raw mails */
	int out; /* we read records */
	struct buf sending;
	size_t sent;
	struct buf answer;
};

struct crew {
	pid_t nursery;
	int sock;
	int workers;
	bool running;
	struct worker worker[WORKERS_MAX];
	struct job job[JOBS]; /* a ring: first <= number < next */
	uint64_t first;
	uint64_t next;
	size_t bytes;
};

static struct job *
job_at(struct crew *c, uint64_t number)
{
	return &c->job[number % JOBS];
}

void
parsed_free(struct parsed *p)
{
	buf_free(&p->record);
	buf_free(&p->packed);
	buf_free(&p->raw);
}

/* ---- starting and ending ---- */

struct crew *
crew_start(int workers, struct err *e)
{
	struct crew *c = calloc(1, sizeof(*c));
	int pair[2];

	if (c == NULL ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		err_set(e, ERR_SYSTEM, errno, "cannot start a worker: %s",
		    strerror(errno));
		free(c);
		return NULL;
	}
	c->workers = workers < WORKERS_MAX ? workers : WORKERS_MAX;
	c->nursery = fork();
	if (c->nursery == 0) {
		/* Neither the lock of the store nor anything else. */
		dup2(pair[1], STDERR_FILENO + 1);
		close_range(STDERR_FILENO + 2, ~0u, 0);
		nursery_run(STDERR_FILENO + 1);
	}
	close(pair[1]);
	c->sock = pair[0];
	if (c->nursery > 0)
		return c;
	err_set(e, ERR_SYSTEM, errno, "cannot start a worker: %s",
	    strerror(errno));
	close(c->sock);
	free(c);
	return NULL;
}

static void
worker_end(struct worker *w)
{
	if (w->alive) {
		close(w->in);
		close(w->out);
	}
	buf_free(&w->sending);
	buf_free(&w->answer);
	*w = (struct worker){ 0 };
}

void
crew_stop(struct crew *c)
{
	int status;

	if (c == NULL)
		return;
	for (int i = 0; i < c->workers; i++)
		worker_end(&c->worker[i]);
	for (; c->first < c->next; c->first++)
		parsed_free(&job_at(c, c->first)->p);
	close(c->sock);
	while (waitpid(c->nursery, &status, 0) < 0 && errno == EINTR)
		;
	free(c);
}

static void
own_end(int fd)
{
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int
worker_begin(struct crew *c, struct worker *w, struct err *e)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 };
	int rc = -1;

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0 ||
	    nursery_ask(c->sock, to[0], from[1]) < 0)
		err_set(e, ERR_SYSTEM, errno, "cannot start a worker: %s",
		    strerror(errno));
	else
		rc = 0;
	if (to[0] >= 0)
		close(to[0]);
	if (from[1] >= 0)
		close(from[1]);
	if (rc < 0) {
		if (to[1] >= 0)
			close(to[1]);
		if (from[0] >= 0)
			close(from[0]);
		return -1;
	}
	*w = (struct worker){ .alive = true, .in = to[1], .out = from[0] };
	own_end(w->in);
	own_end(w->out);
	return 0;
}

/* ---- giving out work ---- */

/* The worker's next job after the one it has; c->next if none. */
static uint64_t
next_of(struct crew *c, int worker, uint64_t from)
{
	for (; from < c->next; from++) {
		struct job *j = job_at(c, from);

		if (j->state == JOB_GIVEN && j->worker == worker)
			break;
	}
	return from;
}

static size_t
load_of(const struct worker *w)
{
	return w->sending.len - w->sent;
}

static void
assign(struct crew *c, uint64_t number, int worker)
{
	struct job *j = job_at(c, number);
	struct worker *w = &c->worker[worker];
	uint32_t size = (uint32_t)j->p.raw.len;

	j->state = JOB_GIVEN;
	j->worker = worker;
	if (w->sent > PIPE_SIZE || (w->sent > 0 && load_of(w) == 0)) {
		memmove(w->sending.data, w->sending.data + w->sent,
		    load_of(w));
		buf_cut(&w->sending, load_of(w));
		w->sent = 0;
	}
	buf_add(&w->sending, &size, sizeof(size));
	buf_add(&w->sending, j->p.raw.data, j->p.raw.len);
}

/* How many mails a worker has and has not answered. */
static size_t
queue_of(struct crew *c, int worker)
{
	size_t n = 0;

	for (uint64_t i = c->first; i < c->next; i++) {
		struct job *j = job_at(c, i);

		n += j->state == JOB_GIVEN && j->worker == worker;
	}
	return n;
}

static int
idlest(struct crew *c)
{
	int best = 0;
	size_t least = SIZE_MAX;

	for (int i = 0; i < c->workers; i++) {
		size_t n = load_of(&c->worker[i]) + queue_of(c, i) * 4096;

		if (n < least) {
			least = n;
			best = i;
		}
	}
	return best;
}

/*
 * A worker died over the mail it was reading.  Once more, first of all, in a
 * new process; the second time the mail stays unread.
 */
static int
worker_died(struct crew *c, int worker, struct err *e)
{
	struct worker *w = &c->worker[worker];
	uint64_t at = next_of(c, worker, c->first);

	worker_end(w);
	if (at < c->next) {
		struct job *j = job_at(c, at);

		if (++j->tries == 2) {
			j->state = JOB_DONE;
			buf_clear(&j->p.record);
			ingest_pack(j->p.raw.data, j->p.raw.len, &j->p.packed);
		}
	}
	if (worker_begin(c, w, e) < 0)
		return -1;
	for (at = next_of(c, worker, c->first); at < c->next;
	     at = next_of(c, worker, at + 1))
		assign(c, at, worker);
	return 0;
}

/* ---- the pipes ---- */

/* 0, or -1: the worker is gone. */
static int
worker_write(struct worker *w)
{
	while (w->sent < w->sending.len) {
		ssize_t r = write(w->in, w->sending.data + w->sent,
		    w->sending.len - w->sent);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && errno == EAGAIN)
			return 0;
		if (r < 0)
			return -1;
		w->sent += (size_t)r;
	}
	return 0;
}

/* One whole answer at the front of what was read: its job is done. */
static int
answer_take(struct crew *c, int worker)
{
	struct worker *w = &c->worker[worker];
	uint32_t size[2];
	size_t whole;
	struct job *j;
	uint64_t at;

	if (w->answer.len < sizeof(size))
		return 0;
	memcpy(size, w->answer.data, sizeof(size));
	if (size[0] > RECORD_MAX || size[1] > RECORD_MAX)
		return -1;
	whole = sizeof(size) + size[0] + size[1];
	if (w->answer.len < whole)
		return 0;
	at = next_of(c, worker, c->first);
	if (at == c->next)
		return -1;
	j = job_at(c, at);
	buf_add(&j->p.record, w->answer.data + sizeof(size), size[0]);
	buf_add(&j->p.packed, w->answer.data + sizeof(size) + size[0], size[1]);
	buf_free(&j->p.raw);
	j->state = JOB_DONE;
	memmove(w->answer.data, w->answer.data + whole, w->answer.len - whole);
	buf_cut(&w->answer, w->answer.len - whole);
	return 1;
}

/* 0, or -1: the worker is gone. */
static int
worker_read(struct crew *c, int worker)
{
	struct worker *w = &c->worker[worker];
	int r;

	for (;;) {
		char *to = buf_room(&w->answer, 65536);
		ssize_t n = read(w->out, to, 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			return -1;
		w->answer.len += (size_t)n;
		while ((r = answer_take(c, worker)) > 0)
			;
		if (r < 0)
			return -1;
	}
}

/* Move bytes both ways; wait up to ms for something to move. */
static int
pump(struct crew *c, int ms, struct err *e)
{
	struct pollfd p[2 * WORKERS_MAX];

	for (int i = 0; i < c->workers; i++) {
		struct worker *w = &c->worker[i];

		p[2 * i] = (struct pollfd){ w->out, POLLIN, 0 };
		p[2 * i + 1] =
		    (struct pollfd){ load_of(w) > 0 ? w->in : -1, POLLOUT, 0 };
	}
	if (poll(p, 2 * (nfds_t)c->workers, ms) < 0 && errno != EINTR)
		return err_set(e, ERR_SYSTEM, errno, "poll: %s",
		    strerror(errno));
	for (int i = 0; i < c->workers; i++) {
		int rc = 0;

		if (p[2 * i].revents != 0)
			rc = worker_read(c, i);
		if (rc == 0 && p[2 * i + 1].revents != 0)
			rc = worker_write(&c->worker[i]);
		if (rc < 0 && worker_died(c, i, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- for the caller ---- */

bool
crew_full(const struct crew *c)
{
	return c->next - c->first == JOBS || c->bytes >= BYTES;
}

size_t
crew_busy(const struct crew *c)
{
	return (size_t)(c->next - c->first);
}

static int
crew_wake(struct crew *c, struct err *e)
{
	if (c->running)
		return 0;
	for (int i = 0; i < c->workers; i++)
		if (worker_begin(c, &c->worker[i], e) < 0)
			return -1;
	c->running = true;
	return 0;
}

int
crew_give(struct crew *c, uint64_t ticket, const void *raw, size_t n,
    struct err *e)
{
	struct job *j = job_at(c, c->next);
	int worker;

	if (crew_wake(c, e) < 0)
		return -1;
	if (c->next - c->first == JOBS)
		return err_set(e, ERR_BUG, 0, "the workers are full");
	*j = (struct job){ .size = n, .p.ticket = ticket };
	buf_add(&j->p.raw, raw, n);
	c->bytes += n;
	c->next++;
	worker = idlest(c);
	assign(c, c->next - 1, worker);
	if (worker_write(&c->worker[worker]) < 0)
		return worker_died(c, worker, e);
	return 0;
}

int
crew_take(struct crew *c, int ms, struct parsed *p, struct err *e)
{
	int64_t end = when_ms() + ms;
	struct job *j;

	if (c->first == c->next)
		return 0;
	j = job_at(c, c->first);
	while (j->state != JOB_DONE) {
		int64_t left = ms < 0 ? -1 : end - when_ms();

		beat();
		if (pump(c, ms < 0 ? -1 : left > 0 ? (int)left : 0, e) < 0)
			return -1;
		if (ms >= 0 && left <= 0 && j->state != JOB_DONE)
			return 0;
	}
	*p = j->p;
	j->p = (struct parsed){ 0 };
	c->bytes -= j->size;
	c->first++;
	return 1;
}

/* ---- what came of it ---- */

/*
 * A mail that nothing could read: a place holder named by its hash, with the
 * bytes kept beside it.
 */
static struct mail *
unread(struct arena *a, const struct buf *raw)
{
	struct mail *m = arena_alloc(a, sizeof(*m));
	char hex[2 * HASH_SIZE + 1];

	hash_sha256(raw->data, raw->len, m->hash);
	hash_hex(m->hash, HASH_SIZE, hex);
	m->size = (int64_t)raw->len;
	m->message_id = arena_fmt(a, "%.32s@unreadable.invalid", hex);
	m->original_id = "";
	m->auth_results = "";
	m->subject = "(a mail that could not be read)";
	m->text = "";
	m->automatic_why = "";
	m->unreadable = "it broke the program that reads mail, twice";
	return m;
}

struct mail *
parsed_mail(struct arena *a, const struct parsed *p, struct err *e)
{
	if (p->record.len == 0)
		return unread(a, &p->raw);
	return mail_decode(a, p->record.data, p->record.len, e);
}
