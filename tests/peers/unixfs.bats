#!/usr/bin/env bats
# CIDs: what msh computes is what a node of profile unixfs-v1-2025 computes, without an option.
load ../bats/helper
load kubo

setup_file() {
    [[ ! -x $kubo_program ]] || kubo_start node
}

teardown_file() {
    kubo_end
}

setup() {
    needs_kubo
    fresh_home home # stays absent: without a keystore, msh-put takes any file
    in_work_folder
}

# The CIDs of the files of a folder, by msh.
cids_of_msh() {
    stat -c '%s %n' "$PWD/$1"/* | jq -cR --argjson sample "$(head -n 1 "$root/tests/fixtures/records/object.ndjson")" '
        split(" ") as [$size, $path] | $sample | .payload = {size: $size | tonumber, path: $path}
        | .id = ("0" * 32 + ($path | split("/") | last))[-32:]' >records
    msh-put -q --car /dev/null -o put.ndjson records && jq -r .payload.cid put.ndjson
}

cids_of_kubo() {
    local file parts=()
    for file in "$1"/*; do parts+=(-F "file=@$file"); done
    kubo_rpc node 'add?only-hash=true' "${parts[@]}" >added && jq -r 'select(.Hash).Hash' added
}

@test "unixfs: 200 random files have the CIDs that a node computes" {
    "$root/tests/support/random-files" 200 1 files
    cids_of_msh files >ours
    same "$(wc -l <ours)" 200
    diff ours <(cids_of_kubo files)
    rm -r files
}

@test "unixfs: so has a file of more leaves than one node links" {
    mkdir files
    truncate -s $(((1 << 30) + 1)) files/1 # zeros, which take no place
    cids_of_msh files >ours
    same "$(wc -l <ours)" 1
    diff ours <(cids_of_kubo files)
}
