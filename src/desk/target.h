/*
 * target.h -- which target a thread is under, and when it falls due.
 *
 * Made once from the configuration and asked often: office hours are laid
 * out as far as they were needed and kept.  Not shared between threads of
 * execution.  Instants and seconds as in clock.h.
 */
#ifndef DESK_TARGET_H
#define DESK_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/model.h"
#include "desk/shop.h"
#include "desk/turns.h"

struct target_rules;

/*
 * Parse the match queries of every target.  Lives in a and borrows from s;
 * more is put into a as hours are laid out.  ERR_CONFIG if a query is wrong
 * (shop_make has checked them before).
 */
struct target_rules *target_rules_make(struct arena *a, const struct shop *s,
    int64_t now, struct err *e);

/*
 * The first target whose query matches and that gives a time for such a
 * response, the first one or a later one; NULL if there is none.  So one for
 * good customers that says only "first" leaves their later responses to
 * "default".
 */
const struct target *target_choose(struct target_rules *r,
    const struct thread *t, bool first, int64_t now);

/* By name, or NULL. */
const struct target *target_named(const struct target_rules *r,
    const char *name);

/* Seconds it allows for the first or a later response; 0 is none. */
int64_t target_allowed(const struct target *t, bool first);

/*
 * When a turn that began at from is due, and in *warn when to warn.  Both 0
 * if the target is NULL, allows any time, or its hours never open again.
 */
int64_t target_due(struct target_rules *r, const struct target *t, bool first,
    int64_t from, int64_t *warn);

/* Open seconds of a calendar between two instants; -1 if there is none. */
int64_t target_open(struct target_rules *r, const char *hours, int64_t from,
    int64_t until);

/*
 * The state of one turn.  Its target's due and warn instants are 0 if there
 * is none; an answer at the very instant is in time.
 */
enum target_state target_state_of(const struct turn *t, int64_t due,
    int64_t warn, int64_t now);

/*
 * Fill in target, due_at and warn_at of a row from its waiting_since.  first
 * says whether the running turn is the first one.
 */
void target_apply(struct arena *a, struct target_rules *r, struct thread *t,
    bool first, int64_t now);

#endif
