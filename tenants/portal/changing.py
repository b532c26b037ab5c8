"""What every page that puts settings in effect does: it works on the version that its form was opened with,
and shows what is stored by now where another admin was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language

from central.offices.access import give_up
from tenants.errors import ServiceError
from tenants.procedure.queries import numbered_settings
from tenants.procedure.services import ProcedureError, put_settings
from workflows.common import Text
from workflows.loading import as_data
from workflows.problems import Problem, Severity

from .editing import SEEN, edit_page, seen_by
from .pages import refuse

if TYPE_CHECKING:
    from .door import StaffRequest


class Change:
    """One request that may change the settings. `version`, `settings`: those in effect. `refused`: the code
    of a refusal.
    """

    def __init__(self, request: StaffRequest) -> None:
        self.request, self.refused = request, ""
        self.version, self.settings = numbered_settings()

    @property
    def document(self) -> dict[str, Any]:
        """The settings in effect as data of one's own, to be changed and put."""
        return as_data(self.settings)

    def put(self, document: Mapping[str, Any]) -> None:
        """Puts settings in effect that were made from those that the person saw. Raises `ProcedureError`."""
        seen = seen_by(self.request) or ""
        known = int(seen) if seen.isdecimal() and len(seen) < 10 else self.version
        put_settings(document, actor=self.request.person, expected_version=known)

    def put_by(self, form: Form, document: Mapping[str, Any]) -> bool:
        """As `put`; what is refused stands on the form, with the sentence of each rule. Returns whether it
        was stored.
        """
        try:
            self.put(document)
        except ServiceError as error:
            self._refuse(form, error)
            return False
        return True

    def _refuse(self, form: Form, error: ServiceError) -> None:
        self.refused = error.code
        sentences = sentences_of(error.problems) if isinstance(error, ProcedureError) else []
        if sentences:
            give_up()
            for sentence in sentences:
                form.add_error(None, sentence)
        else:
            refuse(form, error)
        self.version, self.settings = numbered_settings()

    def page(
        self,
        template: str,
        form: Form,
        context: Mapping[str, Any] | None = None,
        *,
        now: Callable[[], Form] | None = None,
    ) -> HttpResponse:
        """The page of one form. `now`: the form with what is stored."""
        return edit_page(
            self.request,
            template,
            form,
            context or {},
            mark=str(self.version),
            refused=self.refused,
            now=now,
        )

    @property
    def mark(self) -> dict[str, Any]:
        """For pages with buttons only: the version that they show."""
        return {"seen": self.version, "seen_name": SEEN}


def sentences_of(problems: tuple[Problem, ...]) -> list[str]:
    """What each error says and what to do, with the code of its rule."""
    language = get_language() or "id"
    errors = (item for item in problems if item.severity is Severity.ERROR)
    return [f"{item.text.get(language)} ({item.code})" for item in errors]


def text_data(words: str, english: str) -> dict[str, str]:
    """A bilingual text as the document has it."""
    return {"id": words, "en": english} if english else {"id": words}


def told(text: Text | None) -> str:
    """A text in the language in use."""
    return text.get(get_language() or "id") if text is not None else ""


def new_code(name: str, taken: set[str], otherwise: str) -> str:
    """A code inside the document for something new: from its name, different from those that are taken."""
    base = slugify(name).replace("-", "_").strip("_")[:40]
    if not base or not base[0].isalpha():
        base = f"{otherwise}_{base}".rstrip("_")[:40]
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data without what was left out."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}
