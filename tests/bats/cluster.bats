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

@test "cluster: with --cluster, a record waits until all have its payload that shall have it" {
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster-late" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept cluster)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
    (($(grep -c '^/cluster-late/pins/' node/asked) >= 3 * 6))
    exits 0 msh-put --ipfs "$node/cluster" --cluster "$node/cluster" put.ndjson
    same "$output" "$(<put.ndjson)"
}

@test "cluster: payloads that it does not pin everywhere stay" {
    while IFS=: read -r how message; do
        exits 75 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/$how" encrypted.ndjson
        same "$(grep -c "^msh-put: error: record [1-6]: $host: $message$" <<<"$stderr")" 6
        nothing_left
    done <<'END2'
cluster-stuck:has not pinned the payload yet
cluster-error:failed to pin the payload
END2
    exits 75 msh-put --timeout 1 --ipfs "$node/cluster" --cluster "$node/all-garbage" encrypted.ndjson
    same "$stderr" "msh-put: error: $host: its answer cannot be read"
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
