"""A throw-away certificate authority.

ca.file is what a client should trust.  ca.pair(kind) gives (certificate, key)
for kind: good (localhost, 127.0.0.1), wrong (another host's name), expired
(good last year), unknown (signed by an authority nobody trusts), self (signed
by itself, as programs on the same machine do).
"""
import os
import subprocess

CONF = """
[ca]
default_ca = lab
[lab]
database = {d}/index.txt
new_certs_dir = {d}/issued
serial = {d}/serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = dn
prompt = no
[dn]
CN = lab
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
"""

NAMES = {
    "good": "DNS:localhost,DNS:mail.shop.test,IP:127.0.0.1",
    "wrong": "DNS:elsewhere.test",
    "expired": "DNS:localhost,IP:127.0.0.1",
    "unknown": "DNS:localhost,IP:127.0.0.1",
}


def _openssl(*args):
    done = subprocess.run(("openssl",) + args, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (
            args[0], done.stdout.decode(errors="replace")))


class Authority:
    def __init__(self, folder):
        self.folder = folder
        self._made = {}
        self._root("trusted")
        self.file = self._path("trusted", "root.pem")

    def _path(self, root, name):
        return os.path.join(self.folder, root, name)

    def _root(self, root):
        d = os.path.join(self.folder, root)
        if os.path.isdir(d):
            return
        os.makedirs(os.path.join(d, "issued"))
        open(os.path.join(d, "index.txt"), "w").close()
        with open(os.path.join(d, "serial"), "w") as f:
            f.write("1000\n")
        with open(os.path.join(d, "conf"), "w") as f:
            f.write(CONF.format(d=d))
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                 "-subj", "/CN=%s root of the lab" % root,
                 "-config", os.path.join(d, "conf"), "-extensions", "v3_ca",
                 "-keyout", os.path.join(d, "root.key"),
                 "-out", os.path.join(d, "root.pem"))

    def _self(self):
        crt, key = (self._path("trusted", "self." + x)
                    for x in ("pem", "key"))
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                 "30", "-subj", "/CN=127.0.0.1", "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", key, "-out", crt)
        return crt, key

    def pair(self, kind="good"):
        if kind in self._made:
            return self._made[kind]
        if kind == "self":
            self._made[kind] = self._self()
            return self._made[kind]
        root = "stranger" if kind == "unknown" else "trusted"
        self._root(root)
        crt, key = self._path(root, kind + ".pem"), self._path(
            root, kind + ".key")
        req = self._path(root, kind + ".req")
        conf = self._path(root, "conf")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/CN=" + kind + ".test", "-config", conf,
                 "-addext", "subjectAltName=" + NAMES[kind],
                 "-keyout", key, "-out", req)
        when = ["-days", "30"]
        if kind == "expired":
            when = ["-startdate", "20230101000000Z",
                    "-enddate", "20240101000000Z"]
        _openssl("ca", "-batch", "-notext", "-config", conf, "-cert",
                 self._path(root, "root.pem"), "-keyfile",
                 self._path(root, "root.key"), "-in", req, "-out", crt,
                 *when)
        os.chmod(key, 0o600)
        self._made[kind] = (crt, key)
        return self._made[kind]
