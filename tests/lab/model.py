"""An IMAP server with mailboxes, whose abilities and vices are chosen.

    s = Model(lab, caps=PLAIN, tls="implicit")
    s.box("INBOX").add(mail(subject="x"), flags=["\\Seen"])
    s.vices["fetch"] = lambda peer, box, uid, data: ...

It knows what a client of ours asks and no more.  caps decides what it offers:
PLAIN is IMAP4rev1 of 2003, MODERN has CONDSTORE, MOVE, UIDPLUS and IDLE,
QRESYNC that as well.  Vices are looked up when they matter; see where vice()
is called.  "lost" and "refuse" are asked about every command: true, and it is
done but the line breaks before the answer; words, and it is NO.
"""
import re
import threading
import time

from fakeimap import FakeImap
from wire import Gone

PLAIN = b"IMAP4rev1 AUTH=PLAIN SASL-IR"
MODERN = PLAIN + (b" LITERAL+ IDLE UIDPLUS MOVE CONDSTORE ENABLE SPECIAL-USE"
                  b" LIST-EXTENDED")
QRESYNC = MODERN + b" QRESYNC"
GMAIL = MODERN + b" X-GM-EXT-1"


class Mail:
    def __init__(self, uid, raw, flags, at, modseq, labels):
        self.uid, self.raw, self.at = uid, raw, at
        self.flags, self.modseq = set(flags), modseq
        self.labels = labels or []


class Box:
    def __init__(self, name, attrs="", uidvalidity=1):
        self.name, self.attrs = name, attrs
        self.uidvalidity, self.uidnext, self.modseq = uidvalidity, 1, 1
        self.mails = {}
        self.vanished = []  # (modseq, UID)
        self.keywords = True
        self.permanent = ""  # keywords that stay where others may not be made
        self.read_only = False

    def add(self, raw, flags=(), at=None, uid=None, labels=None):
        uid = uid or self.uidnext
        self.uidnext = max(self.uidnext, uid + 1)
        self.modseq += 1
        self.mails[uid] = Mail(uid, raw, flags, at or time.time(),
                               self.modseq, labels)
        return uid

    def remove(self, *uids):
        self.modseq += 1
        for uid in uids:
            del self.mails[uid]
            self.vanished.append((self.modseq, uid))

    def flag(self, uid, *flags):
        self.modseq += 1
        self.mails[uid].flags = set(flags)
        self.mails[uid].modseq = self.modseq


class Model(FakeImap):
    def __init__(self, lab, caps=MODERN, **more):
        self.boxes = {}
        self.vices = {}
        self.lock = threading.RLock()
        self.appended = 0
        verbs = {v: getattr(self, "do_" + v.lower().replace(" ", "_"))
                 for v in ("LIST", "STATUS", "SELECT", "APPEND", "CREATE",
                           "IDLE", "NOOP", "UID FETCH", "UID STORE",
                           "UID SEARCH", "UID COPY", "UID MOVE",
                           "UID EXPUNGE", "ENABLE")}
        super().__init__(lab, script=verbs, caps=caps, **more)
        self.caps = caps
        self.box("INBOX")

    def box(self, name, attrs=""):
        with self.lock:
            if name not in self.boxes:
                self.boxes[name] = Box(name, attrs)
            return self.boxes[name]

    def can(self, word):
        return word.encode() in self.caps.split()

    def vice(self, name, *args):
        """What a vice of that name says; None if there is none."""
        return self.vices[name](*args) if name in self.vices else None

    # ---- talking ----

    @staticmethod
    def name_in(line, verb):
        """The mailbox named after a verb, and what follows it."""
        rest = line[len(verb):].strip()
        if rest.startswith(b'"'):
            m = re.match(rb'"((?:[^"\\]|\\.)*)"\s*', rest)
            return (re.sub(rb"\\(.)", rb"\1", m.group(1)).decode(),
                    rest[m.end():])
        name, _, rest = rest.partition(b" ")
        return name.decode(), rest

    def find(self, name):
        return self.boxes.get("INBOX" if name.upper() == "INBOX" else name)

    def uids(self, box, text):
        """The UIDs of a set that are there, in order."""
        out = set()
        top = max(box.mails, default=0)
        for part in text.decode().split(","):
            a, _, b = part.partition(":")
            a = top if a == "*" else int(a)
            b = a if not b else top if b == "*" else int(b)
            if part.endswith(":*"):
                # RFC 3501: the last one is always meant.
                a, b = min(a, b), max(a, b)
                a = min(a, top)
            out |= {u for u in list(box.mails) if min(a, b) <= u <= max(a, b)}
        return sorted(out)

    def _answer(self, peer, tag, rest):
        why = self.vice("refuse", rest)
        if why:
            peer.send(tag + b" NO " + why + b"\r\n")
            return True
        if self.vice("lost", rest):
            _, answer = self._pick(rest)
            answer(peer, tag, rest)
            peer.close()
            raise Gone("lost")
        return super()._answer(peer, tag, rest)

    def no(self, tag, text=b"no"):
        return tag + b" NO " + text + b"\r\n"

    # ---- mailboxes ----

    def do_list(self, peer, tag, line):
        out = b""
        for box in self.boxes.values():
            attrs = box.attrs if self.can("SPECIAL-USE") else ""
            out += b'* LIST (%s) "/" "%s"\r\n' % (attrs.encode(),
                                                  box.name.encode())
        return out

    def do_status(self, peer, tag, line):
        name, _ = self.name_in(line, b"STATUS")
        box = self.find(name)
        if box is None:
            return self.no(tag, b"[NONEXISTENT] no such mailbox")
        told = self.vice("status", box)
        if told is not None:
            return told
        more = b" HIGHESTMODSEQ %d" % box.modseq if self.can(
            "CONDSTORE") else b""
        return b'* STATUS "%s" (MESSAGES %d UIDNEXT %d UIDVALIDITY %d%s)' \
            b"\r\n" % (box.name.encode(), len(box.mails), box.uidnext,
                       box.uidvalidity, more)

    def do_select(self, peer, tag, line):
        name, _ = self.name_in(line, b"SELECT")
        peer.box = box = self.find(name)
        if box is None:
            return self.no(tag, b"[NONEXISTENT] no such mailbox")
        told = self.vice("select", box)
        if told is not None:
            return told
        peer.told = (box.uidnext, box.modseq)
        out = b"* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n"
        out += b"* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged " \
            b"\\Deleted \\Draft%s)] kept\r\n" % (
                b" \\*" if box.keywords else box.permanent.encode())
        out += b"* %d EXISTS\r\n* 0 RECENT\r\n" % len(box.mails)
        out += b"* OK [UIDVALIDITY %d] x\r\n" % box.uidvalidity
        if "no uidnext" not in self.vices:
            out += b"* OK [UIDNEXT %d] x\r\n" % box.uidnext
        if self.can("CONDSTORE"):
            out += b"* OK [HIGHESTMODSEQ %d] x\r\n" % box.modseq
        return out + tag + (b" OK [READ-ONLY] ok\r\n" if box.read_only else
                            b" OK [READ-WRITE] ok\r\n")

    def do_create(self, peer, tag, line):
        name, _ = self.name_in(line, b"CREATE")
        self.box(name)
        return b""

    def do_enable(self, peer, tag, line):
        return b"* ENABLED" + line[len(b"ENABLE"):] + b"\r\n"

    def do_noop(self, peer, tag, line):
        return b""

    # ---- messages ----

    @staticmethod
    def number(box, uid):
        """The sequence number; the UIDs in order are kept until they change."""
        if getattr(box, "known", None) != len(box.mails) or \
                box.numbers.get(uid) is None:
            box.known = len(box.mails)
            box.numbers = {u: i + 1 for i, u in enumerate(sorted(box.mails))}
        return box.numbers[uid]

    def row(self, box, mail_, items):
        """One FETCH, as a list of pieces to send."""
        seq = self.number(box, mail_.uid)
        out = b"* %d FETCH (UID %d" % (seq, mail_.uid)
        if b"FLAGS" in items:
            out += b" FLAGS (%s)" % " ".join(sorted(mail_.flags)).encode()
        if b"INTERNALDATE" in items:
            out += time.strftime(' INTERNALDATE "%d-%b-%Y %H:%M:%S +0000"',
                                 time.gmtime(mail_.at)).encode()
        if b"RFC822.SIZE" in items:
            out += b" RFC822.SIZE %d" % len(mail_.raw)
        if b"X-GM-LABELS" in items:
            out += b" X-GM-LABELS (%s)" % " ".join(
                '"%s"' % x.replace("\\", "\\\\")
                for x in mail_.labels).encode()
        if b"CHANGEDSINCE" in items or b"MODSEQ" in items:
            out += b" MODSEQ (%d)" % mail_.modseq
        if b"BODY.PEEK[HEADER]" in items:
            head = mail_.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            out += b" BODY[HEADER] {%d}\r\n%s" % (len(head), head)
        elif b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]" in items:
            head = re.search(rb"(?i)^message-id:.*\r\n", mail_.raw, re.M)
            head = (head.group() if head else b"") + b"\r\n"
            out += b" BODY[HEADER.FIELDS (\"Message-ID\")] {%d}\r\n%s" % (
                len(head), head)
        elif b"BODY.PEEK[]" in items:
            part = re.search(rb"<(\d+)\.(\d+)>", items)
            at, n = (int(x) for x in part.groups()) if part else (
                0, len(mail_.raw))
            raw = mail_.raw[at:at + n]
            out += b" BODY[]%s {%d}\r\n%s" % (
                b"<%d>" % at if part else b"", len(raw), raw)
        return out + b")\r\n"

    def do_uid_fetch(self, peer, tag, line):
        set_, _, items = line[len(b"UID FETCH "):].partition(b" ")
        since = re.search(rb"CHANGEDSINCE (\d+)", items)
        with self.lock:
            mails = [peer.box.mails[u] for u in self.uids(peer.box, set_)]
        if b"VANISHED" in items:
            self.send_vanished(peer, int(since.group(1)))
        order = self.vice("order", mails)
        for m in order if order is not None else mails:
            if since and m.modseq <= int(since.group(1)):
                continue
            data = self.row(peer.box, m, items)
            told = self.vice("fetch", peer, peer.box, m.uid, data, items)
            peer.send(data if told is None else told)
        return b""

    def send_vanished(self, peer, since):
        """A line for each, as servers may (RFC 7162, 3.2.10)."""
        if self.vice("vanished", peer) is not None:
            return
        for modseq, uid in peer.box.vanished:
            if modseq > since:
                peer.send(b"* VANISHED (EARLIER) %d\r\n" % uid)

    def do_uid_search(self, peer, tag, line):
        what = line[len(b"UID SEARCH "):]
        if what.startswith(b"UID "):
            found = self.uids(peer.box, what[4:].split()[0])
            if what.endswith(b" UNDRAFT"):
                found = [u for u in found
                         if "\\Draft" not in peer.box.mails[u].flags]
        else:
            wanted = re.search(rb'"(.*)"', what).group(1)
            found = [u for u, m in sorted(peer.box.mails.items())
                     if wanted in m.raw.partition(b"\r\n\r\n")[0]]
        return b"* SEARCH%s\r\n" % b"".join(b" %d" % u for u in found)

    def do_uid_store(self, peer, tag, line):
        labels = re.match(rb"UID STORE (\S+) ([+-])X-GM-LABELS\.SILENT "
                          rb"\((.*)\)$", line)
        if labels and self.can("X-GM-EXT-1"):
            return self.label(peer.box, *labels.groups())
        m = re.match(rb"UID STORE (\S+) ([+-])FLAGS\.SILENT \((.*)\)$", line)
        if m is None:
            return tag + b" BAD what: " + line + b"\r\n"
        flags = set(m.group(3).decode().split())
        with self.lock:
            for uid in self.uids(peer.box, m.group(1)):
                mail_ = peer.box.mails[uid]
                mail_.flags = (mail_.flags | flags if m.group(2) == b"+"
                               else mail_.flags - flags)
                peer.box.modseq += 1
                mail_.modseq = peer.box.modseq
        return b""

    def label(self, box, uids, how, text):
        """Gmail's labels; a new one is a new mailbox."""
        names = [x.decode() for x in re.findall(rb'"((?:[^"\\]|\\.)*)"',
                                                text)]
        with self.lock:
            for uid in self.uids(box, uids):
                m = box.mails[uid]
                m.labels = [x for x in m.labels if x not in names]
                if how == b"+":
                    m.labels += names
                    for name in names:
                        self.box(name)
                box.modseq += 1
                m.modseq = box.modseq
        return b""

    def copy(self, peer, tag, line, verb, remove):
        set_, _, rest = line[len(verb) + 1:].partition(b" ")
        name, _ = self.name_in(rest, b"")
        to = self.find(name)
        if to is None:
            return self.no(tag, b"[TRYCREATE] no such mailbox")
        with self.lock:
            for uid in self.uids(peer.box, set_):
                m = peer.box.mails[uid]
                to.add(m.raw, m.flags, m.at)
                if remove:
                    peer.box.remove(uid)
        return b""

    def do_uid_copy(self, peer, tag, line):
        return self.copy(peer, tag, line, b"UID COPY", False)

    def do_uid_move(self, peer, tag, line):
        if not self.can("MOVE"):
            return tag + b" BAD what\r\n"
        return self.copy(peer, tag, line, b"UID MOVE", True)

    def do_uid_expunge(self, peer, tag, line):
        if not self.can("UIDPLUS"):
            return tag + b" BAD what\r\n"
        with self.lock:
            for uid in self.uids(peer.box, line[len(b"UID EXPUNGE "):]):
                if "\\Deleted" in peer.box.mails[uid].flags:
                    peer.box.remove(uid)
        return b""

    def do_append(self, peer, tag, line):
        head, _, raw = line.partition(b"\r\n")
        name, rest = self.name_in(head, b"APPEND")
        box = self.find(name)
        if box is None:
            return self.no(tag, b"[TRYCREATE] no such mailbox")
        flags = re.search(rb"\(([^)]*)\)", rest)
        self.appended += 1
        uid = box.add(raw, flags.group(1).decode().split() if flags else ())
        code = b"[APPENDUID %d %d] " % (box.uidvalidity, uid)
        return tag + b" OK " + (code if self.can("UIDPLUS") else b"") + \
            b"done\r\n"

    def idlers(self):
        """The mailboxes that clients wait at."""
        return sorted(p.box.name for p in list(self.peers)
                      if getattr(p, "idling", False))

    def do_idle(self, peer, tag, line):
        told = self.vice("idle", peer, tag)
        if told is not None:
            return told
        peer.idling = True
        try:
            return self.idle(peer)
        finally:
            peer.idling = False

    def idle(self, peer):
        peer.send(b"+ idling\r\n")
        before = peer.told
        peer.sock.settimeout(0.01)
        while True:
            self.vice("idling", peer)
            if (peer.box.uidnext, peer.box.modseq) != before:
                before = (peer.box.uidnext, peer.box.modseq)
                peer.send(b"* %d EXISTS\r\n" % len(peer.box.mails))
            try:
                if peer.line() == b"DONE":
                    break
            except Gone as e:
                if "timed out" not in str(e):
                    raise
        peer.sock.settimeout(None)
        return b""


__all__ = ["GMAIL", "MODERN", "Model", "PLAIN", "QRESYNC"]
