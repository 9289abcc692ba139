"""What servers in the field are known to say, in words of our own.

SESSIONS: name -> (how many mails must be in the store, or None; the answers
by verb that differ from a plain session of the mails 1, 2 and 3).  "{tag}" is
the tag; an answer without it is followed by a plain OK.
"""


def raw(uid):
    return (b"From: ida@example.com\r\nSubject: n%d\r\n"
            b"Message-ID: <%d@example.com>\r\n\r\nHello %d\r\n"
            % (uid, uid, uid))


def fetch(uid, items=b"FLAGS ()", n=None, section=b"BODY[]", end=b")"):
    data = raw(uid)
    return (b"* %d FETCH (UID %d %s %s {%d}\r\n%s%s\r\n"
            % (n or uid, uid, items, section, len(data), data, end))


ALL = fetch(1) + fetch(2) + fetch(3)
MODERN = (b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR CONDSTORE QRESYNC "
          b"ENABLE UIDPLUS MOVE LITERAL+ SPECIAL-USE LIST-EXTENDED%s\r\n")


def selected(*lines, exists=b"3", uidnext=b"4"):
    return (b"* %s EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
            b"* OK [UIDNEXT %s] x\r\n" % (exists, uidnext)
            + b"".join(line + b"\r\n" for line in lines)
            + b"{tag} OK [READ-WRITE] in\r\n")


def fetched(data, mails=3):
    return mails, [("UID FETCH", data)]


SESSIONS = {
    # spacing, case, ends of lines
    "blanks": fetched(
        ALL.replace(b" FETCH (UID", b"  FETCH  ( UID ").replace(
            b"FLAGS ()", b"FLAGS  (  \\Seen   $x )  ")),
    "lower case": (3, [
        ("GREETING", b"* ok [capability imap4rev1 auth=plain] hi\r\n"),
        ("CAPABILITY", b"* capability imap4rev1 auth=plain\r\n{tag} ok\r\n"),
        ("LIST", b'* list (\\hasnochildren) "/" inbox\r\n{tag} ok\r\n'),
        ("SELECT", selected().lower().replace(b"{tag} ok", b"{tag} Ok")),
        ("UID FETCH", ALL.replace(b"FETCH (UID", b"fetch (uid").replace(
            b"FLAGS () BODY", b"flags () body"))]),
    "only line feeds": (3, [
        ("CAPABILITY", b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\n{tag} OK\n"),
        ("LIST", b'* LIST () "/" INBOX\n{tag} OK\n'),
        ("SELECT", selected().replace(b"\r\n", b"\n"))]),
    "empty lines": fetched(ALL.replace(b")\r\n", b")\r\n\r\n")),
    "no bracket": fetched(ALL.replace(b")\r\n*", b"\r\n*")),
    "blank at the end": fetched(ALL.replace(b")\r\n*", b" ) \r\n*")),

    # strings
    "names as literals": (3, [
        ("LIST", b'* LIST () "/" {5}\r\nINBOX\r\n'
                 b'* LIST (\\Sent) {1}\r\n/ {4}\r\nSent\r\n{tag} OK\r\n')]),
    "names without quotes": (None, [
        ("LIST", b"* LIST () / INBOX\r\n* LIST () / Sent Items\r\n"
                 b'* LIST () "/" Gr\xc3\xb6\xc3\x9fe\r\n'
                 b'* LIST (\\Noselect \\NonExistent \\Noselect) NIL ""\r\n'
                 b'* LIST (\\Marked \\Junk) "\\\\" "a\\\\b\\"c"\r\n'
                 b"{tag} OK\r\n")]),
    "dates as literals": fetched(ALL.replace(
        b"FLAGS ()", b"INTERNALDATE {26}\r\n 1-Nov-2026 10:00:00 +0000")),
    "labels of every kind": (3, [
        ("CAPABILITY", MODERN % b" X-GM-EXT-1"),
        ("UID FETCH", ALL.replace(
            b"FLAGS ()", b'X-GM-LABELS (\\Inbox "a b" {3}\r\nx)y "\\\\Sent" '
                         b"NIL)"))]),
    "quoted bodies": fetched(
        b'* 1 FETCH (UID 1 BODY[] "Subject: a \\"b\\"")\r\n'
        b'* 2 FETCH (UID 2 BODY[]<0> "")\r\n' + fetch(3)),
    "empty bodies": fetched(
        b"* 1 FETCH (UID 1 BODY[] NIL)\r\n"
        b"* 2 FETCH (BODY[] {0}\r\n UID 2)\r\n" + fetch(3), None),
    "binary literals": fetched(ALL.replace(b" {", b" ~{")),
    "zeros in a body": fetched(fetch(1) + fetch(2) +
                               b"* 3 FETCH (UID 3 BODY[] {12}\r\n"
                               b"a: b\r\n\r\n\0\0\r\n)\r\n"),

    # items
    "no flags": fetched(ALL.replace(b"FLAGS ()", b"FLAGS NIL")),
    "flags of all kinds": fetched(ALL.replace(
        b"FLAGS ()", b"FLAGS (\\Seen \\SeenX \\Recent $a b[c d]e \xc3\xa4 "
                     b'"quoted" \\* %)')),
    "a thousand flags": fetched(ALL.replace(
        b"FLAGS ()", b"FLAGS (" + b" ".join(b"k%d" % i for i in range(1000))
                     + b")")),
    "dates that are none": fetched(
        fetch(1, b'INTERNALDATE NIL') +
        fetch(2, b'INTERNALDATE "yesterday"') +
        fetch(3, b'INTERNALDATE "31-Dez-2026 25:61:61 +9999"')),
    "sizes that lie": fetched(
        fetch(1, b"RFC822.SIZE 0") + fetch(2, b"RFC822.SIZE 4294967295") +
        fetch(3, b"RFC822.SIZE 99999999999")),
    "what nobody asked for": fetched(
        fetch(1, b'ENVELOPE ("x" {4}\r\n)" ( NIL (("a" NIL "b" "c"))) '
                 b"EMAILID (M1) THREADID NIL PREVIEW {2}\r\nhi") +
        fetch(2, b'BODYSTRUCTURE (("text" "plain"  NIL NIL NIL "7bit" 1 1)'
                 b'("a" "b" (((1)) NIL)) "mixed") BODY[1.MIME] {3}\r\na)b') +
        fetch(3, b"BODY[HEADER.FIELDS (A \"]\")] {2}\r\n)) BODY[2] ")),
    "headers before the body": fetched(
        b"".join(fetch(uid, b"BODY[HEADER] {5}\r\na: b\n RFC822.TEXT {1}\r\nx")
                 for uid in (1, 2, 3))),
    "by another name": fetched(fetch(1, section=b"RFC822") +
                               fetch(2, section=b"BODY.PEEK[]") +
                               fetch(3, section=b"body[]<0>")),
    "in two answers": fetched(b"".join(
        b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (u, u) +
        fetch(u, b"MODSEQ (1)") for u in (1, 2, 3))),
    "twice": fetched(ALL + ALL),
    "backwards": fetched(fetch(3) + fetch(2) + fetch(1)),
    "one without a body": fetched(
        fetch(1) + b"* 2 FETCH (UID 2 FLAGS (\\Flagged))\r\n" + fetch(3)),
    "one that is garbled": fetched(
        fetch(1) + b'* 2 FETCH (WHAT {{{ "\r\n' + fetch(3)),

    # numbers
    "the highest UIDs": (2, [
        ("SELECT", selected(exists=b"2", uidnext=b"4294967296").replace(
            b"UIDVALIDITY 7", b"UIDVALIDITY 4294967295")),
        ("UID FETCH", fetch(4294967294, n=1) + fetch(4294967295, n=2)),
        ("UID SEARCH", b"* SEARCH 4294967294 4294967295\r\n")]),
    "the highest MODSEQ": (3, [
        ("CAPABILITY", MODERN % b""),
        ("ENABLE", b"* ENABLED QRESYNC\r\n"),
        ("SELECT", selected(b"* OK [HIGHESTMODSEQ 9223372036854775807] x")),
        ("UID FETCH", ALL.replace(b"FLAGS ()",
                                  b"MODSEQ (9223372036854775807)"))]),
    "MODSEQ beyond": (3, [
        ("CAPABILITY", MODERN % b""),
        ("SELECT", selected(b"* OK [HIGHESTMODSEQ 18446744073709551615] x")),
        ("UID FETCH", ALL.replace(b"FLAGS ()",
                                  b"MODSEQ (18446744073709551615)"))]),
    "no MODSEQ here": (3, [
        ("CAPABILITY", MODERN % b""),
        ("SELECT", selected(b"* OK [NOMODSEQ] not here"))]),
    "SEARCH by another name": (3, [
        ("UID FETCH", fetch(1) + b"* 2 FETCH (\r\n" + fetch(2) + fetch(3)),
        ("UID SEARCH", b'* ESEARCH (TAG "{tag}") UID ALL 3:1\r\n'
                       b"{tag} OK\r\n")]),
    "no numbers at all": (3, [
        ("SELECT", b"* 3 EXISTS\r\n{tag} OK\r\n")]),
    "few words at SELECT": (3, [("SELECT", b"* 3 EXISTS\r\n"
                                           b"* OK [UIDVALIDITY 7]\r\n"
                                           b"* OK [UIDNEXT 4]\r\n")]),

    # in passing
    "news in between": fetched(
        b"* 5 EXISTS\r\n" + fetch(1) + b"* 1 RECENT\r\n* 5 EXPUNGE\r\n" +
        fetch(2) + b"* 4 FETCH (FLAGS (\\Seen))\r\n"
        b"* 9 FETCH (UID 9 FLAGS ())\r\n* VANISHED 77:79\r\n" + fetch(3)),
    "words in between": fetched(
        fetch(1) + b"* OK Still working\r\n* NO disk is nearly full\r\n"
        b"* BAD what was that\r\n" + fetch(2) + b"* 7 NOOP\r\n* THREAD (1)\r\n"
        b'* QUOTA "" (STORAGE 1 2)\r\n* NAMESPACE (("" "/")) NIL NIL\r\n' +
        fetch(3)),
    "unknown codes": (3, [
        ("GREETING", b'* OK [X-HI "a]b" (c)] [more] hello\r\n'),
        ("SELECT", selected(b"* OK [MAILBOXID (F2]", b"* OK [X-Y]",
                            b"* OK [UNSEEN]", b"* NO [ALERT] full",
                            b"* OK [COPYUID]", b"* OK [PERMANENTFLAGS NIL]",
                            b"* OK [PERMANENTFLAGS (\\Seen a]b \x01)] x",
                            b"* FLAGS (\\Seen [G M]/x)")),
        ("UID FETCH", b"* OK [INPROGRESS (\"{tag}\" 1 3)] wait\r\n" + ALL +
                      b"{tag} OK [X-DONE 5] done\r\n")]),
    "a long text": fetched(b"* OK " + b"x" * 100000 + b"\r\n" + ALL),
    "abilities in passing": (3, [
        ("LOGIN", b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK in\r\n"),
        ("AUTHENTICATE", b"* CAPABILITY IMAP4rev1  IDLE \r\n{tag} OK\r\n")]),
    "All Mail is hidden": (3, [
        ("CAPABILITY", MODERN % b" X-GM-EXT-1"),
        ("LIST", b'* LIST () "/" INBOX\r\n'
                 b'* LIST (\\Noselect) "/" "[Gmail]"\r\n{tag} OK\r\n')]),

    # the end
    "greets as logged in": (3, [("GREETING", b"* PREAUTH hi\r\n")]),
    "greets with BYE": (0, [("GREETING", b"* BYE too busy\r\n")]),
    "greets without a word": (3, [("GREETING", b"* OK\r\n")]),
    "speaks HTTP": (0, [("GREETING", b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
    "BYE at once": (None, [("UID FETCH", b"* BYE [ALERT] down\r\n")]),
    "BYE in between": (None, [("UID FETCH", fetch(1) + b"* BYE\r\n")]),
    "a tagged BYE": (None, [("LIST", b"{tag} BYE now\r\n")]),
}

# A refusal of each command, for good and for now.
for _verb in ("CAPABILITY", "AUTHENTICATE", "LIST", "ENABLE", "STATUS",
              "SELECT", "UID FETCH", "UID SEARCH"):
    for _no in (b"NO [SERVERBUG] sorry", b"NO no such thing",
                b"BAD what", b"NO [UNAVAILABLE] try again later"):
        SESSIONS["%s: %s" % (_verb, _no.decode())] = (
            None, [("CAPABILITY", MODERN % b""),
                   (_verb, b"{tag} " + _no + b"\r\n")])
