"""A shop to test with: its configuration, its folder, and the program."""
import json
import os
import signal
import subprocess
import time

CONFIG = """[shopbell]
	store = {store}
	undo-delay = {undo_delay}
	history = {history}
	canned = {canned}
	sync-from-screen = {from_screen}
{accounts}
[agent "{agent}"]
	name = Ana Ruiz
	email = ana@shop.test
	signature = Ana, The Shop
{extra}
"""

ACCOUNT = """
[account "{title}"]
	address = {address}
	name = The Shop
	user = {address}
	password-file = {password_file}
	imap = {imap}
	smtp = {smtp}
	ca-file = {ca_file}
{tls}{extra}
"""


class Ran:
    """What a finished run of the program left."""

    def __init__(self, args, code, out, err, seconds):
        self.args, self.code, self.seconds = args, code, seconds
        self.out = out.decode(errors="replace")
        self.err = err.decode(errors="replace")

    def json(self):
        """Every line of the output as an object."""
        return [json.loads(line) for line in self.out.splitlines() if line]

    def __str__(self):
        return "$ shopbell %s -> %s after %.1f s\n%s%s" % (
            " ".join(self.args), self.code, self.seconds, self.out, self.err)


def program():
    """The program under test: $SHOPBELL, else the one in build/."""
    top = os.path.dirname(os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))))
    return os.environ.get("SHOPBELL") or os.path.join(
        top, "build", "shopbell")


class Shop:
    """Made by Lab.shop(); see there for the arguments."""

    def __init__(self, lab, name, imap, smtp, undo_delay, history, agent,
                 address, extra, account_extra, tls_none, password, ca_file,
                 from_screen):
        self.lab, self.address = lab, address
        self.folder = os.path.join(lab.folder, name)
        self.canned = os.path.join(self.folder, "canned")
        self.store = os.path.join(self.folder, "data", "store.db")
        self.config = os.path.join(self.folder, "config")
        self.imap, self.smtp = imap, smtp
        self.ca_file = lab.ca.file if ca_file is None else ca_file
        self.tls_none, self.account_extra = tls_none, account_extra
        self.fields = dict(undo_delay=undo_delay, history=history,
                           agent=agent or self.login(), extra=extra,
                           from_screen="yes" if from_screen else "no")
        os.makedirs(self.canned)
        os.makedirs(os.path.join(self.folder, "home"))
        self.password(password)
        self.write()

    @staticmethod
    def login():
        import pwd
        return pwd.getpwuid(os.getuid()).pw_name

    def password(self, password):
        path = os.path.join(self.folder, "password")
        with open(path, "w") as f:
            f.write(password + "\n")
        os.chmod(path, 0o600)

    def write(self, accounts=None, **changed):
        """Write the configuration, with some fields changed."""
        self.fields.update(changed)
        if accounts is None:
            accounts = ACCOUNT.format(
                title="shop", address=self.address,
                password_file=os.path.join(self.folder, "password"),
                imap=self.imap, smtp=self.smtp, ca_file=self.ca_file,
                tls="\ttls = none\n" if self.tls_none else "",
                extra=self.account_extra)
        with open(self.config, "w") as f:
            f.write(CONFIG.format(store=self.store, canned=self.canned,
                                  accounts=accounts, **self.fields))
        os.chmod(self.config, 0o600)

    def add_canned(self, name, text):
        path = os.path.join(self.canned, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)

    def env(self, **more):
        home = os.path.join(self.folder, "home")
        env = {
            "HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color", "TZ": os.environ.get("TZ", "UTC"),
            "XDG_CONFIG_HOME": os.path.join(home, ".config"),
            "XDG_DATA_HOME": os.path.join(home, ".local", "share"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_PRELOAD",
                     "SHOPBELL_DEBUG"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more)
        return env

    def argv(self, *args):
        """`shopbell COMMAND ... --config FILE`"""
        return [program()] + [str(a) for a in args] + [
            "--config", self.config]

    def start(self, *args, stdin=subprocess.DEVNULL, env=None, terminal=None,
              **more):
        """
        Start the program; output goes to files in the shop's folder, its
        stderr to a terminal if one is given.
        """
        stem = os.path.join(self.folder, "run-%d" % time.monotonic_ns())
        out, err = open(stem + ".out", "w+b"), open(stem + ".err", "w+b")
        child = subprocess.Popen(
            self.argv(*args), stdin=stdin, stdout=out,
            stderr=err if terminal is None else terminal,
            env=env or self.env(), start_new_session=True, **more)
        child.files = (out, err)
        child.asked, child.began = args, time.monotonic()
        self.lab.keeper.hold(child.pid)
        return child

    def finish(self, child, timeout=60):
        """Wait for a started program; it is killed when time is up."""
        late = b""
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill(child)
            code, late = "timeout", b"(killed: out of time)\n"
        self.lab.keeper.forget(child.pid)
        got = []
        for f in child.files:
            f.seek(0)
            got.append(f.read())
            f.close()
            os.unlink(f.name)
        return Ran([str(a) for a in child.asked], code, got[0],
                   got[1] + late, time.monotonic() - child.began)

    @staticmethod
    def kill(child, sig=signal.SIGKILL):
        """End a started program and all of its process group."""
        try:
            os.killpg(child.pid, sig)
        except ProcessLookupError:
            pass
        child.wait()

    def run(self, *args, timeout=60, input=None, env=None):
        """Run the program to its end and return a Ran."""
        if input is None:
            return self.finish(self.start(*args, env=env), timeout)
        if isinstance(input, str):
            input = input.encode()
        path = os.path.join(self.folder, "input")
        with open(path, "wb") as f:
            f.write(input)
        with open(path, "rb") as f:
            return self.finish(self.start(*args, stdin=f, env=env), timeout)

    def run_alone(self, *args, timeout=60, env=None):
        """The same, and wait until all that it started is gone too."""
        child = self.start(*args, env=env)
        ran = self.finish(child, timeout)
        for _ in range(500):
            if not self.living(child.pid):
                break
            time.sleep(0.01)
        return ran

    @staticmethod
    def living(group):
        """Has a process group members that are not dead, buried or not?"""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid) as f:
                    rest = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(rest[2]) == group and rest[0] not in "ZX":
                return True
        return False

    # ---- shortcuts ----

    def sync(self, *args, **more):
        return self.run("sync", *args, **more)

    def list(self, *query):
        return self.run("list", *query, "-o", "json", "-n", "0").json()

    def show(self, thread):
        return self.run("show", thread, "-o", "json").json()[0]

    def outbox(self):
        return self.run("outbox", "--all", "-o", "json", "-n", "0").json()
