# msh: make, make demo, make check, make install. `make help` lists the rest.
#
# One static archive a room (lib/*), one program a folder of tools/. Nothing is written outside $(B).

MAKEFLAGS += -r --no-print-directory
SHELL := /bin/bash

B ?= build
O := $(B)$(if $(SAN),/san)

PREFIX ?= /usr/local
DESTDIR ?=

CXX ?= g++
CXXFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wconversion -Wshadow
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
VERSION := $(file <VERSION)
ALL_CXXFLAGS = -std=c++20 $(WARNINGS) $(if $(WERROR),-Werror) -Ilib -Itests -DMSH_VERSION='"$(VERSION)"' -pthread \
  -D_FILE_OFFSET_BITS=64 $(SANITIZE) $(CXXFLAGS) $(CPPFLAGS)
ALL_LDFLAGS = -pthread -Wl,--as-needed $(SANITIZE) $(LDFLAGS)

# Recipes print a word and a name; V=1 prints the commands.
Q := $(if $(V),,@)

rooms := $(notdir $(patsubst %/,%,$(wildcard lib/*/)))
programs := $(patsubst tools/%/main.cpp,%,$(wildcard tools/*/main.cpp))

# What a room needs besides itself. DCMTK is linked by name: its pkg-config file in Debian 12 asks for packages that
# have nothing to do with it.
libraries.base = -lutf8proc
libraries.crypto = $(shell pkg-config --libs libcrypto)
libraries.db = $(shell pkg-config --libs sqlite3)
libraries.http = $(shell pkg-config --libs libcurl)
libraries.ipfs = $(shell pkg-config --libs libmurmurhash)
libraries.dicom = -ldcmdata -loflog -lofstd -lz

# Which rooms each room may name: the arrows of docs/architecture.md, held by scripts/check-arrows.
knows.base =
knows.crypto = base
knows.merkle = base crypto
knows.db = base
knows.json = base
knows.record = base crypto json
knows.keystore = base crypto db record
knows.terms = base
knows.dicom = base crypto terms
knows.http = base
knows.ipfs = base crypto
knows.nodes = base crypto json http ipfs
knows.log = base crypto merkle
knows.index = base crypto merkle terms
knows.cli = base json record
knows.custodian = base crypto json log keystore record
knows.intake = base crypto json record keystore custodian dicom
knows.storage = base crypto json ipfs nodes http record keystore custodian
knows.auditing = base crypto http ipfs nodes log record keystore custodian storage
knows.granting = base crypto json merkle ipfs log record keystore custodian
knows.search = base crypto merkle index terms keystore record custodian
knows.lifecycle = base crypto ipfs log keystore record custodian search
with_known = $(sort $(1) $(foreach room,$(1),$(if $(knows.$(room)),$(call with_known,$(knows.$(room))))))

# The rooms a program links.
rooms.msh-key = custodian cli lifecycle
rooms.msh-encrypt = custodian cli intake
rooms.msh-put = custodian cli storage
rooms.msh-anchor = custodian cli
rooms.msh-index = custodian cli search
rooms.msh-search = custodian cli search
rooms.msh-list = custodian cli
rooms.msh-grant = custodian cli granting
rooms.msh-get = custodian cli storage
rooms.msh-decrypt = custodian cli
rooms.msh-verify = custodian cli auditing

all: $(programs:%=$(O)/bin/%) ## build the programs into build/bin (V=1, WERROR=1, SAN=address,undefined)

# Objects are made again when the flags change, archives and programs when a source comes or goes. $(call stamp,NAME)
# makes a file of the text of $(NAME), new only when that text is.
sources := $(sort $(wildcard lib/*/*.cpp tools/*/*.cpp tests/unit/*/*.cpp tests/support/*.cpp tests/fuzz/*.cpp tests/soak/*.cpp))
flags := $(CXX) $(ALL_CXXFLAGS) $(ALL_LDFLAGS)
define stamp
ifneq ($$($(1)),$$(file <$(O)/$(1)))
.PHONY: $(O)/$(1)
endif
$(O)/$(1):
	@mkdir -p $$(@D) && printf '%s\n' '$$(subst ','\'',$$($(1)))' >$$@
endef
$(eval $(call stamp,flags))
$(eval $(call stamp,sources))

room_sources = $(filter lib/$(1)/%,$(sources))
objects = $(patsubst %.cpp,$(O)/obj/%.o,$(1))

define room_rule
$(O)/lib/libmsh_$(1).a: $(call objects,$(call room_sources,$(1))) $(O)/sources
	@mkdir -p $$(@D) && echo '  ar   $(1)'
	$$(Q)rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach room,$(rooms),$(eval $(call room_rule,$(room))))

archives = $(foreach room,$(filter $(rooms),$(call with_known,$(1))),$(O)/lib/libmsh_$(room).a)
room_libraries = $(foreach room,$(call with_known,$(1)),$(libraries.$(room)))

# $(call link,ROOMS,MORE LIBRARIES)
define link
	@mkdir -p $(@D) && echo '  link $(@F)'
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
	  $(call room_libraries,$(1)) $(2)
endef

define program_rule
$(O)/bin/$(1): $(call objects,$(filter tools/$(1)/%,$(sources))) $(call archives,$(rooms.$(1))) $(O)/sources
	$$(call link,$(rooms.$(1)))
endef
$(foreach program,$(programs),$(eval $(call program_rule,$(program))))

# Headers of others that nearly every file includes are compiled once: parsing them takes 40 % of a build. They are named
# in lib/precompiled.hpp, which is never included in a source; each source still includes what it needs.
#
# GCC 12 has false warnings of std::string's operator+ (PR 105651), which it only hides in headers that are not
# precompiled; unit tests use it much.
unit_flags = $(if $(findstring tests/unit,$@),-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
$(O)/pch/%.hpp.gch: %.hpp $(O)/flags
	@mkdir -p $(@D) && echo '  pch  $<'
	$(Q)cp $< $(@:.gch=) && $(CXX) $(ALL_CXXFLAGS) $(unit_flags) -MMD -MP -MT $@ -MF $@.d -x c++-header -o $@ $(@:.gch=)
-include $(wildcard $(O)/pch/*/*.d $(O)/pch/*/*/*.d)

# $(call compile,PRECOMPILED HEADER)
define compile
	@mkdir -p $(@D) && echo '  c++  $<'
	$(Q)$(CXX) $(ALL_CXXFLAGS) $(unit_flags) -include $(O)/pch/$(1) -MMD -MP -c -o $@ $<
endef
$(O)/obj/tests/unit/%.o: tests/unit/%.cpp $(O)/flags $(O)/pch/tests/unit/precompiled.hpp.gch
	$(call compile,tests/unit/precompiled.hpp)
$(O)/obj/%.o: %.cpp $(O)/flags $(O)/pch/lib/precompiled.hpp.gch
	$(call compile,lib/precompiled.hpp)

-include $(wildcard $(sources:%.cpp=$(O)/obj/%.d))

# Unit tests: one GoogleTest program a room, linked with that room and what it knows.
unit_rooms := $(sort $(foreach source,$(filter tests/unit/%,$(sources)),$(word 3,$(subst /, ,$(source)))))
test_libraries.crypto = -lz
test_libraries.terms = -ldcmdata -loflog -lofstd
define unit_rule
$(O)/tests/$(1)_test: $(call objects,$(filter tests/unit/$(1)/% tests/support/%,$(sources))) $(call archives,$(1)) $(O)/sources
	$$(call link,$(1),$$(test_libraries.$(1)) -lgtest -lgtest_main)
unit-$(1): $(O)/tests/$(1)_test
	$$<
.PHONY: unit-$(1)
endef
$(foreach room,$(unit_rooms),$(eval $(call unit_rule,$(room))))
unit_programs := $(unit_rooms:%=$(O)/tests/%_test)
unit: $(unit_programs)

# Targets that may find a bare system install what is missing first, and then use every processor.
set_up = @scripts/setup $(1) --check >/dev/null 2>&1 || scripts/setup $(1)
setup-demo:
	$(call set_up,--demo)
setup-tests:
	$(call set_up,--tests)
setup-lint:
	$(call set_up,--lint)
jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

MSH_VECTORS ?= ../shared/vectors
run_tests = MSH_BIN='$(abspath $(O)/bin)' MSH_VECTORS='$(abspath $(MSH_VECTORS))' $(if $(SAN),MSH_SANITIZED=1) \
  scripts/run-tests --scratch '$(abspath $(O)/scratch)'

check: setup-tests ## build, and run the tests; the last line counts them
	@$(MAKE) $(jobs) all unit
	@$(run_tests) $(wildcard tests/bats/*.bats) $(unit_programs)

# Real peers, where they can be had; else their tests are skipped. MSH_PEERS is the folder that they are in.
MSH_PEERS ?= $(B)/peers
peers = MSH_PEERS='$(abspath $(MSH_PEERS))'
setup-peers:
	@$(peers) scripts/setup --peers --check >/dev/null 2>&1 || $(peers) scripts/setup --peers
check-peers: setup-peers ## the tests against real peers: nodes of IPFS
	@$(MAKE) $(jobs) all
	@$(peers) $(run_tests) $(sort $(wildcard tests/peers/*.bats))

$(O)/tests/many_objects: $(call objects,$(filter tests/soak/%,$(sources))) $(call archives,custodian) $(O)/sources
	$(call link,custodian)
soak: setup-tests ## the long fault and kill tests
	@$(MAKE) $(jobs) all $(O)/tests/many_objects
	@$(run_tests) --limit 43200 $(sort $(wildcard tests/soak/*.bats))

demo: setup-demo ## the whole pipeline on real files, or on those of DICOM=dir
	@$(MAKE) $(jobs) all
	@MSH_BIN='$(abspath $(O)/bin)' DICOM='$(DICOM)' scripts/demo

bench: setup-tests ## measure, and print a table
	@$(MAKE) $(jobs) all
	@$(peers) MSH_BIN='$(abspath $(O)/bin)' scripts/bench

experiments: setup-peers ## one server against several nodes of IPFS, and what copies survive: tables and plots
	@$(MAKE) $(jobs) all
	@for name in transfer survival; do \
	  $(peers) MSH_BIN='$(abspath $(O)/bin)' scripts/experiments/$$name --out '$(abspath $(B))/experiments' || exit; done

# Clang has its version in its name on Debian 12.
clang_tool = $(or $(shell command -v $(1)-14),$(1))

# Fuzzing: everything is compiled anew by clang into a tree of its own, which also gets what is found.
FUZZ_SECONDS ?= 60
fuzzers := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(filter tests/fuzz/%,$(sources)))
rooms.fuzz = dicom index log nodes record
fuzz: setup-lint ## run each fuzzer for FUZZ_SECONDS=60
	@$(MAKE) $(jobs) O='$(B)/fuzz' CXX=$(call clang_tool,clang++) SAN=fuzzer-no-link,address $(fuzzers:%=fuzz-%)
$(O)/bin/%_fuzz: $(O)/obj/tests/fuzz/%_fuzz.o $(call archives,$(rooms.fuzz))
	$(call link,$(rooms.fuzz),-fsanitize=fuzzer)
$(fuzzers:%=fuzz-%): fuzz-%: $(O)/bin/%_fuzz
	@mkdir -p $(O)/corpus/$* $(O)/finds
	@echo '  fuzz $* for $(FUZZ_SECONDS) s'
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(O)/finds/$*- $(O)/corpus/$* \
	  $(wildcard tests/fuzz/corpus/$*) >$(O)/$*.log 2>&1 || { tail -n 60 $(O)/$*.log; exit 1; }
	@echo "$*: $$(tail -n 1 $(O)/$*.log)"

# Lint. What one file is checked for alone leaves a stamp, so that a second run looks only at what has changed.
headers := $(sort $(wildcard lib/*/*.hpp tools/*/*.hpp tests/*/*.hpp tests/*/*/*.hpp))
linted := $(filter lib/% tools/%,$(sources))
manuals := $(sort $(wildcard man/*.[157]))
lint: setup-lint ## formatting, clang-tidy, headers alone, scripts, manual pages, arrows
	@$(MAKE) -k -Otarget $(jobs) lint-arrows lint-format lint-shell lint-manuals lint-headers lint-tidy
	@echo 'lint: nothing to say'

lint-arrows:
	@scripts/check-arrows

# Lines that clang-format leaves long, as of comments, are counted in characters. The format is judged by one version on
# one release only: others format otherwise.
lint-format:
	@if LC_ALL=C.UTF-8 grep -nE '^.{121,}' $(headers) $(sources); then \
	  echo 'lint-format: a line has more than 120 columns' >&2; exit 1; fi
	@if grep -q 'Debian.* 12 ' /etc/os-release && command -v clang-format-14 >/dev/null; then \
	  clang-format-14 --dry-run --Werror $(headers) $(sources); \
	else echo 'lint-format: skipped: judged by clang-format 14 on Debian 12'; fi

# Of tests, not: SC2016, programs of sed and jq in quotes; SC2030 and SC2031, that each test is a subshell; SC2154, that
# bats assigns what `run` gives and `load` is not followed.
lint-shell:
	@shellcheck $(shell grep -lE '^#!.*\b(ba)?sh$$' .ci/* scripts/* scripts/experiments/* 2>/dev/null) $(wildcard scripts/*/*.bash)
	@shellcheck -e SC2016,SC2030,SC2031,SC2154 $(wildcard tests/*/*.bats tests/*/*.bash)

lint-manuals:
	@$(if $(manuals),mandoc -T lint -W warning $(manuals))

# Each header is enough by itself and can be included twice, for both compilers.
lint-headers: $(headers:%=$(O)/lint/%.gcc) $(headers:%=$(O)/lint/%.clang)
$(O)/lint/%.gcc: % $(O)/flags
	$(call lint_header,$(CXX))
$(O)/lint/%.clang: % $(O)/flags
	$(call lint_header,$(call clang_tool,clang++))
lint_header = @mkdir -p $(@D) && printf '\#include "%s"\n' '$(abspath $<)' '$(abspath $<)' | \
  $(1) $(ALL_CXXFLAGS) -Werror -fsyntax-only -MMD -MP -MF $@.d -MT $@ -x c++ - && touch $@
-include $(wildcard $(foreach header,$(headers),$(O)/lint/$(header).gcc.d $(O)/lint/$(header).clang.d))

# The analyzer spends nine tenths of its time inside templates of the standard library. `make lint TIDY_FLAGS=` follows
# them too. Reserved names are left to the compiler, which finds them for nothing.
TIDY_FLAGS ?= -Wreserved-identifier -Xclang -analyzer-config -Xclang c++-template-inlining=false
lint-tidy: $(linted:%.cpp=$(O)/lint/%.tidy)
$(O)/lint/%.tidy: %.cpp $(O)/obj/%.o .clang-tidy
	@mkdir -p $(@D) && echo '  tidy $<'
	$(Q)$(call clang_tool,clang-tidy) --quiet $< -- $(ALL_CXXFLAGS) $(TIDY_FLAGS) >$@.log 2>&1 && mv $@.log $@ || { cat $@.log; exit 1; }

bin_folder := $(DESTDIR)$(PREFIX)/bin
man_folder := $(DESTDIR)$(PREFIX)/share/man
INSTALL_PROGRAM ?= install
install: all ## install programs and manual pages (DESTDIR=, PREFIX=/usr/local)
	install -d $(bin_folder)
	$(INSTALL_PROGRAM) $(programs:%=$(O)/bin/%) $(bin_folder)
	$(foreach page,$(manuals),install -D -m 644 -t $(man_folder)/man$(subst .,,$(suffix $(page))) $(page) &&) true

install-strip: ## the same, without the programs' symbols
	@$(MAKE) INSTALL_PROGRAM='install -s' install

uninstall: ## remove what install put there
	rm -f $(programs:%=$(bin_folder)/%) $(foreach page,$(manuals),$(man_folder)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))

clean: ## remove the build folder
	rm -rf $(B)

help: ## print this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1 /p' Makefile | while read -r target text; do \
	  printf '%-13s %s\n' "$$target" "$$text"; done
	@echo 'unit-ROOM     build and run the unit tests of one room: $(unit_rooms)'

.PHONY: all unit setup-demo setup-tests setup-lint setup-peers check check-peers soak demo bench experiments fuzz $(fuzzers:%=fuzz-%) install install-strip uninstall clean help \
  lint lint-arrows lint-format lint-shell lint-manuals lint-headers lint-tidy
.DELETE_ON_ERROR:
.SECONDARY:
