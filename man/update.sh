#!/bin/sh
# update.sh PROGRAM PAGE -- print a manual page with what stands between
#
#   .\" begin WORD        and        .\" end WORD
#
# replaced by what PROGRAM --print-man WORD prints, its long lines broken.
set -e

# Text, not macros, at blanks; a line must not begin like a macro.
narrow()
{
	awk '
	/^\./ || length($0) <= 79 { print; next }
	{
		line = $1
		for (i = 2; i <= NF; i++) {
			if (length(line) + 1 + length($i) > 76) {
				print line
				line = $i
				if (line ~ /^[.\047]/)
					line = "\\\\&" line
			} else
				line = line " " $i
		}
		print line
	}'
}

program=$1
page=$2
while IFS= read -r line; do
	case $line in
	'.\" end '*)
		skip= ;;
	esac
	[ -n "$skip" ] || printf '%s\n' "$line"
	case $line in
	'.\" begin '*)
		skip=yes
		text=$("$program" --print-man "${line#'.\" begin '}")
		printf '%s\n' "$text" | narrow ;;
	esac
done <"$page"
