"""Small drawn pictures in place of photographs: a road, a lamp, rubbish, water; before and after."""

from __future__ import annotations

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw

SIZE = (480, 320)
KINDS = {
    "lamp": ("lighting", "light"),
    "waste": ("waste", "uncollected", "dump", "depot", "smoke"),
    "water": ("flood", "drain", "water", "irrigation", "dengue"),
}


def kind_of(category: str) -> str:
    """Which picture suits a category's code; a road where nothing else does."""
    return next((kind for kind, words in KINDS.items() if any(word in category for word in words)), "road")


@cache
def picture(kind: str, *, mended: bool = False) -> bytes:
    """A JPEG of about 10 kB, the same each time."""
    random = Random(f"{kind}:{mended}")  # noqa: S311  (a picture, not a secret)
    image = Image.new("RGB", SIZE, (30, 34, 52) if kind == "lamp" else (176, 205, 224))
    draw = ImageDraw.Draw(image)
    ground = (52, 54, 60) if kind == "lamp" else (120, 118, 112)
    draw.rectangle((0, 200, *SIZE), fill=ground)
    draw.polygon([(180, 200), (300, 200), (470, 320), (10, 320)], fill=(82, 82, 86))
    draw.line([(240, 205), (240, 320)], fill=(220, 220, 210), width=5)
    _PARTS[kind](draw, random, mended)
    _grain(image, random)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=72)
    return file.getvalue()


def _road(draw: ImageDraw.ImageDraw, random: Random, mended: bool) -> None:
    for _ in range(3):
        x, y = random.randint(120, 320), random.randint(225, 285)
        draw.ellipse((x, y, x + 70, y + 22), fill=(66, 66, 69) if mended else (40, 32, 26))


def _lamp(draw: ImageDraw.ImageDraw, random: Random, mended: bool) -> None:
    draw.rectangle((348, 60, 356, 240), fill=(96, 98, 104))
    draw.line([(352, 62), (300, 52)], fill=(96, 98, 104), width=6)
    if mended:
        draw.polygon([(286, 56), (312, 56), (380, 230), (210, 230)], fill=(92, 88, 62))
    draw.ellipse((284, 44, 316, 60), fill=(255, 236, 160) if mended else (70, 72, 78))


def _waste(draw: ImageDraw.ImageDraw, random: Random, mended: bool) -> None:
    colours = [(60, 90, 60), (190, 60, 50), (230, 230, 225), (40, 60, 120), (150, 110, 60)]
    for _ in range(4 if mended else 70):
        x, y = random.randint(20, 220), random.randint(190, 270)
        draw.rectangle(
            (x, y, x + random.randint(8, 34), y + random.randint(6, 22)), fill=random.choice(colours)
        )


def _water(draw: ImageDraw.ImageDraw, random: Random, mended: bool) -> None:
    draw.polygon(
        [(10, 320), (470, 320), (380, 256), (100, 256)], fill=(88, 90, 92) if mended else (122, 104, 78)
    )
    for _ in range(0 if mended else 14):
        x, y = random.randint(60, 380), random.randint(264, 310)
        draw.arc((x, y, x + 40, y + 10), 200, 340, fill=(158, 142, 112), width=2)


_PARTS = {"road": _road, "lamp": _lamp, "waste": _waste, "water": _water}


def _grain(image: Image.Image, random: Random) -> None:
    pixels = image.load()
    assert pixels is not None
    for _ in range(9000):
        x, y = random.randrange(SIZE[0]), random.randrange(SIZE[1])
        red, green, blue = pixels[x, y]  # type: ignore[misc]  # an RGB picture's pixel has three parts
        shade = random.randint(-18, 18)
        pixels[x, y] = (max(0, red + shade), max(0, green + shade), max(0, blue + shade))
