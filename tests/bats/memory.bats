#!/usr/bin/env bats
# At most 64 MiB resident, but for one hostile file at a time; tests/soak/memory.bats has the sizes that are promised.
load helper
load ../support/memory

setup() {
    needs_plain_build
    fresh_home home
    in_work_folder
    msh-key init -q
}

@test "memory: a multi-frame file of 200 MB" {
    "$root/scripts/make-test-dicom" large --bytes $((200 << 20)) large
    large_file_within
}

@test "memory: a file of 3,000 per-frame functional groups" {
    "$root/scripts/make-test-dicom" frames --count 3000 large
    large_file_within
}

@test "memory: 20,000 records through the filters" {
    many_records_within 20000
}

@test "memory: a directory of 20,000 objects of one study" {
    images 1 one
    msh-encrypt -q one | msh-put >put.ndjson
    "$root/tests/support/many-records" 20000 put.ndjson >many.ndjson
    within msh-put --directory -o put-many.ndjson many.ndjson
    same "$(tail -n 1 put-many.ndjson | jq .entries)" 20000
    stays_within
}

@test "memory: 2,000 objects, forward and back" {
    many_objects_within 2000
}

@test "memory: a folder of 40,000 files, deep down" {
    local deep
    deep=full$(printf '/%.0sdeeper' {1..40})
    mkdir -p "$deep"
    seq --format "$deep/%g.dcm" 40000 | xargs touch
    exits 3 "$root/tests/support/max-resident" "$BATS_TEST_TMPDIR/resident" msh-encrypt full
    same "$(tail -n 1 <<<"$stderr")" 'msh-encrypt: 0 encrypted, 40000 not readable'
    stays_within
}

@test "memory: a batch of files that grow when they are parsed" {
    local copy
    "$root/scripts/make-test-dicom" tiny --count 200000 tiny
    for copy in {1..24}; do cp tiny/tiny.dcm "tiny/$copy.dcm"; done
    within msh-encrypt -q -o encrypted.ndjson tiny
    stays_below $((256 * 1024))
}
