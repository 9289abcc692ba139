"""A seeded mailbox that looks like a shop's: sizes, shapes and headers.

corpus(n, seed) yields (bytes, instant), oldest first, some 5 KB each on
average: customers' plain and HTML mails with their quotes, answers of the
shop, order notices, newsletters, bounces, photos and PDFs.  Same n and seed,
same bytes.  All words and names are ours.
"""
import base64
import email.utils
import random

START = 1_700_000_000

WORDS = """the a to I and it you my is in of for not was on with have this that
order parcel ring size jacket shoes lamp chair table blue green red small large
medium refund return label invoice delivery courier today tomorrow yesterday
week month email phone address street number name please thank thanks hello
morning evening broken damaged missing wrong late early again still since
because could would should received sent paid bought gift wrapping birthday
wedding colour leather wool cotton silver gold glass wooden handle box paper
customs tracking website basket checkout card bank account password discount
voucher code price shipping free cheap expensive beautiful lovely happy sad
angry sorry kind regards best wishes wait waiting answer question help photo
picture attached screw battery charger cable light switch garden kitchen
bathroom bedroom window door carpet curtain pillow blanket sheet towel candle
mirror clock watch necklace bracelet earring bag purse wallet belt scarf glove
hat sock shirt trousers skirt dress coat sweater shop store opening hours
Saturday Monday collect pick exchange replacement warranty receipt copy
another different same other more less first second last next open close
""".split()
OTHER = """Bestellung Paket Lieferung Rückgabe Größe leider defekt Grüße vielen
Dank bitte schöne Straße commande colis livraison retour taille merci bonjour
cordialement déjà reçu pedido envío devolución talla gracias saludos también
añadir dirección 注文 返品 サイズ 配送 ありがとう よろしく заказ доставка возврат
размер спасибо здравствуйте""".split()
FIRST = """Carol Ana Ben Dora Emil Fay Gus Hana Ivo Jun Kim Lea Max Nia Otto
Pia Quin Rosa Sam Tia Ugo Vera Wim Xena Yuri Zoe Jürgen Łucja Aoife 太郎
""".split()
LAST = """Jones Miller Okafor Novak Tanaka Garcia Rossi Weber Lindt Marsh Stone
Field Brook Hill Wood Price Baker Cook Mason Fisher Hart Lane Reed Frost
""".split()
HOSTS = ["mail.example", "post.example.org", "web.example.com",
         "inbox.example.net", "letters.test"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.noise = self.r.randbytes(1 << 20)
        self.weights = [1 / (i + 3) for i in range(len(WORDS))]
        self.pool = self.r.choices(WORDS, self.weights, k=60000)
        self.threads = []

    def words(self, n):
        at = self.r.randrange(len(self.pool) - n)
        out = self.pool[at:at + n]
        for _ in range(n // 25):
            out[self.r.randrange(n)] = self.r.choice(OTHER)
        if n > 8 and self.r.random() < 0.5:
            out[self.r.randrange(n)] = "#%d" % self.r.randrange(10000, 99999)
        return out

    def paragraph(self, n):
        text = " ".join(self.words(n))
        return text[0].upper() + text[1:] + "."

    def paragraphs(self, low, high):
        return [self.paragraph(self.r.randrange(12, 60))
                for _ in range(self.r.randrange(low, high))]

    def bytes64(self, n):
        at = self.r.randrange(len(self.noise) - n) if n < 1 << 20 else 0
        return base64.encodebytes(self.noise[at:at + n]).decode()

    def token(self, n):
        return base64.urlsafe_b64encode(
            self.r.randbytes(n)).decode().rstrip("=")

    def person(self):
        # Some write again and again, most write once.
        i = int(self.r.paretovariate(0.6)) % 20000
        q = random.Random(i)
        first, last = q.choice(FIRST), q.choice(LAST)
        return "%s %s" % (first, last), "%s%d@%s" % (
            last.lower(), i, q.choice(HOSTS))


def word(name):
    if name.isascii():
        return name
    return "=?UTF-8?B?%s?=" % base64.b64encode(name.encode()).decode()


def qp(text):
    """Quoted-printable, quicker than the library's."""
    out = []
    for line in text.replace("=", "=3D").split("\n"):
        if not line.isascii():
            line = "".join(c if c.isascii() else "".join(
                "=%02X" % b for b in c.encode()) for c in line)
        while len(line) > 75:
            cut = 72
            while "=" in line[cut - 2:cut]:
                cut -= 1
            out.append(line[:cut] + "=")
            line = line[cut:]
        out.append(line)
    return "\n".join(out)


def stamp(at):
    return email.utils.formatdate(at)


def trace(m, host, sender, at):
    """What the mail's way here left in its head."""
    r = m.r
    ip = "203.0.113.%d" % r.randrange(256)
    lines = [
        "Return-Path: <%s>" % sender,
        "Delivered-To: hello@shop.test",
        "Received: from mx.shop.test by box.shop.test with LMTP\n"
        "\tid %s (envelope-from <%s>)\n\tfor <hello@shop.test>; %s" % (
            m.token(18), sender, stamp(at)),
        "Received: from out%d.%s (out.%s [%s])\n\t(using TLSv1.3 with cipher "
        "TLS_AES_256_GCM_SHA384 (256/256 bits))\n\tby mx.shop.test (Postfix) "
        "with ESMTPS id %s\n\tfor <hello@shop.test>; %s" % (
            r.randrange(90), host, host, ip, m.token(8), stamp(at - 1)),
        "Received: by out.%s with SMTP id %s;\n\t%s" % (
            host, m.token(24), stamp(at - 2)),
        "Authentication-Results: mx.shop.test; dkim=pass header.d=%s;\n"
        "\tspf=pass smtp.mailfrom=%s; dmarc=pass" % (host, sender),
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; "
        "s=k%d;\n\th=from:to:subject:date:message-id; bh=%s;\n\tb=%s" % (
            host, r.randrange(9), m.token(32),
            "\n\t ".join(m.token(48) for _ in range(5))),
    ]
    if r.random() < 0.5:
        lines.append("X-Google-DKIM-Signature: v=1; a=rsa-sha256;\n\tb=" +
                     "\n\t ".join(m.token(48) for _ in range(5)))
        lines.append("X-Gm-Message-State: " + m.token(150))
    return lines


def quote(text):
    return "\n".join("> " + line for line in text.split("\n"))


def plain(m, body):
    return ["Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable"], qp(body)


STYLE = ("font-family:Arial,Helvetica,sans-serif;font-size:14px;"
         "line-height:1.5;color:#333333;")


def alternative(m, body):
    mark = "=_" + m.token(15)
    html = "<html><head><meta charset=utf-8></head><body>" + "".join(
        '<div style="%s">%s</div><div><br></div>\n' % (STYLE, p)
        for p in body.split("\n\n")) + "</body></html>"
    return ['Content-Type: multipart/alternative; boundary="%s"' % mark], (
        "--%s\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n%s\n--%s\n"
        "Content-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n%s\n--%s--\n" % (
            mark, qp(body), mark, qp(html), mark))


def attached(m, body):
    mark = "=_" + m.token(15)
    kind, name = m.r.choice((("image/jpeg", "IMG_%d.jpg"),
                             ("application/pdf", "invoice-%d.pdf")))
    name = name % m.r.randrange(9999)
    return ['Content-Type: multipart/mixed; boundary="%s"' % mark], (
        "--%s\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n%s\n--%s\n"
        'Content-Type: %s; name="%s"\n'
        "Content-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="%s"\n\n%s--%s--\n' % (
            mark, qp(body), mark, kind, name, name,
            m.bytes64(int(m.r.lognormvariate(10, 0.6))), mark))


def notice(m, rows):
    """An order or a newsletter: tables in tables."""
    cells = "".join(
        '<tr><td align="left" valign="top" style="padding:8px 12px;%s">'
        '<a href="https://click.shop.example/c/%s">%s</a></td>'
        '<td align="right" style="padding:8px 12px;%s">%d,%02d&nbsp;&euro;'
        "</td></tr>\n" % (STYLE, m.token(40), " ".join(m.words(9)), STYLE,
                          m.r.randrange(200), m.r.randrange(100))
        for _ in range(rows))
    html = ('<!DOCTYPE html><html><head><style type="text/css">%s</style>'
            '</head><body bgcolor="#f6f6f6"><table width="100%%" border="0" '
            'cellspacing="0" cellpadding="0"><tr><td align="center"><table '
            'width="600">%s</table></td></tr></table><p style="%s">%s</p>'
            '<img src="https://open.shop.example/o/%s" width="1" height="1">'
            "</body></html>" % (
                ".x{margin:0;padding:0}" * 12, cells, STYLE,
                m.paragraph(40), m.token(30)))
    return ["Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable"], qp(html)


def conversation(m):
    """A thread to go on with, or a new one."""
    if m.threads and m.r.random() < 0.5:
        return m.r.choice(m.threads[-400:])
    name, addr = m.person()
    thread = {"name": name, "addr": addr, "ids": [], "last": "",
              "subject": " ".join(m.words(m.r.randrange(2, 8)))}
    m.threads.append(thread)
    return thread


def compose(m, at, head, name, addr, to, subject, shape, body):
    host = addr.split("@")[1]
    ident = "%s@%s" % (m.token(20), host)
    more, text = shape(m, body)
    lines = trace(m, host, addr, at) + [
        "MIME-Version: 1.0", "Date: " + stamp(at - 3),
        "Message-ID: <%s>" % ident, "Subject: " + word(subject),
        'From: "%s" <%s>' % (word(name), addr), "To: " + to] + head + more
    whole = "\n".join(lines) + "\n\n" + text
    if not whole.endswith("\n"):
        whole += "\n"
    return whole.encode(), ident


def letter(m, at):
    t = conversation(m)
    r = m.r
    body = "Hello,\n\n" + "\n\n".join(m.paragraphs(1, 4)) + "\n\n" + t["name"]
    head, subject = [], t["subject"]
    if t["ids"]:
        subject = "Re: " + subject
        head = ["In-Reply-To: <%s>" % t["ids"][-1],
                "References: " + "\n ".join("<%s>" % i
                                            for i in t["ids"][-8:])]
        body += "\n\nOn Monday, The Shop <hello@shop.test> wrote:\n" + quote(
            t["last"][:2500])
    shape = r.choices((plain, alternative, attached), (55, 42, 3.5))[0]
    raw, ident = compose(m, at, head, t["name"], t["addr"],
                         "The Shop <hello@shop.test>", subject, shape, body)
    t["ids"].append(ident)
    t["last"] = body
    return raw


def robot(m, at):
    r = m.r
    kind = r.random()
    if kind < 0.75:
        return compose(m, at, ["Auto-Submitted: auto-generated"],
                       "Orders", "orders@store.example",
                       "hello@shop.test", "Order #%d" % r.randrange(99999),
                       lambda m, b: notice(m, r.randrange(3, 12)), "")[0]
    return compose(m, at, [
        "List-Id: <news.letters.test>", "Precedence: bulk",
        "List-Unsubscribe: <https://letters.test/u/%s>" % m.token(20)],
        "News", "news@letters.test", "hello@shop.test",
        " ".join(m.words(6)), lambda m, b: notice(m, r.randrange(25, 60)),
        "")[0]


def corpus(n, seed=1, until=None):
    """until: the instant of the last mail; they come some 25 an hour."""
    m = Maker(seed)
    at = START if until is None else until - 150 * n
    for _ in range(n):
        at += m.r.randrange(1, 300) if until is None else 150
        yield (robot if m.r.random() < 0.09 else letter)(m, at), at


if __name__ == "__main__":
    import sys
    import time
    began = time.time()
    sizes = [len(raw) for raw, _ in corpus(int(sys.argv[1]))]
    print("%d mails, %.1f MB, mean %.0f, median %d, largest %d, %.1f s" % (
        len(sizes), sum(sizes) / 1e6, sum(sizes) / len(sizes),
        sorted(sizes)[len(sizes) // 2], max(sizes), time.time() - began))
