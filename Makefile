# `make demo` and `make test` each work as the first command on a fresh machine.

BIN := .venv/bin
# A screen of its own, so that no window jumps at whoever runs the tests.
SCREEN := xvfb-run --auto-servernum --server-args="-screen 0 1600x1000x24 +extension GLX"
PYTEST := $(BIN)/python -m pytest -q
# Two tests at a time, each with one thread: more threads than cores only wait for each other.
PAIRWISE := -n 2 --dist loadfile

# The demo takes a minute. With PyQt5 the wheel runs it, and is checked in the same way.
ONCE := --ignore tests/widgets/demo

.PHONY: demo test lint bench gpu setup clean

setup:
	@tools/setup.sh

# Segment, measure and crop the sample data; screenshots of the real window land in out/demo.
demo: setup
	@if [ -n "$$DISPLAY" ]; then $(BIN)/seewhy demo --out out/demo --keep-open; \
	else $(SCREEN) $(BIN)/seewhy demo --out out/demo; fi

test: export OMP_NUM_THREADS = 1
test: lint
	QT_API=pyqt5 PYTEST_QT_API=pyqt5 $(SCREEN) $(PYTEST) $(PAIRWISE) -m "not wheel" $(ONCE)
	QT_API=pyqt6 PYTEST_QT_API=pyqt6 $(SCREEN) $(PYTEST) $(PAIRWISE) tests/wheel tests/widgets

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/npe2 validate napari-seewhy
	$(BIN)/npe2 validate --imports napari-seewhy

# Every figure in docs/ has its command in benchmarks/README.md; this prints the ratios. One that
# misses its goal ends with status 1, and the others are run all the same.
bench: setup
	@status=0; for script in benchmarks/[!_]*.py; do echo "== $$script"; \
	$(SCREEN) $(BIN)/python $$script || status=1; done; exit $$status

# On a computer with a GPU of NVIDIA: what it answers and learns against the CPU, and how fast.
gpu: setup
	$(PYTEST) -m gpu tests/gpu
	$(BIN)/python benchmarks/gpu.py

clean:
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
