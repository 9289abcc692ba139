/*
 * screen.h -- the screen's own commands, declared like all others.
 */
#ifndef UI_SCREEN_SCREEN_H
#define UI_SCREEN_SCREEN_H

#include "ui/app.h"
#include "ui/cmd/cmd.h"

/* Hand a verb to the view on top; ERR_USAGE where it means nothing. */
int screen_verb(struct ctx *c, enum verb verb, struct err *e);

/* Rows of a picker for the attachments of the message at hand. */
void attachment_offer(struct picker *p, struct app *a);

/* Open the one that was picked, after asking. */
int attachment_open(struct app *a, const char *picked, struct err *e);

/* A command that is one verb and nothing else. */
#define SCREEN_VERB(symbol, name_, keys_, brief_, man_, verb_)             \
	static int symbol##_run(struct ctx *c, const struct arg *arg,      \
	    struct err *e)                                                 \
	{                                                                  \
		(void)arg;                                                 \
		return screen_verb(c, verb_, e);                           \
	}                                                                  \
	const struct cmd symbol = {                                        \
		.name = name_,                                             \
		.args = "",                                                \
		.keys = keys_,                                             \
		.brief = brief_,                                           \
		.man = man_,                                               \
		.flags = CMD_SCREEN,                                       \
		.run = symbol##_run,                                       \
	}

extern const struct cmd screen_answer_all, screen_attach, screen_back,
    screen_bottom, screen_canned, screen_card, screen_command, screen_copy,
    screen_detach, screen_discard, screen_done, screen_down, screen_edit,
    screen_edit_here, screen_explain_row, screen_fetch_rest, screen_find,
    screen_fold,
    screen_forward, screen_go, screen_half_down, screen_half_up,
    screen_headers, screen_help, screen_history, screen_keep, screen_left,
    screen_markdown, screen_narrow, screen_new, screen_next_hit,
    screen_next_message,
    screen_next_thread, screen_next_waiting, screen_card_note,
    screen_note, screen_open,
    screen_open_link, screen_outbox_again, screen_outbox_cancel,
    screen_outbox_mark, screen_outbox_retry, screen_page_down,
    screen_page_up, screen_pipe, screen_pipe_part, screen_prev_hit,
    screen_prev_message,
    screen_prev_thread, screen_preview, screen_quit, screen_raw,
    screen_redraw, screen_repeat, screen_robot, screen_reply, screen_right,
    screen_save_part, screen_select, screen_select_range, screen_send,
    screen_show_part, screen_sort, screen_star, screen_status,
    screen_suggest, screen_suspend,
    screen_sync, screen_take, screen_take_back, screen_theme,
    screen_together, screen_top, screen_unfold, screen_unread, screen_up;

#endif
