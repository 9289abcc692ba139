"""A shop without servers: mail comes by import, what is sent goes to files."""
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from email.utils import formatdate

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lab"))
from shop import Ran, program  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from unpacked import open_to_all  # noqa: E402

__all__ = ["Desk", "Ran", "Tap", "letter", "program", "skip_all"]

CONFIG = """[shopbell]
	store = {folder}/store.db
	canned = {folder}/canned
	zone = Europe/Berlin
	undo-delay = 0s
[account "shop"]
	address = hello@shop.example
	alias = orders@shop.example
	name = The Shop
	deliver-to = {folder}/sent
[agent "{login}"]
	name = Ana Ruiz
	email = ana@shop.example
	signature = Ana, The Shop
[agent "ben"]
	name = Ben Okafor
[hours "office"]
	zone = Europe/Berlin
	open = daily 00:00-24:00
[target "default"]
	first = 1h
	next = 4h
	hours = office
"""


def letter(n, ago=3600, sender=None, subject=None, text=None, extra="",
           to="hello@shop.example"):
    """A customer's mail as bytes."""
    sender = sender or "Lena Fischer <lena%d@example.org>" % n
    return ("From: %s\r\nTo: %s\r\nSubject: %s\r\n"
            "Date: %s\r\nMessage-ID: <q%d@example.org>\r\n%s\r\n%s\r\n" % (
                sender, to, subject or "Question %d" % n,
                formatdate(time.time() - ago), n, extra,
                text or "Hello,\r\n\r\nquestion %d about shoes.\r\n\r\nLena"
                % n)).encode()


class Desk:
    """A folder with a configuration and, after mails(), a store."""

    def __init__(self, config=CONFIG):
        if not os.access(program(), os.X_OK):
            skip_all("no program at " + program())
        self.folder = tempfile.mkdtemp(prefix="shopbell-cli-")
        self.login = pwd.getpwuid(os.getuid()).pw_name
        self.config = os.path.join(self.folder, "config")
        self.store = os.path.join(self.folder, "store.db")
        os.makedirs(os.path.join(self.folder, "canned"))
        os.makedirs(os.path.join(self.folder, "home"))
        self.write(config)

    def __enter__(self):
        return self

    def __exit__(self, *gone):
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_nobody(self, *words):
        """Run by another user, who may not go where our program is."""
        path = program()
        if not open_to_all(os.path.dirname(path)):
            path = shutil.copy(path, self.path("shopbell"))
            os.chmod(path, 0o755)
        return subprocess.run(
            [path, *words, "--config", self.config], env=self.env(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, user=65534, group=65534, extra_groups=[], cwd="/")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, config):
        with open(self.config, "w") as f:
            f.write(config.format(folder=self.folder, login=self.login))
        os.chmod(self.config, 0o600)

    def canned(self, name, text):
        path = self.path("canned", name + ".txt")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)

    def env(self, **more):
        home = self.path("home")
        env = {"HOME": home, "PATH": os.environ["PATH"],
               "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
               "XDG_CONFIG_HOME": home + "/.config",
               "XDG_DATA_HOME": home + "/.local/share"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_PRELOAD"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more)
        return env

    def bare(self, *args, input=None, env=None, timeout=60, cwd=None):
        """Run the program with exactly these words."""
        words = [program()] + [str(a) for a in args]
        data = input.encode() if isinstance(input, str) else input
        began = time.monotonic()
        done = subprocess.run(
            words, input=b"" if data is None else data, timeout=timeout,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=env or self.env(), cwd=cwd or self.folder)
        return Ran(words[1:], done.returncode, done.stdout, done.stderr,
                   time.monotonic() - began)

    def run(self, *args, **more):
        """The same, with our configuration."""
        return self.bare(*args, "--config", self.config, **more)

    def start(self, *args):
        return subprocess.Popen(
            [program()] + [str(a) for a in args] + ["--config", self.config],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.env(), cwd=self.folder)

    def mails(self, *letters):
        """Take these mails in."""
        folder = tempfile.mkdtemp(dir=self.folder)
        for i, one in enumerate(letters):
            with open(os.path.join(folder, "%05d.eml" % i), "wb") as f:
                f.write(one)
        ran = self.run("import", folder)
        if ran.code != 0:
            raise RuntimeError(str(ran))
        return ran

    def rows(self, *args):
        """The list as objects, by thread number."""
        ran = self.run("list", "-o", "json", "-n", "0", *args)
        return {row["id"]: row for row in ran.json()}

    def thread(self, number):
        return self.run("show", number, "-o", "json").json()[0]

    def of(self, subject):
        """The number of the thread with this subject."""
        for number, row in self.rows().items():
            if row["subject"] == subject:
                return number
        raise KeyError(subject)

    def sent(self):
        """What left, as bytes, oldest first."""
        folder = self.path("sent")
        if not os.path.isdir(folder):
            return []
        paths = [os.path.join(folder, n) for n in os.listdir(folder)]
        out = []
        for path in sorted(paths, key=os.path.getmtime):
            with open(path, "rb") as f:
                out.append(f.read())
        return out


def keys(line):
    return list(json.loads(line).keys())
