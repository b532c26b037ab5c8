"""The report form as a row of pages: which there are at this office, which is next, what each one shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.complaints.contacts import shown_phone
from tenants.complaints.models import Complaint, Draft, DraftFile
from tenants.portal.forms.questions import PREFIX, given_answers
from tenants.procedure.queries import Rules

from .drafts import CARRIED
from .entry import OWN, Entry
from .forms.report import (
    Answers,
    CategoryForm,
    DescriptionForm,
    FilesForm,
    PlaceForm,
    QuestionsForm,
    ReporterForm,
    StepForm,
    VisibilityForm,
    visibilities,
    words,
)

DONE = "done"
"""Answers: the names of the pages that were sent in."""


@dataclass(frozen=True)
class Step:
    """One page. `name` is its word in the address."""

    name: str
    title: str | Promise
    form: type[StepForm]
    template: str
    applies: Callable[[Rules, Answers], bool] = field(default=lambda rules, answers: True)


CATEGORY = Step("kategori", gettext_lazy("Kategori"), CategoryForm, "site/report/category.html")
QUESTIONS = Step(
    "rincian",
    gettext_lazy("Rincian"),
    QuestionsForm,
    "site/report/questions.html",
    lambda rules, answers: bool(rules.settings.questions_of(answers.get("category"))),
)
DESCRIPTION = Step("uraian", gettext_lazy("Uraian"), DescriptionForm, "site/report/description.html")
PLACE = Step("tempat", gettext_lazy("Tempat dan waktu"), PlaceForm, "site/report/place.html")
FILES = Step(
    "berkas",
    gettext_lazy("Foto atau dokumen"),
    FilesForm,
    "site/report/files.html",
    lambda rules, answers: rules.procedure.intake.max_files > 0,
)
VISIBILITY = Step(
    "kerahasiaan",
    gettext_lazy("Kerahasiaan"),
    VisibilityForm,
    "site/report/visibility.html",
    lambda rules, answers: len(visibilities(rules.procedure.intake)) > 1,
)
REPORTER = Step(
    "pelapor",
    gettext_lazy("Data Anda"),
    ReporterForm,
    "site/report/reporter.html",
    lambda rules, answers: answers.get("visibility") != Complaint.Visibility.ANONYMOUS,
)
STEPS = (CATEGORY, QUESTIONS, DESCRIPTION, PLACE, FILES, VISIBILITY, REPORTER)


class Wizard:
    """The pages of one report at one office, with the answers so far."""

    def __init__(self, rules: Rules, draft: Draft | None, entry: Entry = OWN) -> None:
        self.rules = rules
        self.draft = draft
        self.entry = entry
        self.answers: dict[str, Any] = dict(draft.answers) if draft else {}
        if self._is_chosen:
            self.answers["category"] = entry.category
        self._files: list[DraftFile] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The pages that this report has; nobody asks an anonymous reporter who they are."""
        asked = STEPS[1:] if self._is_chosen else STEPS
        return tuple(step for step in asked if step.applies(self.rules, self.answers))

    @property
    def first(self) -> Step:
        """The page with which a report begins."""
        return self.steps[0]

    @property
    def _is_chosen(self) -> bool:
        """Whether the category was chosen before; one that the office no longer takes is asked for here."""
        code = self.entry.category
        if code == "":
            return "category" not in self.rules.procedure.intake.required
        return code is not None and code in self.rules.settings.selectable

    @property
    def files(self) -> list[DraftFile]:
        """The draft's files, in the order in which they came."""
        if self._files is None:
            self._files = list(self.draft.files.order_by("id")) if self.draft else []
        return self._files

    def forget_files(self) -> None:
        """The draft's files have changed."""
        self._files = None

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def done(self, step: Step) -> bool:
        return step.name in self.answers.get(DONE, ())

    def number(self, step: Step) -> int:
        return self.steps.index(step) + 1

    def before(self, step: Step) -> Step | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def after(self, step: Step) -> Step | None:
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def first_open(self, until: Step | None = None) -> Step | None:
        """The first page that nobody has sent in yet, looked for before `until` (all pages without it)."""
        for step in self.steps:
            if step == until:
                return None
            if not self.done(step):
                return step
        return None

    def first_wrong(self) -> Step | None:
        """The first page that is open, or whose answers the office's rules no longer take.

        Another answer elsewhere (the visibility), or a change of the office's settings, can demand more than
        was demanded when the page was sent in.
        """
        for step in self.steps:
            if not self.done(step) or not self.form(step, self.answers).is_valid():
                return step
            if step is FILES and "files" in self.rules.procedure.intake.required and not self.files:
                return step
        return None

    def form(self, step: Step, data: Mapping[str, Any] | None = None, files: Any = None) -> StepForm:
        return step.form(data, files, rules=self.rules, answers=self.answers)

    def take(self, step: Step, kept: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with those of one page, which counts as sent in from now on."""
        self.answers.update(kept)
        done = [name for name in self.answers.get(DONE, ()) if name != step.name]
        self.answers[DONE] = [*done, step.name]
        if self.visibility == Complaint.Visibility.ANONYMOUS:
            self.answers.update(dict.fromkeys(CARRIED, ""))
        return self.answers

    @property
    def visibility(self) -> str:
        """What may be shown of the reporter; `open` where the office offers no choice."""
        return str(self.answers.get("visibility") or Complaint.Visibility.OPEN)

    def rows(self) -> list[dict[str, Any]]:
        """What was answered, for the page on which it is checked."""
        answers = self.answers
        category = self.rules.settings.selectable.get(answers.get("category", ""))
        area = self.rules.settings.area_names.get(answers.get("region", ""))
        place = ", ".join(part for part in (answers.get("place", ""), words(area)) if part)
        if answers.get("latitude"):
            spot = _("titik lokasi: %(latitude)s, %(longitude)s") % answers
            place = f"{place}\n{spot}" if place else spot
        rows = [
            self._row(CATEGORY, _("Kategori"), words(category[1]) if category else ""),
            *self._question_rows(),
            self._row(DESCRIPTION, _("Apa yang terjadi"), answers.get("description", "")),
            self._row(PLACE, _("Di mana"), place),
            self._row(PLACE, _("Kapan"), answers.get("occurred_at", ""), anchor="occurred_at"),
        ]
        if FILES in self.steps:
            rows.append(self._row(FILES, _("Foto atau dokumen"), "\n".join(file.name for file in self.files)))
        return rows

    def asked(self) -> dict[str, str]:
        """What was answered to the questions of the chosen category, by their codes."""
        return given_answers(self.rules.settings, self.answers.get("category", ""), self.answers)

    def _question_rows(self) -> list[dict[str, Any]]:
        given = self.asked()
        return [
            self._row(
                QUESTIONS,
                words(question.label),
                words(question.shown(given[question.code])) if question.code in given else "",
                anchor=f"{PREFIX}{question.code}",
            )
            for question in self.rules.settings.questions_of(self.answers.get("category"))
        ]

    def private_rows(self) -> list[dict[str, Any]]:
        """What was answered about the reporter."""
        labels = {
            Complaint.Visibility.OPEN: _("Nama saya boleh ditampilkan"),
            Complaint.Visibility.CONFIDENTIAL: _("Nama saya dirahasiakan"),
            Complaint.Visibility.ANONYMOUS: _("Tanpa nama"),
        }
        rows = []
        if VISIBILITY in self.steps:
            chosen = labels[Complaint.Visibility(self.visibility)]
            rows.append(self._row(VISIBILITY, _("Kerahasiaan"), chosen))
        if REPORTER not in self.steps:
            return rows
        texts = {"name": _("Nama"), "address": _("Alamat"), "email": _("Surel"), "phone": _("Telepon")}
        for name, label in texts.items():
            value = self.answers.get(name, "")
            shown = shown_phone(value) if name == "phone" and value else value
            rows.append(self._row(REPORTER, label, shown, anchor=name))
        return rows

    def _row(self, step: Step, key: str, value: str, anchor: str = "") -> dict[str, Any]:
        link = f"{self.entry.base}{step.name}/?ubah=1" + (f"#id_{anchor}" if anchor else "")
        if step is CATEGORY and self._is_chosen:
            link = self.entry.home
        return {"key": key, "value": value, "change_url": link, "change_what": key.lower()}
