/*
 * prompt.h -- the bottom line where a person types: a ':' command with what
 * may follow and its brief, a search, a file name, a yes or no.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/cmd/cmd.h"
#include "ui/editor.h"

struct app;

enum prompt_kind {
	PROMPT_COMMAND, /* completes commands and arguments */
	PROMPT_QUERY,   /* completes the search language */
	PROMPT_FILE,
	PROMPT_TEXT,
	PROMPT_CHOICE, /* one of the letters of choices */
};

/* text is NULL if the person thought better of it. */
typedef void (*prompt_done)(struct app *a, void *arg, const char *text);

struct prompt {
	enum prompt_kind kind;
	char label[80];
	const char *choices; /* "yn" */
	struct editor line;
	prompt_done done;
	prompt_done typed; /* told of every change; may be NULL */
	void *arg;

	struct arena arena; /* of the candidates */
	struct candidate *cand;
	size_t cands;
	size_t at;   /* the one shown as chosen; cands: none */
	char *stem;  /* what was typed before Tab */
	size_t past; /* 0: the line itself, then back in history */
};

/* Open one on the app; there is one at a time. */
struct prompt *prompt_open(struct app *a, enum prompt_kind kind,
    const char *label, const char *text, prompt_done done, void *arg);

/* Ask for one of some letters: "Discard this draft?" "yn". */
void prompt_ask(struct app *a, const char *label, const char *choices,
    prompt_done done, void *arg);

void prompt_key(struct app *a, ui_key k);
void prompt_paste(struct app *a, const struct buf *text);
void prompt_draw(const struct app *a, const struct pane *p);
void prompt_close(struct app *a);

#endif
