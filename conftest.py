"""What every test run has, whichever folder it is begun for."""

pytest_plugins = ["tests.plugins.skips", "tests.plugins.figures", "tests.plugins.order"]
