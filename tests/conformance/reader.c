/*
 * reader.c -- many mails as JSON, for scoring.
 *
 * Reads paths from standard input, one a line, and prints for each what
 * "shopbell parse -o json" would, with "path" and, if asked for by -w WIDTH,
 * "layout".  -t TYPE: the files hold the body of a mail of this type.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "mail/message/read.h"

static void
read_one(const char *path, const char *type, int width)
{
	struct arena a = {0};
	struct buf raw = {0};
	struct buf out = {0};
	struct err e = {ERR_NONE, 0, ""};
	struct json *o;

	if (type)
		buf_fmt(&raw,
		    "From: c@example.org\nTo: s@example.com\n"
		    "Subject: -\nContent-Type: %s; charset=utf-8\n\n", type);
	if (file_read(&raw, path, 256u << 20, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	o = mail_json(&a, mail_read(&a, buf_text(&raw), raw.len,
	    &read_limits_default));
	json_put_str(o, "path", path);
	if (width > 0) {
		struct fold *fold;
		size_t folds;

		json_put_str(o, "layout", mail_layout(&a, buf_text(&raw),
		    raw.len, width, &fold, &folds));
	}
	json_line(&out, o);
	fwrite(out.data, 1, out.len, stdout);
	json_free(o);
	buf_free(&out);
	buf_free(&raw);
	arena_free(&a);
}

int
main(int argc, char **argv)
{
	const char *type = NULL;
	int width = 0;
	char path[4096];
	int c;

	while ((c = getopt(argc, argv, "t:w:")) != -1) {
		if (c == 't')
			type = optarg;
		else if (c == 'w')
			width = atoi(optarg);
		else
			return 64;
	}
	read_start();
	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = '\0';
		read_one(path, type, width);
	}
	return 0;
}
