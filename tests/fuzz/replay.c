/*
 * replay.c -- the seeds of a target, and what is near them, as a test.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

#define ROUNDS   400 /* mutations of each seed */
#define SEED_MAX 65536

static uint32_t state = 88172645u;
static const char *seed = "";
static int round_now;
static const struct buf *input;

static uint32_t
some(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

/* Keep the input that crashed, for "NAME.test FILE", and say so. */
static void
on_crash(int number)
{
	static const char file[] = FUZZ_NAME ".crash";
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	char text[400];
	int n = snprintf(text, sizeof(text),
	    "# %s, round %d, signal %d: kept in %s\n"
	    "Bail out! crashed\n",
	    seed, round_now, number, file);

	if (fd < 0 || write(fd, buf_text(input), input->len) < 0 ||
	    write(STDOUT_FILENO, text, (size_t)n) < 0)
		_exit(2);
	_exit(1);
}

/* Change some bytes: flip, drop, double a stretch, or put a special one. */
static void
mutate(struct buf *b, const struct buf *from)
{
	static const char special[] = "\0\n\r\"\\[]=#{}%<>&;\x80\xc2\xe2\xf0"
				      "\xff\x1b";
	size_t at, n;

	buf_clear(b);
	buf_add(b, buf_text(from), from->len);
	for (uint32_t i = 1 + some(6); i > 0 && b->len > 0; i--) {
		at = some((uint32_t)b->len);
		n = 1 + some(16);
		if (n > b->len - at)
			n = b->len - at;
		switch (some(4)) {
		case 0:
			b->data[at] ^= (char)(1 << some(8));
			break;
		case 1:
			memmove(b->data + at, b->data + at + n,
			    b->len - at - n);
			buf_cut(b, b->len - n);
			break;
		case 2:
			buf_room(b, n);
			buf_add(b, b->data + at, n);
			break;
		default:
			b->data[at] = special[some(sizeof(special) - 1)];
			break;
		}
	}
}

static void
run(const struct buf *b)
{
	/* A copy of just that size, so that a sanitizer sees overruns. */
	uint8_t *copy = malloc(b->len > 0 ? b->len : 1);

	input = b;
	MUST(copy != NULL);
	if (b->len > 0)
		memcpy(copy, b->data, b->len);
	LLVMFuzzerTestOneInput(copy, b->len);
	free(copy);
}

static void
run_seed(const char *path)
{
	struct buf whole = { 0 }, near = { 0 };
	struct err e = { 0 };

	if (file_read(&whole, path, SEED_MAX, &e) < 0) {
		printf("Bail out! %s\n", e.text);
		exit(1);
	}
	for (round_now = 0; round_now < ROUNDS; round_now++) {
		if (round_now == 0)
			run(&whole);
		else
			mutate(&near, &whole);
		if (round_now > 0)
			run(&near);
	}
	buf_free(&whole);
	buf_free(&near);
}

static int
is_seed(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Just one input, in a debugger perhaps. */
static int
run_file(const char *path)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	if (file_read(&b, path, (size_t)1 << 30, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	run(&b);
	buf_free(&b);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *top = getenv("srcdir");
	struct arena a = { 0 };
	struct dirent **names;
	const char *folder;
	int n;

	if (argc > 1)
		return run_file(argv[1]);
	folder =
	    arena_fmt(&a, "%s/tests/fuzz/seeds/%s", top ? top : ".", FUZZ_NAME);
	n = scandir(folder, &names, is_seed, alphasort);
	if (n <= 0) {
		printf("Bail out! no seeds in %s\n", folder);
		return 1;
	}
	signal(SIGABRT, on_crash);
	signal(SIGSEGV, on_crash);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		seed = names[i]->d_name;
		run_seed(arena_fmt(&a, "%s/%s", folder, seed));
		printf("ok %d - %s %s\n", i + 1, FUZZ_NAME, seed);
		fflush(stdout);
		free(names[i]);
	}
	free(names);
	arena_free(&a);
	return 0;
}
