"""Every way that an office's settings may name has a name for people."""

from __future__ import annotations

from typing import get_args

from tenants.channels.registry import channels, label
from workflows.settings import Channel


def test_no_channel_is_shown_by_its_code() -> None:
    codes = get_args(Channel)
    assert [code for code in codes if label(code) == code] == []
    assert set(channels()) <= set(codes)
