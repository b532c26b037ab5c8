"""Numbers of four digits and more have their thousands apart, in the way of the language in use."""

from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from central.numbers import Grouped, grouped
from tenants.portal.forms.fields import text_area
from tenants.site.forms.fields import Words


@pytest.mark.parametrize(("language", "words"), [("id", "10.000"), ("en", "10,000")])
def test_a_number_is_written_in_the_language_in_use(language: str, words: str) -> None:
    with translation.override(language):
        assert grouped(10_000) == str(Grouped(10_000)) == words
        page = Template("{% load design %}{{ n|number }}").render(Context({"n": 10_000}))
    assert page == words


def test_a_grouped_number_still_chooses_the_plural() -> None:
    drawn = Template(
        "{% load design i18n %}{% blocktranslate count n=n|number %}{{ n }} instansi"
        "{% plural %}{{ n }} instansi{% endblocktranslate %}"
    )
    assert [drawn.render(Context({"n": n})) for n in (1, 999, 1_000)] == [
        "1 instansi",
        "999 instansi",
        "1.000 instansi",
    ]


def test_what_is_no_number_stays_as_it_is() -> None:
    drawn = Template("{% load design %}{{ a|number }}, {{ b|number }}, {{ c|number }}")
    assert drawn.render(Context({"a": "0012", "b": "", "c": None})) == "0012, , None"


class Long(forms.Form):
    told = text_area(10_000)
    asked = Words(max_length=5_000)


def test_a_form_tells_its_limits_with_thousands_apart() -> None:
    form = Long({"told": "x" * 12_345, "asked": "x" * 5_001})
    assert "Paling banyak 10.000 karakter." in form["told"].as_field_group()
    assert [*form["told"].messages, *form["asked"].messages] == [  # type: ignore[attr-defined]  # our bound field
        "Terlalu panjang: 12.345 karakter, paling banyak 10.000. Ringkas isinya.",
        "Paling banyak 5.000 karakter; sekarang 5.001. Ringkaslah.",
    ]
