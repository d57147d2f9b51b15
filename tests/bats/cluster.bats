#!/usr/bin/env bats
# Payloads into an IPFS Cluster: its proxy, and its REST API (tests/support/fake-node).
load helper
load node

setup() {
    fresh_home home
    in_work_folder
    records 6 >encrypted.ndjson
    node_start
}

teardown() {
    node_end
}

@test "cluster: blocks go to the proxy's node, pins to the cluster" {
    exits 0 msh-put --ipfs "$node/cluster" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept cluster)" "$(cids put.ndjson)"
    same "$(kept blocks)" "$(cids put.ndjson)"
    same "$(kept pins)" ''
    spool_is_empty encrypted.ndjson
    # A second run sends nothing and pins nothing.
    : >node/asked
    exits 0 msh-put --ipfs "$node/cluster" put.ndjson
    same "$(grep -c 'dag/import\|pin/add' node/asked)" 0
    # One pin less is one payload more.
    one=$(cids put.ndjson | sed -n 4p)
    rm "node/cluster/$one"
    exits 0 msh-put --ipfs "$node/cluster" put.ndjson
    same "$(blocks_sent)" 1
    same "$(grep -c pin/add node/asked)" 1
    same "$(kept cluster)" "$(cids put.ndjson)"
}

@test "cluster: many payloads leave no pin in the proxy's node, and no question is too long for it" {
    rm -r "$BATS_TEST_TMPDIR/images"
    records 200 >encrypted.ndjson
    exits 0 msh-put --ipfs "$node/cluster" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept cluster)" "$(cids put.ndjson)"
    same "$(kept pins)" ''
    same "$(wc -l <put.ndjson)" 200
    spool_is_empty encrypted.ndjson
    : >node/asked
    exits 0 msh-put --ipfs "$node/cluster" put.ndjson
    same "$(grep -c 'dag/import\|pin/add\|too long' node/asked)" 0
    (($(grep -c pin/ls node/asked) < 10))
}

@test "cluster: with --cluster, a record waits until all have its payload that shall have it" {
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster-late" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept cluster)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
    (($(grep -c '^/cluster-late/pins/' node/asked) >= 3 * 6))
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster" put.ndjson
    same "$output" "$(<put.ndjson)"
}

@test "cluster: a peer that has not heard of a pin, and a pin that is passing, are waited for" {
    for how in cluster-unheard cluster-passing; do
        rm -f node/cluster/*
        : >node/asked
        exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/$how" -o put.ndjson encrypted.ndjson
        same "$stderr" ''
        (($(grep -c "^/$how/pins/" node/asked) >= 3 * 6))
    done
}

@test "cluster: what a peer failed to pin is tried again once" {
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster-recovers" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(grep -c '/recover$' node/asked)" 6
    spool_is_empty encrypted.ndjson
}

@test "cluster: a peer that is away is named" {
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster-away" -o put.ndjson encrypted.ndjson
    same "$stderr" "msh-put: warning: $host: peer gone of the cluster is down, and does not have the payloads yet"
    same "$(wc -l <put.ndjson)" 6
    # One that does not tell of its peers keeps nobody.
    exits 0 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/cluster-shy" put.ndjson
    same "$stderr" ''
}

@test "cluster: payloads that it does not pin everywhere stay" {
    while IFS=: read -r how message; do
        exits 75 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/$how" encrypted.ndjson
        same "$(grep -c "^msh-put: error: record [1-6]: $host: $message$" <<<"$stderr")" 6
        nothing_left
    done <<'END2'
cluster-stuck:has not pinned the payload yet
cluster-error:failed to pin the payload: no.room
cluster-gone:failed to pin the payload: a peer of the cluster does not answer
END2
    exits 75 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/all-garbage" encrypted.ndjson
    same "$stderr" "msh-put: error: $host: unexpected response"
    exits 1 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/all-status-403" encrypted.ndjson
    nothing_left
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster" encrypted.ndjson
    spool_is_empty encrypted.ndjson
}

@test "cluster: an interrupted wait ends soon" {
    msh-put --ipfs "$node/cluster" --cluster "$node/cluster-stuck" encrypted.ndjson >put.ndjson 2>said 3>&- &
    until grep -q cluster-stuck node/asked; do sleep 0.05; done
    start=$EPOCHREALTIME
    kill -TERM $!
    code=0
    wait $! || code=$?
    same "$code" 143
    same "$(cat said put.ndjson)" ''
    awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { exit !(to - from < 2.5) }'
}

@test "cluster: a pin is made where the answer names it" {
    for how in page else; do
        exits 75 msh-put --ipfs "$node/cluster-$how" encrypted.ndjson
        same "$stderr" "msh-put: error: $host: unexpected response"
        nothing_left
    done
    exits 1 msh-put --ipfs "$node/cluster" --cluster "$node/cluster-else" encrypted.ndjson
    same "$stderr" "msh-put: error: $host: returned a CID that was not requested"
    nothing_left
}
