#!/usr/bin/env bats
# Payloads into a node over its RPC, a good one and all others (tests/support/fake-node).
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

# A record more, of a payload of four leaves.
large() {
    "$root/scripts/make-test-dicom" large --bytes $((7 << 19)) large
    msh-encrypt -q large >>encrypted.ndjson
}

# refused CODE HOW MESSAGE: a run to the node that behaves so ends with the code and, after the host, with the message;
# nothing has left.
refused() {
    exits "$1" msh-put --timeout 1 --ipfs "$node/$2" encrypted.ndjson
    like "$stderr" "^msh-put: error: $host: $3$"
    [[ $stderr != *$'\e'* ]]
    nothing_left
}

@test "node: each payload is pinned there by itself, and its file goes" {
    large
    cids_to_be >wanted
    exits 0 msh-put -o put.ndjson --ipfs "$node/ok" encrypted.ndjson
    same "$stderr" ''
    same "$(jq -r .id put.ndjson)" "$(jq -r .id encrypted.ndjson)"
    same "$(jq -c .payload.path put.ndjson | sort -u)" null
    cids put.ndjson | cmp - wanted
    kept pins | cmp - wanted
    same "$(kept blocks | wc -l)" 11
    same "$(blocks_sent)" 11
    same "$(stored)" "ipfs:$node/ok"
    spool_is_empty encrypted.ndjson
    [[ ! -e $MSH_HOME/store ]]
    same "$(find "$MSH_HOME" -name '*.tmp')" ''
}

@test "node: a second run sends nothing, whether records have a CID or not" {
    msh-put -o put.ndjson --ipfs "$node/ok" encrypted.ndjson
    for again in put.ndjson encrypted.ndjson; do
        : >node/asked
        exits 0 msh-put --ipfs "$node/ok" "$again"
        same "$output" "$(<put.ndjson)"
        same "$(imports_sent)" 0
    done
    # The URL may end with the RPC's path, or a slash.
    for url in "$node/ok/api/v0" "$node/ok/" "$node/ok/api/v0/"; do
        exits 0 msh-put --ipfs "$url" put.ndjson
        same "$(imports_sent)" 0
    done
}

@test "node: pins that were made although the answer was lost are found" {
    exits 0 msh-put --ipfs "$node/lost" -o put.ndjson encrypted.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "node: what broke in the middle of a batch is gone on with" {
    large
    # Some 200 KB of small payloads go over several imports; one of the imports has the large one.
    exits 75 msh-put --timeout 1 --ipfs "$node/dies-2600000" encrypted.ndjson
    like "$stderr" "^msh-put: error: $host: [ -~]+$"
    [[ $stderr != *"status"* ]]
    nothing_left
    # The two leaves that came are not sent again; what is pinned is not sent at all.
    pins=$(kept pins | wc -l)
    leaves=$(find node/blocks -size 1024k | wc -l)
    same "$leaves" 2
    : >node/asked
    exits 0 msh-put --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    same "$(blocks_sent)" $((11 - pins - leaves))
    same "$(kept pins)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "node: a block counts as there where the node says so of this block" {
    large
    for how in page other large bare; do
        exits 75 msh-put --ipfs "$node/stat-$how" encrypted.ndjson
        same "$stderr" "msh-put: error: $host: unexpected response"
        nothing_left
    done
}

@test "node: one that is full, dies, lies or breaks off gets no record, and trying again may help" {
    cids_to_be >wanted
    while IFS=: read -r code how message; do
        refused "$code" "$how" "$message"
        same "$(kept pins)" ''
    done <<'END2'
75:full:write /data/blocks. no space left on device..\[31m
75:dies-500:[ -~]+
75:dies-0:[ -~]+
1:other:returned a CID that was not sent to it
75:trailer:import failed before its end
75:garbage:unexpected response
75:nested:unexpected response
75:cut:unexpected response
75:hangs:timed out
75:mute:timed out
END2
    exits 0 msh-put --ipfs "$node/ok" encrypted.ndjson
    same "$(kept pins)" "$(<wanted)"
}

@test "node: what it says it has pinned has to be among its pins, and be there" {
    exits 75 msh-put --ipfs "$node/unpinned" encrypted.ndjson
    same "$(grep -c "^msh-put: error: record [1-6]: $host: did not pin the payload$" <<<"$stderr")" 6
    nothing_left
    # Nor are pins believed without blocks, whether they were there before or not.
    for how in hollow pinned; do
        rm -f node/blocks/* node/pins/*
        exits 75 msh-put --ipfs "$node/$how" encrypted.ndjson
        like "$stderr" "^msh-put: error: $host: block bafkrei[a-z0-9]+ is pinned but missing$"
        nothing_left
    done
}

@test "node: payloads that it does not pin fail alone" {
    cids_to_be | sed -n '2p;5p' >node/refused
    exits 75 msh-put --ipfs "$node/refuses" -o put.ndjson encrypted.ndjson
    same "$(grep -c "^msh-put: error: record [1-6]: $host: did not pin the payload: pin: .\[31mno.room$" <<<"$stderr")" 2
    [[ $stderr != *$'\e'* ]]
    same "$(wc -l <put.ndjson)" 4
    same "$(kept pins)" "$(cids put.ndjson)"
    same "$(stored)" "ipfs:$node/refuses"
    # Their files are where they were, and the next run sends them alone.
    jq -c --slurpfile put put.ndjson 'select(.id | IN($put[].id) | not)' encrypted.ndjson >open.ndjson
    spool_is_whole open.ndjson
    : >node/asked
    exits 0 msh-put --ipfs "$node/ok" -o all.ndjson encrypted.ndjson
    same "$(wc -l <all.ndjson)" 6
    same "$(blocks_sent)" 2
}

@test "node: an answer that ends without all it should say is compared with the pins" {
    cids_to_be | sed -n '1p;2p;6p' >node/refused
    exits 75 msh-put --ipfs "$node/half" -o put.ndjson encrypted.ndjson
    same "$(grep -c "^msh-put: error: record [1-6]: $host: did not pin the payload$" <<<"$stderr")" 3
    same "$(kept pins)" "$(cids put.ndjson)"
    same "$(wc -l <put.ndjson)" 3
}

@test "node: every wait has an end" {
    large
    for how in hangs slow mute; do
        SECONDS=0
        exits 75 msh-put --timeout 1 --ipfs "$node/$how" encrypted.ndjson
        like "$stderr" "^msh-put: error: $host: timed out$"
        ((SECONDS <= 5)) || differs "$how $SECONDS" 5
        nothing_left
    done
}

@test "node: answers that are none, too long or refusals" {
    while IFS=: read -r code how message; do
        refused "$code" "all-$how" "$message"
        same "$(imports_sent)" 0
    done <<'END2'
75:garbage:unexpected response
75:endless:its answer is too long
75:header:the header of its answer is too long
75:busy:asks to retry later for 7 seconds
75:silent:timed out
75:status-503:no
1:status-401:HTTP status 401. access denied .no.
1:status-403:HTTP status 403. access denied .no.
1:status-404:HTTP status 404. this is not the expected kind of server
1:status-405:HTTP status 405. this is not the expected kind of server
1:redirect:HTTP status 307. redirects are not followed
END2
    exits 75 msh-put --ipfs http://127.0.0.1:1 encrypted.ndjson
    like "$stderr" '^msh-put: error: 127.0.0.1:1: '
    nothing_left
}

@test "node: many pins are asked for in a list, or in questions of 4 KiB at most" {
    rm -r "$BATS_TEST_TMPDIR/images"
    records 200 >encrypted.ndjson
    exits 0 msh-put --ipfs "$node/short-4096" -o put.ndjson encrypted.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    exits 0 msh-put --ipfs "$node/short-4096" put.ndjson
    # One of many is not pinned.
    rm "node/pins/$(cids put.ndjson | sed -n 150p)"
    exits 0 msh-put --ipfs "$node/short-4096" put.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    ! grep 'too long' node/asked || false
    (($(grep -c pin/ls node/asked) < 60))
}

@test "node: where long URLs are refused, pins are asked for in smaller parts" {
    refused 75 short-50 'HTTP status 414'
    exits 0 msh-put --ipfs "$node/short-150" -o put.ndjson encrypted.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    exits 0 msh-put --ipfs "$node/short-150" put.ndjson
}

@test "node: the authorisation stands in a file, and nowhere else" {
    printf 'Authorization: Bearer right\n' >header
    chmod 640 header
    exits 2 msh-put --header-file header --ipfs "$node/locked" encrypted.ndjson
    same "$stderr" "msh-put: error: others may read 'header', which holds a secret
msh-put: hint: chmod 600 'header'"
    chmod 600 header
    exits 0 msh-put --header-file header --ipfs "$node/locked" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(kept pins)" "$(cids put.ndjson)"
    ! grep -r 'Bearer\|right' put.ndjson "$MSH_HOME" || false
    printf 'Authorization: Bearer wrong\n' >header
    for how in locked locked-403; do
        exits 1 msh-put --header-file header --ipfs "$node/$how" encrypted.ndjson
        like "$stderr" "^msh-put: error: $host: HTTP status 40[13]: access denied \(no .\[31mentry\)$"
        exits 1 msh-put --ipfs "$node/$how" encrypted.ndjson
    done
    # It is not shown to whom the node sends us.
    : >node/asked
    exits 1 msh-put --header-file header --ipfs "$node/all-redirect" encrypted.ndjson
    same "$(<node/asked)" '/all-redirect/api/v0/pin/ls args=6 Bearer wrong'
}

@test "node: a file that is no header is refused before anything is asked" {
    printf 'Authorization: a\nHost: b\n' >two
    printf 'Authorization: a\x01b\n' >control
    printf 'Authorization: caf\xc3\xa9\n' >accent
    printf 'Bearer secret\n' >none
    printf ': secret\n' >nameless
    printf 'Au thorization: secret\n' >space
    : >empty
    printf '\n\n' >lines
    head -c 100000 /dev/zero | tr '\0' x >long
    chmod 600 two control accent none nameless space empty lines long
    for file in two control accent none nameless space empty lines long absent .; do
        exits 1 msh-put --header-file "$file" --ipfs "$node/ok" encrypted.ndjson
        like "$stderr" "^msh-put: error: .*'$file'"
        [[ $stderr != *secret* ]]
        nothing_left
    done
    [[ ! -e node/asked ]]
}

@test "node: orders go over plain http to this machine alone, and no URL has a secret" {
    for url in http://192.0.2.1:5001 http://node.example http://127.0.0.1.example; do
        exits 2 msh-put --ipfs "$url" encrypted.ndjson
        like "$stderr" 'plain http is refused, since anyone on the network path could send it commands'
        exits 2 msh-put --ipfs "$node/ok" --cluster "$url" encrypted.ndjson
        exits 2 msh-put --pin-service "$url" encrypted.ndjson
    done
    for url in http://user:secret@127.0.0.1 http://:secret@127.0.0.1 http://secret@127.0.0.1 "$node?secret" "$node#secret" \
        ftp://127.0.0.1 "" 127.0.0.1; do
        exits 2 msh-put --ipfs "$url" encrypted.ndjson
        [[ $stderr != *secret* ]]
        exits 2 msh-put --ipfs "$node/ok" --cluster "$url" encrypted.ndjson
        exits 2 msh-put --pin-service "$url" encrypted.ndjson
        [[ $stderr != *secret* ]]
    done
    # It says so, and is believed; nobody is there.
    exits 75 msh-put --timeout 1 --insecure --ipfs http://192.0.2.1:5001 encrypted.ndjson
    for wrong in "--header-file x" "--cluster $node/ok" "--token-file x" "--ipfs $node/ok --ipfs $node/ok --cluster $node" \
        "--timeout 0 --ipfs $node/ok" "--check --ipfs $node/ok"; do
        # shellcheck disable=SC2086
        exits 2 msh-put $wrong encrypted.ndjson
    done
    nothing_left
}

@test "node: a proxy of the environment gets nothing that is for this machine" {
    export http_proxy=http://127.0.0.1:1
    exits 0 msh-put --ipfs "$node/ok" encrypted.ndjson
    same "$(kept pins | wc -l)" 6
}

@test "node: a certificate that is not trusted is none" {
    kill "$server"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    cat key.pem cert.pem >both.pem
    rm -r node
    node_start "$PWD/both.pem"
    exits 1 msh-put --ipfs "https://$host/ok" encrypted.ndjson
    same "${stderr_lines[0]}" "msh-put: error: $host: its certificate is not trusted"
    nothing_left
    exits 1 msh-put --ca-file absent --ipfs "https://$host/ok" encrypted.ndjson
    nothing_left
    exits 0 msh-put --ca-file cert.pem --ipfs "https://$host/ok" -o put.ndjson encrypted.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    SSL_CERT_FILE=$PWD/cert.pem exits 0 msh-put -q --ipfs "https://$host/ok" put.ndjson
}

@test "node: several targets at once, and a node that fails takes nothing from the others" {
    exits 0 msh-put --store A --car export.car --ipfs "$node/ok" --ipfs "$node/ok/" -o put.ndjson encrypted.ndjson
    same "$(find A -path 'A/??/*' -type f -printf '%f\n' | sort)" "$(cids put.ndjson)"
    same "$(kept pins)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "node: a store that has the payloads keeps them, though the node took none" {
    exits 75 msh-put --store A --ipfs "$node/full" encrypted.ndjson
    same "$output" ''
    spool_is_whole encrypted.ndjson
    same "$(stored)" ''
    exits 0 msh-put --store A --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    same "$(stored | wc -l)" 2
    spool_is_empty encrypted.ndjson
}

@test "node: a payload without a file is read from the node itself, or from another one" {
    large
    msh-put --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    exits 0 msh-put --ipfs "$node/ok" --store A put.ndjson
    same "$output" "$(<put.ndjson)"
    same "$(find A -path 'A/??/*' -type f | wc -l)" 11
    # Its pins are gone, its blocks are not.
    rm node/pins/*
    : >node/asked
    exits 0 msh-put --ipfs "$node/ok" put.ndjson
    same "$(kept pins)" "$(cids put.ndjson)"
    # One that has neither, nor anybody else.
    rm -r "${MSH_HOME:?}" node/blocks/* node/pins/*
    exits 3 msh-put --ipfs "$node/ok" put.ndjson
    same "$output" ''
    same "$(grep -c 'the payload is neither in a file nor complete in a store$' <<<"$stderr")" 7
}

@test "node: --directory pins each study's folder as well" {
    exits 0 msh-put --directory --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    jq -r 'select(.type == "directory").cid' put.ndjson >folders
    [[ -s folders ]]
    while read -r cid; do [[ -e node/pins/$cid && -e node/blocks/$cid ]]; done <folders
    same "$(kept pins | wc -l)" $((6 + $(wc -l <folders)))
    cp folders node/refused
    rm node/pins/*
    exits 75 msh-put --directory --ipfs "$node/refuses" -o put.ndjson encrypted.ndjson
    same "$(jq -r .type put.ndjson | sort | uniq -c | xargs)" '6 object'
    like "$stderr" "did not pin the payload: pin: .\[31mno.room"
}

@test "node: an interrupted run ends soon, and says nothing" {
    large
    for how in hangs mute slow all-silent; do
        : >node/asked
        msh-put --ipfs "$node/$how" encrypted.ndjson >put.ndjson 2>said 3>&- &
        until grep -q "$how" node/asked || [[ $how == slow || $how == mute ]]; do sleep 0.05; done
        sleep 0.3
        start=$EPOCHREALTIME
        kill -TERM $!
        code=0
        wait $! || code=$?
        same "$code" 143
        same "$(cat said put.ndjson)" ''
        awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { exit !(to - from < 2.5) }'
    done
    spool_is_whole encrypted.ndjson
}

@test "node: two runs at once into one node" {
    msh-put --ipfs "$node/ok" -o one.ndjson encrypted.ndjson 3>&- &
    one=$!
    exits 0 msh-put --ipfs "$node/ok" -o two.ndjson encrypted.ndjson
    wait "$one"
    cmp one.ndjson two.ndjson
    same "$(kept pins)" "$(cids one.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "node: msh-verify asks the nodes that the keystore says the payloads are on" {
    exits 0 msh-put -q --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    msh-anchor -q -o anchored.ndjson put.ndjson
    : >node/asked
    exits 0 msh-verify -q anchored.ndjson
    same "$(grep -c block/get node/asked)" 6
    # What it lost is absent there.
    rm "node/blocks/$(jq -r .payload.cid put.ndjson | sed -n 2p)"
    exits 4 msh-verify anchored.ndjson
    same "$(jq -r .payload <<<"$output" | grep -c whole)" 5
    like "$stderr" "blocks were looked for in .*$host"
    # A node that does not answer says nothing.
    sqlite3 "$MSH_HOME/keystore.db" "UPDATE target SET name = 'ipfs:http://127.0.0.1:1'"
    exits 75 msh-verify -q --timeout 1 anchored.ndjson
}
