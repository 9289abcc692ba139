#!/bin/sh
# hardened.sh -- the program is built as safely as it should be.
program=${SHOPBELL:-$PWD/shopbell}
status=0
n=0

# verdict NAME COMMAND...
verdict()
{
	n=$((n + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		status=1
	fi
}

has()
{
	printf '%s\n' "$facts" | grep -Eq "$1"
}
lacks()
{
	! has "$1"
}

command -v readelf >/dev/null || { echo "1..0 # SKIP no readelf"; exit 0; }
facts=$(readelf -W -h -l -d --dyn-syms "$program") || exit 99
has __asan_init && { echo "1..0 # SKIP built with sanitizers"; exit 0; }
echo 1..6
verdict "it can be loaded anywhere (PIE)" has 'Type: +DYN'
verdict "its tables are read-only (RELRO)" has 'GNU_RELRO'
verdict "everything is bound at the start (BIND_NOW)" \
    has 'FLAGS.*(NOW|BIND_NOW)'
verdict "the stack is not executable" lacks 'GNU_STACK.* RWE '
verdict "the stack is guarded" has '__stack_chk_fail'
# Two functions of libetpan are replaced on purpose; nothing else shows.
ours=$(printf '%s\n' "$facts" | sort -u |
    sed -nE 's/.* FUNC +GLOBAL +DEFAULT +[0-9]+ ([a-z_0-9]+)$/\1/p' | sort | tr '\n' ' ')
verdict "no other function of ours gets in the way of a library" \
    [ "$ours" = 'clist_foreach clist_free ' ]
exit $status
