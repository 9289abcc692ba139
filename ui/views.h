/*
 * views.h -- the kinds of view, and how each is opened.
 */
#ifndef UI_VIEWS_H
#define UI_VIEWS_H

#include "ui/app.h"
#include "ui/cmd/answer.h"

extern const struct view_ops list_ops, thread_ops, compose_ops, canned_ops,
    report_ops, outbox_ops, drafts_ops, customer_ops, search_ops, help_ops,
    status_ops, text_ops;

/* The desk with a query; name is shown. */
int list_show(struct app *a, const char *name, const char *query,
    struct err *e);
/* Narrow the list that is shown by more words. */
int list_narrow(struct app *a, const char *words, struct err *e);
int list_sort(struct app *a, const char *order, struct err *e);
/* Nothing is selected any more. */
void list_unmark(struct app *a);
/* The threads of a figure. */
void list_show_threads(struct app *a, const char *name, const int64_t *thread,
    size_t n);
/* The thread after (or before) one in the list below; 0 if none. */
int64_t list_neighbour(struct app *a, int64_t thread, int by);
/* The thread that has waited longest, but for one; 0 if none waits. */
int64_t list_waiting(struct app *a, int64_t but);

void thread_show(struct app *a, int64_t thread);
/* The same, at a message. */
void thread_show_message(struct app *a, int64_t thread, int64_t message);
/* What o, s, V, h and | are about in a thread view. */
const struct message *thread_message(const struct view *v);
/* What is known of its attachments, in the order of its parts; or NULL. */
const struct attached *thread_attached(const struct view *v);

/* Show or hide the text of one of them, by its number, in its place. */
int thread_show_part(struct view *v, int number, struct err *e);
const struct thread *thread_of(const struct view *v);
size_t thread_links(const struct view *v, struct arena *a, const char ***out);

/* Answer, forward, begin. */
void compose_answer(struct app *a, int64_t thread, enum answer_how how);
void compose_suggest(struct app *a, int64_t thread, int digit);
void compose_canned(struct app *a, int64_t thread, const struct canned *r);
void compose_draft(struct app *a, int64_t draft);
void compose_note(struct app *a, int64_t thread);
/* For the commands of the composer; -1 if v is none. */
int compose_attach(struct view *v, const char *path, struct err *e);
/* Markdown, or no longer. */
int compose_markdown(struct view *v, struct err *e);
int compose_detach(struct view *v, const char *which, struct err *e);
bool compose_insert(struct view *v, const struct canned *r, struct err *e);

/* The picker; thread 0 and v: into the composer v. */
void canned_show(struct app *a, int64_t thread);

void report_show(struct app *a);
void outbox_show(struct app *a, bool sent);
void drafts_show(struct app *a);
void customer_show(struct app *a, int64_t customer);
void search_show(struct app *a, const char *query);
/* Open the next hit of the search below; false if there is none. */
bool search_step(struct app *a, int by);
void help_show(struct app *a);
void status_show(struct app *a);

/* Lines to read; the bytes are copied. */
void text_show(struct app *a, const char *title, const struct buf *text);

/* ---- shared pieces of drawing (draw.c) ---- */

enum role look_of_wait(const struct thread *t, int64_t now);
/* "12m!", at most 5 columns; "" if nobody waits. */
void wait_text(const struct thread *t, int64_t now, char out[16]);
/* The state as one glyph, and as a word. */
const char *state_glyph(const struct thread *t, int64_t now);
const char *state_word(const struct thread *t, int64_t now);
/* "★ Maria Schmidt", or the address where there is no name. */
const char *customer_label(const struct customer *c);
/* The card of a customer. */
void card_draw(const struct app *a, const struct card *card,
    const struct thread *t, const struct pane *p);
/* A scrollbar at the right edge; nothing if all is seen. */
void scroll_draw(const struct pane *p, size_t top, size_t seen, size_t all);

/* ---- moving a cursor over n rows (draw.c) ---- */

struct rows {
	size_t n;
	size_t at;
	size_t top;
};
/* True if the verb was a move. */
bool rows_verb(struct rows *r, enum verb verb, int seen);
void rows_keep(struct rows *r, int seen);
bool rows_click(struct rows *r, int row, int what, int seen);

#endif
