#!/bin/sh
# servers.sh DIR -- fetch Cyrus and Courier into DIR, for the tests.
#
# They cannot be installed beside Dovecot, and need not be: their packages are
# downloaded and unpacked, with those of their libraries that are not
# installed here.  Nothing is started and nothing outside DIR is touched.
# Where that cannot be done it is said, and the tests of that server skip.
set -u
LC_ALL=C
export LC_ALL

dir=${1:?usage: servers.sh DIR}

say() {
	printf '%s\n' "servers: $*" >&2
}

# The libraries of a package that are not installed, and theirs in turn.
libraries() {
	apt-cache depends --recurse --no-recommends --no-suggests \
	    --no-conflicts --no-breaks --no-replaces --no-enhances "$@" \
	    2>/dev/null | sed -n 's/^\(lib[a-z0-9.+-]*\)$/\1/p' | sort -u |
	    while read -r p; do
		case $p in
		*-perl | *-common | libc6) continue ;;
		esac
		dpkg-query -W -f='${db:Status-Status}\n' "$p" 2>/dev/null |
		    grep -q '^installed$' || printf '%s\n' "$p"
	    done
}

download() (
	cd "$1" || exit
	shift
	timeout 300 apt-get -qq download "$@" && exit
	# Lists that are old or were never fetched.
	[ "$(id -u)" = 0 ] || exit
	timeout 300 apt-get -qq update
	timeout 300 apt-get -qq download "$@"
)

fetch() {
	name=$1
	shift
	[ ! -e "$dir/$name/complete" ] || return 0
	command -v apt-get >/dev/null && command -v dpkg >/dev/null || {
		say "$name: only on Debian"
		return 0
	}
	rm -rf "$dir/$name" "$dir/$name.deb"
	mkdir -p "$dir/$name" "$dir/$name.deb"
	# shellcheck disable=SC2046
	set -- "$@" $(libraries "$@")
	if ! download "$dir/$name.deb" "$@" >"$dir/$name.log" 2>&1; then
		say "$name: could not be downloaded: see $dir/$name.log"
		return 0
	fi
	for deb in "$dir/$name.deb"/*.deb; do
		dpkg -x "$deb" "$dir/$name" || return 0
	done
	rm -rf "$dir/$name.deb"
	chmod -R a+rX "$dir/$name"
	: >"$dir/$name/complete"
	say "$name is in $dir/$name"
}

mkdir -p "$dir"
fetch cyrus cyrus-imapd cyrus-common
fetch courier courier-imap courier-base courier-authlib gamin
