#!/bin/sh
# man.sh -- the manual is clean, up to date and says all that there is.
top=${srcdir:-.}
program=${SHOPBELL:-$PWD/shopbell}
status=0
n=0

# verdict NAME FAULTS
verdict()
{
	n=$((n + 1))
	if [ -n "$2" ]; then
		printf '%s\n' "$2" | head -n 20 | sed 's/^/# /'
		echo "not ok $n - $1"
		status=1
	else
		echo "ok $n - $1"
	fi
}

echo 1..6
for page in shopbell.1 shopbell.conf.5 shopbell-store.7; do
	if command -v mandoc >/dev/null; then
		verdict "mandoc finds nothing in $page" \
		    "$(mandoc -T lint "$top/man/$page" 2>/dev/null)"
	else
		n=$((n + 1))
		echo "ok $n - $page # SKIP no mandoc"
	fi
done
for page in shopbell.1 shopbell.conf.5; do
	new=$(mktemp) || exit 99
	sh "$top/man/update.sh" "$program" "$top/man/$page" >"$new" ||
		echo "$program --print-man failed" >>"$new"
	verdict "$page is up to date: else make man-update" \
	    "$(diff -u "$top/man/$page" "$new")"
	rm -f "$new"
done
missing=
for table in $(sed -nE \
    's/.*CREATE (VIRTUAL )?TABLE (IF NOT EXISTS )?([a-z_]+).*/\3/p' \
    "$top"/store/*.c | sort -u); do
	# A later step took it away again.
	grep -q "DROP TABLE $table;" "$top"/store/*.c && continue
	grep -qE "^\.It Ic (.* )?$table( |\$)" "$top/man/shopbell-store.7" ||
		missing="$missing $table"
done
verdict "shopbell-store.7 names every table" "$missing"
exit $status
