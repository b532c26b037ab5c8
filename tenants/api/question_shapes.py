"""What the API takes and gives of questions to other offices and officials."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenants.complaints.models import Coordination
from tenants.complaints.services.answering import LONGEST, SHORTEST

from .fields import Text, Whole
from .serializers import PageOut

LONGEST_ASKED, SHORTEST_ASKED = 4_000, 10
"""Characters of a question, and (the longest) of the reason why there is no answer."""


class WaitingQuestion(serializers.Serializer[Any]):
    """A question that waits for the caller's answer."""

    slug = serializers.CharField(help_text="Names the question in `/api/v1/questions/{slug}/answer/`.")
    number = serializers.CharField(help_text="The complaint's, in the register of the office that asks.")
    office = serializers.CharField(
        allow_blank=True, help_text="The office that asks; empty for a colleague of the caller's own."
    )
    asked_by = serializers.CharField()
    question = serializers.CharField()
    report = serializers.CharField(
        allow_blank=True,
        help_text="The report's text where it was sent along, the reporter's data masked.",
    )
    place = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()


class WaitingQuestionPage(PageOut):
    results = WaitingQuestion(many=True)


class AnswerIn(serializers.Serializer[Any]):
    """The answer to a question. It counts once."""

    answer = Text(min_length=SHORTEST, max_length=LONGEST)


class DeclineIn(serializers.Serializer[Any]):
    """Why a question cannot be answered here."""

    reason = Text(min_length=SHORTEST, max_length=LONGEST_ASKED)


class QuestionDone(serializers.Serializer[Any]):
    """A question that waits no more."""

    slug = serializers.CharField()
    state = serializers.ChoiceField(
        choices=[Coordination.State.ANSWERED.value, Coordination.State.DECLINED.value]
    )


class AskIn(serializers.Serializer[Any]):
    """A question to another office or to an official of the own one."""

    version = Whole(min_value=0, help_text="The case's version that you decided on.")
    key = serializers.UUIDField(
        format="hex_verbose", help_text="Names this sending: sent again, it asks once."
    )
    asked = Text(max_length=80, help_text="Whom: one of `may_be_asked` of the case's questions.")
    question = Text(min_length=SHORTEST_ASKED, max_length=LONGEST_ASKED)
    report = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Whether the report's text goes along, with the reporter's data masked.",
    )


class AskedOut(serializers.Serializer[Any]):
    """A question about a case, with its answer."""

    seq = serializers.IntegerField(help_text="Counts the questions of the case.")
    asked = serializers.CharField(help_text="The name of the office or official.")
    state = serializers.ChoiceField(choices=Coordination.State.values)
    question = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True, help_text="Or why there is none.")


class MayBeAsked(serializers.Serializer[Any]):
    """Somebody who can be asked now."""

    asked = serializers.CharField(help_text="Send it as `asked`.")
    name = serializers.CharField()


class CaseQuestions(serializers.Serializer[Any]):
    """What was asked about a case, the newest first, and whom the caller may ask now."""

    results = AskedOut(many=True)
    may_be_asked = MayBeAsked(many=True, help_text="Empty where the caller may ask nobody now.")
