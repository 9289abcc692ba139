/*
 * flow.c -- joining the lines of format=flowed.
 */
#include "mail/message/flow.h"

#include <string.h>

static void
add_line(struct buf *out, struct bytes line)
{
	const char *nul;

	while (line.n > 0 && (nul = memchr(line.s, '\0', line.n)) != NULL) {
		buf_add(out, line.s, (size_t)(nul - line.s));
		line = bytes_cut(line, (size_t)(nul + 1 - line.s), line.n);
	}
	buf_add(out, line.s, line.n);
}

void
flow_fixed(struct buf *out, struct bytes text)
{
	struct bytes line;

	while (bytes_line(&text, &line)) {
		while (line.n > 0 && is_blank(line.s[line.n - 1]))
			line.n--;
		add_line(out, line);
		buf_chr(out, '\n');
	}
}

/* A line of format=flowed without its quote marks and stuffing. */
static struct bytes
unstuff(struct bytes line, size_t *depth)
{
	size_t i = 0;

	while (i < line.n && line.s[i] == '>')
		i++;
	*depth = i;
	if (i < line.n && line.s[i] == ' ')
		i++;
	return bytes_cut(line, i, line.n);
}

static void
begin_line(struct buf *out, size_t depth, bool words)
{
	for (size_t i = 0; i < depth; i++)
		buf_chr(out, '>');
	if (depth > 0 && words)
		buf_chr(out, ' ');
}

void
flow_join(struct buf *out, struct bytes text, bool delsp)
{
	struct bytes line;
	size_t depth = 0;
	size_t last = 0;
	bool open = false; /* the line before ended in a soft break */

	while (bytes_line(&text, &line)) {
		struct bytes in = unstuff(line, &depth);
		bool signature = in.n == 3 && in.s[0] == '-' &&
				 in.s[1] == '-' && in.s[2] == ' ';
		bool soft = in.n > 0 && in.s[in.n - 1] == ' ' && !signature;

		if (open && (depth != last || signature)) {
			while (out->len > 0 && out->data[out->len - 1] == ' ')
				buf_cut(out, out->len - 1);
			buf_chr(out, '\n');
			open = false;
		}
		if (!open) {
			begin_line(out, depth, in.n > 0);
			/* A ">" that was stuffed quotes nothing. */
			if (depth == 0 && in.n > 0 && in.s[0] == '>')
				buf_chr(out, ' ');
		}
		if (soft && delsp)
			in.n--;
		if (!soft && !signature)
			while (in.n > 0 && is_blank(in.s[in.n - 1]))
				in.n--;
		add_line(out, in);
		if (!soft)
			buf_chr(out, '\n');
		open = soft;
		last = depth;
	}
	if (open)
		buf_chr(out, '\n');
}
