"""The colours of the design system, read from the style sheet that browsers get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from central.offices.models import Office
from config.style_guide import COLOURS

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
PALETTE = {
    match["name"]: match
    for match in re.finditer(
        r'\[data-colour="(?P<name>\w+)"\] \{ --office: (?P<office>#\w+); --office-dark: (?P<dark>#\w+); '
        r"--office-tint: (?P<tint>#\w+); \}",
        TOKENS,
    )
}


def token(name: str) -> str:
    found = re.search(rf"--{name}: (#\w+);", TOKENS)
    assert found, name
    return found[1]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, between 1 and 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)


def test_every_colour_that_an_office_can_choose_is_in_the_style_sheet_and_in_the_guide() -> None:
    assert set(PALETTE) == set(Office.Colour.values) == set(COLOURS)


@pytest.mark.parametrize("name", sorted(PALETTE))
def test_an_offices_colour_is_legible(name: str) -> None:
    colours = PALETTE[name]
    assert contrast(colours["office"], token("on-office")) >= 7
    assert contrast(colours["office"], colours["tint"]) >= 6
    assert contrast(colours["dark"], colours["tint"]) >= 7
    assert contrast(token("muted"), colours["tint"]) >= 4.5
    assert contrast(token("focus"), colours["office"]) >= 3


@pytest.mark.parametrize("tone", ["ok", "info", "warn", "danger", "quiet"])
def test_the_tones_are_legible_on_their_own_ground(tone: str) -> None:
    assert contrast(token(tone), token(f"{tone}-tint")) >= 4.5
    assert contrast(token("muted"), token(f"{tone}-tint")) >= 4.5
    assert contrast(token("ink"), token(f"{tone}-tint")) >= 7


@pytest.mark.parametrize("ground", ["paper", "ground", "shade"])
def test_text_and_borders_of_controls_are_seen_on_every_ground(ground: str) -> None:
    assert contrast(token("ink"), token(ground)) >= 7
    assert contrast(token("muted"), token(ground)) >= 4.5
    assert contrast(token("edge"), token(ground)) >= 3
