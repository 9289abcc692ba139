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

#include "base/charset.h"
#include "base/file.h"
#include "base/json.h"
#include "mail/message/body.h"
#include "mail/message/html.h"
#include "mail/message/read.h"
#include "mail/message/source.h"
#include "mail/message/tree.h"

static const struct node *
find_html(const struct node *n)
{
	const struct node *found = NULL;

	if (n->number > 0)
		return node_is(n, "text/html") ? n : NULL;
	for (size_t i = 0; i < n->children && !found; i++)
		found = find_html(n->child[i]);
	return found;
}

/* The HTML body as text, whether it is what is shown or not. */
static const char *
html_text(struct arena *a, const struct buf *raw)
{
	struct bytes source = source_prepare(a, buf_text(raw), raw->len);
	const struct node *n =
	    find_html(tree_read(a, source, &read_limits_default));
	struct buf bytes = { 0 }, utf8 = { 0 };
	struct html_text laid = { .folds = 0 };
	const char *text;

	if (!n)
		return "";
	body_decode(&bytes, n, read_limits_default.text);
	charset_decode(&utf8, n->charset, buf_text(&bytes), bytes.len);
	html_layout(a, buf_text(&utf8), utf8.len, 0, &laid);
	text = arena_strn(a, buf_text(&laid.text), laid.text.len);
	buf_free(&laid.text);
	buf_free(&bytes);
	buf_free(&utf8);
	return text;
}

static void
read_one(const char *path, const char *type, int width)
{
	struct arena a = { 0 };
	struct buf raw = { 0 };
	struct buf out = { 0 };
	struct err e = { ERR_NONE, 0, "" };
	struct json *o;

	if (type)
		buf_fmt(&raw,
		    "From: c@example.org\nTo: s@example.com\n"
		    "Subject: -\nContent-Type: %s; charset=utf-8\n\n",
		    type);
	if (file_read(&raw, path, 256u << 20, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	o = mail_json(&a,
	    mail_read(&a, buf_text(&raw), raw.len, &read_limits_default));
	json_put_str(o, "path", path);
	json_put_str(o, "html_text", html_text(&a, &raw));
	if (width > 0) {
		struct fold *fold;
		size_t folds;

		json_put_str(o, "layout",
		    mail_layout(&a, buf_text(&raw), raw.len, width, &fold,
			&folds));
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
