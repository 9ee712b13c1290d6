# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/messages.po))

.DEFAULT_GOAL := help
.PHONY: help setup run try check fix test chaos messages browser clean

help:  ## What can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready $(CATALOGUES)  ## Make the environment .venv, install pinned parts, compile catalogues

.venv/ready: requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

%.mo: %.po .venv/ready
	$(BIN)/python -m bot.i18n.compiling locales

run: setup  ## Start the bot; without BOT_TOKEN the pretend Telegram too, with a chat page
	@if [ -n "$$BOT_TOKEN" ] || grep -qsE '^ *(export +)?BOT_TOKEN *= *[^ ]' .env; \
	then exec $(BIN)/python -m bot run; else exec $(BIN)/python -m bot try; fi

try: setup  ## Start the bot with the pretend Telegram, whatever the settings say
	@exec $(BIN)/python -m bot try

check: setup  ## Everything that can be said without running tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot check
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m tests.house.audit

fix: setup  ## Let the linters mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup browser  ## Every test: PostgreSQL, Redis and browser included; three workers for two cores
	$(BIN)/python -m pytest -n auto --dist worksteal

chaos: setup  ## The long run of the chaos tests
	CHAOS_KILLS=$${CHAOS_KILLS:-200} $(BIN)/python -m pytest tests/chaos -m chaos

browser:
	@command -v chromium >/dev/null || { \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends \
	chromium fonts-noto-core fonts-noto-color-emoji; }

PYBABEL := $(BIN)/python -m babel.messages.frontend --quiet
KEYWORDS := tr _tr plain plural:1,2 plain_plural:1,2 mark mark_plural:1,2

messages: .venv/ready  ## Collect new texts and bring them to the catalogues
	$(PYBABEL) extract --mapping=babel.toml --no-default-keywords --keywords="$(KEYWORDS)" \
	--add-location=file --sort-by-file --no-wrap --project="Kazakhstan House bot" --version=0.1.0 \
	--header-comment="# Texts of the Kazakhstan House bot, collected by make messages." \
	--output=locales/messages.tmp .
	@grep -v '^"POT-Creation-Date' locales/messages.tmp > locales/messages.pot; rm locales/messages.tmp
	$(PYBABEL) update -i locales/messages.pot -d locales -l en --no-wrap --ignore-obsolete \
	--ignore-pot-creation-date --no-fuzzy-matching
	@for language in kk ur; do $(PYBABEL) update -i locales/messages.pot -d locales -l $$language \
	--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; done

clean:  ## Remove what can be made again
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache locales/*/LC_MESSAGES/messages.mo
