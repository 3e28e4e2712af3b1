# Aftershock's commands. `make` alone lists them.

# The Python that makes the environment, e.g. `make run PYTHON=python3.12`.
PYTHON ?= python3
# Not `?=`: some shells and conda export a HOST that is no address.
HOST = 127.0.0.1
PORT ?= 8501
# More options for pytest, e.g. `make test PYTEST_ARGS="-k link"`.
PYTEST_ARGS ?=
# `make lock UPGRADE=1` moves every pin to its newest release; without it only what has to change does.
UPGRADE ?=

SETUP = @command -v $(PYTHON) >/dev/null || { echo "Aftershock needs Python 3.11 or newer, and there is no $(PYTHON) on the PATH."; exit 1; }; \
	$(PYTHON) tools/setup_env.py
PY = .venv/bin/python
# Universal: one lock for Linux and macOS and for every supported Python. The hashes make it tamper-proof.
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help run test check test-lowest bench lock clean env dev-env

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: env ## Starts Aftershock and prints its address (PORT=8501, HOST=127.0.0.1)
	@exec $(PY) tools/run_app.py --host "$(HOST)" --port "$(PORT)"

# All three always run, and pytest runs last so that its closing line is the last thing it prints.
test: dev-env ## Runs the linter, the type checker and all tests, those in Chromium too
	@$(PY) tools/chromium.py install || true
	@lint=passed; types=passed; \
	$(PY) -m ruff check . || lint=FAILED; \
	$(PY) -m mypy || types=FAILED; \
	echo "ruff $$lint, mypy $$types; now the tests"; \
	$(PY) -m pytest $(PYTEST_ARGS) && [ $$lint = passed ] && [ $$types = passed ]

check: dev-env ## Runs the linter and the type checker only
	@lint=passed; types=passed; \
	$(PY) -m ruff check . || lint=FAILED; \
	$(PY) -m mypy || types=FAILED; \
	echo "ruff $$lint, mypy $$types"; \
	[ $$lint = passed ] && [ $$types = passed ]

test-lowest: dev-env ## Runs all tests against the lowest version of everything that requirements allow
	$(SETUP) lowest
	@$(PY) tools/chromium.py install || true
	@.venv-lowest/bin/python -m pytest $(PYTEST_ARGS)

bench: ## Compares the measures with other libraries and prints the ratios (some minutes)
	$(SETUP) bench
	@.venv-bench/bin/python -m benchmarks

lock: dev-env ## Writes the locks anew from requirements.txt and requirements-dev.txt (UPGRADE=1: newest)
	@$(COMPILE) requirements.txt --output-file requirements.lock
	@$(COMPILE) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock
	@echo "requirements.lock and requirements-dev.lock are written; the next make run or make test installs them."

clean: ## Removes the environments and everything that tools wrote
	@rm -rf .venv .venv-lowest .venv-bench .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

env:
	$(SETUP) run

dev-env:
	$(SETUP) dev
