"""Servers that live beside Dovecot: unpacked packages, not installed ones.

tests/lab/servers.sh fetches them into $LAB_SERVERS, else into servers/ of the
build folder, where a folder for each server holds what its packages hold.
"""
import os
import shutil
import signal
import stat


def folder():
    given = os.environ.get("LAB_SERVERS")
    if given:
        return os.path.abspath(given)
    program = os.environ.get("SHOPBELL", "")
    for here in (os.path.dirname(program), os.getcwd(),
                 os.path.join(os.path.dirname(os.path.abspath(__file__)),
                              "..", "..", "build")):
        if os.path.isdir(os.path.join(here, "servers")):
            return os.path.abspath(os.path.join(here, "servers"))
    return os.path.abspath("servers")


def found(name):
    """Is the server here?"""
    return os.path.exists(os.path.join(folder(), name, "complete"))


def open_to_all(path):
    """May an ordinary user go there?  Not into the home of root, say."""
    path = os.path.abspath(path)
    while path != "/":
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
        path = os.path.dirname(path)
    return True


def tree(lab, name):
    """The unpacked folder, where whoever runs the server can read it."""
    home = os.path.join(folder(), name)
    if os.getuid() != 0 or open_to_all(home):
        return home
    copy = os.path.join(lab.folder, name + "-tree")
    if not os.path.exists(copy):
        shutil.copytree(home, copy, symlinks=True)
    return copy


def libraries(tree):
    """LD_LIBRARY_PATH for what the tree brings along."""
    found = []
    for lib in (os.path.join(tree, "usr", "lib"), os.path.join(tree, "lib")):
        if os.path.isdir(lib):
            found += [lib] + [os.path.join(lib, d) for d in os.listdir(lib)
                              if d.endswith("-linux-gnu")]
    return ":".join(found)


class Unpacked:
    """One that runs as a child in a process group of its own."""

    def stop(self):
        if self.child is None:
            return
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        self.lab.wait_closed(self.imaps)
        self.lab.keeper.forget(self.child.pid)
        self.child = None

    def log(self):
        try:
            with open(os.path.join(self.folder, "start.log"),
                      errors="replace") as f:
                return f.read()
        except OSError:
            return ""
