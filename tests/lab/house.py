"""A shop whose account logs in at a mock identity server."""
import os
import re

from lab import Identity, mail

CAROL = "carol@customer.test"


class House:
    """A shop whose account logs in at a mock identity server."""

    def __init__(self, lab, more="", **settings):
        self.identity = Identity(lab, user="hello@shop.test")
        self.far = lab.start_mx(None, tls="none", auth=False)
        self.dovecot = self.far.dovecot = lab.start_dovecot(
            relay=self.far.port, auth="plain login xoauth2",
            extra=self.identity.passdb())
        self.shop = lab.shop(
            self.dovecot, "smtp://localhost:%d" % self.dovecot.submission,
            account_extra=self.identity.settings(more=more, **settings))
        with open(self.shop.config) as f:
            text = re.sub(r"\tpassword-file = .*\n", "", f.read())
        with open(self.shop.config, "w") as f:
            f.write(text)

    @property
    def tokens(self):
        """The folder the tokens are kept in."""
        return os.path.join(self.shop.folder, "home", ".local", "share",
                            "shopbell", "tokens")

    def file(self):
        names = [n for n in os.listdir(self.tokens)
                 if not n.endswith((".lock", ".new"))]
        assert len(names) == 1, names
        return os.path.join(self.tokens, names[0])

    def kept(self):
        with open(self.file()) as f:
            return dict(x.split(" ", 1) for x in f.read().splitlines()
                        if " " in x)

    def login(self, **more):
        self.identity.agree()
        return self.shop.run("login", "shop", **more)

    def letter(self, subject="Q"):
        self.dovecot.deliver(self.shop.address,
                             mail(sender=CAROL, subject=subject))

    def asked(self, path="/token"):
        return sum(1 for p, _ in self.identity.log if p == path)

    def forget_life(self):
        """As if the time of the access token were nearly over."""
        path = self.file()
        with open(path) as f:
            text = f.read()
        got = int(re.search(r"(?m)^got (\d+)", text).group(1))
        with open(path, "w") as f:
            f.write(re.sub(r"(?m)^(got|until) (\d+)", lambda m: "%s %d" % (
                m.group(1), int(m.group(2)) - 3600 * 24), text))
        return got
