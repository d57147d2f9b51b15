#!/usr/bin/env bats
# A pinning service is told what to fetch, and is waited for (tests/support/fake-node).
load helper
load node

setup() {
    fresh_home home
    in_work_folder
    records 24 >encrypted.ndjson
    node_start
    printf 'right\n' >token
    chmod 600 token
}

teardown() {
    node_end
}

@test "pin-service: it is told each payload and where it is, and pins it" {
    exits 0 msh-put --ipfs "$node/ok" --ipfs "$node/second" --pin-service "$node/service" --token-file token \
        -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept service)" "$(cids put.ndjson)"
    same "$(grep ^order node/asked | sort)" "$(cids put.ndjson |
        sed 's|.*|order & origins=/ip4/127.0.0.1/tcp/4001/p2p/ok,/ip4/127.0.0.1/tcp/4001/p2p/second|')"
    spool_is_empty encrypted.ndjson
    same "$(stored)" "$(printf '%s\n' "ipfs:$node/ok" "ipfs:$node/second" "pin-service:$node/service")"
    ! grep -r Bearer put.ndjson "$MSH_HOME" || false
    # A second run orders nothing.
    : >node/asked
    exits 0 msh-put --ipfs "$node/ok" --pin-service "$node/service" --token-file token put.ndjson
    same "$output" "$(<put.ndjson)"
    same "$(grep -c '^order\|dag/import' node/asked)" 0
}

@test "pin-service: the nodes connect to whoever fetches for it" {
    exits 0 msh-put --ipfs "$node/ok" --ipfs "$node/second" --pin-service "$node/service" --token-file token \
        -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(grep ^connect node/asked | sort)" "$(printf 'connect %s /ip4/127.0.0.1/tcp/4002/p2p/12D3+KooW\n' ok second)"
}

@test "pin-service: it is left alone for as long as it wants" {
    head -n 2 encrypted.ndjson >two.ndjson
    exits 0 msh-put --ipfs "$node/ok" --pin-service "$node/service-limited" --token-file token -o put.ndjson two.ndjson
    same "$stderr" ''
    same "$(kept service)" "$(cids put.ndjson)"
}

@test "pin-service: alone, the payloads are in the own store" {
    exits 0 msh-put --pin-service "$node/service/" --token-file token -o put.ndjson encrypted.ndjson
    same "$(find "$MSH_HOME/store" -path '*/??/*' -type f -printf '%f\n' | sort)" "$(cids put.ndjson)"
    same "$(kept service)" "$(cids put.ndjson)"
    same "$(grep ^order node/asked | grep -v 'origins=$')" ''
}

@test "pin-service: one that does not pin gets no record, and no file goes" {
    while IFS=: read -r how message; do
        rm -f node/service/*
        exits 75 msh-put --timeout 1 --ipfs "$node/ok" --pin-service "$node/$how" --token-file token encrypted.ndjson
        same "$(grep -c "^msh-put: error: record [0-9]*: $host: $message$" <<<"$stderr")" 10
        like "$stderr" "and 14 more like it: $host: $message"
        nothing_left
    done <<'END2'
service-stuck:has not pinned the payload yet
service-fails:failed to pin the payload: no.room
service-refuses:refused to pin the payload: REFUSED: more than 3 GB .\[31m
END2
    exits 1 msh-put --ipfs "$node/ok" --pin-service "$node/service-other" --token-file token encrypted.ndjson
    same "$stderr" "msh-put: error: $host: returned a CID that was not requested"
    while IFS=: read -r code how message; do
        exits "$code" msh-put --timeout 1 --ipfs "$node/ok" --pin-service "$node/all-$how" --token-file token encrypted.ndjson
        like "$stderr" "^msh-put: error: $host: $message$"
        nothing_left
    done <<'END2'
75:garbage:unexpected response
75:busy:asks to retry later for 7 seconds
75:silent:timed out
1:redirect:HTTP status 307. redirects are not followed
END2
}

@test "pin-service: without its token it does nothing" {
    printf 'wrong\n' >wrong
    chmod 600 wrong
    exits 1 msh-put --ipfs "$node/ok" --pin-service "$node/service" --token-file wrong encrypted.ndjson
    same "$stderr" "msh-put: error: $host: HTTP status 401: access denied (REFUSED: Access token is missing ? or invalid)"
    exits 1 msh-put --ipfs "$node/ok" --pin-service "$node/service" encrypted.ndjson
    printf 'two words\n' >two
    printf 'a\nb\n' >lines
    : >empty
    chmod 600 two lines empty
    for file in two lines empty absent; do
        exits 1 msh-put --ipfs "$node/ok" --pin-service "$node/service" --token-file "$file" encrypted.ndjson
        like "$stderr" "^msh-put: error: '$file' "
    done
    nothing_left
    # The node does not see it.
    same "$(grep -c '^/ok.*Bearer' node/asked)" 0
}
