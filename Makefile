# `make` alone lists the targets. Everything CI does is a target here.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo demo-cli test test-postgres test-spark lint format bench locks clean assets

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.venv/run: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/spark: .venv/dev requirements/spark.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/spark.txt
	@touch $@

assets: .venv/dev  ## front-end files, fonts and compiled translations
	$(BIN)/python tools/assets.py
	$(BIN)/python tools/translations.py

demo: assets  ## the example bank in the browser, with its address and log-ins
	$(BIN)/python -m tidui demo

demo-cli: .venv/run  ## the example bank in the terminal, down to the ledger rows
	$(BIN)/python -m tidui demo-cli

test: assets  ## all tests but Spark's; those of the browser need Chromium
	$(BIN)/pytest -n 2 --dist loadgroup -m "not spark" -rs

test-postgres: assets  ## the tests of the web on a PostgreSQL of their own
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n 2 -m "not spark and not browser" tests/apps tests/web $(wildcard tests/api) -rs

test-spark: .venv/spark  ## the same random ledgers on Spark, DuckDB and plain Python
	$(BIN)/pytest -m spark -rs

lint: .venv/dev  ## ruff, mypy, import contracts, spelling
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy && $(BIN)/lint-imports --no-cache
	$(BIN)/codespell tidui tests docs bench README.md CHANGELOG.md CONTRIBUTING.md

format: .venv/dev  ## put the code into shape
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: .venv/dev  ## the ratios that docs/benchmarks.md quotes
	$(BIN)/python -m bench

locks: .venv/dev  ## pin the dependencies anew, with hashes and without hosts
	for n in dev run spark; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $$( [ $$n = dev ] || echo -c requirements/dev.txt ) requirements/$$n.in -o requirements/$$n.txt || exit 1; done

clean:  ## remove what make made
	rm -rf .venv build .pytest_cache .hypothesis .mypy_cache .ruff_cache
