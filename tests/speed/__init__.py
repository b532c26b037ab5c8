"""What pages cost: statements counted where they leave for the database, few rows and offices and many."""
