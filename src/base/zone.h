/*
 * zone.h -- time zones from the system's zoneinfo; for when.c alone.
 *
 * The C library can only switch zones by changing TZ for the whole process,
 * reads the file again each time and takes an unknown name for UTC.  Here a
 * zone is read once (RFC 8536) and kept.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>

struct zone;

/*
 * The zone of an IANA name, or the system's own for NULL and ""; NULL if
 * there is none.  Kept until the program ends.
 */
const struct zone *zone_find(const char *name);

/* Seconds east of UTC at an instant; 0 for NULL. */
int zone_offset(const struct zone *z, int64_t t);

/* Days since 1970-01-01 of a date; month 1 to 12, day may overflow. */
int64_t zone_days(int64_t year, int month, int64_t day);

#endif
