#!/usr/bin/env bats
# scripts/check-arrows on small trees: a sound one, and one for each rule that it breaks.
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    printf '%s\n' 'knows.base =' 'knows.crypto = base' 'knows.log = crypto' 'rooms.msh-put = log' >Makefile
    mkdir -p lib/base lib/crypto lib/log tools/msh-put
    echo '#pragma once' | tee lib/base/bytes.hpp lib/crypto/hash.hpp lib/log/note.hpp tools/msh-put/paths.hpp >/dev/null
    printf '#include "%s"\n' log/note.hpp crypto/hash.hpp base/bytes.hpp paths.hpp >tools/msh-put/main.cpp
    printf '#include <%s>\n' openssl/evp.h vector >lib/crypto/hash.cpp
}

# complains FILE LINE MESSAGE: with LINE at the end of FILE, that is what check-arrows says.
complains() {
    echo "$2" >>"$1"
    exits 1 "$root/scripts/check-arrows" .
    same "$output" "$1:$(wc -l <"$1"): $3"
}

@test "check-arrows: a sound tree" {
    exits 0 "$root/scripts/check-arrows" .
    same "$output" ''
}

@test "check-arrows: this tree" {
    exits 0 "$root/scripts/check-arrows" "$root"
}

@test "check-arrows: a room that is not known" {
    complains lib/base/bytes.hpp '#include "crypto/hash.hpp"' 'base does not know crypto'
}

@test "check-arrows: a room that is known only through another" {
    complains lib/log/note.hpp '  # include "base/bytes.hpp"' 'log does not know base'
}

@test "check-arrows: a room that the program does not link" {
    mkdir lib/dicom && touch lib/dicom/read.hpp && echo 'knows.dicom = base' >>Makefile
    complains tools/msh-put/main.cpp '#include "dicom/read.hpp"' 'msh-put does not know dicom'
}

@test "check-arrows: a library that another room names" {
    complains lib/log/note.hpp '#include <openssl/evp.h>' '<openssl/evp.h> is named in crypto only'
    setup
    complains tools/msh-put/main.cpp '#include <nlohmann/json.hpp>' '<nlohmann/json.hpp> is named in json only'
}

@test "check-arrows: a library in a header" {
    mkdir lib/json && touch lib/json/line.hpp && echo 'knows.json =' >>Makefile
    complains lib/json/line.hpp '#include <nlohmann/json.hpp>' '<nlohmann/json.hpp> is named in .cpp files only'
}

@test "check-arrows: a header that does not name its room, or is not there" {
    complains lib/crypto/hash.cpp '#include "hash.hpp"' '"hash.hpp" does not name its room'
    setup
    complains lib/crypto/hash.cpp '#include "crypto/mac.hpp"' 'there is no lib/crypto/mac.hpp'
}

@test "check-arrows: a room or a program without its line" {
    mkdir lib/dicom tools/msh-get
    exits 1 "$root/scripts/check-arrows" .
    same "${lines[0]}" 'Makefile: no line knows.dicom for lib/dicom'
    same "${lines[1]}" 'Makefile: no line rooms.msh-get for tools/msh-get'
}

@test "check-arrows: arrows in a circle" {
    sed -i 's/^knows.base =/knows.base = log/' Makefile
    exits 1 "$root/scripts/check-arrows" .
    same "$stderr" 'Makefile: base -> log -> crypto -> base: arrows go round in a circle'
}
