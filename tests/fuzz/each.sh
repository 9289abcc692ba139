#!/bin/sh
# Each fuzzer for a while, two at a time, with its seeds and words; TAP.
#
#   each.sh FOLDER SECONDS    the fuzzers are FOLDER/NAME.fuzz
#
# What is found is kept in FOLDER; give it to NAME.test.
top=${srcdir-.}
where=$1
seconds=$2
names='imap mail html query canned conf'

one() {
	corpus=$(mktemp -d)
	log=$where/$1.fuzz.log
	if "$where/$1.fuzz" -max_total_time="$seconds" -timeout=25 \
	    -rss_limit_mb=2048 -dict="$top/tests/fuzz/words/$1" \
	    -artifact_prefix="$where/$1-" -print_final_stats=1 "$corpus" \
	    "$top/tests/fuzz/seeds/$1" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
		printf 'ok - %s fuzzed for %s s, %s runs\n' "$1" "$seconds" \
		    "$runs"
	else
		printf 'not ok - %s fuzzed\n' "$1"
		grep -A 12 -E 'ERROR|MUST|runtime error|\.c:[0-9]+: ' "$log" |
		    head -n 30 | sed 's/^/# /'
	fi
	rm -rf "$corpus"
}

# shellcheck disable=SC2086
set -- $names
echo 1..$#
while [ $# -gt 0 ]; do
	one "$1" >"$where/first.tap" &
	[ $# -lt 2 ] || one "$2"
	wait
	cat "$where/first.tap"
	shift
	[ $# -eq 0 ] || shift
done
rm -f "$where/first.tap"
