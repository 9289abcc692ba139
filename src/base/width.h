/*
 * width.h -- columns of a code point; shared by clean.c and width.c.
 */
#ifndef BASE_WIDTH_H
#define BASE_WIDTH_H

#include <stdint.h>

/*
 * 0, 1 or 2, as wcwidth(3) of glibc has it in a UTF-8 locale, without need
 * of one; 1 for C0 and C1.
 */
int width_of(uint32_t c);

#endif
