"""kill -9 at every write of a send: nothing lost, doubled or sent twice.

A store with three answers in its outbox is kept.  For each point a copy of it
is synced with a library preloaded that kills the program before its n-th
write, to a file or a socket; then it is synced again, without, and a person
settles what is in doubt.  Each customer must have exactly one answer, and
Sent one copy of each.

    kill_send.py [how [points [at]]]   how: kill, power, torn, full, eio;
                                       at: this one alone

By itself a seeded sample; with SHOPBELL_SLOW every write there is.
"""
import os
import random
import re
import shutil
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lab"))
from lab import Lab, Tap, mail, needs, needs_preload  # noqa: E402

FAULT = os.environ.get("FAULT") or os.path.join(
    os.environ.get("builddir", "build"), "tests/lab/fault.so")
WAYS = {
    "kill": dict(FAULT_FORKS="all"),
    "power": dict(FAULT_FORKS="1"),
    "torn": dict(FAULT_FORKS="1"),
    "full": dict(FAULT_FORKS="all", FAULT_ONLY="file"),
    "eio": dict(FAULT_FORKS="all", FAULT_ONLY="file"),
}
SAMPLE = {"kill": 16, "power": 5, "torn": 5, "full": 4, "eio": 4}
WHO = ["a@customer.test", "b@customer.test", "c@customer.test"]


def put_back(kept, folder):
    """
    The files of a folder as they were kept, so that the store does not notice
    it: each keeps its inode, and the witness forgets what came since.
    """
    for name in set(os.listdir(folder)) - set(os.listdir(kept)):
        os.unlink(os.path.join(folder, name))
    for name in os.listdir(kept):
        with open(os.path.join(kept, name), "rb") as f:
            data = f.read()
        path = os.path.join(folder, name)
        with open(path, "r+b" if os.path.exists(path) else "wb") as f:
            f.write(data)
            f.truncate()
        if name.endswith(".witness"):
            forget(path)


def forget(witness):
    """The attribute of a witness, that speaks before its text."""
    try:
        os.removexattr(witness, "user.shopbell.witness")
    except OSError:
        pass


class World:
    def __init__(self, lab):
        self.lab = lab
        self.dovecot = lab.start_dovecot()
        self.mx = lab.start_mx(self.dovecot)
        self.shop = lab.shop(self.dovecot, self.mx)
        self.user = self.shop.address
        for i, who in enumerate(WHO):
            self.dovecot.deliver(self.user, mail(
                sender=who, subject="Q%d" % i, message_id="q%d@c.test" % i))
        self.must(self.shop.sync())
        # Whether the server files is learned here, so that it is not waited
        # for at every point.
        self.dovecot.deliver(self.user, mail(
            sender="first@customer.test", subject="First"))
        self.must(self.shop.sync())
        rows = {r["subject"]: r["id"] for r in self.shop.list()}
        self.must(self.shop.run("reply", rows["First"], "--text", "-",
                                input="First.\n"))
        self.must(self.shop.sync())
        for i in range(len(WHO)):
            self.must(self.shop.run("reply", rows["Q%d" % i], "--text", "-",
                                    input="Answer %d.\n" % i))
        self.mails = os.path.join(self.dovecot.folder, "mail")
        self.kept = os.path.join(lab.folder, "kept")
        self.save(self.kept)

    @staticmethod
    def must(ran):
        if ran.code != 0:
            raise RuntimeError(str(ran))

    def save(self, to):
        shutil.copytree(os.path.dirname(self.shop.store),
                        os.path.join(to, "store"))
        shutil.copytree(self.mails, os.path.join(to, "mail"))

    def back(self):
        """Store, mailboxes and MX as they were."""
        put_back(os.path.join(self.kept, "store"),
                 os.path.dirname(self.shop.store))
        shutil.rmtree(self.mails)
        shutil.copytree(os.path.join(self.kept, "mail"), self.mails)
        if os.getuid() == 0:
            for d, folders, files in os.walk(self.mails):
                for one in [d] + [os.path.join(d, f) for f in files]:
                    os.chown(one, self.dovecot.uid, self.dovecot.gid)
        self.mx.taken.clear()
        self.mx.tried.clear()

    def fault(self, how, at, timeout=60):
        count = os.path.join(self.lab.folder, "count")
        env = self.shop.env(LD_PRELOAD=FAULT, FAULT_HOW=how,
                            FAULT_AT=str(at), FAULT_COUNT=count,
                            FAULT_SEED=str(at), **WAYS[how])
        ran = self.shop.run_alone("sync", env=env, timeout=timeout)
        with open(count, "rb") as f:
            return ran, struct.unpack("q", f.read(8))[0]

    def received(self):
        return [sum(r[1] == [who] for r in self.mx.taken) for who in WHO]

    def states(self):
        return sorted(r["state"] for r in self.shop.outbox()
                      if re.match(r"(Re: )?Q", r["subject"]))

    def settle(self):
        """What a person would do who asked the customer."""
        for row in self.shop.outbox():
            if row["state"] == "doubt":
                i = int(row["subject"][-1])
                self.must(self.shop.run(
                    "outbox", "resolve", row["id"],
                    "sent" if self.received()[i] else "again"))


def point(w, how, at):
    """One point; a list of what was wrong, and whether there was doubt."""
    w.back()
    first, _ = w.fault(how, at)
    before = w.received()
    wrong = []
    resumed = w.shop.sync("--now")
    if resumed.code != 0:
        wrong.append("resume: %s" % resumed)
    doubt = w.states().count("doubt")
    if max(w.received()) > 1:
        wrong.append("sent twice by itself: %s then %s" % (
            before, w.received()))
    if doubt > 1:
        wrong.append("%d in doubt" % doubt)
    # Put off after a fault is not lost: it goes when its time has come.
    if w.received().count(0) > doubt + w.states().count("queued"):
        wrong.append("missing, and nobody is asked: %s" % w.received())
    w.settle()
    last = w.shop.sync("--now", env=w.shop.env(
        SHOPBELL_TEST_NOW=str(int(time.time()) + 3600)))
    if last.code != 0:
        wrong.append("at last: %s" % last)
    if w.received() != [1, 1, 1]:
        wrong.append("received %s" % w.received())
    if w.states() != ["filed"] * 3:
        wrong.append("states %s" % w.states())
    sent = sorted(m.header("To") for m in w.dovecot.mailbox(w.user, "Sent"))
    if len(sent) != len(WHO) + 1 or len(set(sent)) != len(sent):
        wrong.append("Sent holds %s" % sent)
    check = w.shop.run("check")
    if check.code != 0:
        wrong.append("check: %s" % check)
    return ["at %d (%s): %s" % (at, first.code, x) for x in wrong], doubt


def sweep(t, how, most):
    with Lab() as lab:
        w = World(lab)
        w.back()
        ran, total = w.fault(how, 0)
        t.equal((ran.code, w.received()), (0, [1, 1, 1]),
                "without a fault all three go", ran)
        points = range(1, total + 1)
        if most and total > most:
            points = sorted(random.Random(how).sample(points, most))
        if len(sys.argv) > 3:
            points = [int(sys.argv[3])]
        wrong, doubts = [], 0
        for at in points:
            bad, doubt = point(w, how, at)
            wrong += bad
            doubts += doubt
        t.note("%s: %d of %d writes, %d in doubt" % (
            how, len(points), total, doubts))
        t.ok(not wrong, "%s at %d points of a send" % (how, len(points)),
             *wrong[:20])
        t.ok(doubts > 0 or most,
             "%s: the moment of the dot was among them" % how)


needs("dovecot", "aiosmtpd")
needs_preload(FAULT)
t = Tap()
slow = bool(os.environ.get("SHOPBELL_SLOW"))
for how in sys.argv[1:2] or list(WAYS):
    t.case(sweep, how, int(sys.argv[2]) if len(sys.argv) > 2
           else 0 if slow else SAMPLE[how])
t.done()
