"""First sync and a sync with nothing new, against the peers, side by side.

    sync.py [--mails N] [--runs N] [--delay MS] [--many N]

The mailbox (corpus.py) lies on a Dovecot of the lab, TLS on, everything warm.
For all alike it runs its login processes in Dovecot's high-performance mode
(service_count = 0, process_min_avail = 1) and never syncs to the disk.
Each run takes turns: shopbell into a new store; mbsync into a new Maildir and
notmuch over it; a raw reader that fetches the same bytes and keeps nothing.
Nothing new is measured again on a mailbox of --many small mails, alone and
beside a resident sync.  What a round trip of --delay costs is told by 1,000
mails with and without it: for us, and for a raw reader of their headers.
Printed are medians of wall time and of peak memory, which is the sum of PSS
of a program's processes, sampled every 20 ms.  The lines are appended to
RESULTS.
"""
import argparse
import os
import platform
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lab"), HERE]
from corpus import corpus            # noqa: E402
from lab import Lab, mail         # noqa: E402

USER = "hello@shop.test"


class Watched:
    """A program run to its end: seconds, peak MB of its session, code."""

    def __init__(self, argv, env=None, log=None):
        with open(log or os.devnull, "ab") as out:
            began = time.monotonic()
            child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=env, start_new_session=True)
            self.peak = 0
            while child.poll() is None:
                self.peak = max(self.peak, self.pss(child.pid))
                try:
                    child.wait(0.02)
                except subprocess.TimeoutExpired:
                    pass
            self.seconds = time.monotonic() - began
        self.code = child.returncode
        if self.code != 0:
            raise RuntimeError("%s: exit %s, see %s" % (argv, self.code, log))

    @staticmethod
    def pss(session):
        """Sum over every process of the session, in MB."""
        total = 0
        for pid in os.listdir("/proc"):
            if not pid.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % pid) as f:
                    if int(f.read().rpartition(")")[2].split()[3]) != session:
                        continue
                with open("/proc/%s/smaps_rollup" % pid) as f:
                    for line in f:
                        if line.startswith("Pss:"):
                            total += int(line.split()[1])
            except OSError:
                pass
        return total / 1024


def raw_reader(lab, port, set_="1:*", what="BODY.PEEK[]", user=USER):
    """Fetch everything and look at nothing: the speed of the wire."""
    context = ssl.create_default_context(cafile=lab.ca.file)
    began = time.monotonic()
    s = context.wrap_socket(socket.create_connection(("localhost", port)),
                            server_hostname="localhost")
    got = 0

    def ask(tag, text):
        nonlocal got
        s.sendall(b"%s %s\r\n" % (tag, text))
        tail = b""
        while True:
            data = s.recv(1 << 18)
            if not data:
                raise RuntimeError("cut")
            got += len(data)
            tail = (tail + data)[-8192:]
            if tail.endswith(b"\r\n") and tail[:-2].rpartition(
                    b"\r\n")[2].startswith(tag + b" OK"):
                return

    s.recv(1 << 16)
    ask(b"a", b'LOGIN "%s" secret' % user.encode())
    ask(b"b", b"SELECT INBOX")
    ask(b"c", b"UID FETCH %s (UID FLAGS INTERNALDATE %s)" % (
        set_.encode(), what.encode()))
    s.close()
    return time.monotonic() - began, got


class Peer:
    """mbsync and notmuch with their own configuration and folders."""

    def __init__(self, lab, port, base, user=USER):
        self.lab, self.port = lab, port
        self.folder = os.path.join(base, "peer-" + user)
        self.log = os.path.join(base, "peer.log")
        os.makedirs(os.path.join(self.folder, "home"))
        self.env = {"HOME": os.path.join(self.folder, "home"),
                    "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                    "NOTMUCH_CONFIG": os.path.join(self.folder, "notmuch")}
        self.rc = os.path.join(self.folder, "mbsyncrc")
        mail_ = self.mail = os.path.join(self.folder, "mail")
        with open(self.rc, "w") as f:
            f.write("IMAPAccount a\nHost localhost\nPort %d\nUser %s\n"
                    "Pass secret\nSSLType IMAPS\nCertificateFile %s\n\n"
                    "IMAPStore far\nAccount a\n\nMaildirStore near\n"
                    "Path %s/\nInbox %s/INBOX\nSubFolders Verbatim\n\n"
                    "Channel c\nFar :far:\nNear :near:\nPatterns *\n"
                    "Create Near\nSync Pull\nSyncState *\n" % (
                        port, user, lab.ca.file, mail_, mail_))
        with open(self.env["NOTMUCH_CONFIG"], "w") as f:
            f.write("[database]\npath=%s\n[user]\nname=x\n"
                    "primary_email=x@x.test\n[new]\ntags=new\n" % mail_)

    def clear(self):
        shutil.rmtree(self.mail, ignore_errors=True)
        os.makedirs(self.mail)

    def mbsync(self):
        return Watched(["mbsync", "-q", "-c", self.rc, "-a"], self.env,
                       self.log)

    def notmuch(self):
        return Watched(["notmuch", "new", "--quiet"], self.env, self.log)


def ours(shop):
    return Watched(shop.argv("sync", "-q"), shop.env(),
                   os.path.join(shop.folder, "log"))


def size_of(folder):
    return sum(os.path.getsize(os.path.join(d, f))
               for d, _, files in os.walk(folder) for f in files)


def machine():
    with open("/proc/cpuinfo") as f:
        cpu = [x.split(":")[1].strip() for x in f if "model name" in x]
    with open("/proc/meminfo") as f:
        mem = int(f.readline().split()[1]) // (1 << 20)
    return "%s, %s x %d, %d GB, Linux %s" % (
        platform.machine(), cpu[0] if cpu else "?", os.cpu_count(), mem,
        platform.release())


class Table:
    def __init__(self):
        self.times, self.peaks, self.order = {}, {}, []

    def add(self, name, seconds, peak=None):
        if name not in self.times:
            self.order.append(name)
        self.times.setdefault(name, []).append(seconds)
        if peak is not None:
            self.peaks.setdefault(name, []).append(peak)

    def time(self, name):
        return statistics.median(self.times[name])

    def lines(self):
        for name in self.order:
            t = self.times[name]
            peak = self.peaks.get(name)
            yield "  %-34s %8.3f s  (%.3f to %.3f)%s" % (
                name, self.time(name), min(t), max(t),
                "  %6.1f MB" % statistics.median(peak) if peak else "")


def one_turn(lab, shop, peer, port, table, i):
    shutil.rmtree(os.path.dirname(shop.store), ignore_errors=True)
    peer.clear()
    w = ours(shop)
    table.add("shopbell: first sync", w.seconds, w.peak)
    a, b = peer.mbsync(), peer.notmuch()
    table.add("mbsync + notmuch new", a.seconds + b.seconds,
              max(a.peak, b.peak))
    table.add("  of it mbsync", a.seconds, a.peak)
    table.add("  of it notmuch new", b.seconds, b.peak)
    seconds, got = raw_reader(lab, port)
    table.add("raw reader, all bytes", seconds)
    for _ in range(3):
        w = ours(shop)
        table.add("shopbell: nothing new", w.seconds, w.peak)
        w = peer.mbsync()
        table.add("mbsync: nothing new", w.seconds, w.peak)


def warm(lab, dovecot, n):
    """The server has read every mail once, as any server in use has."""
    raw_reader(lab, dovecot.imaps)
    raw_reader(lab, dovecot.imaps, what="RFC822.SIZE BODY.PEEK[HEADER]")


def beside_resident(shop, peer, table, tail=""):
    """Nothing new again, asked of a resident sync that holds the lines."""
    watch = subprocess.Popen(shop.argv("sync", "--watch", "-q"),
                             env=shop.env(), stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        for _ in range(5):
            ours(shop)
        for _ in range(9):
            w = ours(shop)
            table.add("shopbell: nothing new, resident" + tail, w.seconds,
                      w.peak)
            w = peer.mbsync()
            table.add("mbsync: nothing new" + tail, w.seconds, w.peak)
    finally:
        watch.terminate()
        watch.wait()


def small(n, seed):
    """n short mails."""
    for i in range(n):
        yield (mail(subject="Matter %d" % i, sender="Carol <c%d@customer.test>"
                    % (i % 977), text="Number %d of %d.\n" % (i, seed)),
               1700000000 + 60 * i)


def many(lab, dovecot, n, table):
    """A mailbox in which what grows with the mailbox shows."""
    user = "many@shop.test"
    tail = ", %d mails" % n
    dovecot.fill(user, small(n, 1))
    raw_reader(lab, dovecot.imaps, user=user)
    shop = lab.shop(dovecot, None, history="3650d", name="many", address=user)
    peer = Peer(lab, dovecot.imaps, lab.folder, user)
    peer.clear()
    ours(shop)
    peer.mbsync()
    for _ in range(9):
        w = ours(shop)
        table.add("shopbell: nothing new" + tail, w.seconds, w.peak)
        w = peer.mbsync()
        table.add("mbsync: nothing new" + tail, w.seconds, w.peak)
    beside_resident(shop, peer, table, tail)


def share_of_line(lab, dovecot, args, table):
    """1,000 mails near and far; the difference is what the line costs."""
    user = "thousand@shop.test"
    dovecot.fill(user, list(corpus(1000, args.seed, int(time.time()))))
    raw_reader(lab, dovecot.imaps, user=user)
    proxies = [lab.proxy(dovecot.imaps, delay=d)
               for d in (0, args.delay / 2000)]
    shops = [lab.shop("imaps://localhost:%d" % p.port, None, address=user,
                      name="line%d" % i, history="3650d")
             for i, p in enumerate(proxies)]
    for _ in range(5):
        for p, shop, name in zip(proxies, shops, ("0", "%g" % args.delay)):
            shutil.rmtree(os.path.dirname(shop.store), ignore_errors=True)
            table.add("shopbell: %s ms, 1000 mails" % name,
                      ours(shop).seconds)
            table.add("shopbell: %s ms, nothing new" % name,
                      ours(shop).seconds)
            table.add("raw reader: %s ms, 1000 headers" % name,
                      raw_reader(lab, p.port, what="BODY.PEEK[HEADER]",
                                 user=user)[0])


def slow_line(lab, dovecot, args, table):
    """The same at a round trip of so many milliseconds."""
    proxy = lab.proxy(dovecot.imaps, delay=args.delay / 2000)
    shop = lab.shop("imaps://localhost:%d" % proxy.port, None, name="far",
                    history="3650d")
    for _ in range(args.runs):
        shutil.rmtree(os.path.dirname(shop.store), ignore_errors=True)
        w = ours(shop)
        table.add("shopbell: %g ms, first sync" % args.delay, w.seconds,
                  w.peak)
        table.add("raw reader: %g ms, headers" % args.delay, raw_reader(
            lab, proxy.port, what="BODY.PEEK[HEADER]")[0])
        table.add("raw reader: %g ms, all bytes" % args.delay,
                  raw_reader(lab, proxy.port)[0])


def report(table, args, raw_bytes, store_bytes, lines):
    first, peers = table.time("shopbell: first sync"), table.time(
        "mbsync + notmuch new")
    lines += list(table.lines())
    lines.append("  first sync is 1/%.1f of the peers, %.1fx the raw reader,"
                 " %.0f mails/s" % (
                     peers / first,
                     first / table.time("raw reader, all bytes"),
                     args.mails / first))
    for n in ("", ", %d mails" % args.many):
        if "mbsync: nothing new" + n not in table.times:
            continue
        mb = table.time("mbsync: nothing new" + n)
        lines.append("  nothing new%s is 1/%.1f of mbsync, 1/%.1f beside a"
                     " resident sync" % (
                         n, mb / table.time("shopbell: nothing new" + n),
                         mb / table.time(
                             "shopbell: nothing new, resident" + n)))
    if args.delay:
        far = table.time("shopbell: %g ms, first sync" % args.delay)
        lines.append("  %g ms cost a first sync %.2f s; it is %.1fx the raw"
                     " reader of headers there, %.1fx of all bytes" % (
                         args.delay, far - first, far / table.time(
                             "raw reader: %g ms, headers" % args.delay),
                         far / table.time(
                             "raw reader: %g ms, all bytes" % args.delay)))
        share = [table.time("%s: %g ms, %s" % (who, args.delay, what)) -
                 table.time("%s: 0 ms, %s" % (who, what))
                 for who, what in (("raw reader", "1000 headers"),
                                   ("shopbell", "1000 mails"),
                                   ("shopbell", "nothing new"))]
        lines.append("  %g ms cost the raw reader of 1000 headers %.1f round"
                     " trips, a first sync of 1000 mails %.1f (%.2fx), one"
                     " with nothing new %.1f (%.2fx)" % (
                         args.delay, share[0] * 1000 / args.delay,
                         share[1] * 1000 / args.delay, share[1] / share[0],
                         share[2] * 1000 / args.delay, share[2] / share[0]))
    lines.append("  store %.1f MB, %.2fx the raw mail" % (
        store_bytes / 1e6, store_bytes / raw_bytes))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--mails", type=int, default=30000)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--delay", type=float, default=50,
                   help="round trip in ms of the slow line; 0: none")
    p.add_argument("--many", type=int, default=100000,
                   help="small mails of a mailbox without news; 0: none")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--results", default=os.path.join(HERE, "RESULTS"))
    args = p.parse_args()
    for name in ("dovecot", "mbsync", "notmuch"):
        if shutil.which(name) is None:
            sys.exit("bench: %s is missing: apt-get install "
                     "dovecot-imapd isync notmuch" % name)
    with Lab() as lab:
        dovecot = lab.start_dovecot()
        mails = list(corpus(args.mails, args.seed, int(time.time())))
        raw_bytes = sum(len(raw) for raw, _ in mails)
        dovecot.fill(USER, mails)
        del mails
        warm(lab, dovecot, args.mails)
        shop = lab.shop(dovecot, None, history="3650d")
        peer = Peer(lab, dovecot.imaps, lab.folder)
        table = Table()
        for i in range(args.runs):
            one_turn(lab, shop, peer, dovecot.imaps, table, i)
        store = size_of(os.path.dirname(shop.store))
        beside_resident(shop, peer, table)
        if args.delay:
            slow_line(lab, dovecot, args, table)
            share_of_line(lab, dovecot, args, table)
        if args.many:
            many(lab, dovecot, args.many, table)
    lines = ["%s  sync.py --mails %d --runs %d --delay %g --many %d (load"
             " %.1f)" % (
                 time.strftime("%Y-%m-%d %H:%M"), args.mails, args.runs,
                 args.delay, args.many, os.getloadavg()[0]),
        "  " + machine(), "  %s, %s" % (version("mbsync", "-v"),
                                        version("notmuch", "--version")),
        "  %d mails, %.1f MB" % (args.mails, raw_bytes / 1e6)]
    report(table, args, raw_bytes, store, lines)
    print("\n".join(lines))
    with open(args.results, "a") as f:
        f.write("\n".join(lines) + "\n\n")


def version(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True).stdout.splitlines()[0]


if __name__ == "__main__":
    main()
