/*
 * move.c -- the cursor, pages, messages and threads.
 */
#include "ui/screen/screen.h"

int
screen_verb(struct ctx *c, enum verb verb, struct err *e)
{
	struct app *a = c->screen;
	struct view *v = a->top;
	int rc = VERB_NOT_MINE;

	if (v->ops->verb != NULL)
		rc = v->ops->verb(v, verb, e);
	if (rc == VERB_NOT_MINE)
		return err_set(e, ERR_USAGE, 0, "that means nothing here");
	return rc;
}

SCREEN_VERB(screen_down, "down", "*:j *:Down", "Move down",
    "Move the cursor or the text one line down.", VERB_DOWN);
SCREEN_VERB(screen_up, "up", "*:k *:Up", "Move up",
    "Move the cursor or the text one line up.", VERB_UP);
SCREEN_VERB(screen_left, "left", "report:h report:Left", "Move left",
    "Move to the figure on the left.", VERB_LEFT);
SCREEN_VERB(screen_right, "right", "report:l report:Right list:Right",
    "Move right", "Move to the figure on the right, or open.", VERB_RIGHT);
SCREEN_VERB(screen_top, "top", "*:gg *:Home", "Go to the top",
    "Go to the first row or line.", VERB_TOP);
SCREEN_VERB(screen_bottom, "bottom", "*:G *:End", "Go to the end",
    "Go to the last row or line.", VERB_BOTTOM);
SCREEN_VERB(screen_half_down, "half-down", "*:C-d", "Half a page down",
    "Move half a page down.", VERB_HALF_DOWN);
SCREEN_VERB(screen_half_up, "half-up", "*:C-u", "Half a page up",
    "Move half a page up.", VERB_HALF_UP);
SCREEN_VERB(screen_page_down, "page-down", "*:Space *:PageDown *:C-f",
    "A page down", "Move a page down.", VERB_PAGE_DOWN);
SCREEN_VERB(screen_page_up, "page-up", "*:PageUp *:C-b *:Backspace",
    "A page up", "Move a page up.", VERB_PAGE_UP);
SCREEN_VERB(screen_open, "open", "*:Enter", "Open what the cursor is on",
    "Open the thread, draft, hit or figure under the cursor; in a thread,\n"
    "fold or unfold the message.",
    VERB_OPEN);
SCREEN_VERB(screen_next_message, "next-message", "*:J",
    "Go to the next message", "Go to the next message of the thread.",
    VERB_NEXT_MESSAGE);
SCREEN_VERB(screen_prev_message, "prev-message", "*:K",
    "Go to the message before", "Go to the message before this one.",
    VERB_PREV_MESSAGE);
SCREEN_VERB(screen_next_thread, "next-thread", "*:}", "Go to the next thread",
    "Go to the next thread of the list.", VERB_NEXT_THREAD);
SCREEN_VERB(screen_prev_thread, "prev-thread", "*:{", "Go to the thread before",
    "Go to the thread before this one.", VERB_PREV_THREAD);
SCREEN_VERB(screen_fold, "fold", "thread:z", "Fold a message, then its quotes",
    "Show the message as one line, what is new in it, or all of it.",
    VERB_FOLD);
SCREEN_VERB(screen_unfold, "unfold", "thread:Z", "Unfold all messages",
    "Show every message; again, with its quotes.", VERB_UNFOLD_ALL);
SCREEN_VERB(screen_card, "card", "thread:C", "Show the customer's card",
    "Show or hide the customer's card where there is no room beside.",
    VERB_CARD);
SCREEN_VERB(screen_select, "select", "list:x", "Select a thread",
    "Select the thread for the next command, or leave it out again.",
    VERB_SELECT);
SCREEN_VERB(screen_select_range, "select-range", "list:v",
    "Select from here to there",
    "Begin a range of selected threads, or end it.", VERB_SELECT_RANGE);
SCREEN_VERB(screen_next_hit, "next-hit", "*:n", "Go to the next hit",
    "Go to the next hit of the last search.", VERB_NEXT_HIT);
SCREEN_VERB(screen_prev_hit, "prev-hit", "*:N", "Go to the hit before",
    "Go to the hit before, of the last search.", VERB_PREV_HIT);
