/*
 * dictionary.h -- what mails have in common, for zstd: headers and HTML
 * boilerplate that we wrote ourselves.  Never made from
 * customers' mail: their words would outlive an erasure.  A packed mail
 * names its dictionary by the id; a change of the text needs a new id and
 * the old one kept.
 */
#ifndef STORE_DICTIONARY_H
#define STORE_DICTIONARY_H

#include <stddef.h>

#define DICTIONARY_ID 1

/* Pieces, joined without anything between; ended by NULL. */
extern const char *const dictionary[];

#endif
