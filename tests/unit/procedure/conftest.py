"""What the tests of the office's documents begin with: an office, its admin, and its procedure."""

from tests.unit.complaints.conftest import complaint, inside, report, staff

__all__ = ["complaint", "inside", "report", "staff"]
