#!/usr/bin/env bats
# A private swarm of three nodes: what is put into the first comes out of the third's own gateway.
load ../bats/helper
load kubo

setup_file() {
    [[ -x $kubo_program ]] || return 0
    for node in first second third; do kubo_start "$node" '.Routing.Type = "dht"'; done
    kubo_join second first
}

teardown_file() {
    kubo_end
}

setup() {
    needs_kubo
    fresh_home home
    in_work_folder
    msh-key init -q
    records 6 >encrypted.ndjson
    "$root/scripts/make-test-dicom" large --bytes $((5 << 20)) large
    msh-encrypt -q large >>encrypted.ndjson
    wanted=$(jq -r .payload.path encrypted.ndjson | xargs sha256sum | cut -c-64)
    msh-put -q --ipfs "$(kubo_url first)" -o records.ndjson encrypted.ndjson
}

comes_out_of_third() {
    exits 0 msh-get --from "$(kubo_gateway third)" -o got.ndjson records.ndjson
    same "$stderr" ''
    same "$(jq -r .payload.path got.ndjson | wc -l)" 7
    same "$(jq -r .payload.path got.ndjson | xargs sha256sum | cut -c-64)" "$wanted"
}

@test "swarm: the third node knows the second alone, and finds the first" {
    kubo_join third second
    comes_out_of_third
    kubo_rpc third swarm/peers >peers
    same "$(jq --arg id "$(jq -r .ID "$kubo_nodes/first/id")" '.Peers | any(.Peer == $id)' peers)" true
}

@test "swarm: the third node is connected to the first" {
    kubo_join third first
    comes_out_of_third
}
