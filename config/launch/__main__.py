"""`make run`: starts everything on this machine and stays until Ctrl-C."""

import sys

from config.env import EnvironmentProblem
from config.launch import Trouble
from config.launch.supervisor import Supervisor

try:
    code = Supervisor().run()
except (Trouble, EnvironmentProblem) as problem:
    print(f"\n{problem}", file=sys.stderr)
    code = 1
raise SystemExit(code)
