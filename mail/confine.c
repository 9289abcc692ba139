#include "mail/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_include) && __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

/* ---- files ---- */

#if defined(LANDLOCK_ACCESS_FS_EXECUTE) && defined(SYS_landlock_create_ruleset)

static void
allow_reading(int rules, const char *path)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
				  LANDLOCK_ACCESS_FS_READ_DIR |
				  LANDLOCK_ACCESS_FS_EXECUTE,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (beneath.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	    &beneath, 0);
	close(beneath.parent_fd);
}

void
confine_files(void)
{
	static const char *const readable[] = { "/usr", "/lib", "/lib64",
		"/etc", NULL };
	/* All rights of the first version of Landlock. */
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	};
	int rules =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (rules < 0)
		return;
	for (size_t i = 0; readable[i] != NULL; i++)
		allow_reading(rules, readable[i]);
	syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

#else

void
confine_files(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#endif

/* ---- system calls ---- */

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCH

#define AT(field)   (uint32_t) offsetof(struct seccomp_data, field)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(field))
#define GIVE(what)  BPF_STMT(BPF_RET | BPF_K, (what))
#define EPERM_NOW   (SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))
#define FORBID(call)                                                           \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), GIVE(EPERM_NOW)

void
confine_calls(void)
{
	struct sock_filter rule[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
		GIVE(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
#ifdef __x86_64__
		/* The x32 numbers would be a way round. */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		GIVE(EPERM_NOW),
		FORBID(fork),
		FORBID(vfork),
		FORBID(open),
		FORBID(creat),
		FORBID(unlink),
		FORBID(rename),
		FORBID(mkdir),
		FORBID(link),
		FORBID(symlink),
		FORBID(chmod),
#endif
		FORBID(socket),
		FORBID(socketpair),
		FORBID(connect),
		FORBID(bind),
		FORBID(listen),
		FORBID(clone),
		FORBID(execve),
		FORBID(execveat),
		FORBID(ptrace),
		FORBID(process_vm_readv),
		FORBID(process_vm_writev),
		FORBID(unlinkat),
		FORBID(renameat2),
		FORBID(mkdirat),
		FORBID(linkat),
		FORBID(symlinkat),
		FORBID(truncate),
		FORBID(mount),
		FORBID(kill),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
		    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1),
		GIVE(EPERM_NOW),
		GIVE(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(rule) / sizeof(rule[0]), rule };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

void
confine_calls(void)
{
}

#endif
