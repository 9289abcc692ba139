"""Cyrus in a private folder: IMAP over TLS on loopback, and LMTP.

The packages are unpacked, not installed (unpacked.py).  Mailboxes lie below
INBOX with "." between levels, as Debian sets it; the usual ones are made at
the first login and have their special use.  Any user logs in with PASSWORD.
"""
import imaplib
import os
import pwd
import smtplib
import socket
import struct
import subprocess
import threading

from client import PASSWORD, USUAL, Client, crlf, ordinary
from unpacked import Unpacked, found, libraries, tree

CONF = """configdirectory: {d}/conf
proc_path: {d}/run/proc
mboxname_lockpath: {d}/run/lock
defaultpartition: default
partition-default: {d}/mail
cyrus_user: {user}
admins: admin
altnamespace: no
unixhierarchysep: no
virtdomains: userid
defaultdomain: lab.test
lmtp_downcase_rcpt: yes
username_tolower: yes
allowplaintext: {plain}
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {d}/run/mux
sasl_mech_list: PLAIN LOGIN
tls_server_cert: {crt}
tls_server_key: {key}
tls_versions: tls1_2 tls1_3
lmtpsocket: {d}/run/lmtp
idlesocket: {d}/run/idle
notifysocket: {d}/run/notify
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: {usual}
autocreate_subscribe_folders: {usual}
{special}
expunge_mode: immediate
delete_mode: immediate
conversations: no
syslog_prefix: lab
{extra}
"""

SERVICES = """START {{
  recover cmd="{run}/ctl_cyrusdb {conf} -r"
}}
SERVICES {{
  imaps cmd="{run}/imapd {conf} -s -U 200" listen="127.0.0.1:{imaps}" {few}
  imap cmd="{run}/imapd {conf} -U 200" listen="127.0.0.1:{imap}" {few}
  lmtp cmd="{run}/lmtpd {conf} -a -U 200" listen="{lmtp}" {few}
}}
DAEMON {{
  idled cmd="{run}/idled {conf}"
}}
"""


class Passwords:
    """saslauthd's place: user, password, service, realm; OK or NO."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        if os.path.exists(path):
            os.unlink(path)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.socket.listen(50)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as f:
                said = []
                for _ in range(4):
                    size = f.read(2)
                    if len(size) < 2:
                        break
                    said.append(f.read(struct.unpack("!H", size)[0]))
                good = said[1:2] == [PASSWORD.encode()]
                answer = b"OK" if good else b"NO"
                try:
                    peer.sendall(struct.pack("!H", len(answer)) + answer)
                except OSError:
                    pass

    def close(self):
        self.socket.close()


class Cyrus(Unpacked, Client):
    """Started by Lab.start(Cyrus); see Dovecot for the arguments."""

    kind = "Cyrus"

    def __init__(self, lab, cert="good", imaps=0, extra=""):
        self.lab = lab
        self.folder = os.path.join(lab.folder, "cyrus")
        self.tree = tree(lab, "cyrus")
        self.bin = os.path.join(self.tree, "usr", "lib", "cyrus", "bin")
        self.imaps, self.imap = imaps or lab.port(), lab.port()
        self.lmtp = os.path.join(self.folder, "run", "lmtp")
        self.child = None
        self.uid, self.gid = ordinary(lab)
        for name in ("conf/socket", "mail", "run"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        self._write(cert, extra)
        self.passwords = Passwords(os.path.join(self.folder, "run", "mux"))
        for at, _, files in os.walk(self.folder):
            os.chown(at, self.uid, self.gid)
            for name in files:
                os.chown(os.path.join(at, name), self.uid, self.gid)
        self.start()

    @staticmethod
    def found():
        return found("cyrus")

    def _write(self, cert, extra):
        crt, key = self.lab.ca.pair(cert)
        # Read by whoever runs the server, unlike the CA's own.
        mine = os.path.join(self.folder, "conf", "key.pem")
        with open(key, "rb") as f, open(mine, "wb") as g:
            g.write(f.read())
        os.chmod(mine, 0o600)
        special = "\n".join("xlist-%s: %s" % (n.lower(), n) for n in USUAL)
        with open(os.path.join(self.folder, "imapd.conf"), "w") as f:
            f.write(CONF.format(
                d=self.folder, user=pwd.getpwuid(self.uid).pw_name,
                crt=crt, key=mine, usual="|".join(USUAL), special=special,
                plain="yes", extra=extra))
        with open(os.path.join(self.folder, "cyrus.conf"), "w") as f:
            f.write(SERVICES.format(
                run=self.bin, conf="-C %s/imapd.conf" % self.folder,
                imaps=self.imaps, imap=self.imap, lmtp=self.lmtp,
                few="prefork=1 maxchild=100"))

    def start(self):
        d = self.folder
        log = open(os.path.join(d, "start.log"), "ab")
        who = {}
        if os.getuid() == 0:
            who = dict(user=self.uid, group=self.gid, extra_groups=[])
        self.child = subprocess.Popen(
            [os.path.join(self.bin, "master"), "-C", d + "/imapd.conf",
             "-M", d + "/cyrus.conf", "-p", d + "/run/pid"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
            env={"PATH": self.bin + ":" + os.environ["PATH"],
                 "LD_LIBRARY_PATH": libraries(self.tree),
                 "CYRUS_VERBOSE": "1"}, **who)
        log.close()
        self.lab.keeper.hold(self.child.pid)
        self.lab.wait_port(self.imaps, self.child, self.log)

    def shown(self, name):
        if name == "INBOX":
            return name
        # A dot is between levels; within a name Cyrus writes it as "^".
        return "INBOX." + name.replace(".", "^").replace("/", ".")

    def deliver(self, user, raw, sender="someone@customer.test"):
        """Hand a mail to a user's INBOX by LMTP, as an MX does."""
        with smtplib.LMTP(self.lmtp) as c:
            c.sendmail(sender, [user], crlf(raw))

    def fill(self, user, mails):
        """Put many mails into INBOX: pairs of (bytes, instant)."""
        with self.session(user) as c:
            # MULTIAPPEND (RFC 3502): one by one each waits for the disk.
            c.send(b"fill APPEND INBOX")
            for raw, at in mails:
                stamp = imaplib.Time2Internaldate(at).encode()
                raw = crlf(raw)
                c.send(b" () %s {%d+}\r\n%s" % (stamp, len(raw), raw))
            c.send(b"\r\n")
            line = b""
            while not line.startswith(b"fill "):
                line = c.readline()
            if not line.startswith(b"fill OK"):
                raise RuntimeError(line)
