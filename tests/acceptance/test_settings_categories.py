"""The tree of categories as an admin keeps it, and the questions to reporters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.offices.models import Office
from tests.acceptance.cast import Player
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.settings_steps import another_admin, done, seen, send, stored, versions

Warga = Callable[[Office], Citizen]
TREE = "/kantor/atur/kategori/"
NEW = f"{TREE}tambah/"
WELL = {
    "name": "Sumur warga",
    "name_en": "Wells",
    "note": "Air sumur keruh atau kering",
    "note_en": "",
    "hint": "Bila airnya berbau minyak, jangan diminum.",
    "hint_en": "",
    "parent": "infrastructure",
    "unit": "kesejahteraan",
    "case_class": "urgent",
    "in_use": "on",
}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


def page_of(code: str) -> str:
    return f"{TREE}isi/{code}/"


def test_a_new_category_can_be_chosen_at_once(greged: Office, admin: Player, warga: Warga) -> None:
    done(send(admin, NEW, WELL))
    settings = stored(greged)
    made = settings.category("sumur_warga")
    assert made is not None
    assert (made.name.en, made.unit, made.case_class) == ("Wells", "kesejahteraan", "urgent")
    assert [part.code for part in settings.paths["sumur_warga"]] == ["infrastructure", "sumur_warga"]
    assert "sumur_warga" in warga(greged).categories()
    assert "Sumur warga" in text_of(admin.get(TREE))


def test_a_category_has_what_it_leaves_out_from_the_one_above(greged: Office, admin: Player) -> None:
    done(send(admin, NEW, {**WELL, "unit": "", "case_class": "", "hint": "", "note": "", "name_en": ""}))
    settings = stored(greged)
    made = settings.category("sumur_warga")
    assert made is not None
    assert (made.unit, made.case_class, made.hint, made.note) == (None, None, None, None)
    assert settings.unit_of("sumur_warga") == "pemberdayaan"


def test_a_category_is_changed_moved_and_put_in_another_order(greged: Office, admin: Player) -> None:
    road = {"name": "Jalan berlubang", "parent": "order", "in_use": "on"}
    done(send(admin, page_of("road"), road))
    settings = stored(greged)
    assert [part.code for part in settings.paths["road"]] == ["order", "road"]
    assert settings.paths["road"][-1].name.id == "Jalan berlubang"
    done(send(admin, TREE, {"naik": "road"}))
    order = stored(greged).category("order")
    assert order is not None
    assert [child.code for child in order.children][-2:] == ["road", "crime"]
    done(send(admin, TREE, {"turun": "road"}))
    assert admin.post(TREE, {"terlihat": "1", "naik": "tidak_ada"}).status_code == 404
    inside_itself = send(admin, page_of("order"), {"name": "Ketertiban", "parent": "road", "in_use": "on"})
    assert inside_itself.status_code == 422


def test_a_category_that_complaints_have_is_retired_and_never_lost(
    greged: Office, admin: Player, warga: Warga
) -> None:
    warga(greged).report(category="road")
    for code in ("road", "infrastructure"):  # itself, and what it stands in
        refused = send(admin, page_of(code), {"hapus": "1"})
        assert refused.status_code == 422, code
        assert "tercatat pada 1 aduan" in text_of(refused)
    assert stored(greged).category("road") is not None
    done(send(admin, page_of("road"), {"name": "Jalan rusak", "parent": "infrastructure", "in_use": ""}))
    assert "road" not in warga(greged).categories()
    assert "Jalan rusak" in text_of(admin.get("/kantor/aduan/"))
    assert "tidak dipakai" in text_of(admin.get(TREE))
    done(send(admin, page_of("irrigation"), {"hapus": "1"}))
    assert stored(greged).category("irrigation") is None
    assert admin.get(page_of("irrigation")).status_code == 404


def test_a_category_that_a_routing_rule_names_is_not_removed(greged: Office, admin: Player) -> None:
    rule = {"why": "Sampah", "category": ["waste"], "unit": "umum", "in_use": "on"}
    done(send(admin, "/kantor/atur/penyaluran/tambah/", rule))
    refused = send(admin, page_of("waste"), {"hapus": "1"})
    assert refused.status_code == 422
    assert "merujuk kategori 'waste' yang tidak ada" in text_of(refused)
    assert "(R01)" in text_of(refused)


def test_there_is_always_a_category_to_choose(greged: Office, admin: Player) -> None:
    leaves = list(stored(greged).selectable)
    tops = {stored(greged).paths[code][0].code for code in leaves}
    for code in sorted(tops - {"other"}):
        name = stored(greged).paths[code][-1].name.id
        done(send(admin, page_of(code), {"name": name, "parent": "", "in_use": ""}))
    refused = send(admin, page_of("other"), {"name": "Lainnya", "parent": "", "in_use": ""})
    assert refused.status_code == 422
    assert "paling sedikit satu yang dipakai" in text_of(refused)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Isi “Nama”"),
        ({"unit": "tidak-ada"}, "Pilih salah satu jawaban"),
        ({"case_class": "bukan_nilai"}, "Pilih salah satu jawaban"),
        ({"hint": "", "hint_en": "Only English"}, "Isi dahulu kata-kata bahasa Indonesianya"),
    ],
)
def test_a_category_that_cannot_be_is_refused_and_stays_as_typed(
    greged: Office, admin: Player, wrong: dict[str, str], said: str
) -> None:
    answer = send(admin, NEW, {**WELL, **wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="Air sumur keruh atau kering"' in answer.content.decode()
    assert versions(greged) == 1


def test_questions_of_every_kind_are_asked_changed_and_taken_out(greged: Office, admin: Player) -> None:
    new = f"{page_of('road')}pertanyaan/"
    width = {"label": "Selebar apa lubangnya?", "kind": "choice", "required": "on"}
    width |= {"choices": "Kecil | Small\nBesar | Large\n"}
    done(send(admin, new, width))
    done(send(admin, new, {"label": "Jalan tertutup?", "kind": "yes_no", "help": "Bagi mobil."}))
    done(send(admin, new, {"label": "Sejak kapan?", "kind": "line"}))
    done(send(admin, new, {"label": "Berapa rumah?", "kind": "number"}))
    asked = stored(greged).questions_of("road")
    assert [question.kind.value for question in asked] == ["choice", "yes_no", "line", "number"]
    assert [question.required for question in asked] == [True, False, False, False]
    assert [choice.value for choice in asked[0].choices] == ["kecil", "besar"]
    assert asked[0].choices[1].label.en == "Large"
    assert "4 pertanyaan" in text_of(admin.get(TREE))
    page = f"{new}{asked[0].code}/"
    assert "Besar | Large" in admin.get(page).content.decode()
    renamed = {**width, "choices": "Kecil\nSebesar roda\nSeluruh jalan", "required": ""}
    done(send(admin, page, {**renamed, "choices": "Kecil\nSebesar roda"}))
    done(send(admin, page, renamed))
    (first, *_) = stored(greged).questions_of("road")
    values = [choice.value for choice in first.choices]
    assert values == ["kecil", "besar", "seluruh_jalan"], "answers that were given keep their value"
    done(send(admin, page, {"hapus": "1"}))
    assert len(stored(greged).questions_of("road")) == 3
    assert admin.get(page).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"choices": "Hanya satu"}, "paling sedikit dua pilihan"),
        ({"choices": "Sama\nSama"}, "ditulis dua kali"),
        ({"label": ""}, "Isi “Pertanyaan”"),
        ({"kind": "gambar"}, "Pilih salah satu jawaban"),
    ],
)
def test_a_question_that_cannot_be_is_refused_and_stays_as_typed(
    greged: Office, admin: Player, wrong: dict[str, str], said: str
) -> None:
    given = {"label": "Selebar apa?", "kind": "choice", "choices": "Kecil\nBesar", "help": "Kira-kira saja"}
    answer = send(admin, f"{page_of('road')}pertanyaan/", {**given, **wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="Kira-kira saja"' in answer.content.decode()


def test_of_two_admins_at_a_category_the_second_is_told_and_loses_nothing(
    greged: Office, admin: Player, petugas: Player
) -> None:
    other = another_admin(greged, petugas)
    mark = seen(admin.get(page_of("road")))
    road = {"terlihat": mark, "parent": "infrastructure", "in_use": "on"}
    done(other.post(page_of("road"), {**road, "name": "Jalan lubang"}))
    late = admin.post(page_of("road"), {**road, "name": "Jalan ambles"})
    assert late.status_code == 409
    assert 'value="Jalan ambles"' in late.content.decode()
    assert "Jalan lubang" in text_of(late)
    assert admin.post(TREE, {"terlihat": mark, "turun": "road"}).status_code == 409
    done(admin.post(page_of("road"), {**road, "name": "Jalan ambles", "terlihat": seen(late)}))
