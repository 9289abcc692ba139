/*
 * picture.h -- how large a picture is, by its first bytes.
 *
 * PNG, JPEG, GIF, WebP and BMP.  Nothing is decoded; every step is bounded
 * by the bytes that are there.
 */
#ifndef MAIL_MESSAGE_PICTURE_H
#define MAIL_MESSAGE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

/* Pixels; false if it is none of these, or ends before it says. */
bool picture_size(const void *bytes, size_t n, int *width, int *height);

#endif
