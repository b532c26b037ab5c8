"""Ways to send a form wrongly: with any values, or as a body that no browser would make."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.acceptance.sops.page import Form
from tests.hostile import values
from tests.hostile.values import HUGE, SCRIPT, Value

BOUNDARY = "batas-3f9c"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXTS = frozenset({"text", "textarea", "email", "tel", "search", "url", "date", "datetime-local", "number"})
"""Kinds of fields in which somebody types."""

IDS = ("1", "2", "7", "19", "41", "999999999")
STRANGE_NAMES = (
    "id", "pk", "is_admin", "office", "next", "__proto__", "a[]", "a.b", "", "\x00", "\ud800", "x" * 5_000,
)  # fmt: skip


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    name: str
    kind: str
    content: bytes


Pairs = list[tuple[str, Value | Upload]]


@dataclass(frozen=True)
class Attack:
    """One request's body. `typed`: what stood in the text fields, by their names, as the server reads it;
    empty where it need not be shown again.
    """

    about: str
    body: bytes = field(repr=False)
    content_type: str = URLENCODED
    headers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


@st.composite
def attacks(draw: st.DrawFn, form: Form, valid: Mapping[str, Any], others: Sequence[str] = ()) -> Attack:
    """An attack on the form. `valid`: values that it takes. `others`: names of objects that are not this
    person's, or not of this kind.
    """
    if draw(st.integers(0, 5)) == 0:
        about, broken = draw(st.sampled_from(BROKEN))
        return broken(about, _base(form, valid))
    return draw(_of_fields(form, valid, others))


def _base(form: Form, valid: Mapping[str, Any]) -> dict[str, list[Value | Upload]]:
    """What a browser would send: the fields as they stand on the page, filled in well."""
    base = {name: [_value(one) for one in given] for name, given in form.data().items()}
    for name, given in valid.items():
        if name in form.fields:
            base[name] = [_value(one) for one in (given if isinstance(given, list | tuple) else [given])]
    return base


def _value(given: Any) -> Value | Upload:
    return given if isinstance(given, str | bytes | Upload) else str(given)


@st.composite
def _of_fields(draw: st.DrawFn, form: Form, valid: Mapping[str, Any], others: Sequence[str]) -> Attack:
    base = _base(form, valid if draw(st.booleans()) else {})
    told = []
    for name, found in form.fields.items():
        how = draw(st.sampled_from(("keep", "keep", "change", "change", "drop", "repeat")))
        if how == "keep":
            continue
        told.append(f"{name}: {how}")
        if how == "drop":
            base.pop(name, None)
        elif found.kind == "file":
            base[name] = list(draw(st.lists(_uploads, min_size=1, max_size=3)))
        else:
            strange = st.one_of(values.values, st.sampled_from([*found.choices, *others, *IDS]))
            many = 1 if how == "change" else 2
            base[name] = [draw(strange) for _ in range(many)]
    pairs: Pairs = [(name, one) for name, given in base.items() for one in given]
    if draw(st.integers(0, 4)) == 0:
        pairs.append((draw(st.sampled_from(STRANGE_NAMES)), draw(values.values)))
        told.append("an extra field")
    body, content_type = encoded(pairs, form.encoding)
    texts = [name for name, found in form.fields.items() if found.kind in TEXTS and name in base]
    typed = {name: _read(base[name][-1]) for name in texts}
    return Attack(", ".join(told) or "as it stands", body, content_type, typed=typed)


_uploads = st.builds(
    Upload,
    st.sampled_from(values.NAMES),
    st.sampled_from(values.TYPES),
    st.sampled_from(values.CONTENTS),
)


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _read(value: Value | Upload) -> str:
    assert not isinstance(value, Upload)
    return _bytes(value).decode("utf-8", "replace")


# --- encodings ----------------------------------------------------------------------------------------------


def encoded(pairs: Sequence[tuple[str, Value | Upload]], encoding: str) -> tuple[bytes, str]:
    """Body and content type. Of a file, a form without files sends the name."""
    if encoding == MULTIPART:
        return b"".join([*map(_part, pairs), f"--{BOUNDARY}--\r\n".encode()]), (
            f"{MULTIPART}; boundary={BOUNDARY}"
        )
    plain = [(name, one.name if isinstance(one, Upload) else one) for name, one in pairs]
    quoted = [f"{quote_from_bytes(_bytes(name))}={quote_from_bytes(_bytes(one))}" for name, one in plain]
    return "&".join(quoted).encode(), URLENCODED


def _part(pair: tuple[str, Value | Upload]) -> bytes:
    name, one = pair
    head = b'Content-Disposition: form-data; name="' + _quoted(name) + b'"'
    if isinstance(one, Upload):
        head += b'; filename="' + _quoted(one.name) + b'"\r\nContent-Type: ' + one.kind.encode()
    content = one.content if isinstance(one, Upload) else _bytes(one)
    return f"--{BOUNDARY}\r\n".encode() + head + b"\r\n\r\n" + content + b"\r\n"


def _quoted(text: str) -> bytes:
    """As browsers write names: line ends and quotation marks as per cent signs with digits."""
    quoted = re.sub(r'[\r\n"]', lambda found: f"%{ord(found[0]):02X}", text)
    return quoted.encode("utf-8", "surrogatepass")


# --- bodies that no browser makes ---------------------------------------------------------------------------

Base = dict[str, list[Value | Upload]]


def _form(base: Base, encoding: str = URLENCODED) -> tuple[bytes, str]:
    return encoded([(name, one) for name, given in base.items() for one in given], encoding)


def _plain(base: Base) -> dict[str, Any]:
    return {
        name: [_read(one) for one in given if not isinstance(one, Upload)] for name, given in base.items()
    }


def _as_json(about: str, base: Base) -> Attack:
    return Attack(about, json.dumps(_plain(base)).encode(), "application/json")


def _as_deep_json(about: str, base: Base) -> Attack:
    return Attack(about, b"[" * 100_000, "application/json")


def _as_text(about: str, base: Base) -> Attack:
    return Attack(about, _form(base)[0], "text/plain")


def _empty(about: str, base: Base) -> Attack:
    return Attack(about, b"")


def _without_boundary(about: str, base: Base) -> Attack:
    return Attack(about, _form(base, MULTIPART)[0], MULTIPART)


def _with_a_strange_boundary(about: str, base: Base) -> Attack:
    return Attack(about, _form(base, MULTIPART)[0], f"{MULTIPART}; boundary={'é' * 3}\x01")


def _with_a_long_boundary(about: str, base: Base) -> Attack:
    return Attack(about, _form(base, MULTIPART)[0], f"{MULTIPART}; boundary={'b' * 500}")


def _cut_off(about: str, base: Base) -> Attack:
    body, content_type = _form({**base, "x": [Upload("foto.jpg", "image/jpeg", b"\xff" * 500)]}, MULTIPART)
    return Attack(about, body[: len(body) - 300], content_type)


def _without_names(about: str, base: Base) -> Attack:
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--{BOUNDARY}\r\n\r\n\r\n"
    return Attack(about, part.encode() * 3, f"{MULTIPART}; boundary={BOUNDARY}")


def _with_a_huge_header(about: str, base: Base) -> Attack:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{"n" * 90_000}"\r\n\r\nx\r\n--{BOUNDARY}--'
    return Attack(about, part.encode(), f"{MULTIPART}; boundary={BOUNDARY}")


def _in_base64(about: str, base: Base) -> Attack:
    name = next(iter(base), "x")
    part = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n!!!bukan base64!\r\n--{BOUNDARY}--\r\n"
    )
    return Attack(about, part.encode(), f"{MULTIPART}; boundary={BOUNDARY}")


def _charset(name: str) -> Callable[[str, Base], Attack]:
    return lambda about, base: Attack(about, _form(base)[0], f"{URLENCODED}; charset={name}")


def _many_fields(about: str, base: Base) -> Attack:
    return Attack(about, _form({**base, **{f"f{number}": ["1"] for number in range(1_100)}})[0])


def _many_files(about: str, base: Base) -> Attack:
    files = {f"b{number}": [Upload("a.jpg", "image/jpeg", b"x")] for number in range(40)}
    return Attack(about, *_form({**base, **files}, MULTIPART))


def _much_text(about: str, base: Base) -> Attack:
    texts: Base = {name: [HUGE] for name in base}
    return Attack(about, _form(texts)[0])


def _too_much_text(about: str, base: Base) -> Attack:
    return Attack(about, _form({**base, "x": [HUGE * 3]})[0])


def _with_a_length(length: str) -> Callable[[str, Base], Attack]:
    return lambda about, base: Attack(about, _form(base)[0], headers={"CONTENT_LENGTH": length})


def _with_headers(**headers: str) -> Callable[[str, Base], Attack]:
    return lambda about, base: Attack(about, *_form(base), headers=headers)


BROKEN: tuple[tuple[str, Callable[[str, Base], Attack]], ...] = (
    ("JSON", _as_json),
    ("deep JSON", _as_deep_json),
    ("plain text", _as_text),
    ("nothing", _empty),
    ("multipart without a boundary", _without_boundary),
    ("multipart with a strange boundary", _with_a_strange_boundary),
    ("multipart with a long boundary", _with_a_long_boundary),
    ("multipart that is cut off", _cut_off),
    ("multipart without names", _without_names),
    ("multipart with a huge header", _with_a_huge_header),
    ("multipart with wrong base64", _in_base64),
    ("charset utf-7", _charset("utf-7")),
    ("charset utf-16", _charset("utf-16")),
    ("unknown charset", _charset("tidak-ada")),
    ("charset that is a codec for bytes", _charset("hex")),
    ("1,100 fields", _many_fields),
    ("40 files", _many_files),
    ("1 MB in every field", _much_text),
    ("3 MB of text", _too_much_text),
    ("length that is too short", _with_a_length("3")),
    ("zipped, it says", _with_headers(HTTP_CONTENT_ENCODING="gzip")),
    ("called a PUT", _with_headers(HTTP_X_HTTP_METHOD_OVERRIDE="PUT")),
    ("a referer of elsewhere", _with_headers(HTTP_REFERER=f"//evil.example/{SCRIPT}")),
    ("an origin of elsewhere", _with_headers(HTTP_ORIGIN="null")),
)
