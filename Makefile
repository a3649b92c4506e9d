# Two commands do all their own set-up: `make demo` and `make test`. They need Python 3.11 or later, pip and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample_images/app-2.0.tar

.DEFAULT_GOAL := help
.PHONY: help demo test lint types layering docs charts site check clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/imgscan: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(BIN)/imgscan
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(BIN)/imgscan ## Report on a sample image and say where the HTML is
	@mkdir -p demo
	@$(BIN)/imgscan report $(SAMPLE) --output demo/app-2.0.html
	@echo
	@echo "The whole report: file://$(CURDIR)/demo/app-2.0.html"
	@echo "The command is $(BIN)/imgscan; source $(BIN)/activate makes it imgscan."

test: $(VENV)/.dev ## Run all tests
	$(BIN)/python -m pytest -n auto -q

lint: $(VENV)/.dev ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

layering: $(VENV)/.dev ## Check who imports whom
	$(BIN)/lint-imports

docs: $(VENV)/.dev ## Refresh the generated parts of the documentation
	$(BIN)/python docs/generate.py

charts: ## Build the charts of the pages anew, with npm
	reports/assets/charts/build.sh

site: $(VENV)/.dev ## Build the documentation as a site, in site/
	$(BIN)/sphinx-build -q -W -b html docs site

check: lint types layering test ## All of the above

clean: ## Remove what the other targets made
	rm -rf $(VENV) demo dist site
