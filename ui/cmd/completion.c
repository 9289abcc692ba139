/*
 * completion -- a script for the shell that asks us what may come next.
 */
#include <string.h>

#include "ui/cmd/cmd.h"

static const char bash[] =
    "_shopbell() {\n"
    "\tlocal IFS=$'\\n' line=\"${COMP_WORDS[*]:1:COMP_CWORD}\"\n"
    "\tline=$(IFS=' '; printf '%s' \"${COMP_WORDS[*]:1:COMP_CWORD}\")\n"
    "\tCOMPREPLY=($(shopbell complete -- \"$line\" 2>/dev/null |"
    " cut -f1))\n"
    "}\n"
    "complete -o nospace -o default -F _shopbell shopbell\n";

static const char zsh[] =
    "#compdef shopbell\n"
    "_shopbell() {\n"
    "\tlocal -a v; local l\n"
    "\tfor l in ${(f)\"$(shopbell complete --"
    " \"${(j: :)words[2,CURRENT]}\" 2>/dev/null)\"}; do\n"
    "\t\tv+=(\"${${l%%$'\\t'*}//:/\\\\:}:${l#*$'\\t'}\")\n"
    "\tdone\n"
    "\t_describe shopbell v\n"
    "}\n"
    "compdef _shopbell shopbell\n";

static const char fish[] =
    "complete -c shopbell -f -a '(shopbell complete --"
    " (string join \" \" (commandline -opc)[2..] (commandline -ct))"
    " 2>/dev/null)'\n";

static int
completion_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *shell = arg[0].str;

	/* Not through out_text: the scripts hold tabs, and no stranger's word.
	 */
	buf_str(&c->out->text, strcmp(shell, "bash") == 0  ? bash
			       : strcmp(shell, "zsh") == 0 ? zsh
							   : fish);
	return 0;
}

const struct cmd cmd_completion = {
	.name = "completion",
	.args = "bash|zsh|fish",
	.brief = "Print a completion script for a shell",
	.man = "For bash:\n.Ql eval \\(dq$(shopbell completion bash)\\(dq .\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_NO_CONFIG,
	.run = completion_run,
};
