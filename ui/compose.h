/*
 * compose.h -- the composer's state, shared by the files that make it up.
 */
#ifndef UI_COMPOSE_H
#define UI_COMPOSE_H

#include "ui/cmd/answer.h"
#include "ui/editor.h"
#include "ui/preview.h"
#include "ui/views.h"

enum compose_field {
	FIELD_TO,
	FIELD_CC,
	FIELD_BCC,
	FIELD_SUBJECT,
	FIELD_TEXT,
	FIELD_COUNT
};

enum compose_mode {
	MODE_REVIEW, /* keys are commands */
	MODE_EDIT,   /* keys are text */
};

enum compose_claim {
	CLAIM_NONE,
	CLAIM_MINE,
	CLAIM_LOST, /* a colleague took it while we wrote */
};

struct compose {
	enum compose_mode mode;
	bool note;
	struct arena arena; /* of the draft's strings */
	struct draft draft; /* as begun or last saved; fields are newer */
	struct editor field[FIELD_COUNT];
	int focus;
	size_t top; /* first line seen in review */
	int review_lines;
	int head_rows;

	struct arena warn_arena;
	struct strings warnings;

	bool dirty;   /* not saved yet */
	bool touched; /* a person changed something since it was begun */
	int64_t saved_at;
	enum compose_claim claim;
	int64_t claimed_at;
	char taker[40]; /* who took the thread over, while it is lost */
	int64_t again;     /* our last word, that "y" was held back for once */
	char subject[160]; /* of the thread, for a note */
	struct preview beside; /* the conversation, where there is room */
};

enum { COMPOSE_BESIDE_FROM = 140, COMPOSE_COLS = 86 };

/* Fields into c->draft, strings in its arena; ERR_USAGE names the field. */
int compose_gather(struct compose *c, struct err *e);
/* The same for saving: what cannot be read is kept as text. */
void compose_gather_loose(struct compose *c);
/* c->draft into the fields. */
void compose_spread(struct compose *c);
/* Strings of d into the composer's own arena. */
void compose_own(struct compose *c, const struct draft *d);

/* The rows that stood above the text when it was last drawn. */
int compose_head_rows(const struct compose *c);
void compose_draw(const struct view *v, const struct pane *p);

void compose_save(struct view *v);

/* Has a colleague taken the thread over? */
void compose_presence(struct view *v);

/* Take the thread back from a colleague who took it over. */
int compose_take(struct view *v, struct err *e);
void compose_warn(struct view *v);
int compose_send(struct view *v, struct err *e);
void compose_leave(struct view *v, bool discard);

/* Edit the text in the person's editor. */
int compose_external(struct view *v, struct err *e);

#endif
