"""The five SOPs, row by row, by HTTP; `docs/sop-rows.md` says which test walks which row."""
