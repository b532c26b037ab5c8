"""Fields that take what the schema says and nothing else: in JSON a number is no text, a text no number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers
from rest_framework.utils import html


class Text(serializers.CharField):
    """A text as JSON and forms have it. Where it may not be blank, something must be seen of it."""

    def __init__(self, **options: Any) -> None:
        if not options.get("allow_blank"):
            options = {"min_length": 1, "validators": [RegexValidator(r"\S")], **options}
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number."""

    def to_internal_value(self, data: Any) -> int:
        if not _from_form(self) and (isinstance(data, bool) or not isinstance(data, int | float)):
            self.fail("invalid")
        if isinstance(data, float) and not data.is_integer():
            self.fail("invalid")
        return super().to_internal_value(int(data) if isinstance(data, float) else data)


class Degrees(serializers.DecimalField):
    """A latitude or longitude from -`limit` to `limit`. Decimals beyond the sixth (a tenth of a metre), which
    devices give, are rounded away.
    """

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(
            max_digits=9,
            decimal_places=6,
            min_value=-limit,
            max_value=limit,
            coerce_to_string=False,
            required=False,
            **options,
        )

    def to_internal_value(self, data: Any) -> Decimal:
        if not _from_form(self) and (isinstance(data, bool) or not isinstance(data, int | float)):
            self.fail("invalid")
        return super().to_internal_value(data)

    def validate_precision(self, value: Decimal) -> Decimal:
        if self.max_value is not None and value > self.max_value:
            self.fail("max_value", max_value=self.max_value)
        if self.min_value is not None and value < self.min_value:
            self.fail("min_value", min_value=self.min_value)
        return value


def _from_form(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Whether the field came in a form, where everything is text."""
    return html.is_html_input(getattr(field.root, "initial_data", None))
