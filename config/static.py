"""Static files with a hash in their name, compressed once."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no type hints
    """WhiteNoise's storage, without two of its surprises.

    References to source maps are left alone: a vendored file may name one that its package does not ship. And
    before files have been collected (tests, a page rendered by a command) plain names are given, not an
    error.
    """

    patterns = tuple(
        (glob, tuple(p for p in found if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
    )

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        return str(super().stored_name(name))
