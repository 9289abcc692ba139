#include "mail/beat.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/when.h"

#define STEP_MAX 60000 /* what may pass between two looks */

struct beat {
	_Atomic uint64_t count; /* by the child; the rest is the parent's */
	uint64_t seen;
	int64_t looked; /* when, of the monotonic clock, in ms */
	int64_t silent;
};

static struct beat *mine;

struct beat *
beat_make(void)
{
	struct beat *b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (b == MAP_FAILED)
		return NULL;
	b->looked = when_ms();
	return b;
}

void
beat_free(struct beat *b)
{
	if (b != NULL)
		munmap(b, sizeof(*b));
}

void
beat_mine(struct beat *b)
{
	mine = b;
	beat();
}

void
beat(void)
{
	if (mine != NULL)
		atomic_fetch_add(&mine->count, 1);
}

bool
beat_stuck(struct beat *b)
{
	int64_t step, now = when_ms();
	uint64_t count;

	if (b == NULL)
		return false;
	step = now - b->looked;
	b->looked = now;
	count = atomic_load(&b->count);
	b->silent += step < STEP_MAX ? step : STEP_MAX;
	if (count != b->seen)
		b->silent = 0;
	b->seen = count;
	return b->silent > (int64_t)BEAT_STUCK_MINUTES * 60000;
}
