"""Template tags of the design system; in a template: ``{% load design %}``.

Nothing here reads the database or the request; every tag works from what it is given.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from central.dates import DAY, HOUR, written
from central.numbers import Grouped

register = template.Library()

# The words that an office's monogram leaves out: they say what kind of body it is, not which.
_SMALL_WORDS = {"dan", "dan/atau", "di", "of", "the", "untuk", "serta"}
_SOON = timedelta(hours=24)


@register.filter
def initials(name: object) -> str:
    """The monogram of a name: the first letters of its first two words of weight ("Dinas Contoh" -> "DC")."""
    words = [
        word for word in str(name or "").split() if word[:1].isalnum() and word.lower() not in _SMALL_WORDS
    ]
    return "".join(word[0] for word in words[:2]).upper() or "T"


@register.filter
def moment(value: datetime | None) -> str:
    """A point in time in the active time zone: "21 November 2026 pukul 14.30 WIB"; empty for None."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return _("%(day)s pukul %(hour)s %(zone)s") % {
        "day": written(local, DAY),
        "hour": written(local, HOUR),
        "zone": local.tzname() or "",
    }


@register.filter
def day(value: Any) -> str:
    """A day, in the active time zone where it is a point in time: "21 November 2026"; empty for None."""
    if not isinstance(value, date):
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return written(value, DAY)


@register.filter
def email_breaks(value: object) -> str:
    """An e-mail address that goes on to the next line after its "@", where it has to."""
    return format_html_join(mark_safe("@<wbr>"), "{}", ((part,) for part in str(value).split("@")))


@register.filter
def number(value: Any) -> Any:
    """A whole number with its thousands apart; it still counts as one (`blocktranslate count`). Anything else
    comes back as it is.
    """
    return Grouped(value) if isinstance(value, int) and not isinstance(value, bool) else value


@register.filter
def anchor(value: object) -> str:
    """Text made fit for an id attribute."""
    return slugify(str(value))


@register.simple_tag
def relabel(field: BoundField, label: str, hint: str | None = None) -> str:
    """Give a field of somebody else's form our own label (and hint), before anything of the form is drawn."""
    field.label = label
    if hint is not None:
        field.help_text = hint
    return ""


def span_words(span: timedelta) -> str:
    """A length of time in its largest whole unit, in words: "3 jam"; less than a minute counts as one."""
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d menit", "%(n)d menit", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d jam", "%(n)d jam", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d hari", "%(n)d hari", days) % {"n": days}


@register.inclusion_tag("components/time_left.html")
def time_left(
    due_at: datetime | None,
    now: datetime | None = None,
    *,
    paused: str = "",
    finished_at: datetime | None = None,
) -> dict[str, object]:
    """The tag that says how much time is left, in words, with an icon and a colour.

    ``due_at`` and ``now`` are aware; ``now`` is the clock's time where it is not given. ``paused`` is the
    reason why the clock stands still; ``finished_at`` is when the work was done, which freezes the tag.
    """
    if finished_at is not None:
        if due_at is None or finished_at <= due_at:
            return {"state": "done", "text": _("selesai tepat waktu"), "due_at": due_at}
        words = span_words(finished_at - due_at)
        return {"state": "missed", "text": _("selesai, lewat %(span)s") % {"span": words}, "due_at": due_at}
    if paused:
        return {"state": "paused", "text": paused, "due_at": due_at}
    if due_at is None:
        return {"state": "none", "text": _("tanpa batas waktu"), "due_at": None}
    left = due_at - (now or timezone.now())
    if left < timedelta(0):
        return {"state": "late", "text": _("lewat %(span)s") % {"span": span_words(-left)}, "due_at": due_at}
    state = "soon" if left <= _SOON else "ok"
    return {"state": state, "text": _("sisa %(span)s") % {"span": span_words(left)}, "due_at": due_at}
