# Two commands on a fresh machine: `make site` and `make test`. Only Python 3.11 or newer, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
COVERED := briefgen/model/quotes.py,briefgen/model/names.py,briefgen/model/text.py,briefgen/render/markdown.py,briefgen/publish/output.py,briefgen/disk/exchange.py

.PHONY: site test test-fast lint audit fuzz torture bench docs clean
.DEFAULT_GOAL := site

site: .venv/.briefgen
	@$(RUN) briefgen build
	@echo "Look at it: run  $(RUN) http.server -d site  and go to http://127.0.0.1:8000/"

test: .venv/.dev
	@sh tests/browsers.sh
	@sh tests/servers.sh
	@$(MAKE) --no-print-directory lint
	@sh tests/audit.sh
	$(RUN) pytest --cov --cov-report= -n auto --dist loadfile
	$(RUN) coverage report --fail-under=90
	$(RUN) coverage report --fail-under=100 --include='$(COVERED)'

test-fast: .venv/.dev lint
	$(RUN) pytest -m "not browser" -n auto --dist loadfile

lint: .venv/.dev
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

audit: .venv/.dev
	@sh tests/audit.sh must

# Long campaigns, outside `make test`: inputs led by coverage, and desks that live long and are killed at every step.
MINUTES ?= 10
fuzz: .venv/.dev
	@$(BIN)/pip install --quiet --disable-pip-version-check --group fuzz
	$(RUN) tests.fuzz $(MINUTES)

torture: .venv/.dev
	BRIEFGEN_LIVES=200 BRIEFGEN_LIFE_STEPS=30 $(RUN) pytest tests/test_life.py
	BRIEFGEN_KILLS=200 $(RUN) pytest tests/publish tests/disk tests/test_edits.py

bench: .venv/.dev
	$(RUN) benchmarks --write
	$(RUN) benchmarks.guard

docs: .venv/.dev
	$(RUN) docs.generate
	$(RUN) sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "Look at it: docs/_build/html/index.html"

clean:
	rm -rf docs/_build .venv .briefgen site .mypy_cache .pytest_cache .ruff_cache .coverage

.venv/.venv:
	@sh tests/venv.sh "$(PYTHON)"
	@touch .venv/.venv

.venv/.briefgen: .venv/.venv pyproject.toml
	@$(RUN) pip install --quiet --disable-pip-version-check -e .
	@touch .venv/.briefgen

.venv/.dev: .venv/.briefgen pyproject.toml
	@$(RUN) pip install --quiet --disable-pip-version-check --group dev
	@touch .venv/.dev
