"""Another mail program at work on a server: what a test does from outside.

A server of the lab inherits from Client and gives lab, imaps (the port of
IMAP over TLS) and shown(name).  Mailboxes are named here as a person would,
in UTF-8 with "/" between levels ("Orders/Grün"); shown() turns that into what
this server calls it.
"""
import base64
import contextlib
import email
import imaplib
import os
import pwd
import re
import ssl
import time

PASSWORD = "secret"
# Every user of every server here has these beside INBOX.
USUAL = ("Sent", "Drafts", "Trash", "Junk", "Archive")


def ordinary(lab):
    """Whose a server is: ours, but nobody's where we are root."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    os.chmod(lab.folder, 0o755)
    one = pwd.getpwnam("nobody")
    return one.pw_uid, one.pw_gid


def utf7(name):
    """Modified UTF-7 (RFC 3501, 5.1.3)."""
    def coded(m):
        if m.group() == "&":
            return "&-"
        raw = base64.b64encode(m.group().encode("utf-16-be")).decode()
        return "&" + raw.rstrip("=").replace("/", ",") + "-"
    return re.sub(r"&|[^\x20-\x7e]+", coded, name)


def crlf(raw):
    if isinstance(raw, str):
        raw = raw.encode()
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Mail:
    """One mail as a mailbox holds it."""

    def __init__(self, uid, flags, raw):
        self.uid, self.flags, self.raw = uid, flags, raw

    def header(self, name):
        value = email.message_from_bytes(self.raw)[name]
        return None if value is None else str(value)


def quoted(name):
    return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')


def good(answer):
    if answer[0] != "OK":
        raise RuntimeError(answer)
    return answer[1]


class Client:
    def shown(self, name):
        return name

    def box(self, name):
        """A mailbox as an argument of a command."""
        return quoted(utf7(self.shown(name)))

    def connect(self, user):
        context = ssl.create_default_context(cafile=self.lab.ca.file)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        c = imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=context)
        c.login(user, PASSWORD)
        return c

    @contextlib.contextmanager
    def session(self, user, name=None):
        """A connection, with a mailbox selected if one is named."""
        c = self.connect(user)
        try:
            if name is not None:
                good(c.select(self.box(name)))
            yield c
        finally:
            c.logout()

    # ---- reading ----

    def mailbox(self, user, name="INBOX"):
        """All mails of a mailbox, in order of UID; none if it is not there."""
        with self.session(user) as c:
            if c.select(self.box(name), readonly=True)[0] != "OK":
                return []
            _, rows = c.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            return self._mails(rows)

    @staticmethod
    def _mails(rows):
        out = []
        for row, rest in zip(rows, rows[1:] + [b""]):
            if not isinstance(row, tuple):
                continue
            # Some servers tell the flags behind the body.
            rest = rest if isinstance(rest, bytes) else b""
            head = (row[0] + b" " + rest).decode(errors="replace")
            uid = int(re.search(r"UID (\d+)", head).group(1))
            flags = re.search(r"FLAGS \(([^)]*)\)", head).group(1).split()
            flags = [f for f in flags if f != "\\Recent"]
            out.append(Mail(uid, flags, row[1]))
        return sorted(out, key=lambda m: m.uid)

    def find(self, user, subject, name="INBOX"):
        """The UID of the mail with this subject."""
        return next(m.uid for m in self.mailbox(user, name)
                    if m.header("Subject") == subject)

    def state(self, user, name="INBOX"):
        """UIDVALIDITY, {UID: flags} of a mailbox, or None."""
        with self.session(user) as c:
            if c.select(self.box(name), readonly=True)[0] != "OK":
                return None
            validity = int(c.response("UIDVALIDITY")[1][0])
            _, rows = c.uid("FETCH", "1:*", "(UID FLAGS)")
        found = {}
        for row in rows:
            text = (row or b"").decode(errors="replace")
            uid = re.search(r"UID (\d+)", text)
            if uid:
                flags = re.search(r"FLAGS \(([^)]*)\)", text).group(1)
                found[int(uid.group(1))] = sorted(
                    f for f in flags.split() if f != "\\Recent")
        return validity, found

    # ---- changing ----

    def append(self, user, name, raw, flags="", date=None):
        """Put a mail into a mailbox."""
        with self.session(user) as c:
            stamp = None if date is None else imaplib.Time2Internaldate(date)
            good(c.append(self.box(name), flags, stamp, crlf(raw)))

    def fill(self, user, mails):
        """Put many mails into INBOX: pairs of (bytes, instant)."""
        with self.session(user) as c:
            for raw, at in mails:
                good(c.append("INBOX", "", imaplib.Time2Internaldate(at),
                              crlf(raw)))

    def store(self, user, uids, flags, on=True, name="INBOX"):
        """Set or take flags; uids as in "1:3,5"."""
        with self.session(user, name) as c:
            good(c.uid("STORE", str(uids), "+FLAGS" if on else "-FLAGS",
                       "(%s)" % flags))

    def expunge(self, user, uids, name="INBOX"):
        with self.session(user, name) as c:
            good(c.uid("STORE", str(uids), "+FLAGS", "(\\Deleted)"))
            good(c.uid("EXPUNGE", str(uids)))

    def move(self, user, uids, to, name="INBOX"):
        with self.session(user, name) as c:
            if "MOVE" in c.capabilities:
                good(c.uid("MOVE", str(uids), self.box(to)))
                return
            good(c.uid("COPY", str(uids), self.box(to)))
            good(c.uid("STORE", str(uids), "+FLAGS", "(\\Deleted)"))
            good(c.uid("EXPUNGE", str(uids)))

    def create(self, user, name):
        with self.session(user) as c:
            good(c.create(self.box(name)))

    def delete(self, user, name):
        with self.session(user) as c:
            good(c.delete(self.box(name)))

    def rename(self, user, name, to):
        with self.session(user) as c:
            good(c.rename(self.box(name), self.box(to)))

    def renumber(self, user, name):
        """The same mails under another UIDVALIDITY: made anew."""
        mails = self.mailbox(user, name)
        self.delete(user, name)
        time.sleep(1.1)  # UIDVALIDITY is made of the clock
        self.create(user, name)
        for m in mails:
            self.append(user, name, m.raw, " ".join(m.flags))
