"""What the API takes and gives. Times are ISO 8601 with their offset; enumerations are our own codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.cases import CitizenStatus, Visibility
from workflows.problems import Severity
from workflows.procedure import LONGEST_DESCRIPTION
from workflows.settings import LONGEST_ANSWER, QuestionKind

from .fields import Degrees, Text, Whole

MOST_FILES = 10
LARGEST_ID = 2**63 - 1
"""The database numbers no row higher."""


QUESTION = r"^[a-z][a-z0-9_]{0,48}$"
"""What the code of a question looks like."""


@extend_schema_field(
    {
        "type": "object",
        "patternProperties": {QUESTION: {"type": "string", "maxLength": LONGEST_ANSWER}},
        "additionalProperties": False,
    }
)
class Answers(serializers.DictField):
    """Answers by the codes of questions."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, Mapping) and not all(re.fullmatch(QUESTION, str(code)) for code in data):
            raise serializers.ValidationError(_("Nama jawaban harus kode pertanyaan dari daftar kategori."))
        return dict(super().to_internal_value(data))


_PROVISIONAL = "Joint leave of that year is not decreed yet and may still move `due_at`."


class ComplaintIn(serializers.Serializer[Any]):
    """A complaint as it is sent in. Which of the optional fields are required says the office's SOP."""

    category = Text(max_length=60, help_text="A code of `/api/v1/categories/`.")
    description = Text(max_length=LONGEST_DESCRIPTION)
    place = Text(max_length=250, required=False, allow_blank=True)
    region = Text(
        validators=[RegexValidator(r"^([0-9][0-9.]*)?$")],
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="Official code of the region in which the place lies, such as `32.09.38.2005`. "
        "`/api/v1/areas/` lists those that the office knows by name.",
    )
    latitude = Degrees(90, allow_null=True)
    longitude = Degrees(180, allow_null=True)
    occurred_at = Text(
        max_length=100, required=False, allow_blank=True, help_text="A date, or the reporter's own words."
    )
    name = Text(max_length=150, required=False, allow_blank=True)
    address = Text(max_length=250, required=False, allow_blank=True)
    email = Text(max_length=254, required=False, allow_blank=True)
    phone = Text(
        max_length=40, required=False, allow_blank=True, help_text="As people write it; stored as E.164."
    )
    visibility = serializers.ChoiceField(
        choices=[item.value for item in Visibility], required=False, default=Visibility.OPEN.value
    )
    answers = Answers(
        child=Text(max_length=LONGEST_ANSWER, allow_blank=True),
        required=False,
        help_text="To the category's questions, by their codes: a choice's `value`, `yes` or `no`, digits, "
        "or words. In a form each is a field `answers.<code>`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.initial_data.get("files") and "files" not in self.fields:
            raise serializers.ValidationError({"files": _("Kirim berkas sebagai multipart/form-data.")})
        return attrs


@extend_schema_field(
    {"type": "array", "maxItems": MOST_FILES, "items": {"type": "string", "format": "binary"}}
)
class Files(serializers.ListField):
    """Pictures and PDF files of a form."""


class ComplaintForm(ComplaintIn):
    """A complaint with files. A form has no null: what is not known is left out, or blank."""

    latitude = Degrees(90)
    longitude = Degrees(180)
    files = Files(
        child=serializers.FileField(allow_empty_file=True, max_length=255),
        required=False,
        max_length=MOST_FILES,
        help_text="Pictures or PDF, at most 10 MB each.",
    )


class ReceiptOut(serializers.Serializer[Any]):
    """What a reporter gets for a complaint."""

    number = serializers.CharField(help_text="The register number.")
    tracking_code = serializers.CharField(help_text="Opens everything of the complaint: keep it secret.")
    status_url = serializers.URLField(help_text="The tracking page.")
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="Promised end of the whole process, else the next promise, else null."
    )
    due_at_provisional = serializers.BooleanField(help_text=_PROVISIONAL)


class AnswerChoiceOut(serializers.Serializer[Any]):
    """One answer to choose."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name


class QuestionOut(serializers.Serializer[Any]):
    """What is asked of a complaint of a category, beside the description."""

    code = serializers.CharField(help_text="Names the answer in `answers` of a complaint.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    help = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=[item.value for item in QuestionKind])
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of this name
    choices = AnswerChoiceOut(many=True, help_text="Empty for every kind but `choice`.")


class CategoryOut(serializers.Serializer[Any]):
    """A category; those with children only group."""

    code = serializers.CharField()
    name = serializers.CharField()
    questions = QuestionOut(many=True, help_text="Those of the categories above it among them.")
    children = serializers.ListField(child=serializers.DictField(), help_text="Categories of the same shape.")


class AreaOut(serializers.Serializer[Any]):
    """A part of the office's region, such as a village."""

    code = serializers.CharField(help_text="Official code; `region` of a complaint.")
    name = serializers.CharField()


class TimelineOut(serializers.Serializer[Any]):
    """One thing that the reporter may know of."""

    at = serializers.DateTimeField()
    text = serializers.CharField()


class TrackingOut(serializers.Serializer[Any]):
    """Where a complaint stands, for its reporter."""

    number = serializers.CharField()
    office = serializers.CharField()
    status = serializers.ChoiceField(choices=[item.value for item in CitizenStatus])
    status_text = serializers.CharField()
    received_at = serializers.DateTimeField()
    promised_due_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    due_at_provisional = serializers.BooleanField(help_text=_PROVISIONAL)
    closed_at = serializers.DateTimeField(allow_null=True)
    timeline = TimelineOut(many=True)


class OfficeOut(serializers.Serializer[Any]):
    """An office on the platform."""

    name = serializers.CharField()
    host = serializers.CharField()
    government = serializers.CharField()
    type = serializers.CharField(help_text="Such as kecamatan, dinas, kalurahan.")


class PageOut(serializers.Serializer[Any]):
    """The frame of a page by key."""

    next = serializers.URLField(allow_null=True, help_text="The following page; null on the last.")


class OfficesPage(PageOut):
    results = OfficeOut(many=True)


class WorkOut(serializers.Serializer[Any]):
    """Work that waits for the caller."""

    slug = serializers.CharField(help_text="Names the case in `/api/v1/cases/{slug}/`.")
    number = serializers.CharField()
    line = serializers.CharField()
    stage = serializers.CharField()
    stage_text = serializers.CharField()
    summary = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)


class WorkPage(PageOut):
    results = WorkOut(many=True)


class InputOut(serializers.Serializer[Any]):
    """One input of an action."""

    code = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of this name
    choices = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class ActionOut(serializers.Serializer[Any]):
    """Something that the caller may do now."""

    action = serializers.CharField()
    line = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    tells_reporter = serializers.BooleanField()
    inputs = InputOut(many=True)


class PauseOut(serializers.Serializer[Any]):
    """A time that does not count."""

    begin = serializers.DateTimeField()
    end = serializers.DateTimeField()
    stage = serializers.CharField(allow_blank=True, help_text="Where the case was, which is why.")


class ClockOut(serializers.Serializer[Any]):
    """A limit of the SOP."""

    code = serializers.CharField()
    line = serializers.CharField()
    limit = serializers.CharField(help_text="Such as `1 WD` (working days), `24 h`.")
    base_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    provisional = serializers.BooleanField(help_text=_PROVISIONAL)
    paused_at = serializers.DateTimeField(allow_null=True)
    pauses = PauseOut(many=True, help_text="Finished pauses.")
    stopped_at = serializers.DateTimeField(allow_null=True)


class AnswerOut(serializers.Serializer[Any]):
    """What the reporter answered, with the words of the question as it was asked."""

    code = serializers.CharField()
    value = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()


class CaseOut(serializers.Serializer[Any]):
    """A complaint for the staff who may see it."""

    slug = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField(help_text="Send it back with an action.")
    status = serializers.ChoiceField(choices=[item.value for item in CitizenStatus])
    stage = serializers.CharField()
    lines = serializers.DictField(child=serializers.CharField(), help_text="Stage of each line.")
    category = serializers.CharField(allow_blank=True)
    channel = serializers.CharField()
    visibility = serializers.ChoiceField(choices=[item.value for item in Visibility])
    description = serializers.CharField()
    answers = AnswerOut(many=True)
    place = serializers.CharField(allow_blank=True)
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    clocks = ClockOut(many=True)
    actions = ActionOut(many=True)


class ActIn(serializers.Serializer[Any]):
    """A step. `inputs` are those that the action asks for."""

    version = Whole(min_value=0, help_text="The case's version that you decided on.")
    line = Text(max_length=40, required=False, default="main")
    inputs = serializers.DictField(
        required=False,
        default=dict,
        help_text=(
            "By the codes of the action's inputs. `asked` of `request_coordination` is `office:` and the "
            "code of an office of the same government, or `member:` and the id of a member of this office."
        ),
    )
    outside = Whole(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        default=None,
        help_text="Of the action `refer`: whom of the directory it goes to. Name and contact are theirs.",
    )


class OutsideOut(serializers.Serializer[Any]):
    """An office that is not on the platform."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    website = serializers.CharField()


class OutsideList(serializers.Serializer[Any]):
    """The directory of offices outside, by name."""

    results = OutsideOut(many=True)


class HandOverIn(serializers.Serializer[Any]):
    """Handing a case straight to another office. The routing rules in effect say which."""

    version = Whole(min_value=0, help_text="The case's version that you decided on.")
    key = serializers.UUIDField(
        format="hex_verbose", help_text="Names this sending: sent again, it delivers once."
    )
    reason = Text(min_length=5, max_length=4_000)
    consent = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="The reporter's, where the SOP demands it."
    )


class HandOverOut(serializers.Serializer[Any]):
    """Where the case is now: the office's name, and the number that it has there."""

    office = serializers.CharField()
    number = serializers.CharField()


ACT_FORM: dict[str, Any] = {
    "type": "object",
    "description": "A step with files: each input that the action asks for is a field `inputs.<code>`.",
    "properties": {
        "version": {"type": "integer", "minimum": 0},
        "line": {"type": "string", "minLength": 1, "maxLength": 40, "default": "main"},
        "outside": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
    },
    "patternProperties": {
        r"^inputs\.": {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string", "format": "binary"}},
            ]
        }
    },
    "required": ["version"],
}


class SopCheckIn(serializers.Serializer[Any]):
    """A procedure as YAML, as it stands in a file."""

    document = Text(
        trim_whitespace=False, help_text="At most 512,000 bytes; its form: `/api/sop-schema.json`."
    )


class SopProblem(serializers.Serializer[Any]):
    """One finding of the proof."""

    code = serializers.CharField(help_text="Of the rule, such as `W03`; stable, for programs.")
    severity = serializers.ChoiceField(choices=[item.value for item in Severity])
    line = serializers.IntegerField(allow_null=True, help_text="Of the YAML, from 1; null for the whole.")
    path = serializers.CharField(help_text="Keys and positions from the top, with dots between them.")
    text = serializers.CharField(help_text="What is wrong and what to do, in the caller's language.")


class SopChecked(serializers.Serializer[Any]):
    """What a document is worth. `sound`: it could be put in force here today."""

    sound = serializers.BooleanField()
    kind = serializers.CharField(help_text="`procedure`; empty for what was not recognised.")
    problems = SopProblem(many=True)
