/*
 * app.h -- what all views of one screen share.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include <sys/types.h>

#include "desk/model.h"
#include "store/query.h"
#include "ui/keymap.h"
#include "ui/picker.h"
#include "ui/prompt.h"
#include "ui/view.h"

/* An answer in its undo delay. */
struct sending {
	int64_t outbox; /* 0: none */
	int64_t until;
	char name[80];
};

/* A "shopbell sync" that we started. */
struct child_sync {
	pid_t pid; /* 0: none */
	int out;   /* -1: closed */
	int err;
	struct buf line;
	char last[160]; /* the last whole line it said */
	char told[160]; /* the last trouble that was shown */
	bool again;     /* asked for once more while it ran */
	bool asked;     /* by a key: its result is told */
};

/* A sidebar entry. */
struct place_view {
	const char *name;  /* "Open", for people */
	const char *query; /* "" for those that are no list */
	const char *key;   /* "g i", "" if none */
	int64_t count;     /* -1: not counted yet; -2: never */
	bool counted;      /* since the store moved */
};

enum { PLACES_MAX = 40, COUNT_MAX = 10000 };

struct app {
	struct ctx *base; /* as given to ui_main */
	struct store *store;
	const struct shop *shop;
	struct arena arena; /* for the life of the app */

	struct view *top;
	struct keymap keymap;
	struct keys typed;     /* the start of a sequence */
	struct prompt *prompt; /* NULL: none is open */
	struct picker *picker;

	char message[320];
	enum role message_look;

	struct arena agents_arena;
	struct agent *agent;
	size_t agents;

	struct arena presence_arena;
	struct presence *presence;
	size_t presences;

	struct arena status_arena;
	struct sync_status *status;
	size_t statuses;

	struct place_view place[PLACES_MAX];
	size_t places;
	size_t place_at; /* the one the desk shows */

	struct sending sending;
	struct child_sync sync;
	char last_line[200]; /* for "." */

	int64_t seq;    /* events seen so far */
	int64_t newest; /* last_at of the newest mail seen; for the bell */
	int64_t looked; /* thread we said we look at */
	int64_t looked_at;
	int64_t checked; /* when a sync was last thought of */

	struct grid grid;
	int rows;
	int cols;
	bool dirty;
	bool quit;
	bool hangup;   /* the terminal is gone */
	bool headless; /* no terminal at all: a test draws */
	int exit_signal;
};

/* ---- life (app.c) ---- */

int app_open(struct app *a, struct ctx *c, struct err *e);
void app_close(struct app *a);
int64_t app_now(const struct app *a);

/* Set the size; views load anew. */
void app_size(struct app *a, int rows, int cols);

/* Put all that is to be seen into a->grid. */
void app_draw(struct app *a);

/* A key was pressed. */
void app_key(struct app *a, ui_key k);
void app_click(struct app *a, int row, int col, int what);
void app_paste(struct app *a, const struct buf *text);

/* ---- views ---- */

/* A new view on top, loaded; NULL with e set. */
struct view *app_push(struct app *a, const struct view_ops *ops);
int app_loaded(struct app *a, struct view *v, struct err *e);
void app_pop(struct app *a);
/* Take away all views above the desk. */
void app_home(struct app *a);
/* The nearest view of that kind, or NULL. */
struct view *app_find(struct app *a, const struct view_ops *ops);

/* ---- talking to the person (app.c) ---- */

void app_say(struct app *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
void app_fail(struct app *a, const struct err *e);

/* ---- commands (run.c) ---- */

/*
 * A line typed after ':' or bound to a key; errors go to the message line.
 * True if it was done; false if it failed or first asks for something.
 */
bool app_run(struct app *a, const char *line);

/* A context for calls into ui/cmd; give it back. */
struct ctx *app_ctx(struct app *a);
void app_ctx_free(struct ctx *c);

/* ---- what moves by itself (watch.c) ---- */

/* A tick: has the store moved, is there news, did the clock? */
void app_tick(struct app *a);
/* Something was committed by us: load again what shows it. */
void app_touch(struct app *a);
/* Ring the resident sync, or start one if that is allowed. */
void app_sync(struct app *a, bool asked);
/* The sync we started has said something or ended. */
void app_sync_read(struct app *a);
/* Say where we look; at most every ten seconds for the same thread. */
void app_look(struct app *a, int64_t thread);

const char *app_login(const struct app *a, int64_t agent);
/* Who else is at a thread: "✎ben", "◦ben"; "" if nobody. */
void app_who(const struct app *a, int64_t thread, char *out, size_t size);

/* ---- places (places.c) ---- */

void places_make(struct app *a);
void places_stale(struct app *a);
/* Count one that is stale; true if there are more. */
bool places_count(struct app *a);
int places_go(struct app *a, const char *name, struct err *e);
void places_draw(const struct app *a, const struct pane *p);
/* A click on the sidebar's row, or on a column (col >= 0) of the strip. */
void places_click(struct app *a, int row, int col);
void places_strip(const struct app *a, const struct pane *p, int row);

#endif
