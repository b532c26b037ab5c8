"""The procedure: an office's SOP as a document."""

from __future__ import annotations

from workflows.common import Code, Model, Text


class Procedure(Model):
    """One office's SOP for complaints. Versioned by the shell; pinned by each case."""

    code: Code
    name: Text
