"""Two at once: of two people who act at the same moment one wins, and the other is told."""
