"""What a file really is, from its bytes: sniffed, parsed, and searched for what does not belong there.

Strangers' files are unpacked by a process of its own (`process`), never by the one that serves people:
`inspect`, `smaller` and `logo` hand them over. Nothing here knows Django.
"""

from .desk import inspect, logo, smaller
from .kinds import KINDS, Kind, Refused

__all__ = ["KINDS", "Kind", "Refused", "inspect", "logo", "smaller"]
