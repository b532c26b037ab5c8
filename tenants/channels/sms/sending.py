"""Hands a text message to the gateway that the operator has named. Outside any transaction: this talks to the
network.

One request a message: `POST SMS_URL` with `{"id", "to", "from", "text"}` as JSON, `SMS_TOKEN` as bearer. The
id, in `Idempotency-Key` too, is the same in every attempt: a gateway that heeds it sends a repeated message
once.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings

from central.delivery.registry import DeliveryError, Outgoing

TIMEOUT = 20  # seconds
FOR_GOOD = frozenset({400, 404, 410, 413, 422})
"""Answers that another attempt would get as well: the number or the text is not what the gateway takes."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A text and its number go to the address that was named, and to no other."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def send(outgoing: Outgoing) -> None:
    """Hands the message over. Raises `DeliveryError`, without a word of what the gateway said: it may quote
    the number.
    """
    if not settings.SMS_URL:
        raise DeliveryError("no SMS gateway is set")
    told = {
        "id": str(outgoing.uid),
        "to": outgoing.recipient,
        "from": outgoing.sender,
        "text": outgoing.body,
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(outgoing.uid)}
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    request = urllib.request.Request(settings.SMS_URL, json.dumps(told).encode(), headers)  # noqa: S310 - the operator's own address, http or https
    try:
        with _opener.open(request, timeout=TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise DeliveryError(f"SMS gateway: {error.code}", permanent=error.code in FOR_GOOD) from None
    except (OSError, http.client.HTTPException) as error:
        raise DeliveryError(f"SMS gateway: {type(error).__name__}") from error
