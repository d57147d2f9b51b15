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
    fresh_home home # stays absent
    in_work_folder
}

# The CIDs of the files of a folder, by msh, which takes them from run folders as any payload.
cids_of_msh() {
    local run file id
    run=$PWD/payloads/$(printf %032x 1)
    rm -rf payloads && mkdir -p "$run"
    for file in "$1"/*; do
        id=$(printf '%32s' "${file##*/}" | tr ' ' 0)
        ln "$file" "$run/$id"
    done
    stat -c '%s %n' "$run"/* | jq -cR --argjson sample "$(head -n 1 "$root/tests/fixtures/records/object.ndjson")" '
        split(" ") as [$size, $path] | $sample | .payload = {size: $size | tonumber, path: $path}
        | .id = ($path | split("/") | last)' >records
    msh-put -q --payloads payloads --car /dev/null -o put.ndjson records && jq -r .payload.cid put.ndjson
}

# cids_of_kubo FOLDER [MORE PARAMETERS]
cids_of_kubo() {
    local file parts=()
    for file in "$1"/*; do parts+=(-F "file=@$file"); done
    kubo_rpc node "add?only-hash=true${2-}" "${parts[@]}" >added && jq -r 'select(.Hash).Hash' added
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

@test "unixfs: so has the folder of a study, small or sharded" {
    for count in 10 4000; do
        rm -rf files && mkdir files
        for ((i = 1; i <= count; i++)); do printf 'payload %d' "$i" >"files/$(printf %032x "$i")"; done
        cids_of_msh files >ours # writes the records
        exits 0 msh-put --payloads payloads --directory --car export.car -o put.ndjson records
        folder=$(jq -r 'select(.type == "directory").cid' put.ndjson)
        same "$(jq -r 'select(.type == "directory").entries' put.ndjson)" "$count"
        cids_of_kubo files '&wrap-with-directory=true' >theirs
        same "$(tail -n 1 theirs)" "$folder"
        # And a node that has it shows every name.
        kubo_import node export.car >imported
        kubo_rpc node "ls?arg=$folder" | jq -r '.Objects[0].Links[].Name' | sort | diff - <(cd files && printf '%s\n' *)
    done
}
