# All commands are in CONTRIBUTING.md. Nothing is needed first but Python 3.11 or newer with venv, make and git.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := check
.PHONY: setup install announced demo static check test bench browser soak pictures messages lock wheels

# 3.12 and 3.11 first: python-olm, which only the demo and the tests use, has no wheel for 3.13 and is compiled there.
USABLE := 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python3.13; do \
	$$p -c $(USABLE) 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
HOMESERVER := tests/homeserver
JS := $(HOMESERVER)/js
LIBRETRANSLATE := tests/libretranslate
NPM_CI := $(BIN)/npm ci --ignore-scripts --loglevel=error
TRANSLATED := pt es fr de it pl ro el uk tr ar

# First what packages without a wheel are built with (of the second lock file, if one is given), because pip does not check hashes
# in a build of its own.
pip_install = $(1)/bin/python -m pip install --quiet $(if $(OFFLINE),--no-index --find-links '$(OFFLINE)') --require-hashes
BUILDERS := cffi|hatchling|packaging|pathspec|pip|pluggy|pycparser|setuptools|tomlkit|trove-classifiers|wheel
install = $(pip_install) -r <(awk '/^[a-z]/ {on = /^($(BUILDERS))==/} on' $(or $(3),$(2))); \
	$(pip_install) --no-build-isolation -r $(2)

setup: .venv/.ready .venv-homeserver/.ready $(if $(wildcard $(JS)/package.json),$(JS)/node_modules/.ready)

# One line, for the shell of what comes behind it: an empty PYTHON is not left to fail somewhere later.
usable_python = p='$(PYTHON)'; [ -n "$$p" ] && $$p -c $(USABLE) 2>/dev/null || { \
	echo "Liaison needs Python 3.11 or newer with its venv module, and $${p:-no python3 here} is not that." \
		"Debian and Ubuntu: apt install python3-venv. To name one: make $(1) PYTHON=/path/to/python3.12" >&2; exit 1; }

.venv/bin/python .venv-homeserver/bin/python .venv-libretranslate/bin/python:
	@$(call usable_python,setup); \
	$$p -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || { type cmake c++ >/dev/null 2>&1; } || { \
		echo "Python 3.13 and newer have to compile python-olm, which the demo and the tests use. Install Python 3.12" \
			"or 3.11, or cmake and a C++ compiler (Debian and Ubuntu: apt install build-essential cmake)." >&2; exit 1; }; \
	$$p -m venv $(@D:/bin=)

# Without what the demo and the tests need: what an operator installs. The program itself is always that of this checkout.
PREFIX ?= /opt/liaison
UNFIT = $(OFFLINE) has not all that is needed for the processor, C library and Python version of this machine: run make wheels on \
	one that has the same. PYTHON=python3.11 names a Python, for make wheels and make install.
install:
	@$(call usable_python,install); $$p -m venv '$(PREFIX)'
	@$(if $(OFFLINE),trap "[ \$$? = 0 ] || echo '$(strip $(UNFIT))' >&2" EXIT;) \
	$(call install,'$(PREFIX)',requirements.lock,requirements-dev.lock)
	@'$(PREFIX)'/bin/python -m pip install --quiet --no-deps --force-reinstall --no-index --no-build-isolation .

announced:
	@echo 'First set-up: this takes about two minutes and needs $(or $(OFFLINE),the package registries (PyPI and npm)).'

.venv/.locked: requirements-dev.lock | $(if $(wildcard .venv/.locked),,announced) .venv/bin/python
	$(call install,.venv,$<)
	touch $@

.venv/.ready: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation -e .
	touch $@

.venv-homeserver/.ready: $(HOMESERVER)/requirements.lock | .venv-homeserver/bin/python
	$(call install,.venv-homeserver,$<)
	touch $@

# Only `make soak` needs it: half a gigabyte.
.venv-libretranslate/.ready: $(LIBRETRANSLATE)/requirements.lock | .venv-libretranslate/bin/python
	$(call install,.venv-libretranslate,$<)
	touch $@

$(JS)/node_modules/.ready: $(JS)/package-lock.json .venv/.locked
	@if [ -n '$(OFFLINE)' ] && [ ! -d '$(OFFLINE)/npm' ]; then \
		echo 'No npm packages in $(OFFLINE): the tests with the JavaScript client cannot run.'; \
	else \
		$(NPM_CI) --prefix $(JS) $(if $(OFFLINE),--offline --cache '$(OFFLINE)/npm') && touch $@; \
	fi

# 130 is Ctrl-C, which is how one ends it.
demo: setup
	$(BIN)/liaison demo $(if $(ONCE),--once) $(PORT:%=--port %) $(if $(ONCE),,|| [ $$? = 130 ])

static: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: setup static
	$(BIN)/pytest -m 'not homeserver and not soak'

test: export ALL = 1
test: setup
	$(BIN)/pytest -n 2 --dist loadfile

bench: setup
	$(BIN)/python -m bench

browser:
	@type chromium >/dev/null 2>&1 || type chromium-browser >/dev/null 2>&1 || type google-chrome >/dev/null 2>&1 || { \
		echo 'This looks at pages in Chromium, which is not installed. Debian and Ubuntu: apt-get install chromium' >&2; exit 1; }

# The service is tried on a clean Debian of its own: as root, with mmdebstrap and the systemd of this machine.
soak: browser setup .venv-libretranslate/.ready
	$(BIN)/pytest -m soak -s

# What digests look like: docs/digest, from a made-up day and from the stories of a vessel, a gate and a briefing.
STORIES := $(foreach story,incident handover briefing,$(HOMESERVER)/test_$(story)_story.py)
pictures: browser setup
	$(BIN)/python -m tests.digest.day docs/digest
	folder=$$(mktemp -d); trap "rm -rf $$folder" EXIT; \
	STORY_DIGEST=$$folder $(BIN)/pytest -q $(STORIES) && \
	$(BIN)/python -m tests.digest.shots $$folder docs/digest

# Takes the sentences out of the code and brings every catalogue up to date; translators fill in what is new.
messages: .venv/.ready
	pot=$$(mktemp); trap "rm -f $$pot" EXIT; \
	$(BIN)/pybabel --quiet extract --no-default-keywords -k _ -k _n:1,2 -k _c:1c,2 --add-location=file \
		--project=Liaison --msgid-bugs-address=Liaison --width=120 -o $$pot bot commands; \
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
	$(COMPILE) -o $(LIBRETRANSLATE)/requirements.lock $(LIBRETRANSLATE)/requirements.in

# For a machine without a network: the same Python version and processor as this one.
wheels: .venv/.ready
	@test -n '$(TO)' || { echo 'Say where to: make wheels TO=DIR' >&2; exit 1; }
	$(BIN)/python -m pip download --quiet --require-hashes -d '$(TO)' -r requirements-dev.lock
	$(BIN)/python -m pip download --quiet --require-hashes -d '$(TO)' -r $(HOMESERVER)/requirements.lock
	copy=$$(mktemp -d); trap "rm -rf $$copy" EXIT; cp $(JS)/package*.json $(JS)/.npmrc $$copy; \
	$(NPM_CI) --prefix $$copy --cache '$(TO)/npm'
