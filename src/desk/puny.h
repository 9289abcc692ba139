/*
 * puny.h -- names of domains in the letters that they stand for.
 */
#ifndef DESK_PUNY_H
#define DESK_PUNY_H

#include "base/buf.h"

/*
 * Append an address, or a domain alone, with the xn-- labels of its domain
 * (RFC 5890) decoded by RFC 3492; one that is broken stays as it is.
 */
void puny_decode(struct buf *out, const char *addr);

/*
 * Append an address, or a domain alone, with the labels of its domain that
 * are not ASCII as xn-- labels (RFC 5891, 4): lower case, normal form C.  -1
 * if that is no domain that mail can be sent to: a label too long, or one
 * with a letter that no name has.
 */
int puny_encode(struct buf *out, const char *addr);

#endif
