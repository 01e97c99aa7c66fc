# Every target sets up what it needs: a machine with Python and make is enough.
# PYTHON may name another interpreter of 3.11 or later: make test PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test prove bench bench-gpu lock products accuracy documents screenshots medium medium-boot clean

run: $(READY)
	@$(BIN)/python -m tools.first_run

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist worksteal -m "not prove"

# The endless cases with their full counts.
prove: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -m prove -s

# Ratios to a floor that is measured in the same run.
bench: $(READY)
	$(BIN)/python -m tools.bench

# On a machine with a card: each pass of the memory test beside that card's own copy, in the same run.
bench-gpu: $(READY)
	$(BIN)/python -m tools.bench_gpu

# Reference data from the research tables: make products FROM=folder
products: $(READY)
	$(BIN)/python -m tools.make_products $(if $(FROM),--from $(FROM))
	$(BIN)/python -m tools.make_samples
	$(BIN)/python -m tools.make_digests

# How often each check was wrong, from real machines' dumps that stay outside; then the page of the checks.
accuracy: $(READY)
	$(BIN)/python -m tools.make_accuracy
	$(BIN)/python -m tools.make_checks_doc

# docs/checks.md from the code: after any change in checks/.
documents: $(READY)
	$(BIN)/python -m tools.make_checks_doc
	$(BIN)/python -m tools.make_modifications_doc
	$(BIN)/python -m tools.make_control_doc
	$(BIN)/python -m tools.make_known_answers
	$(BIN)/python -m tools.make_digests

# The picture in README, from a sample, marked so.
screenshots: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tools.screenshots

# The lock file anew, from pyproject.toml; it names no package host.
lock:
	$(PYTHON) tools/lock.py

# A bootable image of the program with Debian's NVIDIA driver, for root on Debian 12: make medium MEDIUM="--keyboard de"
medium: $(READY)
	packaging/medium/build.sh $(MEDIUM)

# That image started in QEMU, by UEFI and BIOS: pictures of the screen, an inspection made in it, its report verified.
medium-boot: $(READY)
	$(BIN)/python packaging/medium/boot.py $(MEDIUM_BOOT)

clean:
	rm -rf .venv build dist

# Stale when the lock, the project's own file or the interpreter has changed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) tools/set_up.py
