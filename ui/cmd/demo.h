/*
 * demo.h -- a shop to try: stories out of text files, played into a store.
 *
 * The stories and canned replies are text files in ui/cmd/demo, put into the
 * program when it is built; ui/cmd/demo/FORMAT tells how they are written.
 */
#ifndef UI_CMD_DEMO_H
#define UI_CMD_DEMO_H

#include "ui/cmd/cmd.h"

/* One file as built in: its name below ui/cmd/demo and its lines. */
struct demo_file {
	const char *name;
	const char *const *line; /* ended by NULL, each with its newline */
};

extern const struct demo_file demo_files[]; /* ends with a NULL name */

enum step_kind {
	STEP_IN,        /* the customer writes */
	STEP_HTML,      /* the same, an HTML body */
	STEP_RAW,       /* a whole mail with its headers */
	STEP_ANSWER,    /* an agent answers */
	STEP_ELSEWHERE, /* an answer found in Sent */
	STEP_NOTE,
	STEP_DO,   /* a triage command */
	STEP_CARD, /* what we know about the customer */
	STEP_VIP,
};

struct story {
	const char *name; /* of the customer */
	const char *addr;
	const char *subject;

	/* While it is played. */
	int64_t thread;
	struct strings ids; /* Message-IDs so far, without <> */
	const char *last;   /* of our last answer; "" if none */
};

struct step {
	enum step_kind kind;
	struct story *story;
	int64_t at;
	const char *agent;  /* of STEP_ANSWER, STEP_NOTE, STEP_DO */
	const char *text;   /* body, note, command or what we know */
	const char *header; /* lines to add to a mail; "" if none */
	const char *canned; /* the reply an answer was made from; "" if none */
};

/* The clock of the shop: where it is afternoon now. */
struct demo_clock {
	int64_t now;
	const char *zone; /* "Etc/GMT-3" */
};
void demo_clock_set(struct arena *a, int64_t now, struct demo_clock *c);

/*
 * Read the steps of one file, appended to *v.  later: mails for now, each
 * with the story it continues out of those known already.  ERR_BUG with the
 * file's name and line: the stories are ours.
 */
int demo_read(struct arena *a, const struct demo_file *f,
    const struct demo_clock *clock, struct step **v, size_t *n, struct err *e);

/* What is needed to play. */
struct demo {
	struct ctx *c; /* store, shop, arena; its act is changed by each step */
	const char *address; /* of the shop */
	int64_t agent_id[8];
};

/* Sort by instant and play.  Steps without a story's first mail fail. */
int demo_play(struct demo *d, struct step *v, size_t n, struct err *e);

/* One mail of later.txt, now. */
int demo_arrive(struct demo *d, struct step *s, struct err *e);

/* The raw bytes of a mail of a story. */
void demo_mail(struct arena *a, const struct step *s, const char *shop,
    const char *zone, struct buf *out);

/* Print what the screen would show: without a terminal. */
int demo_tour(struct ctx *c, struct err *e);

#endif
