#!/usr/bin/env bats
# One node: an archive goes into it, and its gateway is a source.
load ../bats/helper
load kubo

setup_file() {
    [[ ! -x $kubo_program ]] || kubo_start node '.Gateway.NoFetch = true'
}

teardown_file() {
    kubo_end
}

setup() {
    needs_kubo
    fresh_home home
    in_work_folder
    always_fetch
    msh-key init -q
    images 6
    "$root/scripts/make-test-dicom" large --bytes $((5 << 20)) "$BATS_TEST_TMPDIR/images/large"
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put -q --car export.car -o put.ndjson
    wanted=$(digests put.ndjson)
    kubo_import node export.car >imported
    jq -c 'del(.payload.path)' put.ndjson >records.ndjson
    large=$(jq -r 'select(.payload.size > 5000000).payload.cid' records.ndjson)
}

# The digest of each record's payload, in order.
digests() {
    jq -r .payload.path "$1" | xargs sha256sum | cut -c-64
}

@test "kubo: a node takes an archive, every root pinned, and its gateway gives every payload back" {
    same "$(sort imported)" "$(jq -r .payload.cid put.ndjson | sort)"
    kubo_rpc node "pin/ls?type=recursive$(sed 's/^/\&arg=/' imported | tr -d '\n')" >pins
    same "$(jq -r '.Keys | keys[]' pins)" "$(sort imported)"
    exits 0 msh-get --from "$(kubo_gateway node)" -o got.ndjson records.ndjson
    same "$stderr" ''
    same "$(digests got.ndjson)" "$wanted"
    exits 0 msh-verify -q --from "$(kubo_gateway node)" <(msh-anchor -q records.ndjson)
    exits 0 msh-decrypt -q -o out got.ndjson
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
}

@test "kubo: one block less is one record less, and its CID is named" {
    leaf=$(kubo_rpc node "ls?arg=$large" | jq -r '.Objects[0].Links[2].Hash')
    like "$leaf" '^bafkrei'
    kubo_rpc node "pin/rm?arg=$large"
    kubo_rpc node "block/rm?arg=$leaf"
    exits 3 msh-get --from "$(kubo_gateway node)" -o got.ndjson records.ndjson
    like "${stderr_lines[0]}" "^msh-get: error: record [0-9]+: block $leaf is in none of the sources$"
    same "$(jq -r .id got.ndjson)" "$(jq -r --arg cid "$large" 'select(.payload.cid != $cid).id' records.ndjson)"
    # What the archive still has makes it whole again.
    exits 0 msh-get --from "$(kubo_gateway node)" --from export.car -o got.ndjson records.ndjson
    same "$(digests got.ndjson)" "$wanted"
}

# The blocks that the node has.
blocks() {
    kubo_rpc node refs/local | jq -r .Ref | sort
}

@test "kubo: msh-put sends what the node lacks, each payload under a pin of its own" {
    fresh_home other
    msh-key init -q
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" >encrypted.ndjson
    paths=$(jq -r .payload.path encrypted.ndjson)
    wanted=$(xargs sha256sum <<<"$paths" | cut -c-64)
    exits 0 msh-put --ipfs "$(kubo_url node)" -o sent.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(xargs ls <<<"$paths" 2>/dev/null)" ''
    jq -r .payload.cid sent.ndjson | sort >roots
    kubo_rpc node "pin/ls?type=recursive$(sed 's/^/\&arg=/' roots | tr -d '\n')" | jq -r '.Keys | keys[]' >pins
    cmp pins roots
    exits 0 msh-get --from "$(kubo_gateway node)" -o got.ndjson sent.ndjson
    same "$(digests got.ndjson)" "$wanted"
    # A second run sends nothing.
    kubo_rpc node repo/gc >collected
    before=$(blocks)
    SECONDS=0
    exits 0 msh-put --ipfs "$(kubo_url node)" sent.ndjson
    same "$output" "$(<sent.ndjson)"
    ((SECONDS <= 3))
    same "$(blocks)" "$before"
    # What was taken back there is put again, from what was fetched; the other payloads are where they were.
    large=$(jq -r 'select(.payload.size > 5000000).payload.cid' sent.ndjson)
    kubo_rpc node "pin/rm?arg=$large"
    kubo_rpc node repo/gc >collected
    same "$(wc -l <collected)" 7 # five full leaves, the rest, and the node above them
    exits 0 msh-put --ipfs "$(kubo_url node)" -o again.ndjson got.ndjson
    kubo_rpc node "pin/ls?type=recursive&arg=$large"
    same "$(blocks)" "$before"
}

@test "kubo: what a second node lacks is seen, and put there from the first; its RPC is a source too" {
    kubo_start second '.Gateway.NoFetch = true'
    exits 4 msh-get --availability --from "$(kubo_gateway second)" records.ndjson
    same "$(jq -c '[.whole, .sources[].state]' <<<"$output" | sort -u)" '[0,"absent"]'
    exits 0 msh-get --repair "$(kubo_url second)" --from "$(kubo_gateway node)" records.ndjson
    same "$(jq -c '[.whole, .repaired]' <<<"$output" | sort -u)" '[1,true]'
    exits 0 msh-get --availability --from "$(kubo_gateway second)" --from "$(kubo_url node)" records.ndjson
    same "$(jq -c .whole <<<"$output" | sort -u)" 2
    for url in "$(kubo_url second)" "$(kubo_url second)/api/v0/"; do
        exits 0 msh-get --from "$url" -o got.ndjson records.ndjson
        same "$stderr" ''
        same "$(digests got.ndjson)" "$wanted"
    done
}
