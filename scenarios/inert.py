"""Looks at what a centre gives as a browser, a spreadsheet, a program or a terminal would, and says whether a stranger's text
in it acts: python3 inert.py CENTRE KIND TARGET..., with a kind of page, csv, json, text, or says=WORDS|WORDS for what a page
says; a target that begins with / is asked of the centre, any other is a file."""
import csv, io, json, sys, unicodedata, urllib.request
from html.parser import HTMLParser


def read(target):
    if not target.startswith("/"):
        return open(target, "rb").read().decode()
    with urllib.request.urlopen(centre + target) as answer:
        return answer.read().decode()


def hidden(text, kind):
    """Controls, and what turns a line around; but for JSON also what cannot be seen. A page isolates backward letters with
    numbered references, which are ASCII."""
    turns = lambda one: one in "\u061c\u200e\u200f" or "\u202a" <= one <= "\u202e" or "\u2066" <= one <= "\u2069"
    unseen = turns if kind == "json" else lambda one: unicodedata.category(one) == "Cf"
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return sum((unicodedata.category(one) == "Cc" or unseen(one)) and one not in "\n\t" for one in text)


class Page(HTMLParser):
    active, words = 0, ""

    def handle_starttag(self, tag, attributes):
        held = {key: value or "" for key, value in attributes}
        self.active += tag in ("img", "iframe", "object", "embed", "base", "i", "marquee")
        self.active += tag == "script" and not held.get("src", "").startswith("/static/")
        self.active += any(key.startswith("on") for key in held)
        self.active += any(value.strip().lower().startswith("javascript:") for value in held.values())

    def handle_data(self, data):
        self.words += data


centre, kind, *targets = sys.argv[1:]
for target in targets:
    text = read(target)
    unseen = hidden(text, kind)
    if kind == "page":
        page = Page()
        page.feed(text)
        shown = sum(page.words.count(one) for one in ("<script>", "<img", "<i ", "onerror="))
        print(f"{target}: {page.active} act, {unseen} hidden, {'shown as letters' if shown else 'nothing to show'}")
    elif kind == "csv":
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        formulas = sum(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for row in rows for cell in row)
        print(f"{target}: {formulas} formulas, {unseen} hidden, {len({len(row) for row in rows})} width of rows")
    elif kind == "json":
        json.loads(text)
        print(f"{target}: {sum(text.count(one) for one in '<>')} brackets, {unseen} that act, reads as JSON")
    elif kind.startswith("says="):
        print(target, *(words for words in kind.removeprefix("says=").split("|") if words in text))
    else:
        print(f"{target}: {unseen} hidden")
