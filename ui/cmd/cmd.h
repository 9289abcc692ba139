/*
 * cmd.h -- everything a person can ask for, declared once.
 *
 * One struct cmd is the key binding, the ':' command, the line on the help
 * screen, the entry in the manual page, the subcommand of the program and
 * the row of the shell completion.
 */
#ifndef UI_CMD_CMD_H
#define UI_CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/model.h"
#include "desk/shop.h"
#include "store/store.h"

enum cmd_flag {
	CMD_WRITE = 1 << 0,    /* changes the store */
	CMD_SCREEN = 1 << 1,   /* makes sense only inside the screen */
	CMD_LINE = 1 << 2,     /* makes sense only on the command line */
	CMD_CREATE = 1 << 3,   /* makes a missing store */
	CMD_NO_STORE = 1 << 4, /* opens none */
	CMD_NO_CONFIG = 1 << 5,/* reads no configuration (parse, demo) */
	CMD_MASS = 1 << 6,     /* takes --query and --yes in place of threads */
	CMD_LIST = 1 << 7,     /* takes -n */
	CMD_PRINT = 1 << 8,    /* takes -o text|json */
	CMD_CSV = 1 << 9,      /* -o csv too */
	CMD_FINAL = 1 << 11,   /* changes the store, and undo leaves it */
	CMD_HIDDEN = 1 << 10,  /* in no list; for tests and packagers */
};

/* What a place in the grammar stands for; drives completion and prompts. */
enum arg_kind {
	ARG_THREAD,  /* <thread>: a number; several with "..." */
	ARG_AGENT,   /* <agent>: a login, me or none */
	ARG_TAG,     /* <tag>: +name or -name */
	ARG_WHEN,    /* <when>: a moment to come */
	ARG_TEXT,    /* <text>: words */
	ARG_FILE,    /* <file> */
	ARG_QUERY,   /* <query> */
	ARG_CANNED,  /* <canned>: a canned reply's name */
	ARG_OUTBOX,  /* <outbox>: a row of the outbox */
	ARG_MESSAGE, /* <message> */
	ARG_NUMBER,  /* <number> */
	ARG_ACCOUNT, /* <account>: a title */
	ARG_WORD,    /* a literal choice: sent|again */
};

/* One parsed argument, in the order of .args; absent ones are zeroed. */
struct arg {
	bool given;
	int64_t id;        /* thread, agent, message, outbox, number, instant */
	const char *str;   /* as typed */
	struct strings all; /* of a place with "..." (not threads) */
};

enum out_format { OUT_TEXT, OUT_JSON, OUT_CSV };

/*
 * Where a command prints: cleaned text, or JSON one object a line.  On the
 * screen it is shown in a pane.
 */
struct out {
	enum out_format format;
	struct buf text; /* flushed by the caller */
	int cols;        /* to lay text out in; 80 if no terminal */
	bool color;
	int fd;          /* where out_flush writes; -1: kept */
	bool broken;     /* the reader went away */
};

void out_text(struct out *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
void out_json(struct out *o, struct json *v); /* prints and frees v */
void out_csv(struct out *o, const char *const *field, size_t n);
int out_flush(struct out *o, struct err *e);

/* An option as given: "--canned NAME".  Declared in .options. */
struct option_value {
	const char *name;  /* "canned" */
	const char *value; /* "" for a switch that is on */
};

struct ctx {
	struct store *store;
	const struct shop *shop;
	const struct conf *conf;
	struct act act;   /* who is asking, and now */
	struct arena *arena; /* for the length of the command */
	struct out *out;

	struct seen *thread; /* what it is about, at least one if asked */
	size_t threads;
	const struct option_value *option;
	size_t options;
	int64_t limit; /* -n; 0: all */
	bool quiet;
	bool yes;
	const char *query; /* --query */

	const char *config;     /* --config as given, NULL if not */
	const char *store_path; /* --store as given, NULL if not */
	const char *agent_name; /* of act.agent, for people to read */

	/* One line for the message line or the terminal: "assigned to Ana". */
	char said[200];

	void *screen; /* of the screen that runs it; NULL on the command line */
};

struct cmd {
	const char *name;
	const char *args;    /* "<thread>... <agent>"; also the usage */
	const char *options; /* "[--canned NAME] [--text FILE] [--all]" */
	const char *keys;    /* "list:a thread:a", the default bindings */
	const char *brief;   /* help screen; a verb, no full stop, 44 wide */
	const char *man;     /* mdoc(7) paragraph for the manual page */
	unsigned flags;

	/* 0, -1 with e filled in, or an exit status above 0 ("check": 1). */
	int (*run)(struct ctx *c, const struct arg *arg, struct err *e);
};

extern const struct cmd *const cmd_table[]; /* sorted, ends with NULL */

const struct cmd *cmd_named(const char *name);

/*
 * The screen's own commands, ended by NULL, so that the manual page and the
 * help know them; told once, before cmd_main.
 */
void cmd_extra(const struct cmd *const *table);

/* Options are named without "--".  Of a repeated one, the last counts. */
bool ctx_has(const struct ctx *c, const char *option);
const char *ctx_option(const struct ctx *c, const char *option); /* or NULL */
struct strings ctx_options(const struct ctx *c, const char *option);

/* Set the one line for the person who asked. */
void ctx_say(struct ctx *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * It has changed the store: a resident sync gives that to the servers now and
 * not with its next round.
 */
void ctx_ring(const struct ctx *c, const struct cmd *cmd);

/*
 * The command line: parse, open what is needed, run, print, and return the
 * exit status.  argv[0] is the program's name.  Without a command the screen
 * is called, if there is a terminal, with an open store (waits of 250 ms),
 * the shop, the configuration and who acts; act.now is the screen's to move
 * on, and out is NULL.  This floor does not know what the screen is.
 */
typedef int (*screen_fn)(struct ctx *c, struct err *e);
int cmd_main(int argc, char **argv, screen_fn screen);

/* Append the text as one word of such a line, whatever stands in it. */
void word_quote(struct buf *out, const char *text);

/*
 * One line typed after ':' or bound to a key, against an open store: words
 * split as a shell does, threads from c where the line names none.
 */
int cmd_line(struct ctx *c, const char *line, struct err *e);

/*
 * What may come next on a line: candidates with their brief, best first.
 * extra are the screen's own commands, ended by NULL.
 */
struct candidate {
	const char *text;
	const char *brief;
};
int cmd_complete(struct ctx *c, const struct cmd *const *extra,
    const char *line, struct candidate **v, size_t *n, struct err *e);

#endif
