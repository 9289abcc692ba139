#!/bin/sh
# The examples for systemd and cron are what those programs accept.
top=${srcdir:-../../..}
build=${builddir:-$top/build}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

say()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

for unit in shopbell-watch.service shopbell-sync.service \
    shopbell-sync.timer; do
	from=$top/mail/examples/$unit
	[ -f "$from" ] || from=$from.in
	sed "s,@bindir@/shopbell,$build/shopbell," "$from" >"$tmp/$unit"
	grep -q '@' "$tmp/$unit" && say "not ok" "$unit: all is filled in" ||
	    say ok "$unit: all is filled in"
done
if command -v systemd-analyze >/dev/null && [ -x "$build/shopbell" ]; then
	# That the user is not there yet is no fault of the unit.
	if systemd-analyze verify --man=no "$tmp"/*.service "$tmp"/*.timer \
	    >"$tmp/log" 2>&1 || ! grep -q "$tmp" "$tmp/log"; then
		say ok "systemd accepts the units"
	else
		say "not ok" "systemd accepts the units"
		sed 's/^/# /' "$tmp/log"
	fi
else
	say ok "systemd accepts the units # SKIP no systemd-analyze"
fi
if grep -v '^#' "$top/mail/examples/crontab.in" |
    grep -Eq '^(\S+ ){5}@bindir@/shopbell sync -q$'; then
	say ok "five fields and a command for cron"
else
	say "not ok" "five fields and a command for cron"
fi
echo "1..$n"
