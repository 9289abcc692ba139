/*
 * glass.c -- a terminal for tests: forkpty and libvterm, steered by lines.
 *
 *	glass ROWS COLS PROGRAM ARGS...
 *
 * Commands on standard input, one a line; every answer ends with "." alone.
 *
 *	type HEX        send these bytes
 *	pump MS         read what the program writes, at most MS, until silence
 *	screen          the cells as text, one line a row
 *	cursor          "row col visible"
 *	size ROWS COLS  resize
 *	signal N        send a signal to the program
 *	raw             how many bytes came since the last "raw", and the bytes
 *	                as hex
 *	modes           terminal modes: "alt echo icanon"
 *	hangup          close the terminal
 *	wait MS         "exit N", "signal N", "stopped N" or "running"
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

static struct {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	int fd;
	int tty; /* our own end, to read its modes when all is over */
	pid_t pid;
	bool alt;
	bool visible;
	VTermPos cursor;
	unsigned char *raw;
	size_t raw_len;
	size_t raw_cap;
} g;

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
	(void)old, (void)user;
	g.cursor = pos;
	g.visible = visible;
	return 1;
}

static int
on_prop(VTermProp prop, VTermValue *val, void *user)
{
	(void)user;
	if (prop == VTERM_PROP_ALTSCREEN)
		g.alt = val->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		g.visible = val->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.movecursor = on_cursor,
	.settermprop = on_prop,
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
keep_raw(const char *bytes, size_t n)
{
	if (g.raw_len + n > g.raw_cap) {
		g.raw_cap = (g.raw_len + n) * 2;
		g.raw = realloc(g.raw, g.raw_cap);
		if (g.raw == NULL)
			exit(99);
	}
	memcpy(g.raw + g.raw_len, bytes, n);
	g.raw_len += n;
}

/* Read until nothing comes for 30 ms, but no longer than ms in all. */
static void
pump(int ms)
{
	int64_t end = now_ms() + ms;
	int quiet = ms < 30 ? ms : 30;

	while (g.fd >= 0 && now_ms() <= end) {
		struct pollfd p = { .fd = g.fd, .events = POLLIN };
		char b[65536];
		ssize_t n;

		if (poll(&p, 1, quiet) <= 0)
			return;
		n = read(g.fd, b, sizeof(b));
		if (n <= 0)
			return;
		keep_raw(b, (size_t)n);
		vterm_input_write(g.vt, b, (size_t)n);
		/* Answers to questions the program put to its terminal. */
		n = (ssize_t)vterm_output_read(g.vt, b, sizeof(b));
		if (n > 0 && write(g.fd, b, (size_t)n) < 0)
			return;
	}
}

static void
put_char(uint32_t c)
{
	if (c < 0x80) {
		putchar((int)c);
	} else if (c < 0x800) {
		putchar((int)(0xc0 | c >> 6));
		putchar((int)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		putchar((int)(0xe0 | c >> 12));
		putchar((int)(0x80 | (c >> 6 & 0x3f)));
		putchar((int)(0x80 | (c & 0x3f)));
	} else {
		putchar((int)(0xf0 | c >> 18));
		putchar((int)(0x80 | (c >> 12 & 0x3f)));
		putchar((int)(0x80 | (c >> 6 & 0x3f)));
		putchar((int)(0x80 | (c & 0x3f)));
	}
}

static void
row_print(int r)
{
	int blanks = 0;
	VTermScreenCell c;

	for (int i = 0; i<g.cols; i += c.width> 0 ? c.width : 1) {
		vterm_screen_get_cell(g.screen, (VTermPos){ r, i }, &c);
		if (c.chars[0] == 0 || c.chars[0] == ' ') {
			blanks++;
			continue;
		}
		while (blanks > 0) {
			putchar(' ');
			blanks--;
		}
		for (int k = 0; k < VTERM_MAX_CHARS_PER_CELL && c.chars[k]; k++)
			put_char(c.chars[k]);
	}
	putchar('\n');
}

/* Each row begins with a stroke, so that none is the end of an answer. */
static void
screen_print(void)
{
	for (int r = 0; r < g.rows; r++) {
		putchar('|');
		row_print(r);
	}
}

static void
type(const char *hex)
{
	for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		unsigned v;
		char c;

		if (sscanf(hex, "%2x", &v) != 1)
			return;
		c = (char)v;
		while (write(g.fd, &c, 1) < 0 && errno == EINTR)
			;
	}
}

static void
size_set(int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	g.rows = rows;
	g.cols = cols;
	vterm_set_size(g.vt, rows, cols);
	ioctl(g.fd, TIOCSWINSZ, &ws);
}

static void
raw_print(void)
{
	printf("%zu ", g.raw_len);
	for (size_t i = 0; i < g.raw_len; i++)
		printf("%02x", g.raw[i]);
	putchar('\n');
	g.raw_len = 0;
}

static void
modes_print(void)
{
	struct termios t;

	memset(&t, 0, sizeof(t));
	tcgetattr(g.tty, &t);
	printf("%d %d %d\n", g.alt, (t.c_lflag & ECHO) != 0,
	    (t.c_lflag & ICANON) != 0);
}

static void
wait_print(int ms)
{
	int64_t end = now_ms() + ms;
	int st = 0;
	pid_t r;

	while ((r = waitpid(g.pid, &st, WNOHANG | WUNTRACED)) == 0 &&
	       now_ms() < end)
		pump(20);
	if (r == 0)
		puts("running");
	else if (WIFSTOPPED(st))
		printf("stopped %d\n", WSTOPSIG(st));
	else if (WIFSIGNALED(st))
		printf("signal %d\n", WTERMSIG(st));
	else
		printf("exit %d\n", WEXITSTATUS(st));
}

static void
obey(char *line)
{
	int a = 0, b = 0;

	if (strncmp(line, "type ", 5) == 0) {
		type(line + 5);
	} else if (sscanf(line, "pump %d", &a) == 1) {
		pump(a);
	} else if (strcmp(line, "screen") == 0) {
		screen_print();
	} else if (strcmp(line, "cursor") == 0) {
		printf("%d %d %d\n", g.cursor.row, g.cursor.col, g.visible);
	} else if (sscanf(line, "size %d %d", &a, &b) == 2) {
		size_set(a, b);
	} else if (sscanf(line, "signal %d", &a) == 1) {
		kill(g.pid, a);
	} else if (strcmp(line, "raw") == 0) {
		raw_print();
	} else if (strcmp(line, "modes") == 0) {
		modes_print();
	} else if (strcmp(line, "hangup") == 0) {
		close(g.tty);
		close(g.fd);
		g.fd = g.tty = -1;
	} else if (sscanf(line, "wait %d", &a) == 1) {
		wait_print(a);
	} else {
		puts("?");
	}
	puts(".");
	fflush(stdout);
}

static void
start(char **argv)
{
	struct winsize ws = { .ws_row = (unsigned short)g.rows,
		.ws_col = (unsigned short)g.cols };
	char name[128] = "";

	g.pid = forkpty(&g.fd, name, NULL, &ws);
	if (g.pid < 0)
		exit(99);
	if (g.pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	fcntl(g.fd, F_SETFD, FD_CLOEXEC);
	g.tty = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int
main(int argc, char **argv)
{
	char line[1 << 16];

	if (argc < 4)
		return 99;
	g.rows = atoi(argv[1]);
	g.cols = atoi(argv[2]);
	g.vt = vterm_new(g.rows, g.cols);
	vterm_set_utf8(g.vt, 1);
	g.screen = vterm_obtain_screen(g.vt);
	vterm_screen_set_callbacks(g.screen, &callbacks, NULL);
	vterm_screen_enable_altscreen(g.screen, 1);
	vterm_screen_reset(g.screen, 1);
	g.visible = true;
	start(argv + 3);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
	}
	if (g.fd >= 0)
		close(g.fd);
	kill(g.pid, SIGKILL);
	free(g.raw);
	vterm_free(g.vt);
	return 0;
}
