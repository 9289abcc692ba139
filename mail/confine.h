/*
 * confine.h -- what a worker may not do, enforced by the kernel.
 *
 * Both do what the running kernel can and say nothing if it cannot: they
 * are the second wall, not the first.
 */
#ifndef MAIL_CONFINE_H
#define MAIL_CONFINE_H

/* Only reading below /usr, /lib and /etc (charset modules): Landlock. */
void confine_files(void);

/*
 * No sockets, no new programs or processes, no tracing, no file opened for
 * writing: seccomp.  A forbidden call fails with EPERM.
 */
void confine_calls(void);

#endif
