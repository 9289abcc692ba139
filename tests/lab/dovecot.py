"""A real Dovecot in a private folder, as root or as an ordinary user.

IMAP with implicit TLS and with STARTTLS, LMTP on a socket and submission.
Every user exists; the password of all is "secret".
"""
import email
import grp
import imaplib
import os
import pwd
import re
import signal
import smtplib
import ssl
import subprocess
import time

PASSWORD = "secret"

CONF = """
base_dir = {d}/run
state_dir = {d}/run
log_path = {d}/dovecot.log
protocols = imap lmtp submission
listen = 127.0.0.1
ssl = {ssl}
{tls}
disable_plaintext_auth = no
auth_mechanisms = {auth}
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {submission}
  }}
}}
service lmtp {{
  unix_listener lmtp.sock {{
    mode = 0600
  }}
}}
service imap {{
  process_limit = 200
}}
mail_location = maildir:{d}/mail/%u
mail_privileged_group =
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={d}/mail/%u allow_all_users=yes
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
hostname = mx.lab.test
protocol imap {{
  mail_max_userip_connections = 60
}}
protocol lmtp {{
  recipient_delimiter = +
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
}}
{extra}
"""


class Mail:
    """One mail as a mailbox holds it."""

    def __init__(self, uid, flags, raw):
        self.uid, self.flags, self.raw = uid, flags, raw

    def header(self, name):
        value = email.message_from_bytes(self.raw)[name]
        return None if value is None else str(value)


class Dovecot:
    """Started by Lab.start_dovecot(); see there for the arguments."""

    def __init__(self, lab, cert="good", auth="plain login",
                 tls_min="TLSv1.2", relay=0, ssl_setting="yes", extra="",
                 imaps=0):
        self.lab = lab
        self.folder = os.path.join(lab.folder, "dovecot")
        os.makedirs(os.path.join(self.folder, "mail"), exist_ok=True)
        os.makedirs(os.path.join(self.folder, "run"), exist_ok=True)
        self.imaps, self.imap = imaps or lab.port(), lab.port()
        self.submission = lab.port()
        self.conf = os.path.join(self.folder, "dovecot.conf")
        self.lmtp = os.path.join(self.folder, "run", "lmtp.sock")
        self.child = None
        self._who()
        self._write(cert, auth, tls_min, relay, ssl_setting, extra)
        self.start()

    def _who(self):
        """Dovecot will not serve mail as root: there it is nobody's."""
        self.uid, self.gid = os.getuid(), os.getgid()
        if self.uid == 0:
            self.uid = pwd.getpwnam("nobody").pw_uid
            self.gid = pwd.getpwnam("nobody").pw_gid
            os.chmod(self.lab.folder, 0o755)
            os.chown(os.path.join(self.folder, "mail"), self.uid, self.gid)

    def _write(self, cert, auth, tls_min, relay, ssl_setting, extra):
        crt, key = self.lab.ca.pair(cert)
        tls = "ssl_cert = <%s\nssl_key = <%s\nssl_min_protocol = %s" % (
            crt, key, tls_min)
        with open(self.conf, "w") as f:
            f.write(CONF.format(
                d=self.folder, ssl=ssl_setting, tls=tls, auth=auth,
                user=pwd.getpwuid(self.uid).pw_name,
                group=grp.getgrgid(self.gid).gr_name, uid=self.uid,
                gid=self.gid, imap=self.imap, imaps=self.imaps,
                submission=self.submission, relay=relay or 1,
                password=PASSWORD, extra=extra))

    def start(self):
        log = open(os.path.join(self.folder, "start.log"), "ab")
        self.child = subprocess.Popen(
            ["dovecot", "-F", "-c", self.conf], stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True)
        self.lab.keeper.hold(self.child.pid)
        self.lab.wait_port(self.imaps, self.child, self.log)
        for _ in range(500):
            if os.path.exists(self.lmtp):
                return
            time.sleep(0.01)
        raise RuntimeError("no LMTP socket: " + self.log())

    def stop(self):
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(0.3)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        self.lab.keeper.forget(self.child.pid)
        self.child = None

    def log(self):
        out = ""
        for name in ("start.log", "dovecot.log"):
            try:
                with open(os.path.join(self.folder, name)) as f:
                    out += f.read()
            except OSError:
                pass
        return out

    # ---- mail in and out, past the program under test ----

    def deliver(self, user, raw, sender="someone@customer.test"):
        """Hand a mail to a user's INBOX by LMTP, as an MX does."""
        if isinstance(raw, str):
            raw = raw.encode()
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        with smtplib.LMTP(self.lmtp) as c:
            c.sendmail(sender, [user], raw)

    def connect(self, user):
        context = ssl.create_default_context(cafile=self.lab.ca.file)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        c = imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=context)
        c.login(user, PASSWORD)
        return c

    def mailbox(self, user, name="INBOX"):
        """All mails of a mailbox, in order of UID."""
        c = self.connect(user)
        try:
            if c.select('"%s"' % name, readonly=True)[0] != "OK":
                return []
            _, rows = c.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            return self._mails(rows)
        finally:
            c.logout()

    @staticmethod
    def _mails(rows):
        out = []
        for row in rows:
            if not isinstance(row, tuple):
                continue
            head = row[0].decode(errors="replace")
            uid = int(re.search(r"UID (\d+)", head).group(1))
            flags = re.search(r"FLAGS \(([^)]*)\)", head).group(1).split()
            flags = [f for f in flags if f != "\\Recent"]
            out.append(Mail(uid, flags, row[1]))
        return sorted(out, key=lambda m: m.uid)

    def append(self, user, name, raw, flags="", date=None):
        """Put a mail into a mailbox, as another mail program would."""
        if isinstance(raw, str):
            raw = raw.encode()
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        c = self.connect(user)
        try:
            stamp = None if date is None else imaplib.Time2Internaldate(date)
            answer = c.append('"%s"' % name, flags, stamp, raw)
            if answer[0] != "OK":
                raise RuntimeError(answer)
        finally:
            c.logout()

    def fill(self, user, mails):
        """
        Put many mails into INBOX at once: pairs of (bytes, instant), written
        as Maildir files with that instant as their arrival.
        """
        c = self.connect(user)
        c.select()
        c.logout()
        cur = os.path.join(self.folder, "mail", user, "cur")
        for i, (raw, at) in enumerate(mails):
            name = os.path.join(cur, "%d.M%dP1.lab:2," % (at, i))
            with open(name, "wb") as f:
                f.write(raw)
            os.utime(name, (at, at))
            if os.getuid() == 0:
                os.chown(name, self.uid, self.gid)
