"""Reads a page as a person or a screen reader does, and tells words of the other language in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that few sentences of the language do without, and that the other one does not have.
INDONESIAN = _words("""
    yang dan untuk tidak anda dari pada dengan ini itu belum sudah atau oleh kami dapat akan bila
    lewat laporan aduan petugas pelapor instansi lacak batas waktu langkah tahap sampai sebagai jika
    kirim simpan pilih isi berkas nomor kata sandi masuk keluar halaman kembali harus wajib pukul
    hari surel telepon alamat nama tanggal bulan tahun senin selasa rabu kamis jumat sabtu minggu
    januari februari maret mei juni juli agustus oktober desember
""")
ENGLISH = _words("""
    the are was were be been your you please of and for with this that these not enter must have has
    will can cannot from it its by any one two yes what who when where sign password required field
    choose select report complaint code step stage office monday tuesday wednesday thursday friday
    saturday sunday january february march june july october december ago days hour hours
""")
READ_ALOUD = ("aria-label", "alt", "title", "placeholder", "data-label")
WORD = re.compile(r"(?<![a-z0-9])[a-z]+(?![a-z0-9])")
EMPTY = _words("area base br col embed hr img input link meta source track wbr")
SILENT = frozenset({"script", "style", "template", "code", "kbd"})


class _Reader(HTMLParser):
    """Collects what is said, except in elements that name another language than the page's."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        silent = tag in SILENT or given.get("lang", self.language) != self.language
        if not silent and not any(self._open):
            self._note(tag, given)
        if tag not in EMPTY:
            self._open.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._open):
            self.said.append(" ".join(data.split()))

    def _note(self, tag: str, given: dict[str, str]) -> None:
        names = [name for name in given if name in READ_ALOUD or name.startswith("data-")]
        self.said += [given[name] for name in names if " " in given[name] or name in READ_ALOUD]
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.said.append(given.get("value", ""))


def read(body: str) -> tuple[str, list[str], list[str]]:
    """The language that the page names, what it says piece by piece, and the links on it."""
    reader = _Reader()
    reader.feed(body)
    return reader.language, reader.said, reader.links


def foreign(said: list[str], language: str, names: Iterable[str] = ()) -> list[str]:
    """The pieces in which a word of the other language stands. Names are nobody's language, and so are
    addresses, {parts} of a pattern, and letters beside a figure, which are part of a key.
    """
    words = INDONESIAN if language == "en" else ENGLISH
    names = sorted(names, key=len, reverse=True)
    return [piece for piece in said if words & set(WORD.findall(_plain(piece, names).lower()))]


def _plain(piece: str, names: list[str]) -> str:
    for name in names:
        piece = piece.replace(name, " ")
    return re.sub(r"\{[^}]*\}|\S+@\S+|https?:\S+|/\S+/", " ", piece)
