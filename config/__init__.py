"""Settings, addresses and start of the platform. Importing it makes `central` (in platform/) importable."""

import sys
from pathlib import Path

_platform = str(Path(__file__).resolve().parent.parent / "platform")
if _platform not in sys.path:
    sys.path.insert(0, _platform)
