#!/usr/bin/env python3
"""Runs a management command. Without DATABASE_URL the embedded server is used, and started."""

import sys


def main() -> int:
    try:
        import django  # noqa: F401  (asked for here to say plainly what is missing)
    except ImportError:
        print(
            "Django is missing here. `make setup` makes .venv; then use .venv/bin/python manage.py.",
            file=sys.stderr,
        )
        return 1
    from config.launch import manage

    return manage.run(sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
