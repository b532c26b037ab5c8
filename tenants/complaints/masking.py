"""Hides personal data in text that is to become public.

Masking proposes, a person decides: no detector finds everything (the one used here finds roughly four of
five names in free text, by its authors' own figures), so that whoever releases a complaint reads both.

Everything is a pure function of its arguments; words, places and the reporter's data are passed in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from lokal.samaran import detect_pii

# What stands in the place of each kind. Public text is Indonesian whatever the officer's screen speaks.
_LABELS = {
    "NAME": gettext_noop("[nama]"),
    "PHONE": gettext_noop("[telepon]"),
    "EMAIL": gettext_noop("[surel]"),
    "ADDRESS": gettext_noop("[alamat]"),
    "PLATE": gettext_noop("[pelat nomor]"),
    "BIRTH_DATE": gettext_noop("[tanggal lahir]"),
    "NUMBER": gettext_noop("[nomor identitas]"),
    "WORD": gettext_noop("[disamarkan]"),
}
_DETECTED = {
    "NAME": "NAME",
    "PHONE": "PHONE",
    "EMAIL": "EMAIL",
    "PLATE": "PLATE",
    "BIRTH_DATE": "BIRTH_DATE",
    **dict.fromkeys(
        ("NIK", "KK", "NPWP", "PASSPORT", "SIM", "NIP", "BPJS", "NISN", "AKTA", "BANK_ACCOUNT", "CARD", "IP"),
        "NUMBER",
    ),
}
# What must never slip through because a check digit, a date inside a number or a domain looked wrong.
# The letters are the regions of vehicle plates.
_ALWAYS = (
    ("EMAIL", re.compile(r"(?<![\w.+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("NUMBER", re.compile(r"(?<![\d.])\d(?:[ .-]?\d){15}(?!\d)")),
    ("PHONE", re.compile(r"(?<![\w+])(?:\+?62|0)[ .-]?8(?:[ .-]?\d){7,12}(?!\d)")),
    ("PHONE", re.compile(r"(?<![\w+])\(0\d{2,3}\)[ .-]?\d(?:[ .-]?\d){4,8}(?!\d)")),
    (
        "PLATE",
        re.compile(
            r"(?<![\w/])(?:[ABDEFGHKLMNPRSTUVWZ]|A[ABDEG]|B[ABDEGHKLMNPR]|D[ABCDEGHKLMNPRSTW]|E[ABD]|K[BHTU]|P[ABGS])"
            r" ?\d{1,4} ?[A-Z]{1,3}(?![\w/])"
        ),
    ),
)
# An address is masked where it is somebody's home; the place of an incident is what the public needs to read.
_HOME = re.compile(
    r"(?:rumah(?:ku|nya)?|alamat(?:ku|nya)?|tinggal|kediaman|domisili|beralamat|berdomisili|kontrakan|kos(?:an)?)"
    r"\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
# Not names, though they stand in names: found alone they say nothing about a person.
_NAME_PARTICLES = frozenset(
    {"bin", "binti", "haji", "hajah", "drs", "dra", "ibu", "bapak", "pak", "bu", "alm", "dan"}
)
_SHORTEST_NAME = 3
# Two texts of 500 words and spaces each are compared word by word in a few hundredths of a second.
_COMPARED_IN_FULL = 250_000
_RARE = 12


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text. `masked`: what stands in its place in public; None where the piece stays."""

    text: str
    masked: str | None = None

    @property
    def hides(self) -> bool:
        """What stands here only says what was hidden, such as `[nama]`; else somebody wrote it."""
        return self.masked is not None and _HIDES.fullmatch(self.masked) is not None


_HIDES = re.compile(r"\W*(?:\[[^\[\]]+\]\W*)+")


@dataclass(frozen=True, slots=True)
class Known:
    """What the office knows of the reporter, hidden wherever it stands in a text."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as it is and as it may be shown, piece by piece."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The version for the public."""
        return "".join(part.text if part.masked is None else part.masked for part in self.segments)

    @property
    def count(self) -> int:
        """How many pieces are hidden."""
        return sum(part.masked is not None for part in self.segments)


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    kind: str


def mask(
    text: str, *, known: Known = Known(), words: Iterable[str] = (), allow: Iterable[str] = ()
) -> Masked:
    """Hides names, identity and account numbers, contact data, plates and homes in a text.

    `known`: the reporter's own data, hidden wherever they stand. `words`: the office's further words to hide.
    `allow`: names that are places or institutions and stay (a village that is taken for a person's name); the
    whole of what is `known` or in `words` is hidden all the same.
    """
    allowed = {_folded(name) for name in allow}
    finds = [*_known(text, known, allowed), *_listed(text, words), *_detected(text, allowed)]
    return Masked(tuple(_cut(text, _merged(finds))))


def hide(text: str, known: Known) -> str:
    """The text without the reporter's own data, and with everything else: for staff who may not know them."""
    return Masked(tuple(_cut(text, _merged(list(_known(text, known, set())))))).text


def holds_number(text: str) -> bool:
    """Whether a telephone or identity number stands in a text, which nobody should have to read there."""
    return any(pattern.search(text) for kind, pattern in _ALWAYS if kind in ("PHONE", "NUMBER"))


def parts_in(text: str, address: str) -> tuple[str, ...]:
    """Pieces of an address that stand in a text, as the text has them: three of its words in a row, or two of
    which one holds a digit ("RT 03"). A street alone is where things happen, and is none.
    """
    wanted = [_plain(word) for word in re.findall(r"\w+", address)]
    found = list(re.finditer(r"\w+", text))
    words = [_plain(match[0]) for match in found]
    parts: list[str] = []
    at = 0
    while at < len(words):
        length = max((_run(words, at, wanted, place) for place in range(len(wanted))), default=0)
        digits = any(any(sign.isdigit() for sign in word) for word in words[at : at + length])
        if length > 2 or (length == 2 and digits):
            parts.append(text[found[at].start() : found[at + length - 1].end()])
            at += length
        else:
            at += 1
    return tuple(dict.fromkeys(parts))


def _plain(word: str) -> str:
    """A word of an address as it is compared: RT 03 is RT 3."""
    return word.casefold().lstrip("0") or "0"


def _run(words: list[str], at: int, wanted: list[str], place: int) -> int:
    """How many words are the same in both, from there on."""
    length = 0
    for left, right in zip(words[at : at + len(wanted)], wanted[place:], strict=False):
        if left != right:
            break
        length += 1
    return length


def compare(original: str, public: str) -> tuple[Segment, ...]:
    """Where a public text differs from the original, word by word, for the person who releases it.

    A piece that was taken out has an empty `masked`; one that was put in has an empty `text`.
    """
    left, right = _WORD.findall(original), _WORD.findall(public)
    parts: list[Segment] = []
    for tag, a, b, c, d in _matcher(left, right).get_opcodes():
        old, new = "".join(left[a:b]), "".join(right[c:d])
        parts.append(Segment(old) if tag == "equal" else Segment(old, new))
    return tuple(parts)


def _matcher(left: list[str], right: list[str]) -> SequenceMatcher[str]:
    """Long texts are compared by their rarer words: by all of them, a text of one word over and over would
    take minutes.
    """
    frequent: set[str] = set()
    if len(left) * len(right) > _COMPARED_IN_FULL:
        frequent = {word for word, count in Counter(right).items() if count > _RARE}
    return SequenceMatcher(frequent.__contains__, left, right, autojunk=False)


def _known(text: str, known: Known, allowed: set[str]) -> Iterator[_Find]:
    if known.email:
        yield from _literal(text, known.email, "EMAIL")
    if len(known.address.strip()) > _SHORTEST_NAME:
        yield from _literal(text, known.address.strip(), "ADDRESS")
    national = re.sub(r"\D", "", known.phone)
    national = re.sub(r"^(?:62|0)", "", national)
    if len(national) >= 5:
        digits = r"[ .-]?".join(national)
        for match in re.finditer(rf"(?<!\d)(?:\+?62[ .-]?|0)?{digits}(?!\d)", text):
            yield _Find(match.start(), match.end(), "PHONE")
    name = known.name.strip()
    if len(name) >= _SHORTEST_NAME:
        yield from _literal(text, name, "NAME")
    for part in re.findall(r"[^\W\d_]+", name):
        folded = _folded(part)
        if len(part) >= _SHORTEST_NAME and folded not in _NAME_PARTICLES and folded not in allowed:
            yield from _literal(text, part, "NAME")


def _listed(text: str, words: Iterable[str]) -> Iterator[_Find]:
    for word in words:
        if word.strip():
            yield from _literal(text, word.strip(), "WORD")


def _literal(text: str, wanted: str, kind: str) -> Iterator[_Find]:
    pattern = r"\s+".join(re.escape(piece) for piece in wanted.split())
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
        yield _Find(match.start(), match.end(), kind)


def _detected(text: str, allowed: set[str]) -> Iterator[_Find]:
    for found in detect_pii(text):
        kind = _DETECTED.get(found.type)
        if found.type == "ADDRESS" and _HOME.search(text[: found.start][-60:]):
            kind = "ADDRESS"
        if kind is None or (kind == "NAME" and _folded(found.value) in allowed):
            continue
        yield _Find(found.start, found.end, kind)
    for kind, pattern in _ALWAYS:
        for match in pattern.finditer(text):
            yield _Find(match.start(), match.end(), kind)


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _merged(finds: list[_Find]) -> list[_Find]:
    """Finds in order, overlapping ones as one: the widest of them gives it its kind."""
    merged: list[_Find] = []
    for find in sorted(finds, key=lambda f: (f.start, f.start - f.end)):
        last = merged[-1] if merged else None
        if last is None or find.start >= last.end:
            merged.append(find)
        elif find.end > last.end:
            wider = find if find.end - find.start > last.end - last.start else last
            merged[-1] = _Find(last.start, find.end, wider.kind)
    return merged


def _cut(text: str, finds: list[_Find]) -> Iterator[Segment]:
    at = 0
    with override("id"):
        labels = {kind: _(label) for kind, label in _LABELS.items()}
    for find in finds:
        if find.start > at:
            yield Segment(text[at : find.start])
        yield Segment(text[find.start : find.end], labels[find.kind])
        at = find.end
    if at < len(text):
        yield Segment(text[at:])
