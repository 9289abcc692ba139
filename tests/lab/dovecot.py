"""A real Dovecot in a private folder, as root or as an ordinary user.

IMAP with implicit TLS and with STARTTLS, LMTP on a socket and submission.
Every user exists; the password of all is "secret".
"""
import grp
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import time

from client import PASSWORD, Client, crlf, ordinary

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
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
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


class Dovecot(Client):
    """Started by Lab.start_dovecot(); see there for the arguments."""

    kind = "Dovecot"

    @staticmethod
    def found():
        return shutil.which("dovecot") is not None

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
        self.uid, self.gid = ordinary(self.lab)
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
        with smtplib.LMTP(self.lmtp) as c:
            c.sendmail(sender, [user], crlf(raw))

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
