/*
 * keyword.h -- tags of threads and keywords of mails on a server.
 *
 * A tag is one word of UTF-8; a keyword is an atom of printable ASCII (RFC
 * 3501, 9).  A tag that is an atom is its own keyword; any other is written
 * in modified UTF-7, as other mail programs do: "größe" is "gr&APYA3w-e".
 * Programs also talk to one another in keywords, "$Forwarded" or "NonJunk":
 * those are no tags.
 */
#ifndef DESK_KEYWORD_H
#define DESK_KEYWORD_H

#include <stdbool.h>

#include "base/arena.h"

/* The longest keyword that is sent, and the longest tag; bytes. */
#define KEYWORD_MAX 100
#define TAG_MAX     64

/* Can this be a tag: one word that shows as it is and can be searched for? */
bool tag_is_word(const char *text);

/* The tag that a keyword stands for; NULL if it is none of a person's. */
const char *keyword_tag(struct arena *a, const char *keyword);

/*
 * The keyword for a tag; NULL if no server can keep it: too long, or a word
 * that programs use among themselves.
 */
const char *keyword_of(struct arena *a, const char *tag);

/* Does a keyword stand for this tag?  Servers do not tell cases apart. */
bool keyword_is(const char *keyword, const char *tag);

/* Does it look like a word that programs use: "$Forwarded", "\\Seen"? */
bool tag_is_of_programs(const char *tag);

/*
 * Gmail keeps labels for keywords, and they are names of mailboxes: UTF-8,
 * with blanks.  A label as a keyword, whose tag has "_" for each blank; NULL
 * if it is one of Gmail's own ("\\Inbox") or too long.  And back.
 */
const char *keyword_of_label(struct arena *a, const char *label);
const char *keyword_label(struct arena *a, const char *keyword);

/* Can this be sent as a keyword? */
bool keyword_is_atom(const char *text);

#endif
