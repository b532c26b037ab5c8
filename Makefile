# make run · make test · make lint · make bench · make proof. Names here are relative: the path of a clone may hold spaces.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Every interpreter is tried out: a name on the path may be an empty shim.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV_PYTHON := .venv/bin/python
PORT ?= 8000
ARGS ?=
TEST_WORKERS ?= 2
export PORT
# Where the caller's shell says not to keep bytecode, every process that a run or a test starts would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help python setup setup-dev run test lint format bench proof lock texts reset

help:
	@echo "make run            start Tanggap on http://localhost:$(PORT)/ (another port: make run PORT=8001)"
	@echo "make test           run the tests (some of them: make test ARGS='tests/unit -k worktime')"
	@echo "make lint           ruff, mypy, import-linter, missing migrations"
	@echo "make bench          measure, and hold the figures against their gates"
	@echo "make proof          every promise tried by force, at full size; writes docs/proof.md"
	@echo "make format         let ruff put the code in order"
	@echo "make lock           resolve requirements/*.in anew into the hashed locks"
	@echo "make texts          bring the catalogue of English texts up to date with the sources"
	@echo "make reset          remove the embedded database and all else that runs left in var/"

python:
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
	echo "Tanggap needs Python 3.11 or newer. Install it, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }

setup: python
	@"$(PYTHON)" -m config.launch.setup base

setup-dev: python
	@"$(PYTHON)" -m config.launch.setup dev

run: export TANGGAP_RUN_AT := $(shell date +%s)
run: setup
	@exec $(VENV_PYTHON) -m config.launch

test: setup-dev
	@exec $(VENV_PYTHON) -m pytest -n $(TEST_WORKERS) $(ARGS)

lint: setup-dev
	@$(VENV_PYTHON) -m config.launch.lint

format: setup-dev
	@$(VENV_PYTHON) -m ruff check --quiet --fix-only .
	@$(VENV_PYTHON) -m ruff format .

bench: setup-dev
	@exec $(VENV_PYTHON) -m tests.benchmarks $(ARGS)

proof: setup-dev
	@exec $(VENV_PYTHON) -m tests.proof $(ARGS)

lock: python
	@"$(PYTHON)" -m config.launch.lock

texts: setup-dev
	@$(VENV_PYTHON) manage.py makemessages -l en --no-location --no-wrap --no-obsolete -i var -i tests -i requirements

reset: setup
	@$(VENV_PYTHON) -m config.launch.reset
