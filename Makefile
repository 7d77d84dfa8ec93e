# Everything one does here, by name. It needs Python 3.11 or newer and the package index; no root.

# A Python counts if it runs (a shim may stand for one that is not there), is new enough, and can
# make a virtual environment.
PROBE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
# Of those that count, one that was built with a profile (PGO) goes first: it is 5 to 10 % faster.
# Its build says so; those that distributions build for /usr are, and do not say it.
PROFILED := import sys, sysconfig as s; \
	sys.exit("--enable-optim" not in str(s.get_config_var("CONFIG_ARGS")) and sys.prefix != "/usr")
NAMES := python3.13 python3.12 python3.11 python3
PYTHON ?= $(shell for asked in '$(PROFILED)' ''; do \
	for p in $(NAMES) $(NAMES:%=/usr/bin/%); do \
	$$p -c '$(PROBE)' 2>/dev/null && $$p -c "$$asked" && echo $$p && exit; done; done)
UV ?= uv
PY := .venv/bin/python
CODE := src tests $(if $(wildcard bench/*.py),bench)

# A stamp's name says which locks, in which place, .venv was filled from: while it stands, nothing is
# installed again. A .venv that cannot run (never made, or its Python is gone) is made anew.
KEY := $(shell (pwd; cat pyproject.toml setup.py requirements*.lock src/chappe/native/*.[ch]) | cksum | cut -d' ' -f1)
RUN := .venv/.run-$(KEY)
DEV := .venv/.dev-$(KEY)
STALE := $(shell $(PY) -c '$(PROBE)' 2>/dev/null || echo stale)

# Where it is set, each of the hundreds of processes of a check compiles every module anew: half of
# its time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run check test bench prove torture format lock clean stale

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s%s\n", $$1, $$2}' Makefile

run: $(RUN)  ## Serve the demo: every door on loopback, a simulated operator network
	.venv/bin/chappe demo

check: $(DEV)  ## Everything CI runs: lint, format, types, tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(CODE)
	$(IN_MEMORY) $(PY) -m pytest $(ALL)

# T goes to pytest as it is: a folder, a file, T=path::test_name, T="-k restart", T="tests/store -x".
# A part runs in one process, since starting more takes longer than most parts do.
test: $(DEV)  ## Try a part: make test T=tests/engine, T="-k restart"; without T, all
	$(if $(T),,$(IN_MEMORY)) $(PY) -m pytest $(or $(T),$(ALL))

# One more than there are processors: whoever waits for a database leaves its own idle.
ALL = --numprocesses $(shell expr $$(nproc 2>/dev/null || echo 2) + 1) --dist worksteal

# All that the tests write lies in memory where there is room for it, and is gone with them: hundreds
# of databases would wait for the disk for a quarter of the time. PostgreSQL's user must get there.
ROOMY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4e6 { print $$6 }')
IN_MEMORY = $(if $(ROOMY),export TMPDIR=$$(mktemp -d -p $(ROOMY) chappe-XXXXXX); chmod 755 "$$TMPDIR"; \
	trap 'rm -rf "$$TMPDIR"' EXIT;)

bench: $(DEV)  ## Measure the speed, and fail above the budget
	$(PY) -m bench

prove: $(DEV)  ## Break each table row in turn; a row that no test misses is printed
	$(PY) -m tests.prove

torture: $(DEV)  ## The full sizes: kills, fuzzing, millions of messages. It takes hours
	$(PY) -m tests.torture

format: $(DEV)  ## Put the code into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Pins stay as they are unless asked: make lock UPGRADE=--upgrade
lock:  ## Write the lock files anew from pyproject.toml (needs uv)
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group build --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(PIN) --group voice --output-file requirements-voice.lock
	$(PIN) --group tracing --constraint requirements-dev.lock \
		--output-file requirements-tracing.lock
	$(PIN) --group patroni --output-file requirements-patroni.lock

PIN = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)
COMPILE = $(PIN) pyproject.toml

clean:  ## Remove .venv and what the tools leave behind
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build src/chappe.egg-info

$(RUN): $(STALE)
	$(call install,requirements.lock)
	@touch $@

$(DEV): $(STALE)
	$(call install,requirements-dev.lock)
	@touch $(RUN) $@

# The package itself is built with the locked setuptools, so that nothing comes unlocked.
define install
@[ -z "$(STALE)" ] || $(PYTHON) -c '$(PROBE)' 2>/dev/null || { echo "$(NO_PYTHON)" >&2; exit 1; }
@echo "Filling .venv from $(1); this happens once, and after each change of it."
@[ -z "$(STALE)" ] || $(PYTHON) -m venv --clear .venv
@rm -f .venv/.run-* .venv/.dev-*
@$(PIP) --require-hashes --requirement $(1)
@$(PIP) --require-hashes --requirement requirements-voice.lock || echo "$(NO_SPEECH)" >&2
@$(PIP) --no-deps --no-build-isolation --editable .
endef

PIP = $(PY) -m pip install --quiet --disable-pip-version-check
NO_SPEECH = No speech engine could be installed: voice messages will be refused, all else works.
NO_PYTHON = Chappe needs Python 3.11 or newer with its venv module (Debian and Ubuntu: the package \
	python3-venv); none was found, so install one, or name it: make PYTHON=/path/to/python3.
