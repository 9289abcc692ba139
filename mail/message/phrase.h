/*
 * phrase.h -- what mail clients write into a text, in the languages of mail.
 *
 * All comparing is done on folded text (base/text.h): small letters without
 * diacritics.
 */
#ifndef MAIL_MESSAGE_PHRASE_H
#define MAIL_MESSAGE_PHRASE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/message/bytes.h"

/* The headers a client repeats above a quoted or forwarded mail. */
enum label {
	LABEL_NONE,
	LABEL_FROM,
	LABEL_TO,
	LABEL_CC,
	LABEL_SUBJECT,
	LABEL_DATE,
	LABEL_OTHER, /* Reply-To, Importance, Attachments ... */
	LABELS,
};

/*
 * Small letters, no diacritics, single blanks; valid until the next call.
 * Empty after 20,000 calls.
 */
struct folding {
	struct buf out;
	int used; /* how often; hostile text is not looked at for ever */
};
struct bytes phrase_fold(struct folding *f, struct bytes s);
void phrase_done(struct folding *f);

/* The header this folded word or phrase names. */
enum label phrase_label(struct bytes folded);

/* "wrote", "schrieb", "a ecrit" ... somewhere in folded text. */
bool phrase_wrote(struct bytes folded);

/* Does folded text begin as "On Monday ..." does in some language? */
bool phrase_begins_date(struct bytes folded);

/* "original message", "ursprungliche nachricht" ... in it. */
bool phrase_original(struct bytes folded);

/* A word of sentences, "the", "votre": no part of a name. */
bool phrase_common(struct bytes folded);

/* A word in small letters that programs write around a name. */
bool phrase_around(struct bytes folded);

/* "My answers are below in red": they stand among the words of others. */
bool phrase_answers_below(struct bytes folded);

/* "reply above this line", "antworten sie oberhalb dieser linie" ... */
bool phrase_reply_above(struct bytes folded);

/* The bytes of "automatic reply", "abwesenheitsnotiz" ... it begins with. */
size_t phrase_away(struct bytes folded);

/* "forwarded message", "weitergeleitete nachricht" ... in it. */
bool phrase_forwarded(struct bytes folded);

/* "sent from my phone" and what mail apps put under a mail. */
bool phrase_mobile(struct bytes folded);

/* How many marks of a legal notice the paragraph has; two are enough. */
int phrase_legal(struct bytes folded);

#endif
