"""Where a running site answers, and the screens it is looked at on."""

from __future__ import annotations

from dataclasses import dataclass

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10: no sideways scrolling at 320 CSS pixels


@dataclass(frozen=True)
class LiveSite:
    """A running server. Hosts below `localhost` lead to it by themselves."""

    port: int

    def url(self, code: str = "", path: str = "/") -> str:
        """The address of a page at the host with this subdomain; at the platform's host without one."""
        host = f"{code}.localhost" if code else "localhost"
        return f"http://{host}:{self.port}{path}"
