"""An MX and submission server by aiosmtpd, with faults by recipient.

Mail is handed to Dovecot by LMTP (or only kept, without one).  The local part
of a recipient, before any "+", chooses a fault:

  reject    550 at RCPT          greylist  451 at RCPT, the first time
  temp      451 at RCPT, always  drop      the connection ends at DATA
  slow      two seconds' delay   late      dropped after the dot, mail taken
  lost      dropped after the dot, mail not taken
  full      452 after the dot    spam      554 after the dot

faults is a list that comes first: each mail that reaches its dot takes one
off it ("ok", "late", "lost", "full", "spam", "hang").  taken lists the mails
accepted, tried every mail that reached its dot.
"""
import asyncio
import logging
import smtplib
import ssl
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

# It warns of what the tests want: AUTH inside implicit TLS or without any.
warnings.filterwarnings("ignore", module="aiosmtpd")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

AT_RCPT = {"reject": "550 5.1.1 no such person here",
           "temp": "451 4.2.0 try again later"}
AT_DOT = {"full": "452 4.3.1 the disk is full",
          "spam": "554 5.7.1 this looks like spam"}


class Mx:
    def __init__(self, lab, dovecot=None, tls="none", cert="good",
                 auth=True, user=None, password="secret", port=0, utf8=True):
        self.lab, self.dovecot = lab, dovecot
        self.user, self.password = user, password
        self.taken, self.tried, self.logins = [], [], []
        self.faults, self.filing = [], None
        self._greyed = set()
        self._lock = threading.Lock()
        self.port = port or lab.port()
        context = self._context(cert) if tls != "none" else None
        more = {}
        if auth:
            more = dict(authenticator=self._check, auth_required=True,
                        auth_require_tls=tls == "start")
        if tls == "start":
            more.update(tls_context=context, require_starttls=True)
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port,
            server_hostname="mx.lab.test", decode_data=False,
            enable_SMTPUTF8=utf8, **more)
        if tls == "implicit":
            self.controller.ssl_context = context
        self.controller.start()
        lab.closers.append(self.stop)

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def _context(self, cert):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(*self.lab.ca.pair(cert))
        return c

    def _check(self, server, session, envelope, mechanism, data):
        good = data.password == self.password.encode() and (
            self.user is None or data.login == self.user.encode())
        self.logins.append((data.login.decode(), mechanism, good))
        return AuthResult(success=good, handled=good)

    async def handle_RCPT(self, server, session, envelope, address, options):
        kind = address.split("@")[0].split("+")[0]
        answer = AT_RCPT.get(kind)
        if kind == "greylist" and address not in self._greyed:
            self._greyed.add(address)
            answer = "451 4.7.1 greylisted, come back"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        kinds = {a.split("@")[0].split("+")[0] for a in envelope.rcpt_tos}
        with self._lock:
            if self.faults:
                kinds = {self.faults.pop(0)}
        self.tried.append(envelope.content)
        if "slow" in kinds:
            await asyncio.sleep(2)
        if kinds & {"drop", "lost"}:
            server.transport.abort()
            return "421 gone"
        for kind, answer in AT_DOT.items():
            if kind in kinds:
                return answer
        await asyncio.get_running_loop().run_in_executor(
            None, self._take, envelope)
        if "hang" in kinds:
            await asyncio.sleep(3600)
        if "late" in kinds:
            server.transport.abort()
        return "250 2.0.0 taken"

    def _take(self, envelope):
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos),
                           envelope.content))
        if self.filing is not None:
            self.filing(envelope.content)
        if self.dovecot is None:
            return
        # One by one: smtplib does not know that LMTP answers for each.
        with smtplib.LMTP(self.dovecot.lmtp) as c:
            # Dovecot's LMTP knows no SMTPUTF8.
            for to in filter(str.isascii, envelope.rcpt_tos):
                c.sendmail(envelope.mail_from or "", [to], envelope.content)


__all__ = ["Mx", "SMTP"]
