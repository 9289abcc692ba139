/*
 * main.c -- the composition root: the one place that reaches up.
 *
 * The command line does the work and is handed the screen from here, so that
 * commands need not know it.
 */
#include "ui/cmd/cmd.h"
#include "ui/cmd/config.h"
#include "ui/ui.h"

int
main(int argc, char **argv)
{
	cmd_extra(ui_screen_cmds);
	config_extra(ui_config_check);
	return cmd_main(argc, argv, ui_main);
}
