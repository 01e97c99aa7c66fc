# Every target sets up what it needs: a machine with Python and make is enough.
# PYTHON may name another interpreter of 3.11 or later: make test PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Bytecode is kept whatever the shell says: the tests start the program hundreds of times.
PYTEST := PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q

.PHONY: deb deb-test bundle bundle-cuda bundle-test run test prove bench performance bench-gpu lock products accuracy documents docs languages screenshots medium medium-boot wheel sbom notices offline offline-test release reproduce batch-trial audit-trial registry-trial slurm-trial clean

run: $(READY)
	@$(BIN)/python -m tools.first_run

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -n auto --maxprocesses 8 --dist worksteal -m "not prove"

# The endless cases with their full counts, those that Hypothesis draws among them.
prove: $(READY)
	$(PYTEST) -m "prove or hypothesis" --hypothesis-profile=prove -s

# Ratios to a floor that is measured in the same run.
bench: $(READY)
	$(BIN)/python -m tools.bench

# The same, with its table written into docs/performance.md: on a machine that does nothing else meanwhile.
performance: $(READY)
	$(BIN)/python -m tools.performance $(PERFORMANCE)

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
	$(BIN)/python -m tools.make_schemas
	$(BIN)/python -m tools.make_known_answers
	$(BIN)/python -m tools.make_digests
	$(BIN)/python -m tools.manual.picture
	$(BIN)/python -m tools.manual.glossary

# The manual as a site and as a PDF, its links looked at: build/manual/
docs: $(READY)
	@$(PYTHON) -m tools.manual.build

# The picture in README, from a sample, marked so.
screenshots: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tools.screenshots

# The catalogues brought up to the program's texts, compiled, and every fault of them named.
languages: $(READY)
	$(BIN)/python -m tools.languages

# The lock files anew, from pyproject.toml; it names no package host.
lock:
	$(PYTHON) tools/lock.py

# A bootable image of the program with Debian's NVIDIA driver, for root on Debian 12: make medium MEDIUM="--keyboard de"
medium: $(READY)
	packaging/medium/build.sh $(MEDIUM)

# That image started in QEMU, by UEFI and BIOS: pictures of the screen, an inspection made in it, its report verified.
medium-boot: $(READY)
	$(BIN)/python packaging/medium/boot.py $(MEDIUM_BOOT)

# Wheel and source archive.
wheel:
	@$(PYTHON) packaging/release/wheel.py

# What is inside: CycloneDX, and the licence notices of all of it.
sbom: $(READY)
	@$(BIN)/python packaging/release/sbom.py $(SBOM)

notices: $(READY)
	@$(BIN)/python packaging/release/notices.py $(or $(GPU_INSPECTOR_DIST),dist)/THIRD-PARTY-NOTICES.txt $(NOTICES)

# One archive with every package, for machines without a network: make offline OFFLINE="--python 3.12", OFFLINE=--cuda
offline: $(READY)
	@$(BIN)/python packaging/offline/build.py $(OFFLINE)

# That archive installed, used and removed where there is no network.
offline-test:
	@$(PYTHON) packaging/offline/try.py $(OFFLINE_TEST)

# Everything of a release into dist/release/, signed where GPU_INSPECTOR_RELEASE_KEY names a key.
release: $(READY)
	@$(BIN)/python packaging/release/release.py $(RELEASE)

# Built twice, in two folders and under other circumstances, and compared: make reproduce REPRODUCE="--bundle --deb"
reproduce: $(READY)
	@$(BIN)/python packaging/release/reproduce.py $(REPRODUCE)

# The portable folder and its archive; with -cuda its second download, CuPy and NVIDIA's compiler.
bundle: $(READY)
	$(BIN)/python packaging/bundle/build.py

bundle-cuda: $(READY)
	$(BIN)/python packaging/bundle/cuda_parts.py

# The portable folder tried: in a bare Debian, and every command of it here.
bundle-test: $(READY)
	$(BIN)/python packaging/bundle/bare.py
	$(BIN)/python packaging/bundle/try.py

# Ten thousand dumps through `batch`, killed three times and resumed: each judged once, its rate beside `judge`'s.
batch-trial: $(READY)
	$(BIN)/python -m tools.batch_trial

# A hall of simulated nodes, five lost and four altered, its scheduler killed in the middle: make audit-trial AUDIT_TRIAL="--nodes 200"
audit-trial: $(READY)
	$(BIN)/python -m tools.audit_trial $(AUDIT_TRIAL)

# Two offices push into a PostgreSQL of its own while either side is killed at random: make registry-trial REGISTRY_TRIAL="--kills 200"
registry-trial: $(READY)
	$(BIN)/python -m tools.registry_trial $(REGISTRY_TRIAL)

# Such a hall through a real Slurm on this machine, or what the machine lacks for it.
slurm-trial: $(READY)
	$(BIN)/python -m tools.slurm_trial $(SLURM_TRIAL)

# The Debian package out of the portable folder (make bundle), looked at by lintian: make deb DEB="--maintainer 'NAME <ADDRESS>'"
deb: $(READY)
	@$(BIN)/python packaging/debian/build.py $(DEB)

# That package installed, used and removed in a clean Debian root; needs root: make deb-test DEB_TEST="--suite trixie"
deb-test:
	@packaging/debian/clean_root.sh $(DEB_TEST)

clean:
	rm -rf .venv build dist

# Stale when the lock, the project's own file or the interpreter has changed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) tools/set_up.py
