"""What the complaints of the populated world are about, and the steps that bring each into its state.

A `Story` becomes one complaint. Its `word` stands in everything that only staff or the reporter may read: the
story, the place, the address, notes, names of files and the files themselves; so does the reporter's name.
What the public may read holds neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PUBLIC = {
    "public_title": "Penerangan jalan diperbaiki",
    "public_complaint": "Warga melaporkan bahwa penerangan jalan mati pada malam hari.",
    "public_answer": "Lampu sudah diganti dan menyala kembali. Terima kasih atas laporannya.",
}
ANSWER = "Lampu di Gang {word} sudah diganti hari ini dan menyala kembali. Terima kasih, {name}."


@dataclass(frozen=True)
class Move:
    """One step. `by`: an office role, `desk:` with a role there, or `reporter`. `files`: inputs that get one.

    Texts may quote the story's `{word}` and `{name}`.
    """

    by: str
    action: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    line: str = "main"
    files: tuple[str, ...] = ()
    pictures: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Story:
    """One complaint. `name`: "" for nobody. `contact`: email, phone or both. `by`: the role that entered it
    for the reporter.

    `days`: how long ago it came in, for one that staff entered.
    """

    case: str
    word: str
    name: str
    moves: tuple[Move, ...] = ()
    visibility: str = "open"
    contact: str = "both"
    category: str = ""
    channel: str = "website"
    by: str = ""
    days: int = 0
    files: bool = False


# --- Kecamatan Greged: the whole of an office's life --------------------------------------------------------

CLERK, SECRETARY, UNIT = "complaint_clerk", "district_secretary", "unit_officer"
_VERIFY = Move(CLERK, "verify_complete", {"note": "Catatan {word}: berkas lengkap."})
_PROPOSE = Move(
    CLERK,
    "propose_disposition",
    {
        "category": "street_light",
        "case_class": "routine",
        "unit": "trantib",
        "note": "Usulan {word} ke Trantib.",
        "correction": "Lampu {word} milik pasar.",
    },
)
_ASSIGN = Move(
    SECRETARY,
    "assign",
    {"unit": "trantib", "instruction": "Periksa Gang {word} besok pagi.", "urgency": "ordinary"},
)
_RESPOND = Move(
    UNIT,
    "give_first_response",
    {"response": "Petugas kami memeriksa Gang {word} besok pagi."},
    "first_response",
    unit="trantib",
)
_REPORT = Move(
    UNIT,
    "submit_report",
    {"findings": "Bola lampu di Gang {word} putus.", "recommendation": "Ganti bola lampu {word}."},
    files=("files",),
    unit="trantib",
)
_APPROVE = Move(SECRETARY, "approve", {"note": "Setuju, {word}."})
_ANSWER = Move(CLERK, "upload_answer", {"answer": ANSWER}, files=("files",))
_TO_UNIT = (_VERIFY, _PROPOSE, _ASSIGN)
_TO_ANSWER = (*_TO_UNIT, _RESPOND, _REPORT, _APPROVE, _ANSWER)
_RELEASE = Move(CLERK, "release", PUBLIC, "publication", pictures=True)

GREGED = (
    Story("new", "Cempaka", "Sekar Wulandari", category="street_light", files=True),
    Story(
        "waiting",
        "Kenanga",
        "Bagas Prakoso",
        (Move(CLERK, "ask_reporter", {"question": "Di sebelah mana lampu Gang {word} itu?"}),),
    ),
    Story("assigned", "Flamboyan", "Ratna Kusumawardhani", (*_TO_UNIT, _RESPOND), files=True),
    Story("reported", "Bugenvil", "Yudha Wirapati", (*_TO_UNIT, _RESPOND, _REPORT), files=True),
    Story("answered", "Kamboja", "Laras Puspitasari", _TO_ANSWER, files=True),
    Story("published", "Teratai", "Galih Nugraha", (*_TO_ANSWER, _RELEASE), files=True),
    Story(
        "withdrawn",
        "Anggrek",
        "Mira Handayani",
        (Move("reporter", "withdraw", {"reason": "Sudah menyala lagi di Gang {word}."}),),
    ),
    Story(
        "objected",
        "Seruni",
        "Tirta Mahendra",
        (*_TO_ANSWER, Move("reporter", "object", {"reason": "Lampu di Gang {word} mati lagi."})),
    ),
    Story(
        "handed_up",
        "Dahlia",
        "Wening Pangesti",
        (Move(CLERK, "hand_up", {"reason": "Jalan di Gang {word} adalah jalan kabupaten."}),),
        files=True,
    ),
    Story(
        "confidential",
        "Wijaya Kusuma",
        "Danar Hadikusuma",
        (*_TO_UNIT, _RESPOND),
        visibility="confidential",
        files=True,
    ),
    Story("anonymous", "Sedap Malam", "", visibility="anonymous", files=True),
    Story(
        "phone",
        "Alamanda",
        "Karta Suwirya",
        (Move(CLERK, "ask_reporter", {"question": "Rumah nomor berapa di Gang {word}?"}),),
        contact="phone",
        channel="phone",
        by=CLERK,
    ),
    Story(
        "confidential_phone",
        "Sakura",
        "Endah Rarasati",
        (*_TO_UNIT, _RESPOND),
        visibility="confidential",
        contact="phone",
        channel="phone",
        by=CLERK,
    ),
    Story("late", "Lavender", "Prabu Wicaksana", channel="letter", by=CLERK, days=60),
)

# --- Kecamatan Jenawi: another office, of another government ------------------------------------------------

WEB, DATA, PPID = "web_admin", "data_officer", "information_officer"
_J_ANSWER = (
    Move(WEB, "confirm_receipt", {"note": "Catatan {word}."}),
    Move(
        DATA,
        "classify",
        {
            "category": "road",
            "case_class": "general",
            "summary": "Laporan {word}.",
            "correction": "Soal jalan di {word}.",
        },
    ),
    Move(PPID, "give_material", {"material": "Bahan {word}.", "source": "Seksi {word}"}, files=("files",)),
    Move(DATA, "complete_response", {"response": "Tanggapan {word}."}),
    Move(WEB, "answer", {"answer": ANSWER, "good_language": True}, files=("files",)),
)

JENAWI = (
    Story("new", "Mahoni", "Suryo Adiningrat", category="road", files=True),
    Story("answered", "Trembesi", "Intan Permatasari", _J_ANSWER, files=True),
    Story(
        "published",
        "Ketapang",
        "Joyo Martono",
        (*_J_ANSWER, Move(WEB, "release", PUBLIC, "publication", pictures=True)),
        files=True,
    ),
    Story(
        "handed_up",
        "Sonokeling",
        "Ambar Sulistya",
        (*_J_ANSWER[:2], Move(PPID, "hand_up", {"reason": "Jalan {word} adalah jalan kabupaten."})),
    ),
    Story("confidential", "Meranti", "Pandu Ranggawarsita", _J_ANSWER[:1], visibility="confidential"),
    Story(
        "phone", "Bungur", "Warsini Lestari", _J_ANSWER, contact="phone", channel="phone", by=WEB, files=True
    ),
)

# --- Dinas Perhubungan Kota Mojokerto: publication is its government's desk's -------------------------------

OPERATOR = "operator"
EDITED = {
    "public_title": "Lampu lalu lintas simpang lima menyala lagi",
    "public_complaint": "Lampu lalu lintas di simpang lima mati.",
    "public_answer": "Lampu sudah diganti oleh petugas kami.",
}
_M_ANSWER = (
    Move(OPERATOR, "verify", {"case_class": "urgent_general", "note": "Catatan {word}."}),
    Move(OPERATOR, "answer_directly", {"answer": ANSWER}, files=("files",)),
)
_EDIT = Move("desk:editor", "submit_edited", EDITED, "publication")

MOJOKERTO = (
    Story("new", "Merpati", "Nanda Saputra", category="traffic_light", files=True),
    Story("answered", "Kutilang", "Rukmini Setyawati", _M_ANSWER, files=True),
    Story("edited", "Jalak", "Hadi Wirasena", (*_M_ANSWER, _EDIT), files=True),
    Story(
        "published",
        "Cendrawasih",
        "Lestari Ayuningtyas",
        (*_M_ANSWER, _EDIT, Move("desk:press_coordinator", "publish", {}, "publication", pictures=True)),
        files=True,
    ),
    Story(
        "handed_up",
        "Rajawali",
        "Teguh Wiryawan",
        (
            Move(OPERATOR, "verify", {"case_class": "outside_duties", "note": "Catatan {word}."}),
            Move(OPERATOR, "hand_up", {"reason": "Jalan {word} adalah jalan provinsi."}),
        ),
        files=True,
    ),
    Story("confidential", "Kepodang", "Asih Prameswari", _M_ANSWER, visibility="confidential", files=True),
    Story(
        "phone",
        "Perkutut",
        "Slamet Riyanta",
        _M_ANSWER,
        contact="phone",
        channel="phone",
        by=OPERATOR,
        files=True,
    ),
)

STORIES: dict[str, tuple[Story, ...]] = {
    "greged": GREGED,
    "jenawi": JENAWI,
    "dishub-mojokerto": MOJOKERTO,
}
