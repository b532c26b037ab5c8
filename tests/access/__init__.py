"""Who may reach what: every address by everybody, held against declared tables (`tables/*.txt`)."""
