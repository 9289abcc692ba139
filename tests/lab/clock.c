/*
 * clock.c -- a library to preload under which the test moves the clocks.
 *
 *   CLOCK_FILE=f   16 bytes, mapped: two int64_t, milliseconds
 *                  [0] time that has passed on every clock
 *                  [1] time asleep: only the clocks that count a sleep have it
 *
 * The clocks run as ever and these are added.  poll notices within a few
 * milliseconds that its time is up, except that it does not count a sleep.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 4

static const volatile int64_t none[2], *moved = none;
static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_poll)(struct pollfd *, nfds_t, int);

__attribute__((constructor)) static void
start(void)
{
	const char *path = getenv("CLOCK_FILE");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at;

	real_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT,
	    "clock_gettime");
	real_poll =
	    (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
	if (fd < 0)
		return;
	at = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED)
		moved = at;
	close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int64_t ms = 0;
	int rc;

	if (real_clock == NULL)
		start();
	rc = real_clock(id, t);
	if (id == CLOCK_REALTIME || id == CLOCK_BOOTTIME)
		ms = moved[0] + moved[1];
	else if (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_RAW)
		ms = moved[0];
	t->tv_sec += ms / 1000;
	t->tv_nsec += ms % 1000 * 1000000;
	if (t->tv_nsec >= 1000000000) {
		t->tv_sec++;
		t->tv_nsec -= 1000000000;
	}
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	out->tv_sec = t.tv_sec;
	out->tv_usec = t.tv_nsec / 1000;
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
poll(struct pollfd *v, nfds_t n, int ms)
{
	int64_t end, left;
	int r;

	if (real_poll == NULL)
		start();
	if (ms <= LOOK_MS)
		return real_poll(v, n, ms);
	end = now_ms() + ms;
	for (;;) {
		left = end - now_ms();
		r = real_poll(v, n,
		    left > LOOK_MS ? LOOK_MS : left > 0 ? (int)left : 0);
		if (r != 0 || left <= 0)
			return r;
	}
}

/* What poll becomes where the compiler knows the size of v. */
int __poll_chk(struct pollfd *v, nfds_t n, int ms, size_t room);

int
__poll_chk(struct pollfd *v, nfds_t n, int ms, size_t room)
{
	(void)room;
	return poll(v, n, ms);
}
