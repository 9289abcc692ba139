/*
 * loop.h -- what commands ask of the loop.
 */
#ifndef UI_LOOP_H
#define UI_LOOP_H

struct app;

/* Stop the program, as the shell's job control means it. */
void loop_suspend(struct app *a);

#endif
