"""Courier-IMAP in a private folder: IMAP over TLS on loopback.

The packages are unpacked, not installed (unpacked.py).  Courier's imapd does
not log anybody in: it greets with PREAUTH, and what starts it (imaplogin
behind couriertls) has asked before and hides that.  Those two have their
paths built in, so this file stands in their place: run as a program it
speaks TLS, asks for the password, starts Courier's own imapd for the user and
from then on passes bytes both ways.  A client sees a line that was encrypted
from its first byte, and no PREAUTH.

There is no CONDSTORE, no MOVE, no LITERAL+, no SPECIAL-USE; mailboxes lie
below INBOX with "." between levels.
"""
import base64
import os
import re
import select
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time

from client import PASSWORD, USUAL, Client, crlf, ordinary
from unpacked import Unpacked, found, libraries, tree

ABILITIES = ("IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT "
             "THREAD=REFERENCES SORT QUOTA IDLE")


class Courier(Unpacked, Client):
    """Started by Lab.start(Courier); abilities: another capability line."""

    kind = "Courier"

    def __init__(self, lab, cert="good", imaps=0, abilities=ABILITIES):
        self.lab = lab
        self.folder = os.path.join(lab.folder, "courier")
        self.tree = tree(lab, "courier")
        self.imaps = imaps or lab.port()
        self.child = None
        self.cert, self.abilities = cert, abilities
        self.uid, self.gid = ordinary(lab)
        os.makedirs(os.path.join(self.folder, "mail"), exist_ok=True)
        os.chown(os.path.join(self.folder, "mail"), self.uid, self.gid)
        self.start()

    @staticmethod
    def found():
        return found("courier")

    def env(self):
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                "LD_LIBRARY_PATH": libraries(self.tree),
                "COURIER": os.path.join(self.tree, "usr", "bin"),
                "HOMES": os.path.join(self.folder, "mail"),
                "IMAP_CAPABILITY": self.abilities, "IMAP_KEYWORDS": "1",
                "IMAP_ENHANCEDIDLE": "1", "IMAP_USELOCKS": "1",
                "IMAP_IDLE_TIMEOUT": "5", "IMAP_UMASK": "022",
                "PROTOCOL": "IMAP",
                # Who tells imapd of changed files; one of our own.
                "GAM_CLIENT_ID": "lab-%d" % self.imaps,
                "GAMIN_DEBUG_SERVER": os.path.join(
                    self.tree, "usr", "libexec", "gam_server")}

    def start(self):
        crt, key = self.lab.ca.pair(self.cert)
        log = open(os.path.join(self.folder, "start.log"), "ab")
        self.child = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), str(self.imaps), crt,
             key, str(self.uid), str(self.gid)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, env=self.env())
        log.close()
        self.lab.keeper.hold(self.child.pid)
        self.lab.wait_port(self.imaps, self.child, self.log)

    def shown(self, name):
        if name == "INBOX":
            return name
        return "INBOX." + name.replace("/", ".")

    def _maildir(self, user):
        maildir = os.path.join(self.folder, "mail", user, "Maildir")
        if not os.path.isdir(maildir):
            self.connect(user).logout()
        return maildir

    def deliver(self, user, raw, sender="someone@customer.test"):
        """Into the Maildir, as Courier's own MTA does."""
        maildir = self._maildir(user)
        name = "%d.M%dP%d.lab" % (time.time(), time.monotonic_ns(),
                                  os.getpid())
        at = os.path.join(maildir, "tmp", name)
        with open(at, "wb") as f:
            f.write(crlf(raw).replace(b"\r\n", b"\n"))
        os.chown(at, self.uid, self.gid)
        os.rename(at, os.path.join(maildir, "new", name))

    def fill(self, user, mails):
        """Into the Maildir, with the instant as the file's time."""
        maildir = self._maildir(user)
        for i, (raw, at) in enumerate(mails):
            name = os.path.join(maildir, "cur",
                                "%d.M%dP1.lab:2," % (at, i))
            with open(name, "wb") as f:
                f.write(crlf(raw).replace(b"\r\n", b"\n"))
            os.utime(name, (at, at))
            os.chown(name, self.uid, self.gid)


# ---- in place of imaplogin ----

class Line:
    """TLS to the client, one line at a time."""

    def __init__(self, peer):
        self.peer, self.rest = peer, b""

    def read(self):
        while b"\n" not in self.rest:
            more = self.peer.recv(65536)
            if not more:
                sys.exit(0)
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def say(self, text):
        self.peer.sendall(text.encode() + b"\r\n")

    def words(self, text):
        """Atoms, quoted strings and literals of a command."""
        while re.search(r"\{\d+\+?\}$", text):
            size = int(re.search(r"\{(\d+)", text[text.rindex("{"):])[1])
            self.say("+ go on")
            while len(self.rest) < size:
                self.rest += self.peer.recv(65536)
            literal = self.rest[:size].decode("utf-8", "replace")
            self.rest = self.rest[size:]
            text = text[:text.rindex("{")] + shlex.quote(literal)
            text += self.read()
        return shlex.split(text)


def log_in(line):
    """Until somebody has logged in: (tag, user)."""
    line.say("* OK [CAPABILITY %s AUTH=PLAIN] Courier-IMAP ready." %
             os.environ["IMAP_CAPABILITY"])
    while True:
        tag, verb, *rest = line.words(line.read()) + ["", ""]
        verb, said = verb.upper(), None
        if verb == "CAPABILITY":
            line.say("* CAPABILITY %s AUTH=PLAIN" %
                     os.environ["IMAP_CAPABILITY"])
            line.say(tag + " OK CAPABILITY completed")
        elif verb == "NOOP":
            line.say(tag + " OK NOOP completed")
        elif verb == "LOGOUT":
            line.say("* BYE Courier-IMAP server shutting down")
            line.say(tag + " OK LOGOUT completed")
            sys.exit(0)
        elif verb == "LOGIN":
            said = rest[:2]
        elif verb == "AUTHENTICATE" and rest[0].upper() == "PLAIN":
            line.say("+ ")
            said = base64.b64decode(line.read()).decode().split("\0")[1:]
        else:
            line.say(tag + " NO Error in IMAP command received by server.")
        if said is not None and said[1] == PASSWORD:
            return tag, said[0]
        if said is not None:
            time.sleep(0.2)
            line.say(tag + " NO Login failed.")


def maildir(user):
    """The user's home, made as maildirmake does it."""
    home = os.path.join(os.environ["HOMES"], os.path.basename(user))
    os.makedirs(home, exist_ok=True)
    make = os.path.join(os.environ["COURIER"], "maildirmake.courier")
    if not os.path.isdir(os.path.join(home, "Maildir")):
        subprocess.call([make, os.path.join(home, "Maildir")])
        for name in USUAL:
            subprocess.call([make, "-f", name, os.path.join(home, "Maildir")])
    return home


def relay(peer, imapd):
    while True:
        ready = [peer] if peer.pending() else \
            select.select([peer, imapd], [], [])[0]
        for one in ready:
            try:
                data = one.recv(65536)
            except ssl.SSLWantReadError:
                continue
            if not data:
                return
            (imapd if one is peer else peer).sendall(data)


def converse(peer, address):
    line = Line(peer)
    tag, user = log_in(line)
    ours, theirs = socket.socketpair()
    os.environ.update(AUTHENTICATED=user, TCPREMOTEIP=address[0],
                      TCPREMOTEPORT=str(address[1]))
    child = subprocess.Popen(
        [os.path.join(os.environ["COURIER"], "imapd"), "Maildir"],
        stdin=theirs, stdout=theirs, cwd=maildir(user))
    theirs.close()
    hello = b""
    while not re.search(rb"(?m)^\* (PREAUTH|BYE).*\n", hello):
        more = ours.recv(4096)
        if not more:
            break
        hello += more
    if b"* PREAUTH" in hello:
        line.say(tag + " OK LOGIN Ok.")
        ours.sendall(line.rest)
        try:
            relay(peer, ours)
        except OSError:
            pass
    else:
        peer.sendall(hello)
    ours.close()
    child.terminate()
    child.wait()


def serve(port, crt, key, uid, gid):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        s.listen(100)
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        subprocess.Popen([os.environ["GAMIN_DEBUG_SERVER"], "--notimeout",
                          os.environ["GAM_CLIENT_ID"]], close_fds=True)
        while True:
            peer, address = s.accept()
            if os.fork() == 0:
                break
            peer.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        converse(context.wrap_socket(peer, server_side=True), address)
    except (OSError, ValueError, IndexError):
        pass
    os._exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]),
          int(sys.argv[5]))
