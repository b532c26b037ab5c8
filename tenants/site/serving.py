"""Files on their way out: with the type that they were judged to have, and never as a page of this site."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpResponseBase

from tenants.complaints import files
from tenants.complaints.models import Attachment

_SHOWN = {"image/jpeg", "image/png", "image/webp"}
"""What a browser shows by itself; the rest is saved (a browser's PDF viewer refuses to work in a sandbox)."""


def _sent(response: FileResponse) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    # Even a file that a browser mistakes for a page can load and run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def serve(attachment: Attachment, *, small: bool = False) -> HttpResponseBase:
    """A file for somebody who may open it; `small`: a picture's thumbnail."""
    picture = attachment.content_type.startswith("image/")
    try:
        if small and picture:
            thumbnail = files.thumbnail(attachment.digest)
            return _sent(FileResponse(thumbnail, content_type="image/jpeg", filename="kecil.jpg"))
        with files.opened(attachment.digest) as content:
            stream = io.BytesIO(content.read())
    except files.FileRefused as refused:
        raise Http404(str(refused.message)) from refused
    shown = attachment.content_type in _SHOWN
    return _sent(
        FileResponse(
            stream,
            as_attachment=not shown,
            filename=attachment.name,
            content_type=attachment.content_type,
        )
    )


def serve_public(attachment: Attachment) -> HttpResponseBase:
    """The copy of a released picture that everybody may have: without metadata."""
    try:
        stream = files.public_copy(attachment.digest)
    except files.FileRefused as refused:
        raise Http404(str(refused.message)) from refused
    response = FileResponse(stream, content_type="image/jpeg", filename=f"{attachment.uid.hex}.jpg")
    response["Cache-Control"] = "public, max-age=300"
    return _sent(response)
