#!/usr/bin/python3
"""Attachments in the conversation: what they are by their bytes, read in
place, saved, opened, piped.
"""
import base64
import os
import re
import sqlite3
import struct

from desk import HOUR, Desk, Shop, Tap

JPEG = (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" +
        b"\xff\xe1\x04\x02" + b"e" * 1024 +
        b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 3024, 4032) +
        b"\3\1\x22\0\2\x11\1\3\x11\1" + b"\xff\xda" + b"x" * 60000)
PNG = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) +
       b"\x08\2\0\0\0" + b"\0" * 300)
LOGO = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 90, 30) +
        b"\x08\2\0\0\0" + b"\0" * 300)
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 44 + \
    b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0d\x86\3\0" + b"\0" * 300
NOTES = "Größe 54\n\x1b[31mnot red\x1b[0m\n" + "line\n" * 3

LINK = "https://shop.example/track?" + "parcel=1&" * 30 + "end"

shop = Shop()
opened = os.path.join(shop.folder, "opened")
opener = os.path.join(shop.folder, "opener")
with open(opener, "w") as f:
    f.write('#!/bin/sh\nprintf "%%s\\n" "$#" "$@" >"%s"\ncat "$2" >"%s.bytes"'
            '\nls -ld "$(dirname "$2")" | cut -c1-10 >>"%s"\n' % (
                opened, opened, opened))
os.chmod(opener, 0o755)
with open(shop.config, "a") as f:
    f.write("[screen]\n\topen-command = %s --view\n" % opener)
shop.mail("all", HOUR, "Kim Park <kim@example.com>", "Photos", "See these.",
          files=[("clasp.jpg", "image/jpeg", JPEG),
                 ("notes", "application/octet-stream", NOTES.encode()),
                 ("invoice.pdf", "application/pdf", EXE),
                 ("really.txt", "text/plain", PNG),
                 ("../../-rf $(id) x.jpg", "image/jpeg", JPEG)])
shop.mail("inline", HOUR * 2, "Lee <lee@example.com>", "Inline", "", raw=(
    "From: lee@example.com\nTo: hello@shop.example\nSubject: Inline\n"
    "Date: Sun, 22 Nov 2026 08:00:00 +0000\nMessage-ID: <in@example.com>\n"
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    "--b\nContent-Type: text/html\n\n<p>Broken here:</p><img src='cid:p'>"
    "<img src='cid:l'> <a href='" + LINK + "'>the parcel</a>\n"
    "--b\nContent-Type: image/png\nContent-ID: <p>\n"
    "Content-Disposition: inline; filename=photo.png\n"
    "Content-Transfer-Encoding: base64\n\n%s\n"
    "--b\nContent-Type: image/png\nContent-ID: <l>\n"
    "Content-Disposition: inline; filename=logo.png\n"
    "Content-Transfer-Encoding: base64\n\n%s\n--b--\n" % (
        base64.b64encode(PNG).decode(),
        base64.b64encode(LOGO).decode())).encode())
shop.take()
os.mkdir(os.path.join(shop.folder, "here"))
os.chdir(os.path.join(shop.folder, "here"))
desk = Desk(shop, 40, 120)


def at(subject):
    desk.keys("Esc", "Esc", "g", "a")
    desk.until("All")
    rows = shop.run("list", "subject:" + subject, "-o", "json")
    number = re.search(r'"id": ?(\d+)', rows).group(1)
    desk.keys(":", *number, "Enter")
    return desk.until("#" + number + " ")


def what_a_part_is_is_told_by_its_bytes():
    text = at("Photos")
    for words in (r"\(2\) ▦ clasp\.jpg +image/jpeg 4032 x 3024 +6\d KB",
                  r"\(3\) notes +text/plain  43 B",
                  r"\(4\) invoice\.pdf +application/\S*(dosexec|portable-"
                  r"executable)\S*, a program",
                  r"\(5\) ▦ really\.txt +image/png 640 x 480, sent as text"):
        if not re.search(words, text):
            raise RuntimeError("no %s in\n%s" % (words, text))


def a_text_is_read_in_its_place_and_made_safe():
    at("Photos")
    desk.keys("p")
    text = desk.until("not red")
    if "Größe 54" not in text or "\x1b" in text or \
            "<U+001B>[31mnot red" not in text:
        raise RuntimeError(text)
    desk.keys("p")
    desk.gone("not red")


def a_photo_in_the_text_is_listed_and_a_logo_is_not():
    text = at("Inline")
    if "photo.png" not in text or "640 x 480" not in text or \
            re.search(r"\] . logo\.png", text):
        raise RuntimeError(text)


def a_link_is_opened_whole():
    at("Inline")
    desk.keys("o")
    desk.until("Open a link")
    desk.raw()
    desk.keys("Enter")
    desk.until("copied: https://shop.example")
    sent = re.search(rb"\]52;c;([A-Za-z0-9+/=]*)", desk.raw())
    if base64.b64decode(sent.group(1)).decode() != LINK:
        raise RuntimeError(sent.group(0))


def opening_is_asked_and_no_shell_sees_the_name():
    at("Photos")
    desk.keys("o")
    desk.until("Open a link or an attachment")
    desk.send("rf")
    desk.keys("Enter")
    desk.until(r"Open .*rf.*\?")
    desk.keys("n")
    desk.gone(r"Open .*\?")
    if os.path.exists(opened):
        raise RuntimeError("opened though it was refused")
    desk.keys("o")
    desk.until("Open a link or an attachment")
    desk.send("rf")
    desk.keys("Enter")
    desk.until(r"Open .*rf.*\?")
    desk.keys("y")
    desk.until("opened: ")
    with open(opened) as f:
        words = f.read().split("\n")
    with open(opened + ".bytes", "rb") as f:
        data = f.read()
    if words[0] != "2" or words[1] != "--view" or data != JPEG:
        raise RuntimeError(words)
    if os.path.basename(words[2]) != "rf $(id) x.jpg" or \
            words[3] != "drwx------":
        raise RuntimeError(words)
    opening_is_asked_and_no_shell_sees_the_name.path = words[2]


def a_program_is_not_opened():
    at("Photos")
    desk.keys("o")
    desk.until("Open a link or an attachment")
    desk.send("invoice")
    desk.keys("Enter")
    desk.until("is a program")


def saving_makes_names_safe():
    at("Photos")
    desk.keys("s")
    desk.until("Save into this folder")
    desk.send("all")
    desk.keys("Enter")
    desk.until("saved as")
    names = sorted(os.listdir("."))
    want = sorted(["clasp.jpg", "notes", "invoice.pdf", "really.txt",
                   "rf $(id) x.jpg"])
    if names != want:
        raise RuntimeError(names)
    with open("clasp.jpg", "rb") as f:
        if f.read() != JPEG:
            raise RuntimeError("other bytes")
    shop.run("save", "1", "2", "--to", os.getcwd())
    if "clasp (2).jpg" not in os.listdir("."):
        raise RuntimeError("the first was written over")


def a_part_goes_through_a_command():
    at("Photos")
    desk.keys("P")
    desk.until("Pipe which to a command")
    desk.send("clasp")
    desk.keys("Enter")
    desk.until("Pipe it to")
    desk.send("wc -c")
    desk.keys("Enter")
    desk.until(str(len(JPEG)))
    desk.keys("q")


def a_part_goes_to_standard_output():
    import subprocess
    from desk import SHOPBELL
    out = subprocess.run([SHOPBELL, "save", "1", "2", "--to", "-", "--config",
                          shop.config], env=shop.env,
                         stdout=subprocess.PIPE).stdout
    if out != JPEG:
        raise RuntimeError(len(out))


def what_is_too_large_is_told_before_it_is_queued():
    with open("large", "wb") as f:
        f.truncate(40 << 20)
    with open("Größe 54.pdf", "wb") as f:
        f.write(b"%PDF-1.4\n")
    at("Photos")
    desk.keys("r")
    desk.until("writing")
    desk.keys(*"see", "Esc")
    desk.until("review")
    for name in ("Größe 54.pdf", "large"):
        desk.keys("a")
        desk.until("attach file:")
        desk.send(name)
        desk.keys("Enter")
        desk.until(name + " · ")
    desk.until(r"Größe 54\.pdf · 9 B")
    desk.keys("y")
    desk.until(r"the mail would have .* at most .*send-limit")
    # Nothing of it is lost, and without the file it goes.
    if "From  The Shop <hello@shop.example>" not in desk.still():
        raise RuntimeError(desk.text())
    desk.keys("p")
    desk.until("send-limit")
    desk.keys("d")
    desk.gone("large ·")
    if "From  The Shop <hello@shop.example>" not in desk.still():
        raise RuntimeError(desk.text())
    desk.keys("y")
    desk.until("Sending to Kim Park")
    desk.keys("u")
    desk.until("taken back: nothing was sent")
    desk.until(r"Größe 54\.pdf · 9 B")
    desk.keys("D")
    desk.until("thrown away")


def the_rest_of_a_large_mail_is_asked_for_once():
    number = re.search(r'"id": ?(\d+)', shop.run(
        "list", "subject:Inline", "-o", "json")).group(1)
    # As a sync leaves a mail beyond its limit: the beginning, and the size.
    store = sqlite3.connect(shop.store)
    store.execute("UPDATE raw SET partial=5200000 WHERE message="
                  "(SELECT id FROM message WHERE thread=?)", (number,))
    store.commit()
    store.close()
    at("Inline")
    desk.until(r"! 5\.\d MB not fetched \(F fetches it\)")
    desk.keys("F")
    desk.until("asked for: the rest comes with the next sync")
    desk.until(r"! 5\.\d MB not fetched yet: asked for")
    desk.keys("F")
    desk.until("asked for: the rest comes with the next sync")
    desk.keys("H")
    desk.until("asked for the rest of a mail")
    if desk.still().count("asked for the rest of a mail") != 1:
        raise RuntimeError(desk.text())
    desk.keys("q")
    at("Photos")
    desk.keys("F")
    desk.until("this mail is here whole")


def what_was_laid_out_goes_at_the_end():
    path = opening_is_asked_and_no_shell_sees_the_name.path
    if not os.path.exists(path):
        raise RuntimeError("gone too early")
    desk.keys("Esc", "Q")
    desk.wait()
    if os.path.exists(path) or os.path.exists(os.path.dirname(path)):
        raise RuntimeError("left behind")


try:
    Tap().run([what_a_part_is_is_told_by_its_bytes,
               a_text_is_read_in_its_place_and_made_safe,
               a_photo_in_the_text_is_listed_and_a_logo_is_not,
               a_link_is_opened_whole,
               opening_is_asked_and_no_shell_sees_the_name,
               a_program_is_not_opened,
               saving_makes_names_safe,
               a_part_goes_through_a_command,
               a_part_goes_to_standard_output,
               what_is_too_large_is_told_before_it_is_queued,
               the_rest_of_a_large_mail_is_asked_for_once,
               what_was_laid_out_goes_at_the_end])
finally:
    desk.close()
    shop.close()
