#!/usr/bin/env bats
# The care of a block store: msh-put --check, --repair and --gc.
load helper

setup() {
    fresh_home home
    in_work_folder
    msh-key init -q
    {
        images 10
        "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) "$BATS_TEST_TMPDIR/large"
    } >/dev/null
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" "$BATS_TEST_TMPDIR/large" | msh-put --store "$MSH_HOME/store" >put.ndjson
    cp -r "$MSH_HOME/store" copy
    small=$(jq -r .payload.cid put.ndjson | sed -n 3p)
    node=$(jq -r .payload.cid put.ndjson | sed -n '$p')
    leaf=$(blocks | grep -vxF "$(jq -r .payload.cid put.ndjson)" | sed -n 2p)
}

# The CIDs in a store.
blocks() {
    find "${1:-$MSH_HOME/store}" -path '*/??/*' -type f -printf '%f\n' | sort
}

file() {
    printf '%s\n' "$MSH_HOME/store/${1: -3:2}/$1"
}

damage() {
    flip "$(file "$1")" 100
}

@test "store: --check names what is damaged and what is absent" {
    exits 0 msh-put --check
    same "$output" ''
    same "$stderr" 'msh-put: 15 blocks read'
    damage "$small"
    rm "$(file "$leaf")"
    exits 4 msh-put --check
    same "$output" "$(printf '%s damaged\n%s absent' "$small" "$leaf")"
    same "$stderr" 'msh-put: 14 blocks read, 2 damaged or absent'
    # Nobody knows what should be in a store that is not the keystore's; what is there is read.
    exits 0 msh-put --check --store copy
    rm "copy/${leaf: -3:2}/$leaf"
    exits 0 msh-put -q --check --store copy
    same "$output$stderr" ''
    exits 1 msh-put --check --store nowhere
    [[ ! -e nowhere ]]
}

@test "store: the own store is known wherever the home lies, and is made again when it is lost" {
    mv "$MSH_HOME" moved
    export MSH_HOME=$PWD/moved
    exits 0 msh-put --check
    rm "$(file "$leaf")"
    exits 4 msh-put --check
    same "$output" "$leaf absent"
    exits 0 msh-put --repair --from copy
    same "$output" "$leaf repaired"
    exits 0 msh-list targets
    same "$(jq -r .target <<<"$output")" own-store
    rm -r "$MSH_HOME/store"
    exits 1 msh-put --check
    same "${stderr_lines[1]}" 'msh-put: hint: payloads were put into it: --repair makes it again'
    exits 1 msh-put put.ndjson
    like "$stderr" "is missing or empty, but payloads were put into it"
    [[ ! -e $MSH_HOME/store ]]
    exits 0 msh-put -q --repair --from copy
    same "$(blocks)" "$(blocks copy)"
    exits 0 msh-put --check
    exits 1 msh-put --repair --store nowhere --from copy
    [[ ! -e nowhere ]]
}

@test "store: one store is one, whatever it is called, and a home is none" {
    ln -s copy link
    exits 0 msh-put -q --store copy/ put.ndjson
    rm "copy/${leaf: -3:2}/$leaf"
    for name in copy copy/ ./copy link; do
        exits 4 msh-put -q --check --store "$name"
        same "$output" "$leaf absent"
    done
    exits 1 msh-put --store "$MSH_HOME" put.ndjson
    like "$stderr" "hint: did you mean '$MSH_HOME/store'"
    # Two stores on one disk are two copies.
    records 1 one | msh-put --store first --store second >both.ndjson
    same "$(find first second -path '*/??/*' -type f -links +1)" ''
    same "$(blocks first)" "$(blocks second)"
    study=$(jq -r .study put.ndjson | sed -n 1p)
    exits 0 msh-key shred "$study"
    [[ $stderr != *"$MSH_HOME"* ]]
}

@test "store: --repair fetches what is bad, from several places, and what is below it" {
    damage "$small"
    damage "$leaf"
    rm "$(file "$node")"
    exits 0 msh-put --repair --from copy
    same "$(sort <<<"$output")" "$(printf '%s repaired\n' "$small" "$leaf" "$node" | sort)"
    same "$stderr" 'msh-put: 14 blocks read, 3 repaired'
    diff -r copy "$MSH_HOME/store"
    exits 0 msh-verify -q <(msh-anchor put.ndjson)

    # All of the large payload is gone: its leaves are known when its node is there.
    rm "$(file "$node")"
    for block in $(blocks | grep -vxF "$(jq -r .payload.cid put.ndjson)"); do rm "$(file "$block")"; done
    damage "$small"
    "$root/tests/support/car" make half.car copy
    head -c 30000 half.car >cut.car
    exits 4 msh-put --repair --from cut.car
    like "$output" ' absent'
    exits 0 msh-put --repair --from cut.car --from half.car
    diff -r copy "$MSH_HOME/store"
    # A source that lies gives nothing.
    rm "$(file "$small")"
    flip "copy/${small: -3:2}/$small" 100
    exits 4 msh-put --repair --from copy
    same "$output" "$small absent"
    [[ ! -e $(file "$small") ]]
}

@test "store: --gc lists what no record needs, and removes it when asked" {
    exits 0 msh-put --gc
    same "$output" ''
    same "$stderr" 'msh-put: 0 blocks, 0 bytes, unneeded'
    # Put by somebody without a keystore: no record of this one names it.
    fresh_home stranger
    "$root/scripts/make-test-dicom" series --count 2 --size 2000 strange
    msh-key init -q
    msh-encrypt -q --identified strange | msh-put --store "$BATS_TEST_TMPDIR/home/store" >strange.ndjson
    export MSH_HOME=$BATS_TEST_TMPDIR/home
    same "$(blocks | wc -l)" 17
    exits 0 msh-put --gc
    same "$(sort <<<"$output")" "$(jq -r '.payload.cid + " unneeded"' strange.ndjson | sort)"
    like "$stderr" '^msh-put: 2 blocks, .* kB, unneeded'
    same "$(blocks | wc -l)" 17
    exits 0 msh-put --gc --remove
    same "$(sort <<<"$output")" "$(jq -r '.payload.cid + " removed"' strange.ndjson | sort)"
    same "$(blocks)" "$(blocks copy)" # an empty folder may stay
    exits 0 msh-put --check
    exits 0 msh-verify -q <(msh-anchor put.ndjson)
}

@test "store: --gc removes nothing where it cannot know, or while another program stores" {
    {
        head -n 1 put.ndjson
        until [[ -e release ]]; do sleep 0.01; done
    } | msh-put >slow.ndjson 3>&- &
    until [[ -s slow.ndjson ]]; do sleep 0.01; done
    exits 75 msh-put --gc --remove
    same "$stderr" 'msh-put: error: another program writes to the store, or its file system has no locks'
    touch release
    wait $!
    exits 0 msh-put --gc --remove

    damage "$node"
    exits 1 msh-put --gc --remove
    same "${stderr_lines[0]}" "msh-put: error: node $node is damaged"
    same "$(blocks | wc -l)" 15
    rm "$(file "$node")" # it could be fetched again, and then its leaves would be needed
    exits 1 msh-put --gc --remove
    same "${stderr_lines[0]}" "msh-put: error: node $node is absent"
    same "${stderr_lines[1]}" 'msh-put: hint: repair the store first'
    same "$(blocks | wc -l)" 14
    exits 0 msh-put -q --repair --from copy
    exits 0 msh-put --gc --remove
    rm "$MSH_HOME"/keystore.db*
    exits 1 msh-put --gc --remove
    same "$stderr" 'msh-put: error: without a keystore nobody knows which blocks are needed'
    same "$(blocks | wc -l)" 15
}

@test "store: one task at a time, and only where it can be done" {
    for wrong in '--check --gc' "--car=" "--store=" '--car x -o x' '--repair' '--from copy' '--check put.ndjson' '--gc --store copy' '--remove' \
        '--check --car x.car' '--check --store copy --store copy'; do
        # shellcheck disable=SC2086
        exits 2 msh-put $wrong
        same "$output" ''
    done
}
