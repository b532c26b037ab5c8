"""The same brakes as the website's: a sender's complaints count together, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tenants.site import limits


class _Brake(BaseThrottle):
    """A rate of `tenants.site.limits` as DRF asks for it."""

    scope: str
    rate: Callable[[], limits.Rate]

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.seconds = 0
        try:
            limits.take(self.scope, limits.sender(request._request), self.rate())
        except limits.TooMany as reason:
            self.seconds = reason.seconds
            return False
        return True

    def wait(self) -> float:
        return self.seconds


class IntakeBrake(_Brake):
    scope = "intake"
    rate = staticmethod(limits.intake_rate)


class LookupBrake(_Brake):
    """Look-ups by tracking code: programs may ask often, guessing stays hopeless."""

    scope = "api-lookup"
    rate = staticmethod(lambda: limits.LOOKUP_RATE.times(30))
