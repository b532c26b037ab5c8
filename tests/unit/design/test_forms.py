"""How forms are drawn: every control has its words, and says what is wrong in words that help."""

from __future__ import annotations

import re

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from config.forms_renderer import AccessibleRenderer
from config.style_guide import SampleForm


class Strange(forms.Form):
    """A form with a message of its own and a control in two parts."""

    place = forms.CharField(label="Tempat", error_messages={"required": "Tulis tempatnya."})
    moment = forms.SplitDateTimeField(label="Waktu", widget=forms.SplitDateTimeWidget)
    hidden = forms.CharField(widget=forms.HiddenInput)


def drawn(form: forms.Form, name: str) -> str:
    return str(form[name].as_field_group())


def attribute(html: str, element: str, name: str) -> str:
    found = re.search(rf'<{element}[^>]* {name}="([^"]*)"', html)
    return found[1] if found else ""


def test_a_control_has_a_label_and_a_hint_that_is_tied_to_it() -> None:
    html = drawn(SampleForm(), "name")
    assert attribute(html, "label", "for") == "id_name"
    assert attribute(html, "input", "aria-describedby") == "id_name_helptext"
    assert 'id="id_name_helptext"' in html


def test_only_optional_fields_are_marked_and_no_browser_judges_by_itself() -> None:
    form = SampleForm()
    assert "(opsional)" not in drawn(form, "name")
    assert "(opsional)" in drawn(form, "phone")
    assert "(opsional)" not in drawn(form, "truthful")
    assert not re.search(r"<(input|textarea|select)[^>]* required", str(form))


def test_a_text_area_counts_and_does_not_cut_off() -> None:
    html = drawn(SampleForm(), "description")
    assert "maxlength" not in html
    assert attribute(html, "textarea", "data-count") == "200"
    assert attribute(html, "textarea", "aria-describedby") == "id_description_count"


def test_radio_buttons_form_a_group_with_a_hint_for_each() -> None:
    html = drawn(SampleForm(), "visibility")
    assert "<legend>Bagaimana nama Anda diperlakukan?</legend>" in html
    assert html.count('type="radio"') == 3
    assert attribute(html, "input", "aria-describedby") == "id_visibility_0_hint"


def test_an_error_names_the_field_and_is_tied_to_it() -> None:
    form = SampleForm({"description": "x" * 201, "visibility": "secret", "unit": ""})
    name = drawn(form, "name")
    assert "Isi “Nama lengkap”." in name
    assert attribute(name, "input", "aria-describedby") == "id_name_helptext id_name_error"
    assert attribute(name, "input", "aria-invalid") == "true"
    assert "201 karakter, paling banyak 200" in drawn(form, "description")
    assert "Pilih salah satu jawaban yang tersedia" in drawn(form, "visibility")
    assert "Pilih jawaban untuk “Unit kerja”." in drawn(form, "unit")
    assert "Centang “Isi laporan ini benar" in drawn(form, "truthful")


def test_a_message_of_the_forms_own_is_kept() -> None:
    assert Strange({})["place"].messages == ["Tulis tempatnya."]  # type: ignore[attr-defined]  # our bound field


def test_what_was_typed_comes_back_and_is_escaped() -> None:
    form = SampleForm({"name": "<script>alert(1)</script>"})
    assert "&lt;script&gt;" in drawn(form, "name")
    assert "<script>alert" not in str(form)


def test_the_error_summary_leads_to_the_first_control_of_each_field() -> None:
    form = SampleForm({})
    assert form["visibility"].focus_id == "id_visibility_0"  # type: ignore[attr-defined]  # our bound field
    assert form["name"].focus_id == "id_name"  # type: ignore[attr-defined]  # our bound field
    assert Strange({})["moment"].focus_id == "id_moment_0"  # type: ignore[attr-defined]  # our bound field


def test_a_control_in_parts_is_a_group_and_a_hidden_one_is_bare() -> None:
    form = Strange()
    assert drawn(form, "moment").count("<input") == 2
    assert "<legend>Waktu</legend>" in drawn(form, "moment")
    assert drawn(form, "hidden") == '<input type="hidden" name="hidden" id="id_hidden">'


def test_a_file_input_brings_its_script() -> None:
    form = SampleForm({}, {"attachment": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert "js/files" in drawn(form, "attachment")


def test_a_list_of_choices_is_drawn_as_django_draws_it() -> None:
    """Our template differs from Django's in its speed alone."""
    choices = [("", "–"), ("Satu & dua", [("a", "A"), ("b", "B <i>")]), (3, "Tiga"), (4, "Empat")]
    drawn: tuple[tuple[forms.Select, tuple[object, ...]], ...] = (
        (forms.Select({"class": "input"}, choices=choices), ("b", "3", None)),
        (forms.SelectMultiple(choices=choices), (["3", "a"], [])),
        (forms.NullBooleanSelect(), ("true", None)),
    )
    for widget, values in drawn:
        for value in values:
            ours = widget.render("pilihan", value, {"id": "x"}, renderer=AccessibleRenderer())
            theirs = widget.render("pilihan", value, {"id": "x"}, renderer=DjangoTemplates())
            assert parse_html(ours) == parse_html(theirs)


def test_every_text_of_the_platform_has_a_name_for_admins() -> None:
    from tenants.portal.forms.texts import MESSAGES, STAFF, STORY
    from workflows.texts import default_texts

    assert default_texts().keys() == MESSAGES.keys() | STORY.keys() | STAFF.keys()
