"""The lab: real and scripted servers in a private folder, for tests.

    from lab import Lab, Tap, skip_all, mail

    with Lab() as lab:
        dovecot = lab.start_dovecot()            # dovecot.py
        mx = lab.start_mx(dovecot)               # mx.py
        shop = lab.shop(dovecot, mx)             # shop.py
        dovecot.deliver(shop.address, mail(subject="Where is my ring?"))
        ran = shop.sync()
        rows = shop.list()

Everything listens on 127.0.0.1, on ports found by binding; $LAB_PORTS
("26000-26999") narrows the choice.  Everything is stopped by pid and the
folder removed when the block is left or the test dies, unless LAB_KEEP is set.
"""
import email.utils
import os
import random
import shutil
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# Debian keeps servers where an ordinary user's PATH does not look.
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"

from ca import Authority            # noqa: E402
from courier import Courier         # noqa: E402
from cyrus import Cyrus             # noqa: E402
from dovecot import Dovecot         # noqa: E402
from fakeimap import FakeImap       # noqa: E402
from fakesmtp import FakeSmtp       # noqa: E402
from identity import Identity       # noqa: E402
from keeper import Keeper           # noqa: E402
from proxy import Proxy             # noqa: E402
from screen import Screen           # noqa: E402
from shop import Ran, Shop, program  # noqa: E402
from tap import Tap, skip_all       # noqa: E402
from wire import Gone, Wire         # noqa: E402

try:
    from mx import Mx
except ImportError:
    Mx = None

__all__ = ["Authority", "Courier", "Cyrus", "Dovecot", "FakeImap",
           "FakeSmtp", "Gone", "Identity",
           "Lab", "Mx", "Proxy", "Ran", "Screen", "Shop", "Tap", "Wire",
           "mail", "needs", "program", "skip_all", "some", "until"]


def needs(*names):
    """Skip the whole test where a program or aiosmtpd is missing."""
    for name in names:
        if name == "aiosmtpd":
            if Mx is None:
                skip_all("python3-aiosmtpd is not installed")
        elif shutil.which(name) is None:
            skip_all(name + " is not installed")
    if not os.access(program(), os.X_OK):
        skip_all("no program at " + program())


def no_preload(library):
    """Why a library cannot be loaded before others; None if it can."""
    if not os.path.exists(library):
        return "no " + library
    with open(program(), "rb") as f:
        if b"__asan_init" in f.read():
            return "a sanitizer's runtime must be the first library"
    return None


def needs_preload(library):
    """Skip the whole test where a library cannot be loaded before others."""
    why = no_preload(library)
    if why:
        skip_all(why)


def some(cases, n=1):
    """All of them with SHOPBELL_SLOW, else n, others each day."""
    cases = list(cases)
    if os.environ.get("SHOPBELL_SLOW"):
        return cases
    return random.Random(time.strftime("%j")).sample(cases,
                                                     min(n, len(cases)))


def until(claim, timeout=20, step=0.02):
    """Wait until claim() is true; its last value is returned."""
    end = time.monotonic() + timeout
    while True:
        value = claim()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)


def mail(sender="Carol Jones <carol@customer.test>", to="hello@shop.test",
         subject="A question", text="Hello,\n\nwhere is it?\n",
         message_id=None, reply_to_id=None, references=None, date=None,
         headers=()):
    """A plain mail as bytes, with CRLF."""
    date = time.time() if date is None else date
    lines = ["From: " + sender, "To: " + to, "Subject: " + subject,
             "Date: " + email.utils.formatdate(date),
             "Message-ID: <%s>" % (message_id or "%d.%d@customer.test" % (
                 time.time_ns(), random.randrange(1 << 30)))]
    if reply_to_id:
        lines.append("In-Reply-To: <%s>" % reply_to_id)
        lines.append("References: " + " ".join(
            "<%s>" % r for r in (references or [reply_to_id])))
    lines += list(headers)
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
              "Content-Transfer-Encoding: 8bit", ""]
    whole = "\n".join(lines) + "\n" + text
    return whole.encode().replace(b"\n", b"\r\n")


class Lab:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="shopbell-lab-")
        self.keeper = Keeper(self.folder)
        self.closers = []
        self._given = set()
        self._ca = None

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.close()

    def close(self):
        for close in reversed(self.closers):
            try:
                close()
            except Exception:
                pass
        self.closers = []
        self.keeper.close()

    @property
    def ca(self):
        if self._ca is None:
            self._ca = Authority(os.path.join(self.folder, "ca"))
        return self._ca

    def port(self):
        """A port nobody listens on now."""
        low, high = (int(x) for x in os.environ.get(
            "LAB_PORTS", "20000-31999").split("-"))
        while True:
            port = random.randrange(low, high + 1)
            if port in self._given:
                continue
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", port))
                except OSError:
                    continue
            self._given.add(port)
            return port

    @staticmethod
    def wait_port(port, child=None, log=lambda: ""):
        """Until a server listens; an error if its process ends."""
        for _ in range(1000):
            if child is not None and child.poll() is not None:
                raise RuntimeError("server ended: " + log())
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("nobody listens: " + log())

    @staticmethod
    def wait_closed(port):
        """Until nobody listens any more; children die after their parent."""
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return
            time.sleep(0.01)

    def start_dovecot(self, **more):
        """
        cert: a kind of ca.py; auth: mechanisms; tls_min; relay: port of the
        MX for submission; ssl_setting: yes, no, required; extra: more lines.
        """
        return self.start(Dovecot, **more)

    def start(self, kind, **more):
        """kind: Dovecot, or where it is found(), Cyrus or Courier."""
        server = kind(self, **more)
        self.closers.append(server.stop)
        return server

    def start_mx(self, dovecot=None, tls="implicit", **more):
        """tls: none, implicit, start.  auth, cert, password: see mx.py."""
        return Mx(self, dovecot, tls=tls, **more)

    def imap(self, **more):
        return FakeImap(self, **more)

    def smtp(self, **more):
        return FakeSmtp(self, **more)

    def proxy(self, port, **more):
        return Proxy(self, port, **more)

    def shop(self, imap=None, smtp=None, name="shop", undo_delay="0s",
             history="30d", agent=None, address="hello@shop.test", extra="",
             account_extra="", tls_none=False, password="secret",
             ca_file=None, from_screen=False):
        """
        A shop with one account.  imap and smtp are servers of the lab, or
        URLs, or None (a port where nobody listens).
        """
        return Shop(self, name, self._url(imap, "imap"),
                    self._url(smtp, "smtp"), undo_delay, history, agent,
                    address, extra, account_extra, tls_none, password,
                    ca_file, from_screen)

    def _url(self, server, scheme):
        if isinstance(server, str):
            return server
        if server is None:
            return "%ss://localhost:%d" % (scheme, self.port())
        if hasattr(server, "imaps"):
            port = server.imaps if scheme == "imap" else server.submission
            return "%ss://localhost:%d" % (scheme, port)
        tls = getattr(server, "tls", None)
        if tls is None:
            tls = "implicit" if server.controller.ssl_context else "start"
        return "%s%s://localhost:%d" % (
            scheme, "s" if tls == "implicit" else "", server.port)
