# msh: make, make demo, make check, make install. `make help` lists the rest.
#
# One static archive a room (lib/*), one program a folder of tools/. Nothing is written outside $(B).

B ?= build
O := $(B)$(if $(SAN),/san)
SHELL := /bin/bash

PREFIX ?= /usr/local
DESTDIR ?=

CXX ?= g++
CXXFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wconversion -Wshadow
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
VERSION := $(shell cat VERSION)
ALL_CXXFLAGS = -std=c++20 $(WARNINGS) $(if $(WERROR),-Werror) -Ilib -Itests -DMSH_VERSION='"$(VERSION)"' -pthread \
  -D_FILE_OFFSET_BITS=64 $(SANITIZE) $(CXXFLAGS) $(CPPFLAGS)
ALL_LDFLAGS = -pthread -Wl,--as-needed $(SANITIZE) $(LDFLAGS)

rooms := $(notdir $(patsubst %/,%,$(wildcard lib/*/)))
programs := $(notdir $(patsubst %/,%,$(wildcard tools/*/)))

# What a room needs besides itself. DCMTK is linked by name: its pkg-config file in Debian 12 asks for packages that
# have nothing to do with it.
libraries.base = -lutf8proc
libraries.crypto = $(shell pkg-config --libs libcrypto)
libraries.db = $(shell pkg-config --libs sqlite3)
libraries.dicom = -ldcmdata -loflog -lofstd -lz

# The rooms a program links; the linker drops what it does not use.
core := cli record base
custody := custodian keystore db log merkle crypto
rooms.msh-key = $(custody) $(core)
rooms.msh-encrypt = dicom $(custody) $(core)
rooms.msh-put = ipfs $(custody) $(core)
rooms.msh-anchor = $(custody) $(core)
rooms.msh-index = index $(custody) $(core)
rooms.msh-search = index dicom $(custody) $(core)
rooms.msh-grant = ipfs $(custody) $(core)
rooms.msh-get = ipfs $(custody) $(core)
rooms.msh-decrypt = $(custody) $(core)
rooms.msh-verify = ipfs $(custody) $(core)

all: $(programs:%=$(O)/bin/%)

room_sources = $(sort $(wildcard lib/$(1)/*.cpp))
objects = $(patsubst %.cpp,$(O)/obj/%.o,$(1))

define room_rule
$(O)/lib/libmsh_$(1).a: $(call objects,$(call room_sources,$(1)))
	@mkdir -p $$(@D)
	rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach room,$(rooms),$(eval $(call room_rule,$(room))))

archives = $(foreach room,$(filter $(rooms),$(1)),$(O)/lib/libmsh_$(room).a)
room_libraries = $(foreach room,$(filter $(rooms),$(1)),$(libraries.$(room)))

define program_rule
$(O)/bin/$(1): $(call objects,$(sort $(wildcard tools/$(1)/*.cpp))) $(call archives,$(rooms.$(1)))
	@mkdir -p $$(@D)
	$$(CXX) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	  $$(call room_libraries,$(rooms.$(1)))
endef
$(foreach program,$(programs),$(eval $(call program_rule,$(program))))

$(O)/obj/%.o: %.cpp
	@mkdir -p $(@D)
	$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# Unit tests: one GoogleTest program a room.
unit_rooms := $(notdir $(patsubst %/,%,$(wildcard tests/unit/*/)))
define unit_rule
$(O)/tests/$(1)_test: $(call objects,$(sort $(wildcard tests/unit/$(1)/*.cpp) $(wildcard tests/support/*.cpp))) \
  $(call archives,$(rooms))
	@mkdir -p $$(@D)
	$$(CXX) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	  $$(call room_libraries,$(rooms)) -lgtest -lgtest_main
unit-$(1): $(O)/tests/$(1)_test
	$$<
.PHONY: unit-$(1)
endef
$(foreach room,$(unit_rooms),$(eval $(call unit_rule,$(room))))
unit_programs := $(unit_rooms:%=$(O)/tests/%_test)
unit: $(unit_programs)

-include $(shell find $(O)/obj -name '*.d' 2>/dev/null)

clean:
	rm -rf $(B)

.PHONY: all unit clean
.DELETE_ON_ERROR:
.SECONDARY:
