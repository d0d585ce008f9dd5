# Each target does all its own set-up: a virtual environment in .venv, from Python 3.11 or later.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 2
SLOW ?= tests
# Start-up is a feature: what convsql itself runs on is compiled to bytecode once, here, even where the environment forbids Python to
# do so as it goes; what the extras bring is compiled when it is first imported: most of it never is.
export PYTHONDONTWRITEBYTECODE =
INSTALL = $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt
COMPILE = $(BIN)/python -m compileall -q -j 0 convsql .venv/lib

.PHONY: demo test test-slow test-spark test-clients lint format reference docs-site bench clean

demo: .venv/.installed-report
	@$(BIN)/convsql demo
	@$(BIN)/convsql report
	@echo "convsql is in $(BIN): write $(BIN)/convsql, or first . $(BIN)/activate"

test: .venv/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

test-slow: .venv/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m slow $(SLOW)

# The tests of the target Spark: one after the other, since a session of Spark takes both cores and 2 GB. SPARK_TESTS is what of them.
SPARK_TESTS ?= tests/spark
test-spark: .venv/.installed-spark
	$(BIN)/python -m pytest -m slow $(SPARK_TESTS)

# What tools of dbt's read of convsql's artifacts, and dbt's tests of adapters: the tools have an environment of their own.
test-clients: .venv/.installed-test .venv-clients/.installed
	$(BIN)/python -m pytest -n $(WORKERS) -m slow tests/clients tests/pages/browser/test_dbt_docs_page.py

# SQL is linted as compiled; compiling reads the columns of the demo's files.
demo/raw/messages.parquet: | .venv/.installed
	@$(BIN)/python -c "from pathlib import Path; from convsql.demo import write_demo; write_demo(Path('demo/raw'))"

lint: .venv/.installed-lint demo/raw/messages.parquet
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/convsql compile
	$(BIN)/convsql metrics check
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar target/compiled/convsql/models

format: .venv/.installed-lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# docs/reference/, from the command line and the files beside the models.
reference: .venv/.installed
	@$(BIN)/python scripts/write_reference.py

# The documents as a site, target/site/index.html: a link or an anchor that leads nowhere fails it.
docs-site: .venv/.installed-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "wrote target/site/index.html"

bench: .venv/.installed-test
	$(BIN)/python benchmarks/projects.py
	$(BIN)/python benchmarks/messages.py
	$(BIN)/python benchmarks/versions.py

clean:
	rm -rf .venv .venv-clients target demo dbt_packages logs convsql.duckdb convsql.duckdb.*

.venv/.python:
	@test -n "$(PYTHON)" || { echo "convsql needs Python 3.11 or later (set PYTHON=/path/to/python)"; exit 1; }
	@echo "setting up .venv with $(PYTHON) …"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.python pyproject.toml constraints.txt
	@$(INSTALL) -e .
	@$(COMPILE)
	@touch $@

.venv/.installed-report: .venv/.installed
	@$(INSTALL) -e ".[report]"
	@touch $@

.venv/.installed-test: .venv/.installed
	@$(INSTALL) -e ".[test,dbt,report,tables,browser,postgres]"
	@touch $@

.venv/.installed-spark: .venv/.installed-test
	@$(INSTALL) -e ".[test,spark]"
	@touch $@

.venv/.installed-docs: .venv/.installed
	@$(INSTALL) -e ".[docs]"
	@touch $@

.venv/.installed-lint: .venv/.installed
	@$(INSTALL) -e ".[test,lint,postgres]"
	@touch $@

.venv-clients/.installed: tests/clients/requirements.txt
	@$(PYTHON) -m venv .venv-clients
	@.venv-clients/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -r tests/clients/requirements.txt
	@touch $@
