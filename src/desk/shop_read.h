/*
 * shop_read.h -- one value of the configuration to its field; for shop.c.
 */
#ifndef DESK_SHOP_READ_H
#define DESK_SHOP_READ_H

#include "desk/shop.h"

/* ERR_CONFIG at the key of an item, or at a place in its value.  -1. */
int shop_wrong_key(const struct conf_item *item, struct err *e,
    const char *fmt, ...) PRINTF_LIKE(3, 4);
int shop_wrong_value(const struct conf_item *item, size_t at, struct err *e,
    const char *fmt, ...) PRINTF_LIKE(4, 5);
int shop_wrong_section(const struct conf_item *item, struct err *e,
    const char *fmt, ...) PRINTF_LIKE(3, 4);
int shop_wrong_title(const struct conf_item *item, struct err *e,
    const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Read the value of item into the field of element at. */
int shop_read_value(struct arena *a, const struct setting *s,
    const struct conf_item *item, void *at, struct err *e);

/*
 * Fill in what the provider of an account is known for and see that nothing
 * is missing.  What is wrong goes to e as text alone; *at is the setting's
 * name, NULL if one is missing.
 */
int shop_oauth(struct arena *a, struct oauth *o, const char **at,
    struct err *e);

/* Does the setting take several values? */
bool shop_is_list(const struct setting *s);

#endif
