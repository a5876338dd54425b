# Each target first makes .venv from requirements.lock if it is missing or older than the lock.
PYTHON ?= python3
BIN := .venv/bin
# uv trusts the certificates of the machine, as pip does.
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
# What make says is in the language that the program would speak: FOI_LANG, else the locale, else Chinese.
SPEAKING := $(or $(FOI_LANG),$(LC_ALL),$(LC_MESSAGES),$(LANG))
spoken = $(if $(filter-out zh% Chinese% C C.% POSIX%,$(SPEAKING)),$(2),$(1))
# Where Python is told to keep no bytecode, every start would compile everything anew.
COMPILE := $(if $(PYTHONDONTWRITEBYTECODE),--compile-bytecode)

.PHONY: demo test lint docs bench bench-line bench-portal corpus accuracy accuracy-peers quality-score fuzz torture ocr browser screenshots notebook dagster examples
demo: .venv/ready
	@$(MAKE) -s docs || echo "$(call spoken,手册没有生成（以后可运行 make docs），其余照常,the handbook was not built (make docs builds it later); all else goes on)"
	$(BIN)/foi demo

# Three processes, also on two cores: some tests wait for a browser, a server or the disk. The tests of one file, and those of some folders, stay together, for they
# share what is dear to make. Those that read scans are skipped where `make ocr` was not run; the end says so.
test: .venv/ready
	$(BIN)/python -m pytest -q -rs -n 3 --dist loadfile --no-loadscope-reorder

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m tests.bench

# What the line costs with 1,000 to 250,000 reports, also written into docs/performance.md: make bench-line SIZES="1000 10000" WORK=folder.
# A run that was broken off goes on where it stopped.
bench-line: .venv/ready
	$(BIN)/python -m tests.bench_line $(SIZES) $(if $(WORK),--work $(WORK))

# How fast the portal of a home folder answers ten users: make bench-portal HOME=folder.
bench-portal: .venv/ready
	$(BIN)/python -m tests.bench_portal $(if $(filter command,$(firstword $(origin HOME))),$(HOME),foi-demo)

# Raw tables of so many reports, without files: make corpus N=250000 HOME=folder.
corpus: .venv/ready
	$(BIN)/python -m tests.corpus $(or $(N),250000) $(if $(filter command,$(firstword $(origin HOME))),$(HOME),foi-corpus)

# Right, wrong and missing numbers and the time for each format, on generated reports.
accuracy: .venv/ready .venv/ocr
	$(BIN)/python -m tests.accuracy

# The same reports through other readers, in an environment of their own beside ours.
accuracy-peers: .venv/ready .venv-peers/ready
	.venv-peers/bin/python -m tests.peers

# Defects of 21 kinds in an invented county, and 6 kinds that only its other years and units show: found, wrongly alarmed, whether the true repair comes first, and whether the cause is named.
quality-score: .venv/ready
	$(BIN)/python -m tests.quality

# Damaged files for some minutes: none may crash, hang or give a number that is not in the report.
fuzz: .venv/ready
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10)

# A late load is killed at random moments, in the resident process and in one of its own; the next load must make the same tables.
torture: .venv/ready
	$(BIN)/python -m tests.torture --moments $(or $(MOMENTS),20)

# What reads scans (about 270 MB); everything else works without it.
ocr: .venv/ocr

# What drives a real browser in the tests of the portal; without it they are skipped and say so. Chromium and a Chinese font come from
# Debian's packages, where this machine has those and lets us install them.
browser: .venv/browser

# The runs of your own home folder, or of the demo when there is no other.
dagster: export FOI_HOME := $(abspath $(or $(FOI_HOME),$(firstword $(wildcard foi-home foi-demo) foi-home)))
dagster: export DAGSTER_HOME = $(FOI_HOME)/dagster
dagster: .venv/ready
	mkdir -p $(DAGSTER_HOME)
	$(BIN)/dg dev --use-active-venv

# The example notebook on your own home folder, or on that of the demo when there is no other; in a browser, at an address of this machine.
notebook: .venv/notebook
	$(BIN)/marimo edit examples/notebooks/trend.py -- --home $(or $(FOI_HOME),$(firstword $(wildcard foi-home foi-demo) foi-home))

examples: .venv/ready
	$(BIN)/python -m examples.build

# The handbook of the portal (/docs): docs/ as Zensical builds it, into portal/site; it stops at a link that leads nowhere. What the
# portal has itself (style, scripts, the page of an error) is left out.
docs: portal/site/search.json

portal/site/search.json: .venv/docs zensical.toml $(wildcard portal/handbook/theme/* docs/* docs/*/*)
	@NO_COLOR=1 $(BIN)/zensical build --strict >.venv/docs.log 2>&1 || { cat .venv/docs.log; rm -rf portal/site; exit 1; }
	@rm -rf portal/site/assets portal/site/404.html portal/site/sitemap.xml
	@touch $@

# uv installs in seconds; where it cannot be had, pip does the same in a minute.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("$(call spoken,需要 Python 3.11 以上,Python 3.11 or newer is needed)") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	@echo "$(call spoken,安装依赖（首次约 1–2 分钟）,installing: 1-2 minutes the first time)"
	@($(BIN)/pip install -q --disable-pip-version-check uv \
	  && UV_DEFAULT_INDEX="$$($(BIN)/pip config get global.index-url 2>/dev/null || true)" \
	  && if [ -n "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi \
	  && $(BIN)/uv pip install -q $(COMPILE) --python $(BIN)/python --no-deps -r requirements.lock) \
	 || $(BIN)/pip install -q --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/ready

.venv-peers/ready: .venv/ready requirements-peers.lock
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install -q --disable-pip-version-check --no-deps -r requirements-peers.lock
	@.venv-peers/bin/python -c 'import sysconfig, pathlib; here = pathlib.Path(sysconfig.get_path("purelib")); \
	  (here / "ours.pth").write_text("\n".join(map(str, (pathlib.Path(".venv").resolve() / "lib" / here.parent.name / "site-packages", pathlib.Path(".").resolve()))))'
	@touch .venv-peers/ready

# What a lock beside the main one adds.
define add
($(BIN)/python -m uv --version >/dev/null 2>&1 \
	  && UV_DEFAULT_INDEX="$$($(BIN)/pip config get global.index-url 2>/dev/null || true)" \
	  && if [ -n "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi \
	  && $(BIN)/uv pip install -q $(COMPILE) --python $(BIN)/python --no-deps -r requirements-$(1).lock) \
	 || $(BIN)/pip install -q --disable-pip-version-check --no-deps -r requirements-$(1).lock
endef

.venv/ocr: .venv/ready requirements-ocr.lock
	@echo "$(call spoken,安装扫描件识别（约 270 MB）,installing what reads scans: 270 MB)"
	@$(call add,ocr)
	@touch .venv/ocr

.venv/docs: .venv/ready requirements-docs.lock
	@$(call add,docs)
	@touch .venv/docs

# Pictures of every page of the portal at two widths, into build/screenshots; those of the README into docs/pictures.
screenshots: .venv/browser docs
	$(BIN)/python -m tests.screenshots $(if $(filter command,$(firstword $(origin HOME))),--home $(HOME))

.venv/notebook: .venv/ready requirements-notebook.lock
	@$(call add,notebook)
	@touch .venv/notebook

.venv/browser: .venv/ready requirements-browser.lock
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update \
	      && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
	 || echo "$(call spoken,没有浏览器：门户的浏览器测试将跳过,no browser: the browser tests of the portal will be skipped)"
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -r requirements-browser.lock
	@touch .venv/browser
