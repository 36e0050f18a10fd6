# Inglenook's commands. `make run` on a machine with Python 3.11, git and make is all it takes.
.DEFAULT_GOAL := help
.PHONY: help setup run dev test test-fast faults agents lint types bench screenshots binary binary-demo lock assets clean tooling packages clients bench-peers

# PYTHON=/path/to/python chooses the interpreter of .venv; without it uv finds one that is new enough.
venv := .venv/bin
# Many tests wait, for a browser or a process: half as many again as cores run at the same time.
crowded := $(shell expr \( 3 \* $$(nproc) + 1 \) / 2)
# Slow tests kill and wait: more of them than cores run at the same time.
waiting := $(shell expr 3 \* $$(nproc))
# What failed beside others is asked once more with the machine to itself: a mistake fails again, a starved limit not.
# Failures of earlier runs are forgotten first: a run that could not begin would pass with theirs.
alone = { echo 'Once more, one at a time:'; $(venv)/python -m pytest --last-failed --last-failed-no-failures none -n 0; }
# Given on make's own line only: a shell that exports HOST means its own name by it.
# For the environment there are INGLENOOK_HOST, INGLENOOK_PORT and INGLENOOK_DATA.
given = $(if $(filter command,$(firstword $(origin $(1)))),$(2) '$($(1))')
options = $(strip $(call given,HOST,--host) $(call given,PORT,--port) $(call given,DATA,--data))

help:
	@echo 'make run          set up and start (HOST=, PORT=, DATA= after it change where)'
	@echo 'make dev          the same, and start again when a file changes'
	@echo 'make test         everything: lint, types, all tests, also those in a browser and with clients of others'
	@echo 'make test-fast    the tests without a browser, without clients of others, without slow ones'
	@echo 'make faults       kills, failing stores, full disks: 50 rounds of each, half an hour and more'
	@echo 'make lint types   ruff; mypy'
	@echo 'make bench        the figures that the README quotes'
	@echo 'make bench-peers  the same load on LiteLLM and on pinnwand, as a ratio'
	@echo 'make agents       Claude Code, Codex, opencode and Continue against the running product (1 GB from npm)'
	@echo 'make binary       the one file, dist/inglenook; make binary-demo: with the tiny demo model in it'
	@echo 'make screenshots  the pictures that the README shows'
	@echo 'make setup assets only the environment (.venv) and the browser assets; only those assets'
	@echo 'make lock         compile the locks anew (UPGRADE=1: to the newest versions)'
	@echo 'make clean        remove what was installed or made; data/ stays'

setup:
	@deploy/setup.sh run
	@$(venv)/python static/fetch.py

run: setup
	@$(venv)/python main.py serve $(options)

dev: setup
	@$(venv)/python main.py serve --reload $(options)

tooling:
	@deploy/setup.sh dev
	@$(venv)/python static/fetch.py --tests

packages:
	@deploy/setup.sh packages

clients:
	@deploy/setup.sh clients

test: packages tooling clients
	@$(MAKE) --no-print-directory lint types
	@$(venv)/python -m pytest --cache-clear -n $(crowded) -m 'not slow and not long and not agents' || $(alone)
	@$(venv)/python -m pytest --cache-clear -n $(waiting) -m 'slow and not long' || $(alone)

test-fast: tooling
	@$(venv)/python -m pytest -n $(crowded) -m 'not browser and not slow and not model and not clients'

faults: packages tooling
	@FAULTS=long $(venv)/python -m pytest -n 3 -m 'slow or long' --timeout 3600 -v

agents: tooling
	@deploy/setup.sh clients
	@deploy/setup.sh agents
	@$(venv)/python -m pytest -n auto -m agents

lint: tooling
	@$(venv)/ruff check
	@$(venv)/ruff format --check

types: tooling
	@$(venv)/mypy

bench: tooling
	@$(venv)/python -m bench

bench-peers: tooling
	@deploy/setup.sh peers
	@$(venv)/python -m bench.peers

screenshots: tooling
	@$(venv)/python -m bench.screenshots

# The environment knows no network: what it needs is in deploy/binary.lock, what browsers load in static/vendor.
binary: assets
	@deploy/setup.sh binary
	@.venv-clients/binary/bin/python deploy/file/build.py

binary-demo: assets
	@deploy/setup.sh binary
	@.venv-clients/binary/bin/python deploy/file/build.py --demo --to dist/inglenook-demo

assets:
	@$(or $(PYTHON),python3) static/fetch.py

lock:
	@deploy/setup.sh lock $(if $(UPGRADE),--upgrade)

clean:
	rm -rf dist .venv .venv-clients .tools tests/clients/node_modules tests/clients/agents/node_modules static/vendor tests/vendor .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +
