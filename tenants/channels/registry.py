"""By which ways a complaint comes to an office, and what a member asks for who enters one that came that way.

One folder a channel; each describes itself here. Which of them an office uses is in its settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ContactField = Literal["name", "address", "phone", "email"]


@dataclass(frozen=True, slots=True)
class IntakeChannel:
    """One channel.

    `code`: as complaints and settings store it. `label`: for people. `by_staff`: members enter what came this
    way. `contact_fields`: what can usually be asked of somebody who comes by it. `received_hint`: what the
    moment of receipt means here. `icon`: a name of the staff sprite.
    """

    code: str
    label: str | Promise
    by_staff: bool = False
    contact_fields: tuple[ContactField, ...] = ("name", "address", "phone", "email")
    received_hint: str | Promise = ""
    icon: str = "inbox"


_FOLDERS = ("counter", "phone", "letter", "box", "email", "whatsapp", "sms", "social")
_OTHERS = (
    IntakeChannel("website", _("situs web"), icon="globe"),
    IntakeChannel("app", _("aplikasi ponsel"), icon="globe"),
    IntakeChannel("api", _("aplikasi lain (API)"), icon="globe"),
)

# Ways that an office's settings may name before the platform itself listens there; names, in any language.
_NAMES = {
    "telegram": "Telegram",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X",
    "open311": "Open311",
    "lapor": "SP4N-LAPOR!",
}


@cache
def channels() -> dict[str, IntakeChannel]:
    """Every channel by its code: those for staff first, in the order of their use."""
    found: list[IntakeChannel] = [import_module(f"tenants.channels.{folder}").CHANNEL for folder in _FOLDERS]
    return {channel.code: channel for channel in (*found, *_OTHERS)}


def staff_channels(used: Iterable[str]) -> list[IntakeChannel]:
    """Those that members enter complaints for, of the codes that an office uses."""
    wanted = set(used)
    return [channel for channel in channels().values() if channel.by_staff and channel.code in wanted]


def label(code: str) -> str:
    """A channel's name for people; its code where it is not known here."""
    channel = channels().get(code)
    return str(channel.label) if channel else _NAMES.get(code, code)
