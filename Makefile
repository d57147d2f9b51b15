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

# Which rooms each room may name: the arrows of docs/architecture.md, held by scripts/check-arrows.
knows.base =
knows.crypto = base
knows.merkle = base crypto
knows.db = base
knows.record = base crypto
knows.keystore = base crypto db record
knows.dicom = base crypto
knows.ipfs = base crypto
knows.log = base crypto merkle
knows.index = base crypto merkle
knows.cli = base record
knows.custodian = base crypto merkle log index keystore record
with_known = $(sort $(1) $(foreach room,$(1),$(if $(knows.$(room)),$(call with_known,$(knows.$(room))))))

# The rooms a program links.
rooms.msh-key = custodian cli
rooms.msh-encrypt = custodian cli dicom
rooms.msh-put = custodian cli ipfs
rooms.msh-anchor = custodian cli
rooms.msh-index = custodian cli index dicom
rooms.msh-search = custodian cli index dicom
rooms.msh-grant = custodian cli ipfs
rooms.msh-get = custodian cli ipfs
rooms.msh-decrypt = custodian cli
rooms.msh-verify = custodian cli ipfs

all: $(programs:%=$(O)/bin/%)

room_sources = $(sort $(wildcard lib/$(1)/*.cpp))
objects = $(patsubst %.cpp,$(O)/obj/%.o,$(1))

define room_rule
$(O)/lib/libmsh_$(1).a: $(call objects,$(call room_sources,$(1)))
	@mkdir -p $$(@D)
	rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach room,$(rooms),$(eval $(call room_rule,$(room))))

archives = $(foreach room,$(filter $(rooms),$(call with_known,$(1))),$(O)/lib/libmsh_$(room).a)
room_libraries = $(foreach room,$(call with_known,$(1)),$(libraries.$(room)))

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
test_libraries.crypto = -lz
unit_rooms := $(notdir $(patsubst %/,%,$(wildcard tests/unit/*/)))
define unit_rule
$(O)/tests/$(1)_test: $(call objects,$(sort $(wildcard tests/unit/$(1)/*.cpp) $(wildcard tests/support/*.cpp))) \
  $(call archives,$(1))
	@mkdir -p $$(@D)
	$$(CXX) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	  $$(call room_libraries,$(1)) $(test_libraries.$(1)) -lgtest -lgtest_main
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
