#!/bin/sh
# layers.sh -- no floor may include one above it, and every foreign library
# is met in one place.
#
# Every #include of the product is asked two questions: may this file know
# that header (our own), and may it know that library (a system header of
# one of those we link)?  The answers are the two tables below; the first
# line that fits decides.  src/main.c, the composition root, is exempt.
cd "${srcdir:-.}" || exit 99

# own FILE HEADER: prints nothing if it may, else the rule.
own()
{
	case "$1 $2" in
	*" config.h") ;;
	"src/base/"*" base/"*) ;;
	# Rules are pure: only the reader of the configuration sees files.
	"src/desk/shop"*" base/"*) ;;
	"src/desk/"*" base/file.h" | "src/desk/"*" base/child.h" | \
	"src/desk/"*" base/log.h" | "src/desk/"*" base/wake.h")
		echo "desk does no input or output" ;;
	"src/desk/"*" base/"* | "src/desk/"*" desk/"*) ;;
	"src/"*) echo "src includes src alone" ;;
	"store/"*" base/"* | "store/"*" desk/"* | "store/"*" store/"*) ;;
	"store/"*) echo "store includes base and desk" ;;
	"mail/message/"*" base/"* | "mail/message/"*" desk/"* | \
	"mail/message/"*" mail/message/"*) ;;
	"mail/message/"*) echo "mail/message includes base and desk" ;;
	"mail/"*" store/ingest.h" | "mail/"*" store/outbox.h" | \
	"mail/"*" store/store.h") ;;
	"mail/"*" store/"*) echo "mail has two doors: ingest and outbox" ;;
	"mail/"*" base/"* | "mail/"*" desk/"* | "mail/"*" mail/"*) ;;
	"mail/"*) echo "mail includes nothing above it" ;;
	"ui/cmd/"*" store/query.h" | "ui/cmd/"*" store/edit.h" | \
	"ui/cmd/"*" store/store.h") ;;
	"ui/cmd/"*" store/"*) echo "commands have two doors: query and edit" ;;
	"ui/cmd/sync."*" mail/run.h" | "ui/cmd/setup"*" mail/run.h" | \
	"ui/cmd/doctor"*" mail/run.h" | "ui/cmd/login"*" mail/run.h" | \
	"ui/cmd/audit"*" mail/run.h" | "ui/cmd/import."*" mail/past.h" | "ui/cmd/setup."*" mail/guess.h" | \
	"ui/cmd/demo"*" mail/past.h" | "ui/cmd/setup"*" mail/guess.h") ;;
	"ui/cmd/"*" base/"* | "ui/cmd/"*" desk/"* | "ui/cmd/"*" ui/cmd/"* | \
	"ui/cmd/"*" mail/message/"*) ;;
	"ui/cmd/"*" mail/"*)
		echo "the network is for sync, setup, doctor, login, audit" ;;
	"ui/cmd/"*) echo "commands do not know the screen" ;;
	"ui/"*" store/query.h" | "ui/"*" store/store.h") ;;
	"ui/"*" store/"*) echo "the screen has one door: query" ;;
	"ui/"*" base/"* | "ui/"*" desk/"* | "ui/"*" ui/"* | \
	"ui/"*" mail/message/"*) ;;
	*) echo "the screen opens no socket" ;;
	esac
}

# foreign FILE HEADER: the same for libraries; others are the C library's.
foreign()
{
	case $2 in
	sqlite3*) may='store/db.*|store/tokenizer.c|store/functions.c' ;;
	zstd* | zdict*) may='store/*' ;;
	libetpan*) may='mail/imap*|mail/transport*|mail/repair.c' ;;
	gnutls*) may='mail/transport*|mail/imap*' ;;
	curl/*) may='mail/submit*|mail/token*' ;;
	gmime* | glib* | gio*) may='mail/message/*' ;;
	md4c*) may='mail/message/*' ;;
	magic.h) may='mail/message/*|ui/cmd/*' ;;
	curses* | ncurses* | term.h | termcap*) may='ui/term.c' ;;
	jansson* | utf8proc* | uchardet* | iconv* | nettle*)
		may='src/base/*' ;;
	*) return ;;
	esac
	eval "case \$1 in $may) return ;; esac"
	echo "that library is met in $may alone"
}

# Do the tables refuse what the design forbids, and nothing it allows?
refuse='
own src/base/text.c desk/mail.h
own src/desk/clock.c base/file.h
own src/desk/turns.c store/query.h
own store/db.c mail/run.h
own store/thread.c ui/cmd/cmd.h
own mail/message/read.c store/ingest.h
own mail/message/read.c mail/imap.h
own mail/sync.c store/edit.h
own mail/sync.c store/query.h
own mail/sync.c ui/ui.h
own ui/cmd/list.c mail/run.h
own ui/cmd/list.c store/ingest.h
own ui/cmd/list.c store/outbox.h
own ui/cmd/list.c store/db.h
own ui/cmd/list.c ui/view.h
own ui/list.c store/edit.h
own ui/list.c mail/run.h
foreign store/thread.c sqlite3.h
foreign mail/sync.c zstd.h
foreign mail/sync.c libetpan/libetpan.h
foreign mail/submit.c gnutls/gnutls.h
foreign mail/imap.c curl/curl.h
foreign mail/worker.c gmime/gmime.h
foreign mail/message/read.c curl/curl.h
foreign ui/list.c curses.h
foreign ui/cmd/list.c jansson.h
foreign src/desk/clock.c utf8proc.h
foreign store/db.c nettle/sha2.h
'
allow='
own src/desk/clock.c desk/clock.h
own src/desk/shop.c base/conf.h
own store/db.c store/db.h
own mail/sync.c store/ingest.h
own mail/sync.c mail/message/read.h
own ui/cmd/sync.c mail/run.h
own ui/cmd/doctor.c mail/run.h
own ui/cmd/assign.c store/edit.h
own ui/list.c store/query.h
own ui/list.c ui/cmd/cmd.h
foreign store/db.c sqlite3.h
foreign store/raw.c zstd.h
foreign mail/transport.c gnutls/gnutls.h
foreign mail/imap_run.c libetpan/libetpan.h
foreign mail/submit.c curl/curl.h
foreign mail/message/tree.c gmime/gmime.h
foreign ui/term.c curses.h
foreign ui/list.c string.h
'
wrong=$(echo "$refuse" | while read -r kind file header; do
	[ -z "$kind" ] || [ -n "$($kind "$file" "$header")" ] ||
		echo "lets $file include $header"
done
echo "$allow" | while read -r kind file header; do
	[ -z "$kind" ] || [ -z "$($kind "$file" "$header")" ] ||
		echo "does not let $file include $header"
done)

list=$(find src store mail ui -name '*.[ch]' | sort)
[ -n "$list" ] || { echo "Bail out! no sources in $(pwd)"; exit 1; }
bad=$(grep -HE '^[[:blank:]]*#[[:blank:]]*include' $list | sed -nE \
    -e 's/^([^:]*):[^"<]*"([^"]*)".*/own \1 \2/p' \
    -e 's/^([^:]*):[^"<]*<([^>]*)>.*/foreign \1 \2/p' |
while read -r kind file header; do
	[ "$file" = src/main.c ] && continue
	why=$($kind "$file" "$header")
	[ -z "$why" ] || echo "$file may not include $header: $why"
done)

# verdict NUMBER NAME FAULTS
verdict()
{
	[ -z "$3" ] || printf '%s\n' "$3" | sed 's/^/# /'
	[ -z "$3" ] && echo "ok $1 - $2" || echo "not ok $1 - $2"
}
echo 1..2
verdict 1 "the tables say what the design says" "$wrong"
verdict 2 "every include goes down" "$bad"
[ -z "$wrong$bad" ]
