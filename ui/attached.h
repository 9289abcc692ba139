/*
 * attached.h -- what is known of the attachments of a conversation.
 *
 * Looked up once a message, by the bytes (mail/message/look.h), and kept
 * while the conversation is open: a reload asks the store for nothing.
 */
#ifndef UI_ATTACHED_H
#define UI_ATTACHED_H

#include "base/arena.h"
#include "desk/model.h"
#include "mail/message/look.h"
#include "store/store.h"

struct attached {
	struct look look;
	const char *text; /* as it was laid out; NULL: never asked for */
	bool open;        /* and is to be shown in its place */
};

struct attached_of {
	int64_t message;
	struct attached *v; /* in the order of the message's parts */
};

struct attachments {
	struct arena arena;
	struct attached_of *of;
	size_t n;
};

/* Those of a message; NULL if it has none or its bytes cannot be had. */
struct attached *attached_of(struct attachments *t, struct store *s,
    const struct message *m);

/*
 * Open or close the text of a part in its place, laid out for width.
 * ERR_USAGE: it has none.
 */
int attached_toggle(struct attachments *t, struct store *s,
    const struct message *m, size_t part, int width, struct err *e);

/* "image/jpeg 4032 x 3024" with what is to be said of it. */
char *attached_words(struct arena *a, const struct part *p,
    const struct look *look);

/* "12 KB" */
char *attached_size(struct arena *a, int64_t bytes);

/*
 * Is it a document of its own, and no ornament of the HTML?  A picture that
 * stands in the text is one if it is large enough to show something.
 */
bool attached_worth(const struct part *p, const struct look *look);

void attached_free(struct attachments *t);

#endif
