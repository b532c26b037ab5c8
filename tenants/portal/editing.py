"""Pages on which an admin changes what another admin may be changing, too: the second is told, with what is
stored by now beside their own input, which is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.forms import BoundField, Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .pages import STATUS, page, status_of

if TYPE_CHECKING:
    from .door import StaffRequest

SEEN = "terlihat"
"""Names the form's mark of what was shown when it was opened."""


def seen_by(request: HttpRequest) -> str | None:
    """The mark of what the person saw; None where the form brought none."""
    return request.POST.get(SEEN) or None


def edit_page(
    request: StaffRequest,
    template: str,
    form: Form,
    context: Mapping[str, Any],
    *,
    mark: str,
    refused: str = "",
    now: Callable[[], Form] | None = None,
) -> HttpResponse:
    """The page of one form. `mark`: of what is stored; `refused`: a refusal's code; `now`: the form with what
    is stored, asked for only where somebody else has changed it.
    """
    conflict = refused == "conflict"
    values = {
        **context,
        "form": form,
        # A form that comes back for another reason was filled in over what its first page has shown.
        "seen": mark if conflict else seen_by(request) or mark,
        "seen_name": SEEN,
        "stored": stored_rows(now()) if conflict and now is not None else (),
    }
    return page(request, template, values, status=STATUS["conflict"] if conflict else status_of(form))


def stored_rows(form: Form) -> list[dict[str, Any]]:
    """What a form holds, in words."""
    return [{"key": field.label, "value": _words(field)} for field in form.visible_fields()]


def _words(field: BoundField) -> str:
    value = field.value()
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    choices = {str(key): str(words) for key, words in getattr(field.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(choices.get(str(one), str(one)) for one in values if one not in (None, ""))
