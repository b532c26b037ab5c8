"""What a support visit shows, page by page: the set-up, and nothing of complaints; each look is on record,
and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.urls import URLPattern, get_resolver

from central.coordination.models import SupportLook, SupportVisit
from central.offices.access import office as inside
from central.offices.models import Office
from tenants.organization.models import Member, Unit
from tenants.portal import urls, visiting
from tests.acceptance.cast import Cast, Player, host_of
from tests.acceptance.citizen import Citizen, text_of
from tests.acceptance.portal_steps import slug_of
from tests.acceptance.visit_steps import HOME, REASON
from tests.acceptance.visit_steps import desk as desk
from tests.acceptance.visit_steps import head as head
from tests.acceptance.visit_steps import now as now
from tests.acceptance.visit_steps import visitor as visitor


def test_the_visitor_sees_the_set_up_with_a_banner_and_nothing_to_send(
    visitor: Player, mojokerto: Office
) -> None:
    assert visitor.get("/kantor/")["Location"] == HOME
    for path in (
        HOME,
        *(f"{HOME}{page}/" for page in ("unit", "jabatan", "anggota", "penugasan", "instansi", "kalender")),
        *(f"{HOME}{page}/" for page in ("jam-kerja", "kategori", "teks", "kanal", "samaran", "riwayat")),
        *(f"{HOME}{page}/" for page in ("penyaluran", "prosedur", "prosedur/versi/1", "pengiriman")),
        f"{HOME}teks/verified/",
        f"{HOME}riwayat/1/",
        f"{HOME}kategori/isi/other/",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        body = answer.content.decode()
        assert "sampai 4 Maret 2025" in text_of(answer), path
        assert body.index("Akhiri kunjungan") < body.index("<fieldset disabled>"), path
        content = body.partition("<fieldset disabled>")[2]
        assert content.rpartition("</fieldset>")[2].count("<form") == 0, path
    for file in (f"{HOME}prosedur/versi/1/yaml/", f"{HOME}riwayat/1/yaml/"):
        assert visitor.get(file).status_code == 200
    assert visitor.client.head(HOME, HTTP_HOST=visitor.host).status_code == 200


def test_every_look_is_noted_before_the_page_is_drawn_and_the_office_reads_it(
    visitor: Player, head: Player, mojokerto: Office
) -> None:
    visitor.get(f"{HOME}kategori/", {"q": "rahasia"})
    visitor.get(f"{HOME}kategori/isi/tidak-ada/")  # noted although there is none
    looks = SupportLook.objects.order_by("id").values_list("page", "path")
    assert list(looks) == [
        ("portal:categories", "/kantor/atur/kategori/"),
        ("portal:category", "/kantor/atur/kategori/isi/tidak-ada/"),
    ]
    listed = text_of(head.get(f"{HOME}kunjungan/"))
    assert REASON in listed
    assert "berlangsung" in listed
    visit = SupportVisit.objects.get()
    shown = text_of(head.get(f"{HOME}kunjungan/{visit.pk}/"))
    assert "/kantor/atur/kategori/isi/tidak-ada/" in shown
    assert "rahasia" not in shown


def test_people_are_shown_as_in_the_admins_list_and_no_further(
    visitor: Player, cast: Cast, mojokerto: Office
) -> None:
    member = cast.member(mojokerto, "operator")
    with inside(mojokerto):
        Member.objects.filter(pk=member.member_id).update(phone="0811-222-333")
    assert member.user.name in text_of(visitor.get(f"{HOME}anggota/"))
    refused = visitor.get(f"{HOME}anggota/{member.member_id}/")
    assert refused.status_code == 403
    assert "0811" not in text_of(refused)


def paths() -> Iterator[tuple[str, str]]:
    """Name and a path of every address of the portal; what they name need not exist."""
    given = {"uid": "a" * 32, "file_uid": "b" * 32, "pk": "1", "number": "1"}
    for found in urls.urlpatterns:
        assert isinstance(found, URLPattern)
        path = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda match: given.get(match[1], "apa"), f"/kantor/{found.pattern}"
        )
        yield f"portal:{found.name}", path


def test_no_address_of_the_portal_opens_that_is_not_in_the_table(visitor: Player, mojokerto: Office) -> None:
    """A page that is added to the portal is not open to visits until somebody writes it down there."""
    resolver = get_resolver("config.urls.office")
    known = dict(paths())
    assert known.keys() >= visiting.PAGES.keys()
    before = SupportLook.objects.count()
    for name, path in known.items():
        assert resolver.resolve(path).view_name == name
        asked, sent = visitor.get(path), None
        if name != "portal:visit_leave":
            sent = visitor.post(path, {"name": "Lain"})
            assert sent.status_code in {403, 405}, path
            if sent.status_code == 403:
                assert "Anda masuk untuk melihat; perubahan dilakukan admin instansi." in text_of(sent)
        if name in visiting.PAGES:
            assert asked.status_code in {200, 404}, path
        elif name == "portal:inbox":
            assert asked["Location"] == HOME
        else:
            assert asked.status_code in {403, 405}, path
    assert SupportLook.objects.count() == before + len(visiting.PAGES)


def test_nothing_of_complaints_opens(visitor: Player, mojokerto: Office) -> None:
    number, _code = Citizen(host_of(mojokerto)).report(description="Lampu simpang lima mati.")
    slug = slug_of(mojokerto, number)
    for path in (
        f"/kantor/aduan/{slug}/",
        "/kantor/aduan/?q=lampu",
        "/kantor/pantau/",
        "/kantor/register/",
        "/kantor/telepon/",
        "/kantor/pengiriman/",
        f"{HOME}pekerjaan/",
        f"{HOME}penyaluran/coba/",
        f"{HOME}kunjungan/",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 403, path
        assert "tidak terbuka bagi kunjungan dukungan" in text_of(answer)
        assert number not in text_of(answer)
    for path in visiting.PAGES:
        assert "complaint" not in path
    for name, path in paths():
        if name in visiting.PAGES:
            shown = text_of(visitor.get(path))
            assert number not in shown, path
            assert "simpang lima" not in shown, path


def test_what_a_visitor_sends_changes_nothing(visitor: Player, mojokerto: Office) -> None:
    with inside(mojokerto):
        before = Unit.objects.count()
    answer = visitor.post(f"{HOME}unit/", {"name": "Unit Baru"})
    assert answer.status_code == 403
    with inside(mojokerto):
        assert Unit.objects.count() == before


def test_the_database_refuses_what_a_page_would_write(
    visitor: Player, mojokerto: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a page that only shows to store something one day, a visitor's request would fail."""
    from tenants.portal.views import deliveries

    def stores(*_: Any) -> None:
        with transaction.atomic():
            Unit.objects.create(code="baru", name="Unit Baru")

    monkeypatch.setattr(deliveries, "delivery_health", stores)
    with pytest.raises(InternalError, match="read-only"):
        visitor.get(f"{HOME}pengiriman/")
    with inside(mojokerto):
        assert not Unit.objects.filter(code="baru").exists()
        Unit.objects.create(code="baru", name="Unit Baru")
    assert SupportLook.objects.filter(page="portal:delivery_health").exists()
