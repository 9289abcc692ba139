/*
 * rows.h -- threads and messages as text, JSON and CSV.
 */
#ifndef UI_CMD_ROWS_H
#define UI_CMD_ROWS_H

#include "ui/cmd/cmd.h"

/* The object of "list -o json". */
struct json *rows_thread_json(const struct thread *t);

/* The object of one message in "show -o json". */
struct json *rows_message_json(struct ctx *c, const struct message *m);

/* {"name", "address"}; an array of them. */
struct json *rows_addresses_json(const struct addresses *v);

/* One line of a list, o->cols wide. */
void rows_thread_text(struct ctx *c, const struct thread *t);

/* The row as CSV, after the heading. */
void rows_csv_heading(struct out *o);
void rows_thread_csv(struct ctx *c, const struct thread *t);

/* How a row is printed in each format. */
struct row_form {
	const char *const *heading; /* of CSV, ended by NULL */
	void (*json)(struct ctx *c, const void *row);
	void (*csv)(struct ctx *c, const void *row);
	void (*text)(struct ctx *c, const void *row);
};

/* The rows of an array, each of size bytes; at most as many as -n says. */
void rows_print(struct ctx *c, const struct row_form *f, const void *v,
    size_t n, size_t size);

/* A line of cells, without the blanks at its end; b is empty then. */
void rows_line(struct ctx *c, struct buf *b);

/* Fields of CSV: a number; an instant as RFC 3339, "" for none. */
const char *rows_number(struct arena *a, int64_t n);
const char *rows_instant(struct arena *a, int64_t t);

/* s cut and padded to cols columns, cleaned; s may be NULL. */
void rows_cell(struct arena *a, struct buf *b, const char *s, int cols);

/* "open", "pending", "snoozed" ...: what a person reads. */
const char *rows_state(const struct thread *t, int64_t now);

/* "4m late", "12m": how the wait stands; "" if nobody waits. */
const char *rows_wait(struct arena *a, const struct thread *t, int64_t now);

/* "48 KB". */
const char *rows_size(struct arena *a, int64_t bytes);

#endif
