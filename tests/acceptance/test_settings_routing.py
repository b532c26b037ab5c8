"""Where complaints go: rules that an admin writes and tries, and that are missed when they break."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from central.coordination.models import Alarm
from central.coordination.registry import alarm_handler
from central.delivery.models import CentralMessage
from central.offices.access import office as inside
from central.offices.access import public
from central.offices.models import Office
from central.offices.services import create_office
from tenants.complaints.chain import verify_chain
from tenants.complaints.models import Complaint
from tenants.organization.models import Absence, Unit
from tenants.organization.services import STAFF_ALARM, STAFF_CHANGED
from tests.acceptance.cast import Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import page_of, slug_of
from tests.acceptance.settings_steps import done, seen, send, stored, versions
from tests.acceptance.sops.page import Page

Clock = Callable[..., datetime]
Warga = Callable[[Office], Citizen]
LIST = "/kantor/atur/penyaluran/"
NEW = f"{LIST}tambah/"
TRY = f"{LIST}coba/"
ALERT = "'Lampu ditangani Trantib' menunjuk unit 'Seksi Ketenteraman dan Ketertiban Umum'"
LAMPS = {"why": "Lampu ditangani Trantib", "words": "lampu\nlampu jalan", "unit": "trantib", "in_use": "on"}


@pytest.fixture
def admin(greged: Office, as_admin: Callable[[Office], Player]) -> Player:
    return as_admin(greged)


def add(admin: Player, **rule: Any) -> None:
    done(send(admin, NEW, {"in_use": "on", **rule}))


def codes(office: Office) -> list[str]:
    return [rule.code for rule in stored(office).routing]


def newest(office: Office) -> Complaint:
    with inside(office):
        return Complaint.objects.select_related("unit").latest("pk")


def close_unit(office: Office, code: str) -> None:
    with inside(office):
        Unit.objects.filter(code=code).update(is_active=False)


def told(kind: str) -> list[CentralMessage]:
    with public():
        return list(CentralMessage.objects.filter(kind=kind))


def test_a_rule_that_an_admin_writes_sends_complaints(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    assert "Belum ada aturan" in text_of(admin.get(LIST))
    add(admin, **LAMPS)
    assert "Kata: lampu, lampu jalan" in text_of(admin.get(LIST))
    warga(greged).report()
    complaint = newest(greged)
    assert complaint.unit is not None
    assert complaint.unit.code == "trantib"
    with inside(greged):
        first = complaint.events.get(seq=1).data["routing"]
    assert first["rule"] == "lampu_ditangani_trantib"
    assert first["why"] == {"id": "Lampu ditangani Trantib"}


def test_a_rule_looks_at_all_that_a_report_says(greged: Office, admin: Player) -> None:
    rule = {
        "why": "Malam di desa",
        "why_en": "At night in a village",
        "category": ["road", "waste"],
        "words": "gelap",
        "region": "32.09.12, 32.09.13",
        "intake_channel": ["website", "counter"],
        "hour": "22-2, 5",
        "weekday": ["sat", "sun"],
        "visibility": ["anonymous"],
        "role": "unit_officer",
        "unit": "trantib",
    }
    add(admin, **rule)
    (made,) = stored(greged).routing
    wanted = {condition.field: condition.value for condition in made.when}
    assert wanted == {
        "category": ("road", "waste"),
        "words": ("gelap",),
        "region": ("32.09.12", "32.09.13"),
        "intake_channel": ("website", "counter"),
        "hour": ("0", "1", "2", "5", "22", "23"),
        "weekday": ("sat", "sun"),
        "visibility": ("anonymous",),
    }
    assert (made.target.unit, made.target.role) == ("trantib", "unit_officer")
    page = admin.get(f"{LIST}aturan/{made.code}/").content.decode()
    assert 'value="5, 22-2"' in page
    assert "32.09.12, 32.09.13" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": ""}, "Pilih tujuan: unit, peran, orang, atau instansi lain"),
        ({"hour": "25"}, "bukan jam"),
        ({"region": "Cirebon"}, "bukan kode wilayah"),
        ({"words": "x" * 70}, "harus 2 sampai 60 huruf"),
        ({"why": ""}, "Isi “Alasan aturan ini”"),
        ({"unit": "tidak-ada"}, "Pilih salah satu jawaban"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_stays_as_typed(
    greged: Office, admin: Player, wrong: dict[str, str], said: str
) -> None:
    answer = send(admin, NEW, {**LAMPS, **wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "lampu jalan" in answer.content.decode() or "words" in wrong
    assert versions(greged) == 1


def test_rules_are_moved_switched_off_changed_and_taken_out(greged: Office, admin: Player) -> None:
    add(admin, why="Satu", words="satu", unit="trantib")
    add(admin, why="Dua", words="dua", unit="umum")
    assert codes(greged) == ["satu", "dua"]
    done(send(admin, LIST, {"naik": "dua"}))
    assert codes(greged) == ["dua", "satu"]
    done(send(admin, LIST, {"turun": "dua"}))
    assert codes(greged) == ["satu", "dua"]
    done(send(admin, LIST, {"mati": "satu"}))
    assert [rule.in_use for rule in stored(greged).routing] == [False, True]
    assert "dimatikan" in text_of(admin.get(LIST))
    done(send(admin, LIST, {"nyala": "satu"}))
    page = f"{LIST}aturan/satu/"
    done(send(admin, page, {"why": "Satu", "words": "kesatu", "unit": "trantib", "in_use": "on"}))
    assert stored(greged).routing[0].when[0].value == ("kesatu",)
    done(send(admin, f"{page}hapus/", {}))
    assert codes(greged) == ["dua"]
    assert admin.get(page).status_code == 404
    mark = seen(admin.get(LIST))
    assert admin.post(LIST, {"terlihat": mark, "naik": "satu"}).status_code == 400


def test_a_rule_is_taken_out_only_after_a_question_on_a_page_of_its_own(
    greged: Office, admin: Player
) -> None:
    """No button beside the one that saves does it, and whoever only reads the question changes nothing."""
    add(admin, why="Satu", words="satu", unit="trantib")
    page = f"{LIST}aturan/satu/"
    rule = admin.get(page).content.decode()
    form = rule[rule.index("Simpan aturan") : rule.index("</form>", rule.index("Simpan aturan"))]
    assert "hapus" not in form.lower()
    assert f'href="{page}hapus/"' in rule
    send(admin, page, {"hapus": "1", "why": "Satu", "words": "satu", "unit": "trantib", "in_use": "on"})
    question = text_of(admin.get(f"{page}hapus/"))
    assert "Hapus aturan “Satu”?" in question
    assert codes(greged) == ["satu"]
    done(send(admin, f"{page}hapus/", {}))
    assert codes(greged) == []
    assert admin.get(f"{page}hapus/").status_code == 404


def test_what_another_admin_changed_meanwhile_is_not_taken_out(greged: Office, admin: Player) -> None:
    add(admin, why="Satu", words="satu", unit="trantib")
    drop = f"{LIST}aturan/satu/hapus/"
    mark = seen(admin.get(drop))
    add(admin, why="Dua", words="dua", unit="umum")
    assert admin.post(drop, {"terlihat": mark}).status_code == 409
    assert codes(greged) == ["satu", "dua"]


def test_a_rule_and_its_try_out_lead_back_to_the_list_of_rules(admin: Player) -> None:
    add(admin, why="Satu", words="satu", unit="trantib")
    for path in (NEW, TRY, f"{LIST}aturan/satu/"):
        body = admin.get(path).content.decode()
        back = re.search(r'<nav class="back"[^>]*><a href="([^"]*)"', body)
        assert back is not None
        assert back[1] == LIST, path


def test_of_two_admins_at_a_rule_the_second_is_told_and_loses_nothing(greged: Office, admin: Player) -> None:
    add(admin, why="Satu", words="satu", unit="trantib")
    page = f"{LIST}aturan/satu/"
    mark = seen(admin.get(page))
    done(admin.post(page, {"terlihat": mark, "why": "Satu", "words": "yang pertama", "unit": "trantib"}))
    late = admin.post(page, {"terlihat": mark, "why": "Satu", "words": "yang kedua", "unit": "umum"})
    assert late.status_code == 409
    assert "yang kedua" in late.content.decode()
    assert "yang pertama" in text_of(late)
    stale = admin.post(LIST, {"terlihat": mark, "mati": "satu"})
    assert stale.status_code == 409


def test_a_rule_is_tried_on_a_text_before_it_takes_effect(greged: Office, admin: Player) -> None:
    add(admin, why="Sampah ke Kesra", category=["waste"], unit="kesejahteraan")
    trial = {"contoh-text": "Lampu di pasar padam", "contoh-category": "street_light"}
    shown = send(admin, NEW, {**LAMPS, "coba": "1", **trial})
    assert shown.status_code == 200
    words = text_of(shown)
    assert "Ke unit Seksi Ketenteraman dan Ketertiban Umum" in words
    assert "Lampu ditangani Trantib Menang" in words
    assert "Tidak terpenuhi: Kategori: Sampah dan kebersihan" in words
    assert "lampu jalan" in shown.content.decode()
    assert codes(greged) == ["sampah_ke_kesra"]
    nothing = send(admin, NEW, {**LAMPS, "coba": "1"})
    assert nothing.status_code == 422
    assert "Ketik uraian contoh" in text_of(nothing)


def test_the_trial_says_why_each_earlier_rule_did_not_win(greged: Office, admin: Player) -> None:
    add(admin, why="Malam", hour="18-23", unit="umum")
    add(admin, why="Hari Minggu", weekday=["sun"], unit="umum")
    add(admin, why="Hilang", words="lampu", unit="program")
    add(admin, **LAMPS)
    add(admin, why="Semua", unit="pemerintahan")
    close_unit(greged, "program")
    given = {"contoh-text": "Lampu padam", "contoh-at": "2025-03-03T10:00", "contoh-channel": "counter"}
    words = text_of(admin.post(TRY, given))
    assert "Malam Tidak cocok. Tidak terpenuhi: Jam: 18-23." in words
    assert "Hari Minggu Tidak cocok. Tidak terpenuhi: Hari: Minggu." in words
    assert "Hilang Cocok, tetapi dilewati: tujuannya sekarang tidak dapat menerima aduan" in words
    assert "Lampu ditangani Trantib Menang: semua syaratnya terpenuhi" in words
    assert "Semua Cocok, tetapi aturan di atasnya sudah menang" in words


def test_the_rules_are_tried_on_a_past_complaint(
    greged: Office, admin: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    number, _code = warga(greged).report()
    shown = send(admin, NEW, {**LAMPS, "coba": "1", "contoh-number": number})
    assert f"Hasil percobaan: {number}" in text_of(shown)
    assert "Lampu ditangani Trantib Menang" in text_of(shown)
    unknown = admin.post(TRY, {"contoh-number": "9999/X/2025"})
    assert unknown.status_code == 422
    assert "Tidak ada aduan dengan nomor ini" in text_of(unknown)
    assert "9999/X/2025" in unknown.content.decode()


def test_the_region_is_kept_and_a_rule_by_region_tried_on_a_past_complaint(
    greged: Office, admin: Player, at: Clock
) -> None:
    at("2025-03-03 10:00")
    add(admin, why="Desa di selatan", region="32.09.38.2", unit="trantib")
    sent = {"category": "street_light", "description": "Lampu di depan balai desa padam.", "place": "Balai"}
    sent |= {"name": "Siti Aminah", "phone": "081234567890", "address": "Dusun 1"}
    client = Client(HTTP_HOST=admin.host)
    other = "pemberdayaan"
    for region, unit in (("32.09.38.2005", "trantib"), ("32.09.12.2001", other), ("", other)):
        answer = client.post(
            "/api/v1/complaints/",
            json.dumps({**sent, "region": region}),
            content_type="application/json",
            headers={"Idempotency-Key": f"key-{region}"},
        )
        assert answer.status_code == 201, answer.content
        complaint = newest(greged)
        assert complaint.unit is not None
        assert (complaint.region, complaint.unit.code) == (region, unit)
        with inside(greged):
            assert verify_chain(complaint).intact
            complaint.region = "32.09.99"
            assert not verify_chain(complaint).intact
        words = text_of(admin.post(TRY, {"contoh-number": complaint.number}))
        assert ("Desa di selatan Menang" in words) is (unit == "trantib"), words
        page = text_of(page_of(admin, slug_of(greged, complaint.number)))
        assert ("Desa di selatan" in page) is (unit == "trantib")
    wrong = client.post(
        "/api/v1/complaints/", json.dumps({**sent, "region": "Cirebon"}), content_type="application/json"
    )
    assert wrong.status_code == 400
    assert "region" in wrong.content.decode()


AREAS = "/kantor/atur/wilayah/"
VILLAGES = "11.01.01.2001 Desa Satu\n\n11.01.01.2002   Desa  Dua\n"


def test_reporters_and_staff_choose_an_area_and_rules_look_at_it(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    citizen = warga(greged)
    citizen.fill(until="tempat")
    assert "wilayah" not in text_of(citizen.get("/lapor/tempat/")), "no list, no question"
    program = Client(headers={"host": host_of(greged)})
    assert program.get("/api/v1/areas/").json() == []
    done(send(admin, AREAS, {"areas": VILLAGES}))
    assert program.get("/api/v1/areas/").json() == [
        {"code": "11.01.01.2001", "name": "Desa Satu"},
        {"code": "11.01.01.2002", "name": "Desa Dua"},
    ]
    kept = [(area.code, area.name.id) for area in stored(greged).areas]
    assert kept == [("11.01.01.2001", "Desa Satu"), ("11.01.01.2002", "Desa Dua")]
    add(admin, why="Desa Dua ditangani Trantib", region="11.01.01.2002", unit="trantib")
    assert "Kode wilayah: Desa Dua" in text_of(admin.get(LIST))
    assert "Di wilayah mana? Desa Satu Desa Dua Saya tidak tahu" in text_of(citizen.get("/lapor/tempat/"))
    number, code = citizen.report(region="11.01.01.2002")
    complaint = newest(greged)
    assert complaint.unit is not None
    assert (complaint.number, complaint.region, complaint.unit.code) == (number, "11.01.01.2002", "trantib")
    assert "Wilayah Desa Dua" in text_of(page_of(petugas, slug_of(greged, number)))
    assert "Wilayah Desa Dua" in text_of(citizen.get(f"/lacak/{code}/"))
    other, _code = citizen.report(region="")
    assert newest(greged).region == ""
    assert "Wilayah" not in text_of(page_of(petugas, slug_of(greged, other)))
    page = petugas.get("/kantor/masukkan/")
    form = Page(page).forms[-1]
    for name, value in {"region": "11.01.01.2001", "channel": "phone", "name": "Budi"}.items():
        form.fill(name, value)
    for name, value in {"address": "RT 1", "phone": "081234567890", "place": "Pasar"}.items():
        form.fill(name, value)
    form.fill("description", "Saluran air di pasar tersumbat sejak kemarin.")
    form.fill("category", "road")
    entered = petugas.post("/kantor/masukkan/", form.data())
    assert entered.status_code == 302, text_of(entered)
    assert newest(greged).region == "11.01.01.2001"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Desa Satu", "bukan kode wilayah dan namanya"),
        ("11.01", "bukan kode wilayah dan namanya"),
        ("11.01 A\n11.01 B", "tertulis dua kali"),
    ],
)
def test_a_list_of_areas_that_cannot_be_is_refused_and_stays_as_typed(
    greged: Office, admin: Player, typed: str, said: str
) -> None:
    answer = send(admin, AREAS, {"areas": typed})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert typed in answer.content.decode()
    assert versions(greged) == 1


def test_a_rule_may_send_to_a_person_and_to_another_office(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    with public():
        sister = create_office(
            government=greged.government, code="dinas-pu", name="Dinas PU", kind="dinas", preset="upik"
        )
    add(admin, why="Jembatan tugas PU", words="jembatan", office=sister.code)
    add(admin, why="Kepada petugas", words="lampu", member=str(petugas.member_id))
    assert "instansi lain: Dinas PU" in text_of(admin.get(LIST))
    assert petugas.user.name in text_of(admin.get(LIST))
    warga(greged).report()
    assert newest(greged).member_id == petugas.member_id
    both = send(admin, NEW, {**LAMPS, "office": sister.code})
    assert both.status_code == 422
    assert "tidak keduanya" in text_of(both)


def test_a_rule_whose_unit_was_closed_raises_an_alert_and_holds_up_nothing(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    add(admin, **LAMPS)
    with inside(greged):
        Alarm.objects.filter(kind=STAFF_ALARM).delete()
    assert "tujuan penyaluran" not in text_of(admin.get("/kantor/"))
    close_unit(greged, "trantib")
    number, _code = warga(greged).report(category="road")
    assert number
    with inside(greged):
        complaint = newest(greged)
        assert complaint.unit is None or complaint.unit.code != "trantib"
        assert complaint.events.get(seq=1).data["routing"]["broken"] == ["lampu_ditangani_trantib"]
        assert Alarm.objects.filter(kind=STAFF_ALARM, key=STAFF_CHANGED).exists()
        alarm_handler(STAFF_ALARM)(STAFF_CHANGED, timezone.now())
    (mail,) = told("routing_broken")
    assert mail.recipient == admin.user.email
    assert "Lampu ditangani Trantib" in mail.body
    for path in ("/kantor/", "/kantor/atur/", LIST):
        assert ALERT in text_of(admin.get(path)), path
    assert "tujuan penyaluran" not in text_of(petugas.get("/kantor/"))
    warga(greged).report(category="road")
    with inside(greged):
        alarm_handler(STAFF_ALARM)(STAFF_CHANGED, timezone.now())
    assert len(told("routing_broken")) == 1, "what is known already is not told with every report"
    # Another change is not held up by it, and switching it off ends the alert.
    add(admin, why="Lain", words="lain", unit="umum")
    again = send(admin, NEW, {**LAMPS, "why": "Sama"})
    assert again.status_code == 422, "a closed unit is not offered"
    page = f"{LIST}aturan/lampu_ditangani_trantib/"
    assert "Seksi Ketenteraman dan Ketertiban Umum (tidak ada lagi)" in admin.get(page).content.decode()
    done(send(admin, LIST, {"mati": "lampu_ditangani_trantib"}))
    assert ALERT not in text_of(admin.get(LIST))


def test_a_member_who_left_is_a_target_no_more(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    add(admin, why="Kepada petugas", words="lampu", member=str(petugas.member_id))
    done(admin.post(f"/kantor/atur/anggota/{petugas.member_id}/keluar/"))
    warga(greged).report()
    assert newest(greged).member_id is None
    assert f"menunjuk anggota '{petugas.user.name}'" in text_of(admin.get(LIST))


def test_who_is_away_is_passed_over_until_they_are_back(
    greged: Office, admin: Player, petugas: Player, warga: Warga, at: Clock
) -> None:
    at("2025-03-03 10:00")
    add(admin, why="Kepada petugas", words="lampu", member=str(petugas.member_id))
    with inside(greged):
        days = {"starts_on": date(2025, 3, 3), "ends_on": date(2025, 3, 4)}
        Absence.objects.create(member_id=petugas.member_id, **days)
    warga(greged).report()
    assert newest(greged).member_id is None
    at("2025-03-05 10:00")
    warga(greged).report()
    assert newest(greged).member_id == petugas.member_id


def test_routing_is_for_admins_only(petugas: Player) -> None:
    for path in (LIST, NEW, TRY):
        assert petugas.get(path).status_code == 403
    assert petugas.post(NEW, LAMPS).status_code == 403
    assert re.search("hanya untuk admin", text_of(petugas.get(LIST)))
