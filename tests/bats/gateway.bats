#!/usr/bin/env bats
# Trustless gateways as sources, good ones and all others (tests/support/fake-gateway).
load helper
load node

setup() {
    fresh_home home
    in_work_folder
    always_fetch
    msh-key init -q
    images 6
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put >put.ndjson
    wanted=$(cd "$MSH_HOME/store" && find . -path './??/*' -type f -exec sha256sum {} + | cut -c-64 | sort)
    "$root/tests/support/fake-gateway" "$MSH_HOME/store" port asked 3>&- &
    gateways=$!
    until [[ -e port ]]; do
        kill -0 "$gateways"
        sleep 0.01
    done
    gateway=http://127.0.0.1:$(<port)
}

teardown() {
    kill "$gateways"
    if [[ -e node ]]; then node_end; fi
    if [[ -n ${mounted-} ]]; then umount "$mounted"; fi
}

# A node that has what the own store has.
start_node() {
    node_start "$@"
    mkdir -p node/blocks
    touch node/asked
    find "$MSH_HOME/store" -path '*/??/*' -type f -exec cp {} node/blocks/ \;
}

# The digests of what the records of $1 were fetched as.
fetched() {
    jq -r .payload.path "$1" | xargs sha256sum | cut -c-64 | sort
}

@test "gateway: get fetches every block, verified, also named by MSH_SOURCES" {
    exits 0 msh-get --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$stderr" ''
    same "$(fetched got.ndjson)" "$wanted"
    same "$(sort asked)" "$(jq -r '"/ok/ipfs/" + .payload.cid + "?format=raw"' put.ndjson | sort)"
    printf 'nowhere\n' >nowhere
    MSH_SOURCES="$gateway/ok/" exits 0 msh-get -o again.ndjson put.ndjson
    same "$(fetched again.ndjson)" "$wanted"
    exits 0 msh-verify -q --from "$gateway/ok" <(msh-anchor put.ndjson)
    exits 0 bash -o pipefail -c 'msh-get --from "$1" put.ndjson | msh-decrypt -o out' get "$gateway/ok"
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
}

@test "gateway: a payload of several blocks, and a store repaired from one" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    exits 0 msh-get --from "$gateway/ok" -o got.ndjson large.ndjson
    cp -r "$MSH_HOME/store" copy
    find copy -path '*/??/*' -type f -delete
    cp -r "$MSH_HOME/store" other
    block=$(find other -path '*/??/*' -type f | sort | sed -n 4p)
    printf 'damage' >"$block"
    exits 0 msh-put --repair --store other --from "$gateway/ok"
    same "$output" "$(basename "$block") repaired"
    diff -r other "$MSH_HOME/store"
}

@test "gateway: what it has not, or says wrongly, comes from another source, or is a bad input" {
    for how in lies other long absent; do
        exits 0 msh-get --from "$gateway/$how" --from "$MSH_HOME/store" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
        exits 0 msh-get --from "$gateway/$how" --from "$gateway/ok" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
    done
    for how in lies other long; do
        exits 3 msh-get --from "$gateway/$how" put.ndjson
        same "$output" ''
        same "$(grep -cE 'error: record [1-6]: (block \w+ is damaged in every source that has it|127.0.0.1:[0-9]+: returned the wrong block)$' <<<"$stderr")" 6
        same "$(grep -c 'warning: 127.0.0.1:[0-9]*: returned the wrong block; giving up on it$' <<<"$stderr")" 1
    done
    exits 3 msh-get --from "$gateway/absent" put.ndjson
    same "$(grep -c 'is in none of the sources$' <<<"$stderr")" 6
    same "$(find "$MSH_HOME/fetched" -type f ! -name lock ! -path '*/??*/*' )" ''
}

@test "gateway: one that breaks off, floods or refuses is named, and trying again may help" {
    host=${gateway#http://}
    while IFS=: read -r how why; do
        exits 75 msh-get --from "$gateway/$how" put.ndjson
        same "$output" ''
        like "$stderr" "msh-get: error: record 1: $host: $why"
        # Another source has it all, and the bad one is not asked for every block.
        : >asked
        exits 0 msh-get --from "$gateway/$how" --from "$gateway/ok" put.ndjson
        same "$(jq -r .id <<<"$output")" "$(jq -r .id put.ndjson)"
        (($(grep -c "/$how/" asked) <= 8))
    done <<'END'
cut:.*(partial file|outstanding|closed)
endless:its answer is too long
header:the header of its answer is too long
headers_on_end:the header of its answer is too long
busy:HTTP status 429
garbage:the response is not HTTP
broken:(HTTP status 500|its answer is too long)
END
}

@test "gateway: one that will not answer later either is told with a way out of it" {
    host=${gateway#http://}
    while IFS=: read -r how code hint; do
        exits 1 msh-get --from "$gateway/$how" put.ndjson
        same "$output" ''
        like "$stderr" "msh-get: error: record 1: $host: HTTP status $code"
        like "$stderr" "msh-get: hint: $hint"
        # It is not asked for every block, and never twice for one.
        same "$(grep "/$how/ipfs" asked | sort | uniq -d)" ''
        : >asked
        exits 0 msh-get --from "$gateway/$how" --from "$gateway/ok" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
        exits 1 msh-get --availability --from "$gateway/$how" put.ndjson
        same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" unknown
        same "$(grep -c "error: $host: HTTP status $code" <<<"$stderr")" 1
        exits 1 msh-verify --from "$gateway/$how" put.ndjson
    done <<'END'
redirect:302:redirects to other hosts are not followed: give the target URL
refuses:403:access denied
locked:401:access denied
wants_post:405:if this is a node's RPC, end its URL with /api/v0
END
}

@test "gateway: one that gives each CID a host of its own is followed there, and nowhere else" {
    local=http://localhost:${gateway##*:}
    exits 0 msh-get --from "$local" -o got.ndjson put.ndjson
    same "$stderr" ''
    same "$(fetched got.ndjson)" "$wanted"
    # After the first answers, it is not asked for the way again.
    (($(grep -c '^/ipfs/' asked) <= 4))
    same "$(grep -c '^/?format=raw' asked)" 6
    # No proxy learns of it.
    http_proxy=http://127.0.0.1:1 exits 0 msh-get --from "$local" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
}

@test "gateway: one that asks to retry later is asked again after that time" {
    exits 0 msh-get --from "$gateway/busy_once" -o got.ndjson put.ndjson
    same "$stderr" ''
    same "$(fetched got.ndjson)" "$wanted"
}

@test "gateway: a faster one gives more, and one that stalls is overtaken" {
    "$root/scripts/make-test-dicom" large --bytes $((24 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    SECONDS=0
    exits 0 msh-get --from "$gateway/stalls" --from "$gateway/ok" -o got.ndjson large.ndjson
    ((SECONDS < 15))
    exits 0 msh-verify -q --from "$gateway/ok" <(msh-anchor got.ndjson)
    # One of them needs a second for each block.
    : >asked
    exits 0 msh-get --from "$gateway/slow" --from "$gateway/ok" -o got.ndjson large.ndjson
    (($(grep -c /ok/ asked) > 2 * $(grep -c /slow/ asked)))
    exits 0 bash -o pipefail -c 'msh-decrypt -o out <got.ndjson'
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" large)"
}

@test "gateway: a run that was broken off goes on where it ended" {
    "$root/scripts/make-test-dicom" large --bytes $((12 << 20)) "$BATS_TEST_TMPDIR/images"
    { cat put.ndjson && msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put; } | sort -u >all.ndjson
    blocks=$(find "$MSH_HOME/store" -path '*/??/*' -type f | wc -l)
    for signal in KILL TERM; do
        : >asked
        command msh-get --from "$gateway/slower_later" all.ndjson >got.ndjson 2>said 3>&- &
        # It asks for more than the twelve blocks that it gets, and some of them are leaves of the large payload. How
        # many more it asks for is its own business.
        until (($(wc -l <asked) > 12)) && [[ -n $(find "$MSH_HOME/fetched" -name '*.unfinished' -size +2M) ]]; do
            kill -0 $!
            sleep 0.01
        done
        kill -s "$signal" $!
        wait $! || true
        # All records are one batch, which ends only with the large payload.
        same "$(<got.ndjson)" ''
        : >asked
        exits 0 msh-get --from "$gateway/ok" -o got.ndjson all.ndjson
        (($(wc -l <asked) < blocks - 4))
        same "$(jq -r .id got.ndjson)" "$(jq -r .id all.ndjson)"
        exits 0 bash -c 'msh-decrypt -o out <got.ndjson'
        same "$("$root/tests/support/pixel-digests" out)" \
            "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
        same "$(find "$MSH_HOME/fetched" -type f)" ''
    done
}

@test "gateway: a range fetches what it needs alone, and decrypts to the file's bytes" {
    "$root/scripts/make-test-dicom" large --bytes $((12 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    exits 0 bash -o pipefail -c 'msh-get --from "$1" large.ndjson | msh-decrypt -o whole' get "$gateway/ok"
    whole=$output
    size=$(stat -c %s "$whole")
    for range in 0:1 0:1048576 65535:2 "$((5 << 20)):100000" "$((size - 10)):1000" "0:$size"; do
        : >asked
        exits 0 bash -o pipefail -c 'msh-get --range "$2" --from "$1" large.ndjson | msh-decrypt --range "$2" -o "part-$2"' \
            get "$gateway/ok" "$range"
        same "$output" "part-$range/$(basename "$whole" .dcm).${range%:*}.part"
        cmp "$output" <(tail -c "+$((${range%:*} + 1))" "$whole" | head -c "${range#*:}")
        [[ $range == "0:$size" ]] || (($(wc -l <asked) <= 4))
        same "$(find "$MSH_HOME/fetched" -type f)" ''
    done
    exits 3 msh-get --range "$((size + 100000)):1" --from "$gateway/ok" large.ndjson
    # A part is no whole, and not every part.
    msh-get --range 0:10 --from "$gateway/ok" -o got.ndjson large.ndjson
    exits 3 msh-decrypt -o none got.ndjson
    exits 3 msh-decrypt --range "$((5 << 20)):10" -o none got.ndjson
    same "$(find none -type f)" ''
    for wrong in '' 0 : 0: :1 1:0 -1:1 1:-1 0:1x 99999999999999999999:1; do
        exits 2 msh-get --range "$wrong" large.ndjson
        exits 2 msh-decrypt --range "$wrong" -o none large.ndjson
    done
}

@test "gateway: availability tells who holds all of a payload, and fetches none" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    cat put.ndjson large.ndjson >all.ndjson
    cp -r "$MSH_HOME/store" some
    leaf=$(find some -path '*/??/bafkrei*' -size 1024k | head -n 1)
    flip "$leaf" 1000
    rm "$(jq -r '.payload.cid | "some/" + .[-3:-1] + "/" + .' put.ndjson | head -n 1)"
    exits 0 msh-get --availability --from "$gateway/ok" --from "$gateway/looks" --from some all.ndjson
    same "$stderr" ''
    same "$(jq -r .id <<<"$output")" "$(jq -r .id all.ndjson)"
    same "$(jq -c '[.msh, .type, .whole, (.sources | map(.state))]' <<<"$output" | sort | uniq -c | tr -s ' ')" \
        ' 1 [1,"availability",1,["absent","whole","absent"]]
 1 [1,"availability",1,["part","whole","absent"]]
 5 [1,"availability",2,["whole","whole","absent"]]'
    same "$(jq -r '.sources | map(.source) | join(" ")' <<<"$output" | sort -u)" "some ${gateway#http://} ${gateway#http://}"
    same "$(find "$MSH_HOME/fetched" -type f)" ''
    exits 4 msh-get --availability --from "$gateway/looks" all.ndjson
    exits 75 msh-get --availability --from "$gateway/ok" --from http://127.0.0.1:1 all.ndjson
    same "$(jq -r '.sources[1].state' <<<"$output" | sort -u)" unknown
    exits 2 msh-get --availability --range 0:1 all.ndjson
}

@test "gateway: repair puts what a place lacks there, out of all sources together" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    cat put.ndjson large.ndjson >all.ndjson
    exits 0 msh-get --repair copy --from "$gateway/ok" all.ndjson
    same "$(jq -c .repaired <<<"$output" | sort | uniq -c | tr -s ' ')" ' 7 true'
    diff -r copy "$MSH_HOME/store"
    exits 0 msh-get --repair copy --from "$gateway/ok" all.ndjson
    same "$(jq -c .repaired <<<"$output" | sort -u)" false
    # No source has it whole, but each another half.
    cp -r copy one && cp -r copy two
    leaves=$(find copy -path '*/??/bafkrei*' -size 1024k -printf '%P\n')
    rm "one/$(head -n 1 <<<"$leaves")" "two/$(tail -n 1 <<<"$leaves")"
    exits 4 msh-get --availability --from one --from two large.ndjson
    exits 0 msh-get --repair three --from one --from two large.ndjson
    same "$(jq -c '[.whole, .repaired]' <<<"$output")" '[0,true]'
    exits 0 msh-get --availability --from three large.ndjson
    # What is nowhere stays nowhere.
    rm "two/$(head -n 1 <<<"$leaves")"
    exits 4 msh-get --repair four --from one --from two large.ndjson
    same "$(jq -c '[.whole, .repaired]' <<<"$output")" '[0,false]'
    exits 1 msh-get --repair "$MSH_HOME" --from one large.ndjson
    exits 2 msh-get --repair '' --from one large.ndjson
    exits 2 msh-get --repair http://192.0.2.1:5001 --from one large.ndjson
}

@test "gateway: a router names others; what it says is not believed" {
    address=/ip4/127.0.0.1/tcp/${gateway##*:}/http
    says() { printf '%s\n' "$@" >router-says; }
    says 200 '{"Schema":"peer","ID":"12D3one","Addrs":["/ip4/192.0.2.1/tcp/4001","'"$address"'"]}' \
        '{"Schema":"peer","ID":"12D3two","Addrs":["/ip4/192.0.2.1/tcp/4001"]}'
    exits 0 msh-get --router "$gateway/router" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    same "$(grep -c 'peer 12D3two has the payload but no gateway address: skipped' <<<"$stderr")" 1
    same "$(grep -c 12D3one <<<"$stderr")" 0
    grep -q "^/router/routing/v1/providers/$(jq -r .payload.cid put.ndjson | head -n 1)\$" asked
    exits 0 msh-get --router "$gateway/router/routing/v1/" --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    says 200 '{"Providers":null}'
    exits 3 msh-get --router "$gateway/router" put.ndjson
    says 404
    exits 3 msh-get --router "$gateway/router" put.ndjson
    for answer in '200 {' '200 []' '500 {}' '302 {}'; do
        # shellcheck disable=SC2086
        says $answer
        exits 75 msh-get --router "$gateway/router" put.ndjson
        exits 0 msh-get --router "$gateway/router" --from "$gateway/ok" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
    done
    exits 2 msh-get --router ftp://127.0.0.1 put.ndjson
}

@test "gateway: one block that it does not give costs one record" {
    # The third block is asked for badly: the others come.
    bad=$(jq -r .payload.cid put.ndjson | sed -n 3p)
    printf '%s\n' "$bad" >refused
    exits 75 msh-get --from "$gateway/some" put.ndjson
    same "$(jq -r .id <<<"$output")" "$(sed 3d put.ndjson | jq -r .id)"
    like "$stderr" '^msh-get: error: record 3: 127.0.0.1:[0-9]+: HTTP status 500$'
    # So in a repair.
    cp -r "$MSH_HOME/store" copy
    for cid in $(jq -r .payload.cid put.ndjson | head -n 4); do flip "copy/${cid: -3:2}/$cid" 40; done
    exits 75 msh-put --repair --store copy --from "$gateway/some"
    same "$(sort <<<"$output")" "$({ jq -r '.payload.cid + " repaired"' put.ndjson | sed -n '1,2p;4p' && echo "$bad damaged"; } | sort)"
    like "$stderr" '3 repaired, 1 damaged or absent$'
}

@test "gateway: an interrupted run ends between blocks" {
    command msh-get --from "$gateway/slow" put.ndjson >got.ndjson 2>said 3>&- &
    until [[ -s asked ]]; do sleep 0.01; done
    kill -TERM $!
    code=0
    wait $! || code=$?
    same "$code" 143
    (($(wc -l <asked) < 6))
    same "$(<said)" ''
}

@test "gateway: one that sends nothing is left after the time that was given, or is not there at all" {
    for how in silent stalls; do
        SECONDS=0
        exits 75 msh-get --timeout 1 --from "$gateway/$how" put.ndjson
        like "$stderr" 'msh-get: error: record 1: 127.0.0.1:[0-9]+: (timed out|Operation too slow)'
        ((SECONDS < 25))
    done
    exits 75 msh-get --from http://127.0.0.1:1 put.ndjson
    like "$stderr" 'msh-get: error: record 1: 127.0.0.1:1: '
    # When the last one is given up, the other records are counted in one line.
    for _ in {1..300}; do cat put.ndjson; done >many.ndjson
    exits 75 msh-get --from http://127.0.0.1:1 many.ndjson
    same "$output" ''
    same "${#stderr_lines[@]}" 3
    like "${stderr_lines[0]}" '^msh-get: warning: 127.0.0.1:1: .*; giving up on it$'
    like "${stderr_lines[1]}" '^msh-get: error: record 1: 127.0.0.1:1: '
    same "${stderr_lines[2]}" "msh-get: error: $(($(wc -l <many.ndjson) - 1)) more records were not fetched: no source is left"
    exits 0 msh-get --from http://127.0.0.1:1 --from "$gateway/ok" put.ndjson
}

@test "gateway: what is no URL or no time is a usage error" {
    for wrong in "--from http://" "--from http://user:secret@127.0.0.1" "--from http://127.0.0.1/?x=y" \
        "--timeout 0" "--timeout 1s" "--timeout -1" "--timeout 99999999999"; do
        # shellcheck disable=SC2086
        exits 2 msh-get $wrong put.ndjson
        [[ $stderr != *secret* ]]
    done
}

@test "gateway: a node's RPC gives blocks, named as one or found to be one" {
    start_node
    for url in "$node/ok" "$node/ok/api/v0" "$node/ok/api/v0/"; do
        : >node/asked
        exits 0 msh-get --from "$url" -o got.ndjson put.ndjson
        same "$stderr" ''
        same "$(fetched got.ndjson)" "$wanted"
        same "$(grep -c block/get node/asked)" 6
        (($(grep -c version node/asked) <= 1))
    done
    exits 0 msh-get --from "$node/ok" --from "$gateway/absent" --from "$gateway/lies" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
}

@test "gateway: the header is shown to who is named as an RPC, and never to a gateway" {
    start_node
    printf 'Authorization: Bearer right\n' >header
    chmod 600 header
    exits 0 msh-get --header-file header --from "$node/locked/api/v0" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    grep -q Bearer node/asked
    exits 1 msh-get --from "$node/locked/api/v0" put.ndjson
    # A gateway without the blocks is asked what it is; this one says that it is an RPC.
    for how in ok absent lies says_rpc; do
        exits 0 msh-get --header-file header --from "$gateway/$how" --from "$node/locked/api/v0" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
    done
    grep -q version asked
    if grep Bearer asked; then return 1; fi
}

@test "gateway: of a host that is not there, and of twenty sources, the good ones are used" {
    exits 0 msh-get --from http://nowhere.invalid --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    exits 75 msh-get --from http://nowhere.invalid put.ndjson
    from=()
    for how in ok absent lies other cut busy_once broken redirect endless slow; do
        from+=(--from "$gateway/$how" --from "$gateway/$how/")
    done
    exits 0 msh-get "${from[@]}" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
}

@test "gateway: what an archive that is cut off lacks comes from a gateway" {
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put -q --store "$MSH_HOME/store" --car whole.car >car.ndjson
    head -c $(($(stat -c %s whole.car) / 2)) whole.car >cut.car
    exits 0 msh-get --from cut.car --from "$gateway/ok" -o got.ndjson car.ndjson
    like "$stderr" "warning: 'cut.car' is cut off or damaged at byte [0-9]+"
    from_both=$(fetched got.ndjson)
    exits 0 msh-get --from whole.car -o whole.ndjson car.ndjson
    same "$from_both" "$(fetched whole.ndjson)"
    (($(wc -l <asked) > 0 && $(wc -l <asked) < 6))
}

@test "gateway: progress on a terminal tells files, bytes, and a rate for each source" {
    needs_terminals
    script -qec "msh-get --from $gateway/slow -o got.ndjson put.ndjson" terminal >/dev/null
    tr '\r' '\n' <terminal >lines
    grep -qE "files, .* ([kMG]B|bytes), .*/s; ${gateway#http://} [0-9.]+ ([kMG]B|bytes)/s" lines
    script -qec "msh-get -q --from $gateway/slow -o got.ndjson put.ndjson" terminal >/dev/null
    if grep 'files' terminal; then return 1; fi
}

# break_off: $unfinished is what is left of a large payload whose fetching was broken off.
break_off() {
    "$root/scripts/make-test-dicom" large --bytes $((12 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    command msh-get --from "$gateway/slower_later" large.ndjson >got.ndjson 2>said 3>&- &
    until (($(wc -l <asked) > 12)); do sleep 0.01; done
    sleep 0.3
    kill -KILL $!
    wait $! || true
    unfinished=$(find "$MSH_HOME/fetched" -name '*.unfinished')
    : >asked
}

# got_large: got.ndjson tells where the large payload is.
got_large() {
    same "$(sha256sum <"$(jq -r .payload.path got.ndjson)")" \
        "$(msh-get --from "$MSH_HOME/store" large.ndjson | jq -r .payload.path | xargs cat | sha256sum)"
}

@test "gateway: what is wrong in an unfinished file is fetched again" {
    break_off
    flip "$unfinished" 100
    exits 0 msh-get --from "$gateway/ok" -o got.ndjson large.ndjson
    (($(wc -l <asked) < 12))
    got_large
}

@test "gateway: an unfinished file that cannot be read is fetched again" {
    needs_plain_build
    break_off
    ln "$unfinished" bad
    exits 0 unreadable bad "$(type -P msh-get)" --from "$gateway/ok" -o got.ndjson large.ndjson
    (($(wc -l <asked) > 12))
    got_large
}

@test "gateway: two runs at once, and two records of one object" {
    command msh-get --from "$gateway/slow" put.ndjson >one.ndjson 3>&- &
    exits 0 msh-get --from "$gateway/slow" -o two.ndjson put.ndjson
    wait $!
    same "$(fetched one.ndjson)" "$wanted"
    same "$(fetched two.ndjson)" "$wanted"
    for from in "$gateway/ok" "$MSH_HOME/store"; do
        # The same once more; and one that says something else of the first object.
        jq -c '., .' put.ndjson >twice.ndjson
        exits 0 msh-get --from "$from" -o got.ndjson twice.ndjson
        same "$(jq -r .payload.path got.ndjson | uniq | xargs sha256sum | cut -c-64 | sort)" "$wanted"
        jq -cs '(.[0] | .payload = $other.payload) as $wrong | .[0], $wrong' --argjson other "$(sed -n 2p put.ndjson)" \
            put.ndjson >mixed.ndjson
        exits 0 msh-get --from "$from" mixed.ndjson
        same "$(jq -r .payload.path <<<"$output" | xargs sha256sum | cut -c-64)" \
            "$(msh-get --from "$from" <(head -n 2 put.ndjson) | jq -r .payload.path | xargs sha256sum | cut -c-64)"
    done
}

@test "gateway: another record of an object, in a later batch, does not change what was fetched for the first" {
    # Two such records are a batch.
    jq -cs --argjson other "$(sed -n 2p put.ndjson)" '(.[0] | .payload = $other.payload) as $wrong |
        [.[0], .[2], $wrong, .[3], .[0]][] | .pad = "x" * 900000' put.ndjson >long.ndjson
    for range in '' '--range=0:100'; do
        for from in "$gateway/ok" "$MSH_HOME/store"; do
            # shellcheck disable=SC2086
            msh-get $range --from "$from" <(head -n 2 put.ndjson) | jq -r .payload.path | xargs sha256sum | cut -c-64 >two
            # shellcheck disable=SC2086
            exits 0 msh-get $range --from "$from" -o got.ndjson long.ndjson
            same "$(wc -l <got.ndjson)" 5
            same "$(sed -n '1p;3p' got.ndjson | jq -r .payload.path | xargs sha256sum | cut -c-64)" "$(<two)"
            same "$(sed -n 5p got.ndjson | jq -r .payload.path | xargs sha256sum | cut -c-64)" "$(head -n 1 two)"
            same "$(find "$MSH_HOME/fetched" -name '*.unfinished')" ''
        done
    done
}

@test "gateway: an interrupted run does not wait for one that stalls or rests" {
    for how in stalls silent busy_long; do
        : >asked
        command msh-get --from "$gateway/$how" put.ndjson >got.ndjson 2>said 3>&- &
        until [[ -s asked ]]; do sleep 0.01; done
        sleep 0.2
        SECONDS=0
        kill -TERM $!
        code=0
        wait $! || code=$?
        same "$code" 143
        ((SECONDS <= 2))
        same "$(<said)$(<got.ndjson)" ''
    done
}

@test "gateway: a full disk is an error that leaves no record" {
    "$root/scripts/make-test-dicom" large --bytes $((5 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    jq -c '.payload.size as $size | range(4) as $i | .id = "0000000000000000000000000000000\($i)"' large.ndjson >four.ndjson
    mkdir small
    if ((EUID != 0)) || ! mount -t tmpfs -o size=16m tmpfs small 2>/dev/null; then
        skip 'no small file system can be mounted'
    fi
    mounted=$PWD/small
    mkdir "$MSH_HOME/fetched" 2>/dev/null || true
    MSH_HOME=$PWD/small/home exits 1 msh-get --from "$gateway/ok" four.ndjson
    same "$output" ''
    like "$stderr" '^msh-get: error: .*No space left on device$'
    # One that is larger than what is free is told before a block is fetched.
    rm -r small/home
    head -c $((13 << 20)) /dev/zero >small/ballast
    : >asked
    MSH_HOME=$PWD/small/home exits 3 msh-get --from "$gateway/ok" large.ndjson
    like "$stderr" 'more than the free space on the disk$'
    same "$(<asked)" ''
}

@test "gateway: a router that fails is left, and cannot end a run or flood it" {
    says() { printf '%s\n' "$@" >router-says; }
    jq -c 'range(7) as $i | .id = (.id[:-1] + "\($i)")' put.ndjson >many.ndjson
    says 500
    exits 0 msh-get --router "$gateway/router" --from "$gateway/ok" -o got.ndjson many.ndjson
    (($(grep -c /router/ asked) < 20))
    same "$(grep -c '; giving up on it$' <<<"$stderr")" 1
    says 200 "$(for i in {1..99}; do printf '{"Schema":"peer","ID":"12D3%s\\u001b[31m","Addrs":[]}\n' "$i"; done)"
    exits 0 msh-get --router "$gateway/router" --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$(grep -c 'no gateway address: skipped' <<<"$stderr")" 32
    if grep $'\e' <<<"$stderr"; then return 1; fi
    # Its gateway has no certificate that is trusted.
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 2>/dev/null
    cat cert.pem key.pem >both.pem
    start_node "$PWD/both.pem"
    says 200 '{"Schema":"peer","ID":"12D3one","Addrs":["/ip4/127.0.0.1/tcp/'"${host##*:}"'/https"]}'
    exits 75 msh-get --router "$gateway/router" put.ndjson
    same "$(grep -c 'error: record [1-6]: .*its certificate is not trusted$' <<<"$stderr")" 6
}

@test "gateway: of a node, a bare status says nothing" {
    start_node
    for how in page other large bare; do
        exits 75 msh-get --availability --from "$node/stat-$how/api/v0" put.ndjson
        same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" unknown
    done
    exits 0 msh-get --availability --from "$node/ok/api/v0" put.ndjson
    same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" whole
}

@test "gateway: what is named as a node's RPC and is none fails as a source" {
    start_node
    while IFS=: read -r how message; do
        exits 1 msh-get --from "$node/$how/api/v0" put.ndjson
        same "$output" ''
        like "$stderr" "msh-get: error: record 1: $host: $message"
        like "$stderr" 'msh-get: error: 5 more records were not fetched: no source is left'
        exits 0 msh-get --from "$node/$how/api/v0" --from "$gateway/ok" -o got.ndjson put.ndjson
        same "$(fetched got.ndjson)" "$wanted"
        exits 1 msh-get --availability --from "$node/$how/api/v0" put.ndjson
        same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" unknown
        like "$stderr" "^msh-get: error: $host: $message"
    done <<'END'
all-garbage:responds, but is not the RPC of a node
all-status-404:HTTP status 404: this is not the expected kind of server
END
    # A node that gives something else is believed to be one, and not used.
    printf 'x' >>"node/blocks/$(jq -r .payload.cid put.ndjson | head -n 1)"
    exits 3 msh-get --from "$node/ok/api/v0" <(head -n 1 put.ndjson)
    like "$stderr" "warning: $host: returned the wrong block; giving up on it"
}

@test "gateway: a router whose certificate is not trusted is one source that fails" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 2>/dev/null
    cat cert.pem key.pem >both.pem
    start_node "$PWD/both.pem"
    told="msh-get: warning: $host: its certificate is not trusted; giving up on it
msh-get: hint: for a private CA, name its certificate with --ca-file or SSL_CERT_FILE"
    exits 0 msh-get --router "https://$host" --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$stderr" "$told"
    same "$(fetched got.ndjson)" "$wanted"
    printf '%s\n' 200 '{"Schema":"peer","ID":"12D3one","Addrs":["/ip4/127.0.0.1/tcp/'"${gateway##*:}"'/http"]}' >router-says
    exits 0 msh-get --router "https://$host" --router "$gateway/router" -o got.ndjson put.ndjson
    same "$stderr" "$told"
    # What is in no other source fails, each record alone.
    exits 1 msh-get --router "https://$host" --from "$gateway/absent" put.ndjson
    same "$output" ''
    same "$(grep -c 'error: record [1-6]: block .* is in none of the sources$' <<<"$stderr")" 6
    exits 1 msh-get --availability --router "https://$host" --from "$gateway/ok" put.ndjson
    same "$(jq -r '.sources[].state' <<<"$output" | uniq)" whole
    same "$stderr" "$told"
}

@test "gateway: the certificate of a private authority is trusted where it is named" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    cat cert.pem key.pem >both.pem
    start_node "$PWD/both.pem"
    node=https://$host/ok/api/v0
    exits 1 msh-get --from "$node" put.ndjson
    like "$stderr" "msh-get: error: record 1: $host: its certificate is not trusted"
    like "$stderr" 'msh-get: hint: for a private CA, name its certificate with --ca-file or SSL_CERT_FILE'
    # Another source is asked all the same.
    exits 0 msh-get --from "$node" --from "$MSH_HOME/store" -o got.ndjson put.ndjson
    exits 0 msh-get --from "$node" --from "$gateway/ok" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    exits 0 msh-get --ca-file cert.pem --from "$node" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    SSL_CERT_FILE=$PWD/cert.pem exits 0 msh-get --from "$node" -o got.ndjson put.ndjson
    same "$(fetched got.ndjson)" "$wanted"
    exits 0 msh-verify -q --ca-file cert.pem --from "$node" <(msh-anchor put.ndjson)
    # The option goes before the variable, and a file that is none, or has none, is told.
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out other.pem -days 2 -subj /CN=127.0.0.1 2>/dev/null
    SSL_CERT_FILE=$PWD/cert.pem exits 1 msh-get --ca-file other.pem --from "$node" put.ndjson
    exits 1 msh-get --ca-file nowhere --from "$node" put.ndjson
    like "$stderr" "^msh-get: error: cannot read 'nowhere': No such file or directory$"
    exits 1 msh-get --ca-file put.ndjson --from "$node" put.ndjson
    like "$stderr" 'msh-get: error: record 1: the file of --ca-file or SSL_CERT_FILE contains no certificates'
    exits 2 msh-get --ca-file '' --from "$node" put.ndjson
}

@test "gateway: records that nobody can read are an error, and go into no other file" {
    # shellcheck disable=SC2016
    exits 1 bash -c 'msh-get --from "$1" put.ndjson >&-' get "$gateway/ok"
    like "$stderr" '^msh-get: error: cannot write to standard output: '
    if grep -rl '"msh":1' "$MSH_HOME/fetched"; then return 1; fi
    # shellcheck disable=SC2016
    exits 0 bash -c 'msh-get --from "$1" -o got.ndjson put.ndjson >&- 2>&- <&-' get "$gateway/ok"
    same "$(fetched got.ndjson)" "$wanted"
    # shellcheck disable=SC2016
    exits 1 bash -c 'msh-get --from "$1" put.ndjson >/dev/full' get "$gateway/ok"
}

@test "gateway: what msh-decrypt did not take is not asked for again" {
    exits 1 bash -o pipefail -c 'MSH_SOURCES=$1 command msh-get put.ndjson | msh-decrypt -o put.ndjson/none' get "$gateway/ok"
    : >asked
    exits 0 bash -o pipefail -c 'MSH_SOURCES=$1 command msh-get put.ndjson | msh-decrypt -o out' get "$gateway/ok"
    same "$(<asked)" ''
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
}
