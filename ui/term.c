/*
 * term.c -- ncursesw behind cells and keys.
 */
#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "ui/theme.h"

/* terminfo of ncurses 6.4 has these as extended names; not all terminals. */
#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

enum {
	CODE_PASTE = 0x300, /* keycodes that define_key may use */
	CODE_PASTE_END,
	PASTE_MAX = 4 << 20,
	PASTE_WAIT = 2000, /* ms; a paste that stalls is taken as it is */
};

static struct {
	SCREEN *screen;
	struct termios before; /* as we were handed it */
	bool known;            /* before says something */
	bool on;
	const struct theme *theme;
	int colors;
	struct grid shown;
	bool stale; /* shown says nothing */
	struct buf paste;
	MEVENT mouse;
	bool mice; /* curses may hold more events than it told of */
	int last_row, last_col; /* of a click, to tell a double one */
	int64_t last_click;     /* when_ms() */
	bool double_click;
} term;

static int
pair_of(enum role look, bool row)
{
	return 1 + (int)look + (row ? LOOK_COUNT : 0);
}

static void
pairs_make(void)
{
	const struct theme *t = term.theme;

	if (term.colors < 8)
		return;
	for (int i = 0; i < LOOK_COUNT; i++) {
		const struct tint *c = &t->tint[i];

		init_pair((short)pair_of(i, false), c->fg, c->bg);
		init_pair((short)pair_of(i, true), c->fg,
		    t->row_bg >= 0 && c->bg < 0 ? t->row_bg : c->bg);
	}
}

static bool
no_color(void)
{
	const char *s = getenv("NO_COLOR");

	return s != NULL && *s != '\0';
}

bool
term_theme(const char *name)
{
	bool known = false;

	for (size_t i = 0; theme_names[i] != NULL; i++)
		known = known || strcmp(theme_names[i], name) == 0;
	if (!known)
		return false;
	term.theme = theme_named(no_color() ? "none" : name, term.colors);
	if (term.on)
		pairs_make();
	term.stale = true;
	return true;
}

static void
modes_on(void)
{
	raw(); /* ^C, ^Z, ^S are keys; the loop decides what they mean */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	set_escdelay(25);
	meta(stdscr, TRUE);
	mouseinterval(0);
	/* Presses alone: curses would wait to make clicks of them. */
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	putp(PASTE_ON);
	fflush(stdout);
}

static void
locale_make(void)
{
	setlocale(LC_CTYPE, "");
	if (MB_CUR_MAX < 4)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* newterm for the terminal at hand, or for the nearest that is known. */
static SCREEN *
screen_make(void)
{
	SCREEN *s = NULL;
	int bad = 0;

	/* newterm would end the program on a terminal it does not know. */
	if (setupterm(NULL, STDOUT_FILENO, &bad) == OK) {
		const char *cup = tigetstr("cup");
		bool moves = cup != NULL && cup != (const char *)-1;

		del_curterm(cur_term);
		if (!moves)
			return NULL;
		s = newterm(NULL, stdout, stdin);
	}
	if (s == NULL)
		s = newterm("xterm-256color", stdout, stdin);
	return s;
}

int
term_open(const char *theme, struct err *e)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, 0,
		    "the desk needs a terminal: try \"shopbell list\"");
	locale_make();
	term.known = tcgetattr(STDOUT_FILENO, &term.before) == 0;
	term.screen = screen_make();
	if (term.screen == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "this terminal cannot move its cursor: set TERM");
	term.on = true;
	term.colors = 0;
	if (!no_color() && has_colors() && start_color() == OK) {
		use_default_colors();
		term.colors = COLOR_PAIRS > 2 * LOOK_COUNT + 1 ? COLORS : 0;
	}
	if (!term_theme(theme))
		term_theme("dark");
	define_key("\033[200~", CODE_PASTE);
	define_key("\033[201~", CODE_PASTE_END);
	modes_on();
	return 0;
}

void
term_leave(void)
{
	if (!term.on)
		return;
	putp(PASTE_OFF);
	fflush(stdout);
	mousemask(0, NULL);
	endwin();
}

void
term_enter(void)
{
	if (!term.on)
		return;
	refresh();
	modes_on();
	term.stale = true;
}

void
term_close(void)
{
	if (!term.on)
		return;
	term_leave();
	term.on = false;
	delscreen(term.screen);
	grid_free(&term.shown);
	buf_wipe(&term.paste);
}

static struct buf *parting;

static int
parting_put(int c)
{
	buf_chr(parting, (char)c);
	return c;
}

static void
parting_add(const char *s)
{
	if (s != NULL && s != (const char *)-1)
		tputs(s, 1, parting_put);
}

/* What takes back all that modes_on and painting have asked for. */
static void
parting_make(struct buf *out)
{
	const char *mouse = tigetstr("XM");

	parting = out;
	buf_str(out, PASTE_OFF);
	if (mouse != NULL && mouse != (const char *)-1)
		parting_add(tparm(mouse, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
	else
		buf_str(out, "\033[?1000l");
	parting_add(exit_attribute_mode);
	parting_add(orig_pair);
	parting_add(tparm(cursor_address, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L,
	    0L, 0L, 0L));
	parting_add(exit_ca_mode);
	parting_add(keypad_local);
	parting_add(cursor_normal);
	parting = NULL;
}

/* A stopped or background screen has no say in what the terminal is like. */
static bool
in_front(void)
{
	pid_t front = tcgetpgrp(STDOUT_FILENO);

	return front <= 0 || front == getpgrp();
}

/* Last words to a terminal that takes none would wait for ever. */
static void
mute(void)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	int fd;

	if (!isatty(STDERR_FILENO) || poll(&p, 1, 0) != 0)
		return;
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
}

/*
 * Curses would wait for a line that takes nothing, so this goes around it:
 * one write that cannot wait, whatever becomes of it.
 */
void
term_abandon(void)
{
	struct buf b = { 0 };
	sigset_t ttou, was;
	int flags;

	mute();
	if (!term.on || !in_front())
		return;
	/* Who is in front may change meanwhile; this must not stop us. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &was);
	parting_make(&b);
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	if (flags >= 0 &&
	    fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) == 0) {
		ssize_t n = write(STDOUT_FILENO, b.data, b.len);

		(void)n; /* nobody is left to tell */
		fcntl(STDOUT_FILENO, F_SETFL, flags);
	}
	if (term.known)
		tcsetattr(STDOUT_FILENO, TCSANOW, &term.before);
	sigprocmask(SIG_SETMASK, &was, NULL);
	buf_free(&b);
}

void
term_size(int *rows, int *cols)
{
	struct winsize ws;

	*rows = LINES;
	*cols = COLS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	    ws.ws_col > 0) {
		*rows = ws.ws_row;
		*cols = ws.ws_col;
	}
	if (*rows != LINES || *cols != COLS) {
		resizeterm(*rows, *cols);
		term.stale = true;
	}
}

static attr_t
attr_of(unsigned tint)
{
	attr_t a = A_NORMAL;

	if (tint & TINT_BOLD)
		a |= A_BOLD;
	if (tint & TINT_DIM)
		a |= A_DIM;
	if (tint & TINT_UNDERLINE)
		a |= A_UNDERLINE;
	if (tint & TINT_REVERSE)
		a |= A_REVERSE;
	if (tint & TINT_ITALIC)
		a |= A_ITALIC;
	return a;
}

/*
 * The wide characters of a cell: one that takes up columns and marks on it,
 * whatever the C library believes of their width.
 */
static void
cell_wide(const struct cell *c, wchar_t out[4])
{
	const char *s = c->text;
	size_t n = strlen(s);
	size_t used = 0;

	while (n > 0 && used < 3) {
		size_t len;
		wchar_t w = (wchar_t)text_next(s, n, &len);

		if (used == 0 ? wcwidth(w) != c->width : wcwidth(w) != 0)
			break;
		out[used++] = w;
		s += len;
		n -= len;
	}
	if (used == 0)
		out[used++] = c->width == 2 ? 0x3013 : 0xfffd;
	out[used] = 0;
}

static void
cell_paint(int row, int col, const struct cell *c)
{
	const struct theme *t = term.theme;
	const struct tint *tint = &t->tint[c->look];
	attr_t a = attr_of(tint->attr);
	wchar_t w[4];
	cchar_t cc;
	short pair = 0;

	if (c->width == 0)
		return;
	if (c->reverse && (t->row_bg < 0 || term.colors < 8))
		a ^= A_REVERSE;
	if (term.colors >= 8)
		pair = (short)pair_of(c->look, c->reverse);
	cell_wide(c, w);
	if (setcchar(&cc, w, a, pair, NULL) == OK)
		mvadd_wch(row, col, &cc);
}

static bool
cell_same(const struct cell *a, const struct cell *b)
{
	return a->look == b->look && a->width == b->width &&
	       a->reverse == b->reverse && strcmp(a->text, b->text) == 0;
}

void
term_paint(const struct grid *g)
{
	struct grid *s = &term.shown;

	if (s->rows != g->rows || s->cols != g->cols) {
		grid_size(s, g->rows, g->cols);
		term.stale = true;
	}
	if (term.stale)
		erase();
	for (int i = 0; i < g->rows * g->cols; i++) {
		if (!term.stale && cell_same(&s->cell[i], &g->cell[i]))
			continue;
		cell_paint(i / g->cols, i % g->cols, &g->cell[i]);
		s->cell[i] = g->cell[i];
	}
	term.stale = false;
	if (g->cursor_row >= 0) {
		curs_set(1);
		move(g->cursor_row, g->cursor_col);
	} else {
		curs_set(0);
	}
	refresh();
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
	term.stale = true;
}

static const struct {
	int code;
	ui_key key;
} codes[] = {
	{ KEY_UP, UK_UP },
	{ KEY_DOWN, UK_DOWN },
	{ KEY_LEFT, UK_LEFT },
	{ KEY_RIGHT, UK_RIGHT },
	{ KEY_HOME, UK_HOME },
	{ KEY_END, UK_END },
	{ KEY_FIND, UK_HOME },
	{ KEY_SELECT, UK_END },
	{ KEY_PPAGE, UK_PAGE_UP },
	{ KEY_NPAGE, UK_PAGE_DOWN },
	{ KEY_IC, UK_INSERT },
	{ KEY_DC, UK_DELETE },
	{ KEY_BTAB, UK_BACK_TAB },
	{ KEY_ENTER, UK_ENTER },
	{ KEY_BACKSPACE, UK_BACKSPACE },
	{ KEY_RESIZE, UK_RESIZE },
};

/* Read the rest of a bracketed paste; keys inside it are text. */
static void
paste_read(void)
{
	wint_t c;
	int rc;

	buf_clear(&term.paste);
	timeout(PASTE_WAIT);
	while ((rc = get_wch(&c)) != ERR) {
		char mb[MB_LEN_MAX];
		mbstate_t st = { 0 };
		size_t n;

		if (rc == KEY_CODE_YES && c == CODE_PASTE_END)
			break;
		if (rc == KEY_CODE_YES || term.paste.len > PASTE_MAX)
			continue;
		n = wcrtomb(mb, c == '\r' ? L'\n' : (wchar_t)c, &st);
		if (n != (size_t)-1)
			buf_add(&term.paste, mb, n);
	}
	nodelay(stdscr, TRUE);
}

static bool
is_double(void)
{
	int64_t now = when_ms();
	bool twice = now - term.last_click < 400 &&
		     term.mouse.y == term.last_row &&
		     term.mouse.x == term.last_col;

	term.last_click = now;
	term.last_row = term.mouse.y;
	term.last_col = term.mouse.x;
	return twice;
}

/* Events that came in one read are told of once. */
static ui_key
mouse_key(void)
{
	term.mice = getmouse(&term.mouse) == OK;
	if (!term.mice)
		return UK_NONE;
	term.double_click =
	    (term.mouse.bstate & BUTTON1_PRESSED) && is_double();
	return UK_MOUSE;
}

static ui_key
code_key(int code)
{
	if (code == CODE_PASTE) {
		paste_read();
		return UK_PASTE;
	}
	if (code == KEY_MOUSE)
		return mouse_key();
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return UK_F1 + (ui_key)(code - KEY_F(1));
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == code)
			return codes[i].key;
	}
	return UK_NONE;
}

/* Nothing could be read: is anybody still there? */
static ui_key
silence(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int waiting = 0;

	if (poll(&p, 1, 0) <= 0)
		return UK_NONE;
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return UK_GONE;
	if (ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0)
		return UK_GONE;
	return UK_NONE;
}

static ui_key
plain_key(wint_t c)
{
	if (c == '\n')
		return UK_ENTER;
	if (c == '\b')
		return UK_BACKSPACE;
	return (ui_key)c;
}

ui_key
term_key(void)
{
	wint_t c;
	int rc;

	if (term.mice && mouse_key() == UK_MOUSE)
		return UK_MOUSE;
	rc = get_wch(&c);
	if (rc == ERR)
		return silence();
	if (rc == KEY_CODE_YES)
		return code_key((int)c);
	if (c != UK_ESC)
		return plain_key(c);
	/* Curses has waited: what follows at once was sent with Alt. */
	rc = get_wch(&c);
	if (rc == ERR)
		return UK_ESC;
	if (rc == KEY_CODE_YES)
		return code_key((int)c) | UK_ALT;
	return plain_key(c) | UK_ALT;
}

const struct buf *
term_paste(void)
{
	return &term.paste;
}

enum mouse_what
term_mouse(int *row, int *col)
{
	mmask_t b = term.mouse.bstate;

	*row = term.mouse.y;
	*col = term.mouse.x;
	if (b & BUTTON4_PRESSED)
		return MOUSE_UP;
	if (b & BUTTON5_PRESSED)
		return MOUSE_DOWN;
	if (b & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		return term.double_click ? MOUSE_DOUBLE : MOUSE_CLICK;
	return MOUSE_OTHER;
}

void
term_bell(void)
{
	beep();
}

/* Straight to the terminal; curses knows nothing of these. */
static void
send_raw(const struct buf *b)
{
	struct err e = { 0 };

	fflush(stdout);
	file_write_all(STDOUT_FILENO, b->data, b->len, &e);
}

void
term_notice(const char *title, const char *text)
{
	struct buf b = { 0 };
	struct buf clean = { 0 };

	text_clean(&clean, text, strlen(text), TEXT_LINE);
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.data[i] == ';')
			clean.data[i] = ',';
	}
	buf_fmt(&b, "\033]777;notify;%s;%s\033\\", title, buf_text(&clean));
	send_raw(&b);
	buf_free(&clean);
	buf_free(&b);
}

void
term_copy(const char *text, size_t n)
{
	struct buf b = { 0 };

	buf_str(&b, "\033]52;c;");
	hash_base64(&b, text, n);
	buf_str(&b, "\033\\");
	send_raw(&b);
	buf_free(&b);
}
