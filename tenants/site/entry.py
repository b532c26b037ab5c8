"""Where the report form stands: at an office's own site, or at its government's address, where the citizen
has chosen before what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """One entrance to the form of the office that receives.

    `base`: below which its pages stand. `home`: what is before the first of them. `category`: that was chosen
    before; None where the form asks for it. `unsorted`: the office receives in the government's name, and the
    desk sends it on. `layout`: of the pages.
    """

    base: str = "/lapor/"
    home: str = "/"
    category: str | None = None
    unsorted: bool = False
    layout: str = "layouts/public.html"


OWN = Entry()


def entry(request: HttpRequest) -> Entry:
    """The entrance that somebody came by."""
    found = getattr(request, "entry", OWN)
    assert isinstance(found, Entry)
    return found
