#!/usr/bin/python3
"""Completion: what the shell is offered, and the script for it."""
import os
import shutil
import subprocess

from kit import Desk, Tap, letter, program


def offered(d, line):
    ran = d.bare("complete", "--", line)
    return [one.split("\t")[0] for one in ran.out.splitlines()]


CASES = (
    ("clo", ["close"], ["assign"]),
    ("", ["assign", "outbox", "canned"], ["complete"]),
    ("outbox ", ["cancel", "retry", "resolve"], []),
    ("outbox resolve 1 ", ["sent", "again"], []),
    ("assign 1 ", ["me", "none", "ben"], ["sent"]),
    ("assign 1 b", ["ben"], ["me"]),
    ("tag 1 +", ["+shoes"], []),
    ("tag 1 -", ["-shoes"], []),
    ("reply 1 --canned ", ["hello", "deep/one"], []),
    ("reply 1 --c", ["--canned", "--close", "--cc"], ["--all"]),
    ("list is:", ["is:open", "is:waiting"], ["from:"]),
    ("list assignee:", ["assignee:me", "assignee:ben"], []),
    ("list tag:", ["tag:shoes"], []),
    ("list --order ", ["waiting", "newest", "oldest"], []),
    ("explain ", ["turn", "late"], []),
    ("snooze 1 t", ["tomorrow", "tue", "thu"], ["2h"]),
    ("show ", ["1"], []),
    ("no-such-command ", [], ["me"]),
    ("note 1 'open quote", [], []),
)


def words(t, d):
    for line, some, none in CASES:
        got = offered(d, line)
        t.ok(all(w in got for w in some) and not any(w in got for w in none),
             "after %r" % line, got)
    os.makedirs(d.path("files", "inner"))
    open(d.path("files", "one.txt"), "w").close()
    got = offered(d, "note 1 --text " + d.path("files") + "/")
    t.equal(sorted(got), [d.path("files", "inner/"),
                          d.path("files", "one.txt")], "files and folders")


def scripts(t, d):
    for shell in ("bash", "zsh", "fish"):
        ran = d.bare("completion", shell)
        t.ok(ran.code == 0 and "shopbell complete" in ran.out,
             "a script for " + shell, ran)
        path = shutil.which(shell)
        if path is None:
            t.skip(shell + " can read it", "not installed")
            continue
        done = subprocess.run([path, "-n"], input=ran.out.encode(),
                              stderr=subprocess.PIPE)
        t.ok(done.returncode == 0, shell + " can read it", done)
    if shutil.which("bash") is None:
        return
    link = d.path("bin")
    os.makedirs(link)
    os.symlink(program(), os.path.join(link, "shopbell"))
    script = ('eval "$(shopbell completion bash)"\n'
              'COMP_WORDS=(shopbell outbox ca); COMP_CWORD=2; _shopbell; '
              'echo "${COMPREPLY[@]}"')
    done = subprocess.run(
        ["bash", "-c", script], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=d.env(PATH=link + ":" + os.environ["PATH"]))
    t.equal((done.stdout, done.stderr), (b"cancel\n", b""),
            "bash completes with it")


def main():
    t = Tap()
    with Desk() as d:
        os.makedirs(d.path("home", ".config", "shopbell"))
        shutil.copy(d.config, d.path("home", ".config", "shopbell", "config"))
        d.mails(letter(1), letter(2))
        d.run("tag", 1, "+shoes")
        d.canned("hello", "Title: Hello\n\nHello.\n")
        d.canned("deep/one", "Title: One\n\nOne.\n")
        t.case(words, d)
        t.case(scripts, d)
    t.done()


main()
