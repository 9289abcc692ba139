/*
 * picker.h -- choose one of many: type to narrow, Enter to take.
 */
#ifndef UI_PICKER_H
#define UI_PICKER_H

#include "ui/editor.h"
#include "base/arena.h"
#include "base/err.h"

struct app;

struct pick_item {
	const char *text;  /* what is chosen */
	const char *label; /* what is shown; NULL: text */
	const char *brief;
	bool ticked;
};

/* choice is NULL if the person thought better of it. */
typedef void (*picker_done)(struct app *a, void *arg, const char *choice);

struct picker {
	const char *title;
	struct arena arena; /* items and strings, owned */
	struct pick_item *item;
	size_t items;
	size_t *found; /* indexes, best first */
	size_t found_n;
	size_t at;
	size_t top;
	struct editor line;
	bool free_text; /* what is typed may be taken though it is no item */
	/* The meaning of what is typed, shown below; may be NULL. */
	void (
	    *explain)(struct app *a, const char *typed, char *out, size_t size);
	picker_done done;
	void *arg;
};

/* Open an empty one; add items to p->arena with picker_add. */
struct picker *picker_open(struct app *a, const char *title, picker_done done,
    void *arg);
void picker_add(struct picker *p, const char *text, const char *label,
    const char *brief, bool ticked);
void picker_find(struct picker *p); /* after the last picker_add */

/*
 * The same where there may be nothing to choose: the picker is closed and
 * that is the error, in the words of none.  The caller frees arg then.
 */
int picker_offer(struct app *a, const char *none, struct err *e);

void picker_key(struct app *a, ui_key k);
void picker_paste(struct app *a, const struct buf *text);
void picker_click(struct app *a, int row, int col, int what);
void picker_draw(const struct app *a, const struct pane *p);
void picker_close(struct app *a);

#endif
