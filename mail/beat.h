/*
 * beat.h -- the sign of life of an account's process, seen by its parent.
 *
 * Every wait of the sync has a bound of its own.  Should one fail, or the
 * process hang in a library or on a disk, its parent sees that nothing has
 * moved for a long time and ends it.
 */
#ifndef MAIL_BEAT_H
#define MAIL_BEAT_H

#include <stdbool.h>

/* Longer than any bounded wait: SMTP has 11 minutes after the dot. */
#define BEAT_STUCK_MINUTES 15

struct beat;

/* In the parent, before the fork; NULL if there is no memory: no watch. */
struct beat *beat_make(void);
void beat_free(struct beat *b);

/* In the child: this one is mine. */
void beat_mine(struct beat *b);

/* Something moved. */
void beat(void);

/*
 * Has nothing moved for too long?  The parent asks at least once a minute:
 * of the time between two looks no more counts, so that a stop of both of
 * them, or a sleep of the machine, is no fault of the child.
 */
bool beat_stuck(struct beat *b);

#endif
