#!/usr/bin/env bats
# At most 64 MiB resident, at the sizes that are promised.
load ../bats/helper
load ../support/memory

setup() {
    fresh_home home
    in_work_folder
    msh-key init -q
}

teardown() {
    rm -rf "${BATS_TEST_TMPDIR:?}"/* # gigabytes
}

@test "memory: a multi-frame file of 2 GB" {
    "$root/scripts/make-test-dicom" large --bytes 2000000000 large
    large_file_within
}

@test "memory: a file of 30,000 per-frame functional groups" {
    "$root/scripts/make-test-dicom" frames --count 30000 large
    large_file_within
}

@test "memory: 1,000,000 records through the filters" {
    many_records_within 1000000
}

@test "memory: 1,000,000 objects anchored, indexed, searched and granted" {
    PATH="$PATH:${MSH_BIN:-$root/build/bin}/../tests"
    many_known_within 1000000
}

@test "memory: 200,000 objects, forward and back" {
    many_objects_within 200000
}
