"""How every form of the product is drawn.

``FORM_RENDERER = "config.forms_renderer.AccessibleRenderer"`` makes ``{{ form }}`` and
``{{ form.name.as_field_group }}`` come out with the product's own markup: a label or legend, a hint, the
mark "(opsional)", the error in words, and ``aria-describedby`` that ties them together (WCAG 2.2, 1.3.1,
3.3.1 and 3.3.2). ``django.forms`` must be among the installed apps: widgets keep Django's own templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import fields, widgets
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _

from central.numbers import Grouped

# The first class that fits decides; CheckboxSelectMultiple is a RadioSelect and a RadioSelect is no Select.
_KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "checkboxes"),
    (widgets.RadioSelect, "radios"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.Textarea, "textarea"),
    (widgets.FileInput, "file"),
    (widgets.MultiWidget, "group"),
    (widgets.SelectDateWidget, "group"),
    (widgets.Select, "select"),
)

# Every further kind is an <input> that takes a line of text.
_CLASSES = {"textarea": "input", "file": "file", "select": "input", "input": "input"}

MOST_COUNTED = 50_000
"""Characters of a text area up to which its limit is told and counted down; nobody writes beyond that."""

_REQUIRED = fields.Field.default_error_messages["required"]
_CHOICES = (
    fields.ChoiceField.default_error_messages["invalid_choice"],
    fields.MultipleChoiceField.default_error_messages["invalid_choice"],
)


def _grouped(values: dict[str, Any]) -> dict[str, Any]:
    """What is put into a message, its whole numbers with their thousands apart where it says `%s`."""
    return {name: Grouped(value) if type(value) is int else value for name, value in values.items()}


class Option(NamedTuple):
    """One radio button or checkbox, with the hint that its form gave for it."""

    widget: BoundWidget
    hint: str
    hint_id: str

    @property
    def tag(self) -> str:
        """The ``<input>`` alone, tied to its hint."""
        if self.hint:
            self.widget.data["attrs"]["aria-describedby"] = self.hint_id
        return self.widget.tag()


class AccessibleBoundField(BoundField):
    """A bound field that knows what the field template must draw.

    A form's field may carry three plain attributes:

    ``choice_hints``
        mapping from a choice's value (as text) to a sentence shown under that choice;
    ``hide_optional``
        true where "(opsional)" would mislead, for instance on a filter;
    ``count_limit``
        the number of characters to count down from, where it is not the field's ``max_length``.
    """

    @property
    def kind(self) -> str:
        """What to draw: hidden, checkbox, checkboxes, radios, textarea, file, group, select or input."""
        if self.is_hidden:
            return "hidden"
        widget = self.field.widget
        return next((name for cls, name in _KINDS if isinstance(widget, cls)), "input")

    @property
    def shows_optional(self) -> bool:
        """Whether the label says "(opsional)". A lone checkbox never does: leaving it empty is an answer."""
        if self.field.required or getattr(self.field, "hide_optional", False):
            return False
        return self.kind not in {"checkbox", "hidden"}

    @property
    def count_limit(self) -> int | None:
        """How many characters a text area may hold, or None where nothing is counted."""
        if self.kind != "textarea":
            return None
        limit = getattr(self.field, "count_limit", None) or getattr(self.field, "max_length", None)
        return int(limit) if limit and limit <= MOST_COUNTED else None

    @property
    def messages(self) -> list[str]:
        """The errors in words. A form's own words stay; Django's general ones are replaced by words that name
        the field: a line of the summary that says "this field" says nothing.
        """
        errors = self.form.errors.get(self.name)
        if not errors:
            return []
        return [self._in_words(error) for error in errors.as_data()]

    def _in_words(self, error: ValidationError) -> str:
        label = str(self.label).rstrip("?:. ")
        if error.message is _REQUIRED:
            if self.kind == "checkbox":
                return _("Centang “%(label)s” untuk melanjutkan.") % {"label": label}
            if self.kind in {"radios", "checkboxes", "select"}:
                return _("Pilih jawaban untuk “%(label)s”.") % {"label": label}
            if self.kind == "file":
                return _("Pilih berkas untuk “%(label)s”.") % {"label": label}
            return _("Isi “%(label)s”.") % {"label": label}
        if any(error.message is message for message in _CHOICES):
            return _("Pilih salah satu jawaban yang tersedia untuk “%(label)s”.") % {"label": label}
        if error.message is MaxLengthValidator.message and error.params:
            return _(
                "“%(label)s” terlalu panjang: %(length)s karakter, paling banyak %(limit)s. Persingkatlah."
            ) % {
                "label": label,
                "length": Grouped(error.params["show_value"]),
                "limit": Grouped(error.params["limit_value"]),
            }
        return str(error.message % _grouped(error.params) if error.params else error.message)

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error"

    @property
    def count_id(self) -> str:
        return f"{self.auto_id}_count"

    @property
    def focus_id(self) -> str:
        """The id that a line of the error summary links to: the first control of a group."""
        if self.kind in {"radios", "checkboxes"} and len(self):
            return str(self[0].id_for_label or self.auto_id)
        if isinstance(self.field.widget, widgets.MultiWidget):
            names = self.field.widget.widgets_names  # type: ignore[attr-defined]  # not in the stubs
            return f"{self.auto_id}{names[0]}"
        return self.id_for_label or self.auto_id

    @property
    def options(self) -> Iterator[Option]:
        """The radio buttons or checkboxes, each with its hint."""
        hints = getattr(self.field, "choice_hints", {})
        for widget in self.subwidgets:
            value = str(widget.data["value"])
            yield Option(widget, hints.get(value, ""), f"{widget.id_for_label}_hint")

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.auto_id or not self.count_limit:
            return described
        return f"{described} {self.count_id}".strip()

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        """Add the product's classes, and leave out what makes a browser judge the form by itself.

        ``required`` would bring up the browser's own bubbles, in the browser's language; ``maxlength`` on a
        text area cuts off pasted text without a word; a placeholder vanishes as soon as it is needed. The
        server and the hint say all three, and nothing typed is lost.
        """
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if "placeholder" in widget.attrs:
            built["placeholder"] = False
        own_class = _CLASSES.get(self.kind)
        if own_class:
            given = built.get("class") or widget.attrs.get("class") or ""
            built["class"] = f"{given} {own_class}".strip()
        if self.kind == "textarea":
            built["maxlength"] = False
            if widget.attrs.get("rows") == "10":  # Django's own default, more than a phone's screen shows
                built.setdefault("rows", "6")
            if self.count_limit:
                built["data-count"] = str(self.count_limit)
        return built


class AccessibleRenderer(TemplatesSetting):
    """The form renderer of the product; the templates are in ``templates/forms/``."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = AccessibleBoundField
