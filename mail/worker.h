/*
 * worker.h -- the process at the other end of the pipes; for crew.c alone.
 *
 * In:  uint32_t size, then the raw bytes.
 * Out: uint32_t size of the record, uint32_t size of the packed bytes, then
 *      both.  Both ends are the same program, so numbers go as they are.
 */
#ifndef MAIL_WORKER_H
#define MAIL_WORKER_H

/*
 * The parent of the workers: forks one for each pair of descriptors that
 * comes over sock, until sock ends.  Does not return.
 */
_Noreturn void nursery_run(int sock);

/* Send a pair of descriptors over sock.  0 or -1 with errno. */
int nursery_ask(int sock, int in, int out);

#endif
