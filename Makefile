# All commands are in CONTRIBUTING.md. Nothing is needed first but Python 3.11 or newer with venv, make and git.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := check
.PHONY: setup demo static check test bench soak messages lock wheels python

# 3.12 and 3.11 first: python-olm, which only the demo and the tests use, has no wheel for 3.13 and is compiled there.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python3.13; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
HOMESERVER := tests/homeserver
JS := $(HOMESERVER)/js
TRANSLATED := pt es

# The constraints hold also for what pip needs to build the one package that has no wheel (atomicwrites).
install = PIP_CONSTRAINT=$(CURDIR)/$(2) PIP_BUILD_CONSTRAINT=$(CURDIR)/$(2) \
	$(1)/bin/python -m pip install --quiet $(OFFLINE:%=--no-index --find-links %) --require-hashes -r $(2)

setup: .venv/.ready .venv-homeserver/.ready $(if $(wildcard $(JS)/package.json),$(JS)/node_modules/.ready)

.venv/bin/python .venv-homeserver/bin/python: | python
	test -x $@ || '$(PYTHON)' -m venv $(@D:/bin=)

python:
	@test -n '$(PYTHON)' && '$(PYTHON)' -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Liaison needs Python 3.11 or newer with its venv module (Debian and Ubuntu: apt install python3-venv),' \
			'and $(or $(PYTHON),no python3) is not that. To name one: make setup PYTHON=/path/to/python3.12' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || command -v cmake c++ | grep -q 'c++' || { \
		echo 'Python 3.13 and newer have to compile python-olm, which the demo and the tests use: install cmake and a C++' \
			'compiler (Debian and Ubuntu: apt install build-essential cmake), or Python 3.12 or 3.11.' >&2; exit 1; }

.venv/.locked: requirements-dev.lock | .venv/bin/python
	$(call install,.venv,$<)
	touch $@

.venv/.ready: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation -e .
	touch $@

.venv-homeserver/.ready: $(HOMESERVER)/requirements.lock | .venv-homeserver/bin/python
	$(call install,.venv-homeserver,$<)
	touch $@

$(JS)/node_modules/.ready: $(JS)/package-lock.json .venv/.locked
	$(BIN)/npm ci --prefix $(JS) --ignore-scripts --silent $(OFFLINE:%=--offline --cache %/npm)
	touch $@

demo: setup
	$(BIN)/liaison demo $(if $(ONCE),--once) $(PORT:%=--port %)

static: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: static
	$(BIN)/pytest -m 'not homeserver and not soak'

test: export ALL = 1
test: setup
	$(BIN)/pytest

bench: setup
	$(BIN)/python -m bench

soak: setup
	$(BIN)/pytest -m soak

# Takes the sentences out of the code and brings every catalogue up to date; translators fill in what is new.
messages: .venv/.ready
	pot=$$(mktemp); trap "rm -f $$pot" EXIT; \
	$(BIN)/pybabel --quiet extract --no-default-keywords -k _ -k _n:1,2 -k _c:1c,2 --add-location=file \
		--project=Liaison --width=120 -o $$pot bot commands; \
	for language in $(TRANSLATED); do \
		$(BIN)/pybabel --quiet update --domain=liaison -d locales -l $$language -i $$pot --width=120 \
			--init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	done

# Only what the pins allow moves; `make lock UPGRADE=1` takes the newest of everything.
COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-options $(if $(UPGRADE),--upgrade)
lock: .venv/.ready
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --all-extras -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(COMPILE) -o $(HOMESERVER)/requirements.lock $(HOMESERVER)/requirements.in

# For a machine without a network: the same Python version and processor as this one.
wheels: .venv/.ready
	@test -n '$(TO)' || { echo 'Say where to: make wheels TO=DIR' >&2; exit 1; }
	$(BIN)/python -m pip download --quiet --require-hashes -d '$(TO)' -r requirements-dev.lock
	$(BIN)/python -m pip download --quiet --require-hashes -d '$(TO)' -r $(HOMESERVER)/requirements.lock
	copy=$$(mktemp -d); trap "rm -rf $$copy" EXIT; cp $(JS)/package*.json $(JS)/.npmrc $$copy; \
	$(BIN)/npm ci --prefix $$copy --ignore-scripts --silent --cache '$(abspath $(TO))/npm'
