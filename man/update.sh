#!/bin/sh
# update.sh PROGRAM PAGE -- print a manual page with what stands between
#
#   .\" begin WORD        and        .\" end WORD
#
# replaced by what PROGRAM --print-man WORD prints.
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
		"$program" --print-man "${line#'.\" begin '}" || exit 1 ;;
	esac
done <"$page"
