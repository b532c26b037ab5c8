"""`python -m tenants.complaints.inspection`: the process that unpacks strangers' files."""

from .process import main

if __name__ == "__main__":
    main()
