"""Telephone numbers and e-mail addresses as people write them, and as they are stored."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

HOME_REGION = "ID"


def normal_phone(text: str) -> str | None:
    """E.164 of a number as it was written (`0812-3456 7890`, `+62 812…`, `62812…`); None if it cannot be one.

    A number without a country's code is Indonesian. "" stays "".
    """
    text = text.strip()
    if not text:
        return ""
    if text.startswith("62"):
        text = "+" + text
    elif text.startswith("8"):
        text = "0" + text
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_whole(e164: str) -> bool:
    """Whether a stored number has all the digits that one of its kind has: a mobile number here, such as
    `0812 3456 7890`, has nine at least after the 0.
    """
    number = phonenumbers.parse(e164, HOME_REGION)
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return False
    national = phonenumbers.national_significant_number(number).lstrip("0") or "0"
    mobile = number.country_code == phonenumbers.country_code_for_region(HOME_REGION) and national[0] == "8"
    kind = phonenumbers.PhoneNumberType.MOBILE
    return not mobile or phonenumbers.is_possible_number_for_type(number, kind)


def takes_texts(e164: str) -> bool:
    """Whether a text message can reach a stored number: it is a mobile one."""
    kind = phonenumbers.number_type(phonenumbers.parse(e164, HOME_REGION))
    return kind in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def shown_phone(e164: str) -> str:
    """A stored number as people here read it, such as `0812-3456-7890`."""
    try:
        number = phonenumbers.parse(e164, HOME_REGION)
    except phonenumbers.NumberParseException:
        return e164
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == phonenumbers.country_code_for_region(HOME_REGION)
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def normal_email(text: str) -> str | None:
    """The address in lower case without spaces around it; None if it cannot be one. "" stays ""."""
    text = text.strip().lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        return None
    return text
