"""Who puts a procedure in force signs for what it takes away, as it stands then, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Position
from tenants.organization.queries import Person, actor_for_member
from tenants.procedure.models import ProcedureDraft, ProcedureVersion
from tenants.procedure.services import proved, save_draft
from tenants.procedure.signing import mark_of
from tests.acceptance.cast import Player
from tests.acceptance.citizen import text_of
from tests.acceptance.procedure_steps import (
    SOP,
    changed,
    done,
    form_of,
    in_force,
    put_in_force,
    with_text,
)
from tests.acceptance.sops.page import Page
from tests.signed import put_signed
from workflows.checking import check
from workflows.loading import as_data, as_yaml, procedure_from

LIMIT = ("value: 5\n    unit: WM", "value: 50\n    unit: WM")
TICK = "Saya sudah membaca 1 peringatan di atas dan menyetujuinya"
UNREAD = "Baca peringatannya, lalu centang kotak ini."


@pytest.fixture
def admin(jenawi: Office, as_admin: Callable[[Office], Player], as_member: Callable[..., Player]) -> Player:
    """The admin of an office in which every role is held."""
    as_member(jenawi, "web_admin")
    return as_admin(jenawi)


def longer(office: Office) -> str:
    """What is in force with a limit of which it takes ten times as long."""
    return changed(office, *LIMIT)


def test_nothing_is_in_force_until_the_box_is_ticked_and_nothing_typed_is_lost(
    jenawi: Office, admin: Player
) -> None:
    draft = with_text(jenawi, longer(jenawi))
    path = f"{draft}berlakukan/"
    assert TICK in text_of(admin.get(path))
    form = form_of(admin.get(path))
    form.fill("note", "Keputusan Camat 9")
    refused = admin.post(path, form.data())
    assert refused.status_code == 422
    assert UNREAD in text_of(refused)
    assert form_of(refused).fields["note"].values == ["Keputusan Camat 9"]
    assert form_of(refused).fields["signed"].values == []
    signed = form_of(refused)
    signed.fill("signed", True)
    assert done(admin.post(path, signed.data())) == f"{SOP}versi/2/"
    version = in_force(jenawi)
    assert [row["code"] for row in version.warnings] == ["W19"]
    shown = text_of(admin.get(f"{SOP}versi/2/"))
    assert "1 peringatan disetujui saat versi ini diberlakukan" in shown
    assert "dari 5 menit kerja menjadi 50 menit kerja" in shown
    admin.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "becomes longer: from 5 working minutes to 50 working minutes" in text_of(
        admin.get(f"{SOP}versi/2/")
    )


def test_a_tick_in_one_language_holds_in_the_other(jenawi: Office, admin: Player) -> None:
    path = f"{with_text(jenawi, longer(jenawi))}berlakukan/"
    form = form_of(admin.get(path))
    form.fill("signed", True)
    admin.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert done(admin.post(path, form.data())) == f"{SOP}versi/2/"


def test_a_tick_for_other_warnings_is_none_and_says_so(jenawi: Office, admin: Player) -> None:
    path = f"{with_text(jenawi, longer(jenawi))}berlakukan/"
    form = form_of(admin.get(path))
    for mark in ("on", "0" * 64, "' OR 1=1"):
        refused = admin.post(path, {**form.data(), "signed": mark})
        assert refused.status_code == 422
        assert "Peringatannya berubah sejak Anda membacanya." in text_of(refused)
        assert form_of(refused).fields["signed"].values == []
    assert in_force(jenawi).number == 1


def test_of_a_draft_that_was_changed_meanwhile_that_is_said_first(jenawi: Office, admin: Player) -> None:
    """Before anybody is asked to sign for warnings of a text that they have not read."""
    draft = with_text(jenawi, longer(jenawi))
    path = f"{draft}berlakukan/"
    form = form_of(admin.get(path))
    form.fill("signed", True)
    with inside(jenawi):
        stored = ProcedureDraft.objects.get(pk=int(draft.split("/")[-2]))
        save_draft(
            stored.pk,
            actor=_admin_of(admin),
            text=stored.text.replace("value: 50\n", "value: 500\n", 1),
            expected_version=1,
        )
    refused = admin.post(path, form.data())
    assert refused.status_code == 409
    words = text_of(refused)
    assert "baru saja mengubah konsep ini" in words
    assert "menjadi 500 menit kerja" in words
    again = form_of(refused)
    assert again.fields["signed"].values == []
    again.fill("signed", True)
    assert done(admin.post(path, again.data())) == f"{SOP}versi/2/"


def test_who_has_compared_with_a_version_that_has_been_replaced_is_told(
    jenawi: Office, admin: Player
) -> None:
    """It would take back what the other admin has just put in force, which nobody was shown."""
    draft = with_text(jenawi, changed(jenawi, "Penyampaian jawaban", "Jawaban resmi"))
    path = f"{draft}berlakukan/"
    form = form_of(admin.get(path))
    with inside(jenawi):
        put_signed(
            procedure_from_text(changed(jenawi, "Penerimaan dan register", "Penerimaan")),
            actor=_admin_of(admin),
        )
    refused = admin.post(path, form.data())
    assert refused.status_code == 409
    assert "baru saja memberlakukan versi 2" in text_of(refused)
    assert in_force(jenawi).number == 2
    assert done(admin.post(path, form_of(refused).data())) == f"{SOP}versi/3/"


def test_going_back_shows_what_changes_and_asks_for_a_signature_too(jenawi: Office, admin: Player) -> None:
    done(put_in_force(admin, with_text(jenawi, longer(jenawi))))
    with inside(jenawi):
        first = ProcedureVersion.objects.get(number=1)
        put_signed(first.document, actor=_admin_of(admin))
    path = f"{SOP}versi/2/kembali/"
    page = admin.get(path)
    assert TICK in text_of(page)
    assert "5 menit kerja" in text_of(page)
    form = form_of(page)
    refused = admin.post(path, form.data())
    assert refused.status_code == 422
    assert UNREAD in text_of(refused)
    form.fill("signed", True)
    with inside(jenawi):
        put_signed(
            procedure_from_text(longer(jenawi).replace("Pelaksana", "Utama", 1)), actor=_admin_of(admin)
        )
    refused = admin.post(path, form.data())
    assert refused.status_code == 409
    assert "baru saja memberlakukan versi 4" in text_of(refused)
    last = form_of(refused)
    assert "signed" not in last.fields, "version 4 is as slow: there is nothing left to sign"
    assert done(admin.post(path, last.data())) == SOP
    assert in_force(jenawi).number == 5


def test_a_version_that_cannot_be_put_in_force_has_no_button(jenawi: Office, admin: Player) -> None:
    done(put_in_force(admin, with_text(jenawi, changed(jenawi, "Penyampaian jawaban", "Jawaban resmi"))))
    with inside(jenawi):
        Position.objects.filter(roles__contains=["data_officer"]).update(roles=[])
    page = admin.get(f"{SOP}versi/1/kembali/")
    assert page.status_code == 200
    assert "Yang menghalangi" in text_of(page)
    assert "Berlakukan lagi" not in text_of(page)
    forced = admin.post(f"{SOP}versi/1/kembali/", {"signed": "x"})
    assert forced.status_code == 422
    assert in_force(jenawi).number == 2


def test_what_the_page_shows_is_what_is_signed_however_the_yaml_is_written(
    jenawi: Office, admin: Player
) -> None:
    """The same mark from text and from the document that is stored, with every kind of warning in it."""
    data = as_data(procedure_from(in_force(jenawi).document))
    del data["clocks"][1]["since"]
    data["clocks"][0]["limit"] = "  50   WM "
    data["name"] = {"id": "  Penanganan aduan  ", "en": ""}
    data["reporter"] = {**data.get("reporter", {}), "withdraw": False}
    written = as_yaml(procedure_from(data))
    with inside(jenawi):
        found = proved(written)
        assert found.sound
        assert {one.code for one in found.problems} == {"W11", "W19"}
    draft = with_text(jenawi, written)
    assert done(put_in_force(admin, draft)) == f"{SOP}versi/2/"
    assert len(in_force(jenawi).warnings) == len(found.problems)
    assert mark_of(found.problems) == mark_of(reversed(found.problems))


def test_the_page_of_a_draft_that_is_gone_says_so(jenawi: Office, admin: Player) -> None:
    draft = with_text(jenawi, longer(jenawi))
    form = form_of(admin.get(f"{draft}berlakukan/"))
    form.fill("signed", True)
    done(admin.post(f"{draft}berlakukan/", form.data()))
    assert admin.post(f"{draft}berlakukan/", form.data()).status_code == 404
    assert in_force(jenawi).number == 2


def test_names_in_a_kept_warning_are_words_and_no_markup(jenawi: Office, admin: Player) -> None:
    draft = with_text(jenawi, longer(jenawi).replace("id: Penerimaan\n", "id: <b>5 WD</b> {x}\n"))
    assert "&lt;b&gt;" in admin.get(f"{draft}berlakukan/").content.decode()
    done(put_in_force(admin, draft))
    markup = admin.get(f"{SOP}versi/2/").content.decode()
    assert "&lt;b&gt;" in markup
    assert "<b>" not in markup
    assert any("<b>" in row["id"] for row in in_force(jenawi).warnings)


def test_what_was_typed_into_a_draft_that_is_gone_becomes_another(jenawi: Office, admin: Player) -> None:
    draft = with_text(jenawi, longer(jenawi), "Konsep lama")
    form = form_of(admin.get(f"{draft}isi/"))
    typed = longer(jenawi).replace("Penyampaian jawaban", "Ketikan saya")
    form.fill("text", typed)
    done(put_in_force(admin, draft))
    answer = admin.post(f"{draft}isi/", form.data())
    assert answer.status_code == 404
    assert "Konsep itu sudah tidak ada" in text_of(answer)
    given_back = Page(answer).form("file")
    assert given_back.fields["text"].values[0].strip() == typed.strip()
    assert given_back.fields["title"].values == ["Konsep lama"]
    assert given_back.action == f"{SOP}konsep/impor/"
    again = done(admin.post(given_back.action, given_back.data()))
    with inside(jenawi):
        assert "Ketikan saya" in ProcedureDraft.objects.get(pk=int(again.split("/")[-2])).text
    assert admin.get(f"{draft}isi/").status_code == 404


def test_the_box_is_labelled_described_and_named_in_the_summary(jenawi: Office, admin: Player) -> None:
    path = f"{with_text(jenawi, longer(jenawi))}berlakukan/"
    refused = admin.post(path, form_of(admin.get(path)).data())
    markup = refused.content.decode()
    assert 'href="#id_signed"' in markup
    box = markup[markup.index('id="id_signed"') - 400 : markup.index('id="id_signed"') + 400]
    assert 'aria-invalid="true"' in box
    assert "aria-describedby" in box
    assert Page(refused).form("signed").fields["signed"].choices


def _admin_of(player: Player) -> Person:
    actor = actor_for_member(player.member_id or 0)
    assert actor is not None
    return actor


def procedure_from_text(text: str) -> dict[str, Any]:
    found = check(text).procedure
    assert found is not None
    return as_data(found)
