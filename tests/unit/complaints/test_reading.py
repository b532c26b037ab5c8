"""Reading: who sees what, what the reporter is told, what the public finds, and lists that count
everything.
"""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from central.coordination.models import GovernmentWork
from tenants.complaints import files
from tenants.complaints.errors import ComplaintError
from tenants.complaints.models import Attachment, Complaint, Message, WorkItem
from tenants.complaints.queries import (
    Filters,
    Reader,
    attachment_for_reporter,
    by_tracking_code,
    complaint_for_staff,
    condition,
    history,
    input_choices,
    may_read_reporter,
    offers_for,
    prefilled,
    public_by_number,
    public_by_slug,
    public_list,
    register_book,
    reporter_for_staff,
    reporter_offers,
    timeline_for_reporter,
    work_of,
)
from tenants.complaints.services import act, add_note, hand_up, receive, send_lost_codes
from tenants.complaints.services.publication import suggest
from tenants.procedure.queries import rules_in_force
from workflows.cases import REPORTER, Actor, ActorKind
from workflows.loading import as_data

from .test_steps import assign, finish, to_disposition


def photo(name: str = "foto.jpg", colour: str = "orange") -> files.StoredFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return files.accept(SimpleUploadedFile(name, out.getvalue()))


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }


# Staff


def test_only_members_and_a_desk_with_open_work_open_a_complaint(staff, complaint):
    desk = Actor(ActorKind.GOVERNMENT, id=77, roles=frozenset({"central_admin"}))
    assert complaint_for_staff(complaint.uid, staff("unit_officer", "trantib")) == complaint
    for nobody in (desk, REPORTER):
        with pytest.raises(ComplaintError) as refused:
            complaint_for_staff(complaint.uid, nobody)
        assert refused.value.code == "not_found"
    hand_up(complaint.uid, "Bukan kewenangan kecamatan.", actor=staff("complaint_clerk"))
    assert complaint_for_staff(complaint.uid, desk) == complaint
    with pytest.raises(ComplaintError):
        complaint_for_staff(complaint.uid, Actor(ActorKind.GOVERNMENT, id=78, roles=frozenset({"editor"})))
    GovernmentWork.objects.update(closed_at=timezone.now())
    with pytest.raises(ComplaintError):
        complaint_for_staff(complaint.uid, desk)


def test_a_confidential_name_is_for_those_who_act_on_it(staff, inside, report):
    complaint = receive(report(visibility="confidential")).complaint
    clerk, officer, stranger = (
        staff("complaint_clerk"),
        staff("unit_officer", "pemberdayaan"),
        staff("unit_officer", "trantib"),
    )
    assert reporter_for_staff(complaint, clerk).name == "Siti Aminah"
    assert reporter_for_staff(complaint, officer) is None
    to_disposition(complaint, staff)
    assign(complaint, staff)
    assert reporter_for_staff(complaint, officer).name == "Siti Aminah"
    assert reporter_for_staff(complaint, stranger) is None
    act(
        complaint.uid,
        "submit_report",
        actor=officer,
        inputs={"findings": "Rusak", "recommendation": "Tambal"},
    )
    act(
        complaint.uid,
        "give_first_response",
        actor=officer,
        line="first_response",
        inputs={"response": "Kami segera ke lokasi."},
    )
    assert may_read_reporter(complaint, officer)  # has acted on it
    assert not may_read_reporter(
        complaint, Actor(ActorKind.GOVERNMENT, id=1, roles=frozenset({"central_admin"}))
    )


def test_an_open_name_is_for_every_member_with_a_role_and_an_anonymous_for_nobody(staff, inside, report):
    shown = receive(report()).complaint
    hidden = receive(report(visibility="anonymous")).complaint
    stranger = staff("unit_officer", "trantib")
    assert reporter_for_staff(shown, stranger).name == "Siti Aminah"
    assert reporter_for_staff(shown, Actor(ActorKind.MEMBER, id=5, is_admin=True)) is None
    assert reporter_for_staff(hidden, staff("complaint_clerk")) is None


def found(actor, words):
    return list(Complaint.objects.filter(condition(Filters(words=words), Reader(actor), now=timezone.now())))


def test_a_confidential_reporter_is_not_found_by_who_may_not_read_the_name(staff, inside, report):
    said = "Jalan berlubang. Saya Siti Aminah, hubungi 0812-3456-7890."
    number = receive(report(visibility="confidential", description=said, place="Rumah Siti")).complaint.number
    for words in ("Siti", "0812-3456-7890", "berlubang", "Rumah"):
        assert found(staff("unit_officer", "trantib"), words) == []
        assert len(found(staff("complaint_clerk"), words)) == 1
    assert len(found(staff("unit_officer", "trantib"), number)) == 1


@pytest.mark.parametrize("words", ["0001/SIGAP", "berlubang", "SD Negeri", "siti amin", "+62 812 3456 7890"])
def test_complaints_are_found_by_number_words_place_name_and_telephone(staff, complaint, words):
    officer = staff("unit_officer", "trantib")
    assert found(officer, words) == [complaint]
    assert found(officer, "tidak ada di mana pun") == []


def test_a_members_inbox_has_their_work_only_and_counts_all_of_it(staff, inside, report):
    clerk, head = staff("complaint_clerk"), staff("district_head")
    for _ in range(5):
        receive(report())
    first = work_of(clerk, size=2)
    assert (len(first.page.items), first.counts.total, bool(first.page.next)) == (2, 5, True)
    second = work_of(clerk, after=first.page.next, size=2)
    third = work_of(clerk, after=second.page.next, size=2)
    seen = [item.pk for page in (first, second, third) for item in page.page.items]
    assert len(seen) == len(set(seen)) == 5
    assert third.page.next == ""
    assert work_of(head).counts.total == 0
    later = timezone.now() + timedelta(days=30)
    assert work_of(clerk, now=later).counts.late == 5
    assert work_of(clerk, Filters(late=True), now=later).counts.total == 5
    assert work_of(clerk, Filters(category="flood")).counts.total == 0
    assert work_of(clerk, after="tidak-dapat-dibaca").counts.total == 5


def test_work_without_a_limit_comes_last(staff, inside, report):
    clerk = staff("complaint_clerk")
    for _ in range(3):
        receive(report())
    oldest = WorkItem.objects.order_by("id")[0]
    WorkItem.objects.filter(pk=oldest.pk).update(due_at=None)
    pages = [work_of(clerk, size=1)]
    while pages[-1].page.next:
        pages.append(work_of(clerk, after=pages[-1].page.next, size=1))
    assert [page.page.items[0].pk for page in pages][-1] == oldest.pk
    assert len(pages) == 3


def test_assigned_work_shows_only_to_its_unit_or_person(staff, complaint):
    to_disposition(complaint, staff)
    assign(complaint, staff)
    mine, others = staff("unit_officer", "pemberdayaan"), staff("unit_officer", "trantib")
    assert work_of(mine).counts.total == 2
    assert work_of(others).counts.total == 0


def test_offers_and_their_choices_are_what_the_person_may_do(staff, complaint):
    to_disposition(complaint, staff)
    complaint.refresh_from_db()
    offers = offers_for(complaint, staff("district_head"))
    assert "assign" in {offer.action for offer in offers}
    assert "verify_complete" not in {offer.action for offer in offers}
    choices = input_choices(offers)
    assert ("pemberdayaan", "Seksi Pemberdayaan Masyarakat dan Desa") in choices["assign", "unit"]
    people = dict(choices["assign", "member"])
    assert str(staff("unit_officer", "trantib").id) in people
    assert str(staff("complaint_clerk").id) not in people


def test_history_tells_staff_everything_with_words_and_files(staff, complaint):
    clerk = staff("complaint_clerk")
    add_note(complaint.uid, "Cek lokasi", actor=clerk, files=[photo()])
    act(complaint.uid, "verify_complete", actor=clerk)
    received, noted, verified = history(complaint)
    assert received.what == "Laporan diterima"
    assert [m.body for m in noted.messages] == ["Cek lokasi"]
    assert len(noted.attachments) == 1
    assert (verified.what, verified.stage) == ("Nyatakan lengkap", "Klasifikasi dan usulan disposisi")


# The reporter


def test_the_code_opens_the_story_in_plain_words_without_what_is_internal(staff, complaint):
    clerk = staff("complaint_clerk")
    add_note(complaint.uid, "Rahasia kantor", actor=clerk, files=[photo()])
    act(complaint.uid, "ask_reporter", actor=clerk, inputs={"question": "Sejak kapan jalan ini rusak?"})
    found = by_tracking_code(complaint.tracking_code.lower().replace("-", " "))
    story = timeline_for_reporter(found, now=timezone.now())
    assert [moment.text for moment in story.moments] == [
        f"Laporan diterima dengan nomor {complaint.number}.",
        "Kami meminta keterangan dari pelapor.",
    ]
    assert story.question == "Sejak kapan jalan ini rusak?"
    assert story.moments[1].texts == ("Sejak kapan jalan ini rusak?",)
    told = repr(story)
    assert "Rahasia kantor" not in told
    assert clerk.name not in told
    assert "reply" in {offer.action for offer in reporter_offers(found)}
    inner = Attachment.objects.get()
    with pytest.raises(ComplaintError):
        attachment_for_reporter(found, inner.uid)


def test_a_wrong_code_opens_nothing(complaint):
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA", complaint.number, "x" * 500, complaint.tracking_code[:-1]):
        with pytest.raises(ComplaintError) as refused:
            by_tracking_code(wrong)
        assert refused.value.code == "not_found"


def test_a_lost_code_goes_to_the_contact_that_was_given_and_nowhere_else(staff, inside, report):
    complaint = receive(report()).complaint
    assert send_lost_codes("SITI.aminah@example.org ") == 1
    sent = Message.objects.order_by("-id")[0]
    assert (sent.recipient, complaint.tracking_code in sent.body) == ("siti.aminah@example.org", True)
    assert send_lost_codes("orang.lain@example.org") == 0
    assert send_lost_codes("0812 3456 7890") == 1
    assert Message.objects.order_by("-id")[0].channel == "call"
    with pytest.raises(ComplaintError) as refused:
        send_lost_codes("bukan kontak")
    assert refused.value.code == "bad_contact"


# The public


@pytest.fixture
def published(staff, inside, report) -> Complaint:
    complaint = receive(
        report(
            description="Jalan rusak, hubungi saya Siti Aminah di 081234567890.",
            files=(photo("satu.jpg"), photo("dua.jpg", "blue")),
        )
    ).complaint
    finish(complaint, staff)
    complaint.refresh_from_db()
    clerk = staff("complaint_clerk")
    offer = next(o for o in offers_for(complaint, clerk) if o.action == "release")
    inputs = prefilled(complaint, offer)
    shown = Attachment.objects.get(name="dua.jpg")
    act(
        complaint.uid,
        "release",
        actor=clerk,
        line="publication",
        inputs=inputs,
        released=[shown.uid],
    )
    complaint.refresh_from_db()
    return complaint


def test_nothing_is_public_before_a_release(staff, complaint):
    finish(complaint, staff)
    assert public_list().items == []
    for look in (
        lambda: public_by_slug(complaint.uid),
        lambda: public_by_number(complaint.number),
    ):
        with pytest.raises(ComplaintError):
            look()


def test_a_release_shows_the_masked_text_and_the_pictures_that_were_named(published):
    found = public_by_number(f" {published.number.lower()} ")
    page = found.complaint.publication
    assert "Siti" not in page.text + page.title
    assert "081234567890" not in page.text
    assert page.answer == "Jalan sudah kami tambal pada hari Senin."
    assert [picture.name for picture in found.pictures] == ["dua.jpg"]
    assert public_list().items == [published]
    assert public_list(words="tambal").items == []
    assert public_list(words="rusak").items == [published]


def test_a_title_is_proposed_from_category_and_area_and_takes_no_word_of_the_report(inside, report):
    written = "Jalan rusak di depan rumah Pak Sukarman, sudah lama."
    settings = rules_in_force().settings
    areas = [{"code": "11.01.01.2001", "name": {"id": "Desa Contoh", "en": "Contoh village"}}]
    listed = type(settings).model_validate({**as_data(settings), "areas": areas})
    found = receive(report(description=written, category="road")).complaint
    assert suggest(found, settings).title == "Jalan rusak"
    found.region = "11.01.01.2001"
    with override("en"):
        assert suggest(found, listed).title == "Jalan rusak, Desa Contoh"
    found.visibility = Complaint.Visibility.CONFIDENTIAL
    assert suggest(found, listed).title == "Jalan rusak"
    found.category = ""
    assert suggest(found, listed).title == "Laporan masyarakat"


def test_pictures_of_another_complaint_cannot_be_released(staff, inside, report, complaint):
    other = receive(report(files=(photo(),))).complaint
    finish(complaint, staff)
    clerk = staff("complaint_clerk")
    texts = {"public_title": "Jalan", "public_complaint": "Jalan rusak", "public_answer": "Sudah ditambal"}
    with pytest.raises(ComplaintError) as refused:
        act(
            complaint.uid,
            "release",
            actor=clerk,
            line="publication",
            inputs=texts,
            released=[other.attachments.get().uid],
        )
    assert refused.value.code == "bad_input"
    assert public_list().items == []


def test_the_register_book_is_in_order_of_numbers(staff, inside, report):
    for _ in range(3):
        receive(report())
    year = timezone.localtime().year
    assert [entry.register_seq for entry in register_book(year)] == [1, 2, 3]
    assert not register_book(year - 1).exists()
