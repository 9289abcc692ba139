"""Whatever becomes of the numbers and names of a real mailbox, what people did
is kept and no mail is lost or doubled.

Steps are drawn by lot: numbered anew with or without the dates, mails removed
meanwhile, UIDs given again in another order, another name, gone and back.
"""
import glob
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Lab, Tap, mail, needs  # noqa: E402
from places import ask  # noqa: E402

MAILS = 24
STEPS = 40 if os.environ.get("SHOPBELL_SLOW") else 5


class Scene:
    def __init__(self, lab, seed):
        self.lot = random.Random(seed)
        self.d = lab.start_dovecot()
        self.shop = lab.shop(self.d, None, history="3650d",
                             account_extra="\tmailbox = *\n")
        self.user = self.shop.address
        self.name = "Desk"
        self.count = 0
        self.d.create(self.user, self.name)
        for i in range(MAILS):
            self.put(mail(subject="m%02d" % i, message_id="m%d@x.test" % i,
                          date=1700000000 + i), 1700000000 + i, "")
        self.shop.sync()
        self.rows = {x["subject"]: x["id"] for x in self.shop.list()}
        self.people()

    def people(self):
        """Tags, notes, states, and a thread that a person made of two."""
        run, rows = self.shop.run, self.rows
        run("tag", rows["m01"], "+one", "+two")
        run("note", rows["m02"], "--text", "-", input="remember\n")
        run("star", rows["m03"])
        run("read", rows["m04"], rows["m05"])
        run("close", rows["m06"])
        run("merge", rows["m07"], rows["m08"])
        self.shop.sync()

    def memory(self):
        return {x["id"]: (x["subject"], x["state"], sorted(x["tags"]),
                          x["messages"], x["unread"], x["waiting_since"])
                for x in self.shop.list("-n", "0")}

    def put(self, raw, at, flags):
        with self.d.session(self.user) as c:
            c.append('"%s"' % self.name, flags or None,
                     "\"%s\"" % time.strftime("%d-%b-%Y %H:%M:%S +0000",
                                              time.gmtime(at)), raw)

    def folder(self):
        return os.path.join(self.d.folder, "mail", self.user,
                            "." + self.name)

    # ---- what may happen ----

    def anew(self, dates=True):
        mails = self.d.mailbox(self.user, self.name)
        self.lot.shuffle(mails)
        self.d.delete(self.user, self.name)
        time.sleep(1.1)
        self.d.create(self.user, self.name)
        for m in mails:
            i = int(m.header("Subject")[1:])
            self.put(m.raw, 1700000000 + i + (0 if dates else 7),
                     " ".join(m.flags))

    def anew_without_dates(self):
        self.anew(dates=False)

    def numbers_again(self):
        """The same UIDVALIDITY, and each UID names another mail."""
        path = os.path.join(self.folder(), "dovecot-uidlist")
        with open(path) as f:
            head, *rows = f.read().splitlines()
        names = [r.split(":", 1)[1] for r in rows]
        names = names[3:] + names[:3]
        head = " ".join("N%d" % (len(names) + 1) if w[0] == "N" else w
                        for w in head.split())
        with open(path, "w") as f:
            f.write(head + "\n" + "".join(
                "%d :%s\n" % (i + 1, n) for i, n in enumerate(names)))
        for old in glob.glob(os.path.join(self.folder(), "dovecot.index*")):
            os.unlink(old)

    def another_name(self):
        self.count += 1
        new = "Desk%d" % self.count
        self.d.rename(self.user, self.name, new)
        self.name = new

    def gone_and_back(self):
        mails = self.d.mailbox(self.user, self.name)
        self.d.delete(self.user, self.name)
        self.shop.sync("--accept-removal")
        time.sleep(1.1)
        self.d.create(self.user, self.name)
        for m in mails:
            self.put(m.raw, 1700000000 + int(m.header("Subject")[1:]),
                     " ".join(m.flags))


def kept(seed):
    def one(t):
        with Lab() as lab:
            x = Scene(lab, seed)
            want = x.memory()
            t.equal(len(want), MAILS - 1, "%d: the mails" % seed)
            for _ in range(STEPS):
                step = x.lot.choice((x.anew, x.anew_without_dates,
                                     x.numbers_again, x.another_name,
                                     x.gone_and_back))
                step()
                for _ in range(3):
                    r = x.shop.sync("--now")
                got = x.memory()
                bad = {k: (want.get(k), got.get(k))
                       for k in set(want) | set(got)
                       if want.get(k) != got.get(k)}
                t.ok(not bad and r.code == 0, "%d: %s: all is kept" % (
                    seed, step.__name__), bad, r)
                t.equal(ask(x.shop, "SELECT count(*), sum(gone) FROM message"
                            " WHERE kind=0"), [(MAILS, 0)],
                        "and each mail is there once")
            r = x.shop.run("audit")
            t.equal(r.code, 0, "the audit agrees", r)
            r = x.shop.run("check")
            t.equal(r.code, 0, "the store checks", r)

    one.__name__ = "seed %d" % seed
    return one


if __name__ == "__main__":
    needs("dovecot")
    tap = Tap()
    first = int(time.strftime("%j")) * 10
    tap.cases(kept(int(s)) for s in sys.argv[1:] or (first, first + 1,
                                                     first + 2))
    tap.done()
