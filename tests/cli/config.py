#!/usr/bin/python3
"""Which file says what: the system's, the person's, --config."""
import os

from kit import CONFIG, Desk, Tap, letter


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def precedence(t, d):
    etc, own = d.path("etc"), d.path("home", ".config", "shopbell", "config")
    env = d.env(SHOPBELL_TEST_ETC=etc)
    d.mails(letter(1), letter(2))
    text = open(d.config).read()
    write(own, text)
    ran = d.bare("list", "-o", "json", env=env)
    t.equal(len(ran.json()), 2, "the person's file alone", ran)
    write(os.path.join(etc, "shopbell", "config"),
          "[shopbell]\n\tstore = /no/such/store.db\n")
    ran = d.bare("list", env=env)
    t.equal(ran.code, 0, "what she says goes over the system's", ran)
    write(own, "[screen]\n\ttheme = none\n")
    ran = d.bare("list", env=env)
    t.ok(ran.code == 66 and "/no/such/store.db" in ran.err,
         "the system's counts where she says nothing", ran)
    ran = d.run("list", env=env)
    t.equal(ran.code, 0, "--config alone replaces both", ran)
    ran = d.bare("list", "--store", d.store, env=env)
    t.equal(ran.code, 0, "--store goes over all of them", ran)
    write(own, "[screen]\n\tthem = none\n")
    ran = d.bare("list", env=env)
    t.ok(ran.code == 78 and own + ":2:2:" in ran.err and "theme" in ran.err,
         "a fault in her own file is found", ran)


def shared(t, d):
    """A store of several people: accounts and hours are not for everyone."""
    etc = d.path("etc2")
    own = d.path("home", ".config", "shopbell", "config")
    env = d.env(SHOPBELL_TEST_ETC=etc)
    folder = d.path("var")
    os.makedirs(folder)
    os.chmod(folder, 0o2770)
    common = CONFIG.format(folder=d.folder, login=d.login).replace(
        d.folder + "/store.db", folder + "/store.db")
    write(os.path.join(etc, "shopbell", "config"), common)
    write(d.path("one.eml"), letter(7).decode())
    write(own, "[account \"mine\"]\n\taddress = me@evil.example\n"
          "\tdeliver-to = %s\n[target \"default\"]\n\tfirst = 99d\n"
          "[agent \"%s\"]\n\tname = Somebody Else\n\tsignature = Just me\n"
          % (d.path("mine"), d.login))
    ran = d.bare("import", d.path("one.eml"), env=env)
    t.equal(ran.code, 0, "a shared store", ran)
    row = d.bare("list", "-o", "json", env=env).json()[0]
    t.ok(row["due_at"] is not None, "has the system's targets", row)
    ran = d.bare("reply", row["id"], "--text", "-", "--preview", input="Hi.",
                 env=env)
    t.ok("From: The Shop <hello@shop.example>" in ran.out and
         "me@evil.example" not in ran.out, "and the system's accounts", ran)
    t.ok("-- \nJust me" in ran.out, "with her own signature", ran)
    ran = d.bare("note", row["id"], "hello", env=env)
    note = d.bare("show", row["id"], "-o", "json",
                  env=env).json()[0]["messages"][-1]
    t.equal(note["from"]["name"], "Ana Ruiz", "under the name given to her")
    ran = d.bare("doctor", "--offline", env=env)
    t.ok(ran.code == 0 and "shared store" in ran.out, "doctor says so", ran)


def actors(t, d):
    """Who acts is the process's user, whatever the environment says."""
    d.mails(letter(9))
    env = d.env(USER="ceo", LOGNAME="ceo", HOME=d.path("home"))
    n = d.of("Question 9")
    d.run("assign", n, "me", env=env)
    t.equal(d.rows()[n]["assignee"], d.login, "not $USER")
    if os.getuid() != 0:
        t.skip("two people on one store", "only root can be two")
        return
    os.chmod(d.folder, 0o755)
    for name in ("store.db", "store.db-wal", "store.db-shm",
                 "store.db.witness", "config"):
        if os.path.exists(d.path(name)):
            os.chmod(d.path(name), 0o666 if name != "config" else 0o644)
    os.chmod(d.folder, 0o777)
    ran = d.as_nobody("assign", str(n), "me")
    t.ok(ran.returncode == 0 and d.rows()[n]["assignee"] == "nobody",
         "another user is another agent, by login", ran)
    os.chmod(d.path("config"), 0o600)
    ran = d.as_nobody("list")
    t.equal(ran.returncode, 78, "a configuration not hers to read", ran)
    os.chmod(d.path("config"), 0o644)
    os.chmod(d.folder, 0o755)
    for name in os.listdir(d.folder):
        if name.startswith("store.db"):
            os.chmod(d.path(name), 0o444)
    for name in ("store.db-wal", "store.db-shm"):
        if os.path.exists(d.path(name)):
            os.unlink(d.path(name))
    ran = d.as_nobody("list")
    t.ok(ran.returncode == 74 and d.store in ran.stderr and
         "-wal" in ran.stderr, "a store she may only read is named", ran)


def unreadable(t, d):
    """A folder is no configuration; a file that is not there is missing."""
    for words in (["list"], ["doctor", "--offline"]):
        ran = d.bare(*words, "--config", d.folder)
        t.equal(ran.code, 78, words[0] + ": a folder", ran)
        ran = d.bare(*words, "--config", d.path("none"))
        t.equal(ran.code, 66, words[0] + ": not there", ran)
    d.canned("bad", "Title: Bad\n\n{{ no.such }}\n")
    d.canned("worse", "Title: Bad\n\n{{ no.such }}\n")
    ran = d.run("doctor", "--offline")
    t.ok(ran.code == 78 and "2 faults, the first: " in ran.err,
         "a wrong canned reply is a wrong configuration", ran)


def setup(t, d):
    """In an empty home, with what the person typed checked first."""
    home = d.path("fresh")
    os.makedirs(home)
    env = d.env(HOME=home, XDG_CONFIG_HOME=home + "/.config",
                XDG_DATA_HOME=home + "/.local/share",
                SHOPBELL_TEST_ETC=d.path("no-etc"))
    path = os.path.join(home, ".config", "shopbell", "config")
    said = {"address": "hello@shop.example", "name": "Shop", "user": "u",
            "imap": "imaps://127.0.0.1:1", "smtp": "smtps://127.0.0.1:1",
            "password-command": "echo x", "first": "4h"}

    def ask(*more, **other):
        words = []
        for key, value in dict(said, **other).items():
            words += ["--" + key, value]
        return d.bare("setup", *words, *more, env=env)

    ran = ask()
    t.ok(ran.code == 75 and path not in ran.err,
         "a password-command is run before there is a file", ran)
    for key, value in (("first", "xx"), ("imap", "foo"), ("smtp", "foo")):
        ran = ask("--untested", **{key: value})
        t.ok(ran.code == 64 and "--%s: " % key in ran.err and
             "Written" not in ran.out and not os.path.exists(path),
             "a wrong --%s is named and nothing written" % key, ran)
    ran = ask("--untested")
    t.ok(ran.code == 0 and os.path.exists(path), "what is right is", ran)


def keys(t, d):
    """A key bound to nothing is told, not passed over."""
    text = open(d.config).read()
    line = text.count("\n") + 1
    for what, at, hint in (
            ('[bind "list"]\n\tassgin = A\n', "%d:2:" % (line + 1), "assign"),
            ('[bind "lst"]\n\tclose = A\n', "%d:7:" % line, "list"),
            ('[bind "list thred"]\n\tclose = A\n', "%d:7:" % line, "thread"),
            ('[bind "list"]\n\tclose = FOO BAR\n', "%d:10:" % (line + 1),
             "FOO BAR"),
            ('[view "x"]\n\tquery = is:open\n\tkey = FOO BAR\n',
             "%d:8:" % (line + 2), "FOO BAR")):
        open(d.config, "w").write(text + what)
        for words in (("list",), ("doctor", "--offline")):
            ran = d.run(*words)
            said = ran.out + ran.err
            t.ok(ran.code == 78 and d.config + ":" + at in said and
                 '"%s"' % hint in said, "%s: %r" % (words[0], what), ran)
    open(d.config, "w").write(
        text + '[bind "list"]\n\tassign = A\n\tdown = C-d\n'
        '[bind "list thread"]\n\tclose = g x\n[bind "*"]\n\tquit = F2\n'
        '[bind "status"]\n\tback = M-x\n')
    ran = d.run("doctor", "--offline")
    t.ok(ran.code != 78, "what is known is taken", ran)


def main():
    t = Tap()
    for one in (precedence, shared, actors, unreadable, setup, keys):
        with Desk() as d:
            t.case(one, d)
    t.done()


main()
