"""The page that explains the format is the format's own: made from it, and kept with it."""

from __future__ import annotations

import re

import pytest

from config.launch import BASE_DIR
from workflows.common import Language
from workflows.manual import manual
from workflows.problems import sentences
from workflows.schema import parts

PAGES: list[tuple[Language, str]] = [("id", "docs/panduan/format-sop.md"), ("en", "docs/sop-format.md")]


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_the_page_in_the_docs_is_the_one_that_is_made(language: Language, page: str) -> None:
    kept = (BASE_DIR / page).read_text("utf-8")
    assert kept == manual(language), f"Write it anew: manage.py sop format --language {language} > {page}"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_field_and_every_rule_stands_in_it(language: Language) -> None:
    text = manual(language)
    for part in parts():
        section = text.split(f"\n## {part.__name__}\n", 1)[1].split("\n## ", 1)[0]
        for name in part.model_fields:
            assert f"\n| `{name}` | " in section, f"{part.__name__}.{name}"
    for key in sentences():
        if re.match(r"[PW]\d\d", key):
            assert f"\n| {key.partition('-')[0]} | " in text, key


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_link_leads_to_a_heading(language: Language) -> None:
    text = manual(language)
    headings = {line[3:].lower() for line in text.splitlines() if line.startswith("## ")}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
