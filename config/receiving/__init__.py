"""How requests are taken in: how much one may bring and how slowly, and what a refused one is told."""
