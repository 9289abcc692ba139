/*
 * oom.h -- the one way out when memory ends; for buf.c and arena.c.
 */
#ifndef BASE_OOM_H
#define BASE_OOM_H

/* One line on stderr and EX_OSERR; runs no exit handlers. */
void oom_die(void) __attribute__((noreturn));

/* What an allocator gave, if it gave anything. */
void *oom_check(void *memory);

#endif
