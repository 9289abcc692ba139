/*
 * reading -- how fast mails become text and rows; for reading.py.
 *
 *   reading STORE PASSES < paths
 *
 * Every file is one mail.  Each pass reads all of them from memory into a
 * new store and prints one line: seconds of CPU for GMime alone (structure
 * and decoded parts), for reading, for layout at 80 columns, for packing and
 * for the store with its index; then the slowest mail.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "desk/shop.h"
#include "mail/message/read.h"
#include "store/ingest.h"

#define BATCH 200
#define NOW   ((int64_t)1790000000)

enum phase { PHASE_GMIME, PHASE_READ, PHASE_LAYOUT, PHASE_PACK, PHASE_INDEX };
#define PHASES 5

struct raw {
	char path[512];
	struct buf bytes;
};

struct bench {
	struct raw *v;
	size_t n;
	double secs[PHASES];
	double slowest;
	const char *which;
	size_t made; /* bytes of text, so that nothing is left out */
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "reading: %s\n", e->text);
	exit(1);
}

static void
take_part(GMimeObject *parent, GMimeObject *part, gpointer arg)
{
	struct bench *b = arg;
	GMimeDataWrapper *content;
	GMimeStream *out;

	(void)parent;
	if (!GMIME_IS_PART(part))
		return;
	content = g_mime_part_get_content(GMIME_PART(part));
	if (content == NULL)
		return;
	out = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, out);
	b->made += (size_t)g_mime_stream_length(out);
	g_object_unref(out);
}

static void
read_gmime(struct bench *b, const struct raw *r)
{
	GMimeStream *in =
	    g_mime_stream_mem_new_with_buffer(r->bytes.data, r->bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	if (m != NULL) {
		const char *subject = g_mime_message_get_subject(m);

		b->made += subject ? strlen(subject) : 0;
		g_mime_message_foreach(m, take_part, b);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(in);
}

/* Add what went by since *from to a phase, and begin the next. */
static void
lap(struct bench *b, enum phase phase, double *from)
{
	double now = cpu();

	b->secs[phase] += now - *from;
	*from = now;
}

static struct arrival
read_ours(struct bench *b, struct arena *a, const struct raw *r, int64_t uid)
{
	struct buf packed = { 0 };
	struct arrival v = { .uid = uid };
	double from = cpu(), begun = from;
	struct fold *fold;
	size_t folds;

	v.mail =
	    mail_read(a, r->bytes.data, r->bytes.len, &read_limits_default);
	v.internal_date = v.mail->date > 0 ? v.mail->date : NOW;
	lap(b, PHASE_READ, &from);
	b->made += strlen(
	    mail_layout(a, r->bytes.data, r->bytes.len, 80, &fold, &folds));
	lap(b, PHASE_LAYOUT, &from);
	if (from - begun > b->slowest) {
		b->slowest = from - begun;
		b->which = r->path;
	}
	ingest_pack(r->bytes.data, r->bytes.len, &packed);
	v.packed = arena_strn(a, packed.data, packed.len);
	v.packed_size = packed.len;
	buf_free(&packed);
	lap(b, PHASE_PACK, &from);
	return v;
}

static void
run(struct bench *b, struct store *s)
{
	struct arena a = { 0 };
	struct cursor c = { 0 };
	int64_t inbox;
	struct err e;

	must(ingest_mailbox(s, "shop", "INBOX", ROLE_INBOX, &inbox, &c, &e),
	    &e);
	for (size_t i = 0; i < b->n; i += BATCH) {
		struct arrival v[BATCH];
		double from = cpu();
		size_t n = 0;

		for (size_t k = i; k < b->n && k < i + BATCH; k++)
			read_gmime(b, &b->v[k]);
		lap(b, PHASE_GMIME, &from);
		for (size_t k = i; k < b->n && k < i + BATCH; k++)
			v[n++] = read_ours(b, &a, &b->v[k], (int64_t)k + 1);
		from = cpu();
		must(ingest_batch(s, inbox, v, n, NULL, 30 * 86400, NOW, NULL,
			 &e),
		    &e);
		lap(b, PHASE_INDEX, &from);
		arena_reset(&a);
	}
	arena_free(&a);
}

static void
load(struct bench *b)
{
	char line[512];
	struct err e;

	while (fgets(line, sizeof(line), stdin)) {
		struct raw *r;

		line[strcspn(line, "\n")] = '\0';
		b->v = realloc(b->v, (b->n + 1) * sizeof(*b->v));
		if (b->v == NULL)
			exit(1);
		r = &b->v[b->n++];
		memset(r, 0, sizeof(*r));
		memcpy(r->path, line, sizeof(line));
		must(file_read(&r->bytes, line, 256u << 20, &e), &e);
	}
}

static struct store *
new_store(const char *path)
{
	static struct target target = { .name = "default",
		.match = "",
		.first = 3600,
		.next = 14400,
		.hours = "",
		.warn = 80 };
	static struct account account = { .title = "shop",
		.address = "hello@shop.example" };
	struct shop shop = { .store = path,
		.history = 30 * 86400,
		.target = &target,
		.targets = 1,
		.account = &account,
		.accounts = 1,
		.zone = "UTC" };
	struct store *s;
	struct err e;

	unlink(path);
	s = store_open(&shop, STORE_CREATE, 10000, &e);
	must(s == NULL ? -1 : 0, &e);
	return s;
}

int
main(int argc, char **argv)
{
	struct bench b = { 0 };

	if (argc < 3) {
		fprintf(stderr, "usage: reading STORE PASSES < paths\n");
		return 64;
	}
	g_mime_init();
	read_start();
	load(&b);
	for (int i = 0; i < atoi(argv[2]); i++) {
		struct store *s = new_store(argv[1]);

		memset(b.secs, 0, sizeof(b.secs));
		b.slowest = 0;
		run(&b, s);
		store_close(s);
		for (int k = 0; k < PHASES; k++)
			printf("%.6f ", b.secs[k]);
		printf("%.6f %s\n", b.slowest, b.which);
		fflush(stdout);
	}
	for (size_t i = 0; i < b.n; i++)
		buf_free(&b.v[i].bytes);
	free(b.v);
	return b.made == 0;
}
