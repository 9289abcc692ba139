/*
 * table.h -- the commands by name; table.c puts them in order.
 */
#ifndef UI_CMD_TABLE_H
#define UI_CMD_TABLE_H

#include "ui/cmd/cmd.h"

extern const struct cmd cmd_assign;
extern const struct cmd cmd_audit;
extern const struct cmd cmd_automatic;
extern const struct cmd cmd_backup;
extern const struct cmd cmd_canned_check;
extern const struct cmd cmd_canned_list;
extern const struct cmd cmd_canned_show;
extern const struct cmd cmd_check;
extern const struct cmd cmd_close;
extern const struct cmd cmd_complete_line;
extern const struct cmd cmd_completion;
extern const struct cmd cmd_customer_is;
extern const struct cmd cmd_customer_note;
extern const struct cmd cmd_customer_vip;
extern const struct cmd cmd_demo;
extern const struct cmd cmd_doctor;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_export;
extern const struct cmd cmd_fetch;
extern const struct cmd cmd_forward;
extern const struct cmd cmd_import;
extern const struct cmd cmd_list;
extern const struct cmd cmd_login;
extern const struct cmd cmd_merge;
extern const struct cmd cmd_move;
extern const struct cmd cmd_new;
extern const struct cmd cmd_note;
extern const struct cmd cmd_outbox;
extern const struct cmd cmd_outbox_cancel;
extern const struct cmd cmd_outbox_resolve;
extern const struct cmd cmd_outbox_retry;
extern const struct cmd cmd_parse;
extern const struct cmd cmd_pending;
extern const struct cmd cmd_read;
extern const struct cmd cmd_redo;
extern const struct cmd cmd_reopen;
extern const struct cmd cmd_reply;
extern const struct cmd cmd_report;
extern const struct cmd cmd_rethread;
extern const struct cmd cmd_save;
extern const struct cmd cmd_search;
extern const struct cmd cmd_setup;
extern const struct cmd cmd_show;
extern const struct cmd cmd_snooze;
extern const struct cmd cmd_spam;
extern const struct cmd cmd_split;
extern const struct cmd cmd_star;
extern const struct cmd cmd_sync;
extern const struct cmd cmd_tag;
extern const struct cmd cmd_trash;
extern const struct cmd cmd_undo;
extern const struct cmd cmd_unread;
extern const struct cmd cmd_unstar;

#endif
