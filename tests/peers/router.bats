#!/usr/bin/env bats
# A recipient without a list of sources: a router, which is a node too, names the gateways of those who have a payload.
load ../bats/helper
load kubo

# Nodes that find each other, and announce their gateways. Those have to be known before they start.
announcing() {
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    kubo_start "$1" '.Routing.Type = "dht" | .Provide.DHT.Interval = "1m"
        | .Addresses.Gateway = "/ip4/127.0.0.1/tcp/'"$port"'"
        | .Addresses.AppendAnnounce = ["/ip4/127.0.0.1/tcp/'"$port"'/http"]'
}

setup() {
    needs_kubo
    fresh_home home
    in_work_folder
    msh-key init -q
    images 4
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" >encrypted.ndjson
}

teardown() {
    kubo_end
}

@test "router: a payload is got from whoever announces a gateway, and peers without one are named" {
    announcing one
    announcing two
    kubo_start silent '.Routing.Type = "dht"'
    kubo_start asked '.Routing.Type = "dht"'
    kubo_join one asked
    kubo_join two asked
    kubo_join silent asked
    msh-put --car export.car -o put.ndjson encrypted.ndjson
    for node in one two silent; do kubo_import "$node" export.car >/dev/null; done
    cid=$(jq -r .payload.cid put.ndjson | head -n 1)
    router=$(kubo_gateway asked)
    until [[ $(curl -s "$router/routing/v1/providers/$cid" | jq -c '.Providers | length') == 3 ]]; do sleep 0.1; done
    exits 0 msh-get --router "$router" -o got.ndjson put.ndjson
    peer=$(jq -r .ID "$kubo_nodes/silent/id")
    same "$stderr" "msh-get: peer $peer has the payload but no gateway address: skipped"
    exits 0 bash -c 'msh-decrypt -o out <got.ndjson'
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
}
