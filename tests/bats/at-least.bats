#!/usr/bin/env bats
# Records leave once enough targets have the payloads; the others get them later (tests/support/fake-node).
load helper
load node

setup() {
    fresh_home home
    in_work_folder
    records 6 >encrypted.ndjson
    node_start
    printf 'right\n' >token
    chmod 600 token
}

teardown() {
    node_end
}

# The objects that a target is still to get.
missing_in() {
    sqlite3 "$MSH_HOME/keystore.db" "SELECT count(*) FROM missing JOIN target ON number = target WHERE name = '$1'"
}

# Makes each record so long that two are a batch.
in_batches() {
    jq -c '.pad = "x" * 900000' "$1"
}

@test "at-least: a record leaves though a node is dead, and the next run brings the payloads there" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    same "$stderr" "$(printf 'msh-put: %s\n' "warning: $host: timed out; continuing without $node/flaky" \
        "warning: 6 payloads are still missing in $node/flaky")"
    same "$(kept pins)" "$(cids put.ndjson)"
    same "$(jq -c .payload.path put.ndjson | sort -u)" null
    same "$(kept flaky)" ''
    same "$(stored)" "ipfs:$node/ok"
    same "$(missing_in "ipfs:$node/flaky")" 6
    spool_is_whole encrypted.ndjson
    # What reads records goes on with them, and with the payloads in the spool.
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    # A run over something else sends them, too.
    rm node/down
    : >node/asked
    exits 0 msh-put --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" </dev/null
    same "$output$stderr" ''
    same "$(kept flaky)" "$(cids put.ndjson)"
    same "$(blocks_sent)" 6
    same "$(missing_in "ipfs:$node/flaky")" 0
    same "$(stored)" "$(printf '%s\n' "ipfs:$node/flaky" "ipfs:$node/ok")"
    spool_is_empty encrypted.ndjson
    exits 0 msh-put --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" anchored.ndjson
    same "$output" "$(<anchored.ndjson)"
}

@test "at-least: a run that names all targets, or the records again, sends what is missing as well" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --store A --ipfs "$node/flaky" -o put.ndjson encrypted.ndjson
    # Another target alone changes nothing.
    exits 0 msh-put --ipfs "$node/ok" put.ndjson
    same "$stderr" ''
    spool_is_whole encrypted.ndjson
    same "$(missing_in "ipfs:$node/flaky")" 6
    rm node/down
    head -n 2 put.ndjson >two.ndjson
    exits 0 msh-put --ipfs "$node/flaky" two.ndjson
    same "$output" "$(<two.ndjson)"
    same "$stderr" ''
    same "$(kept flaky)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "at-least: while it is dead, nothing is lost, and its timeout is waited for once a run" {
    touch node/down
    in_batches encrypted.ndjson >long.ndjson
    exits 0 msh-put -q --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson long.ndjson
    same "$(grep -c '^/flaky/' node/asked)" 1
    same "$(kept pins | wc -l)" 6
    # The next night, with nothing new, and then with the same.
    : >node/asked
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" </dev/null
    like "$stderr" "warning: 6 payloads are still missing in $node/flaky"
    same "$(grep -c '^/flaky/' node/asked)" 1
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson
    same "$(missing_in "ipfs:$node/flaky")" 6
    spool_is_whole encrypted.ndjson
    # Without the option, all are needed: what is missing is tried, and ends with 75.
    exits 75 msh-put --timeout 1 --ipfs "$node/flaky" --ipfs "$node/ok" </dev/null
    like "$stderr" "error: $host: timed out"
    exits 75 msh-put --timeout 1 --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson
    same "$output" ''
}

@test "at-least: a store that cannot be opened, or is gone though payloads were put there, is gone on without" {
    : >file
    exits 0 msh-put --at-least 1 --store A --store file -o put.ndjson encrypted.ndjson
    same "$stderr" "$(printf 'msh-put: warning: %s\n' "cannot open 'file': Not a directory; continuing without file" \
        '6 payloads are still missing in file')"
    same "$(missing_in "store:$PWD/file")" 6
    exits 1 msh-put --store A --store file encrypted.ndjson
    rm file
    exits 0 msh-put --at-least 1 --store A --store file </dev/null
    same "$stderr" ''
    exits 0 msh-put --check --store file
    # Gone, and as a mount point shows when nothing is mounted.
    mv file elsewhere
    for empty in false true; do
        ! "$empty" || mkdir file
        [[ -e $MSH_HOME/new ]] || msh-encrypt -q --again "$BATS_TEST_TMPDIR/images" >"$MSH_HOME/new"
        exits 0 msh-put --at-least 1 --store A --store file -o put.ndjson "$MSH_HOME/new"
        like "$stderr" "warning: 'file' is missing or empty, but payloads were put into it; continuing without file"
        like "$stderr" 'warning: 6 payloads are still missing in file'
        [[ ! -e file ]] || rmdir file
        exits 1 msh-put --store file put.ndjson
        like "$stderr" "error: 'file' is missing or empty"
        like "$stderr" 'hint: mount it; if it is lost, .* --repair'
    done
    mv elsewhere file
    exits 0 msh-put --store file put.ndjson
    exits 0 msh-put --check --store file
    # Lost for good.
    rm -r file
    exits 0 msh-put --repair --store file --from A -o repaired
    same "$(wc -l <repaired)" 12
    exits 0 msh-put --store file put.ndjson
}

@test "at-least: a payload that cannot be read is a bad input, and no target is lost" {
    needs_plain_build
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large >>encrypted.ndjson
    cp -a "$MSH_HOME" before
    for line in 3 7; do
        path=$(sed -n "${line}p" encrypted.ndjson | jq -r .payload.path)
        for targets in "--at-least 1 --store A$line --ipfs $node/ok" "--at-least 1 --store B$line --store C$line" \
            "--store D$line" "--ipfs $node/ok" "--at-least 1 --ipfs $node/ok --ipfs $node/flaky"; do
            rm -r "${MSH_HOME:?}"
            cp -a before "$MSH_HOME"
            # shellcheck disable=SC2086
            exits 3 unreadable "$path" msh-put $targets -o put.ndjson encrypted.ndjson
            same "$stderr" "msh-put: error: record $line: cannot read the payload: Input/output error"
            same "$(wc -l <put.ndjson)" 6
            [[ -e $path ]]
        done
    done
    same "$(sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(*) FROM missing')" 0
    # A block of a store is damaged then.
    block=$(find A3 -type f -name 'bafkrei*' | head -n 1)
    exits 4 unreadable "$block" msh-put --check --store A3
    same "$output" "$(basename "$block") damaged"
}

@test "at-least: where blocks are copied, the source that fails is given up, not the target" {
    msh-put -q --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    spool_is_empty encrypted.ndjson
    # Whoever else has the blocks gives them.
    exits 0 msh-put --at-least 1 --ipfs "$node/unread" --ipfs "$node/ok" --store A put.ndjson
    same "$stderr" ''
    same "$(find A -name 'baf*' -printf '%f\n' | sort)" "$(kept pins)"
    exits 0 msh-put --at-least 1 --ipfs "$node/unread" --store B -o again.ndjson put.ndjson
    same "$stderr" "$(printf 'msh-put: warning: %s\n' \
        "$host: datastore: input/output error; continuing without $node/unread" '6 payloads are still missing in B')"
    cmp put.ndjson again.ndjson
    same "$(missing_in "store:$PWD/B")" 6
    same "$(missing_in "ipfs:$node/unread")" 0
    exits 0 msh-put --ipfs "$node/ok" --store B </dev/null
    same "$stderr" ''
    same "$(find B -name 'baf*' -printf '%f\n' | sort)" "$(kept pins)"
    # None may fail, or it is an archive, which is whole or not there.
    exits 75 msh-put --ipfs "$node/unread" --store C put.ndjson
    same "$output" ''
    same "$stderr" "msh-put: error: $host: datastore: input/output error"
    exits 75 msh-put --at-least 1 --ipfs "$node/unread" --store C --car export.car put.ndjson
    same "$output" ''
    like "${stderr_lines[0]}" "warning: $host: datastore: input/output error; continuing without $node/unread"
    like "$stderr" 'error: record 1: the payload is neither in a file nor complete in a store'
    [[ ! -e export.car ]]
}

@test "at-least: the records of -o are there before what was missing is sent" {
    touch node/down
    exits 0 msh-put -q --timeout 1 --at-least 1 --store A --ipfs "$node/flaky" encrypted.ndjson
    : >node/asked
    echo '{"msh":1,"type":"other"}' >other.ndjson
    msh-put --timeout 30 --ipfs "$node/flaky" -o put.ndjson other.ndjson 2>errors 3>&- &
    until grep -q '^/flaky/' node/asked; do
        kill -0 $! || differs "$(<errors)" 'a run'
        sleep 0.02
    done
    kill -KILL $!
    wait $! || true
    same "$(<put.ndjson)" "$(<other.ndjson)"
    same "$(find . -name '.*.tmp')" ''
}

@test "at-least: access that is denied while what was missing is sent is a failure, and the other targets get it" {
    touch node/down
    exits 0 msh-put -q --timeout 1 --at-least 1 --store A --ipfs "$node/flaky" --ipfs "$node/locked" encrypted.ndjson
    echo '{"msh":1,"type":"other"}' >other.ndjson
    # Denied and unreachable: trying later is not enough.
    exits 1 msh-put --timeout 1 --ipfs "$node/locked" --ipfs "$node/flaky" other.ndjson
    like "$stderr" "msh-put: error: $host: HTTP status 401"
    like "$stderr" "msh-put: error: $host: timed out"
    same "$output" "$(<other.ndjson)"
    rm node/down
    exits 1 msh-put --ipfs "$node/locked" --ipfs "$node/flaky" other.ndjson
    like "$stderr" "warning: 6 payloads are still missing in $node/locked"
    same "$(missing_in "ipfs:$node/flaky")" 0
    same "$(missing_in "ipfs:$node/locked")" 6
}

@test "at-least: too few targets are a failure as ever" {
    touch node/down
    exits 75 msh-put --timeout 1 --at-least 2 --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson
    nothing_left
    exits 75 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/full" encrypted.ndjson
    like "$stderr" "continuing without $node/flaky"
    nothing_left
    # One that refuses a payload lacks this one alone.
    rm node/down
    cids_to_be | sed -n '2p;5p' >node/refused
    exits 0 msh-put --at-least 1 --store A --ipfs "$node/refuses" -o put.ndjson encrypted.ndjson
    same "$stderr" "msh-put: warning: 2 payloads are still missing in $node/refuses"
    same "$(wc -l <put.ndjson)" 6
    same "$(missing_in "ipfs:$node/refuses")" 2
    same "$(jq -r .payload.path encrypted.ndjson | xargs ls 2>/dev/null | wc -l)" 2
    for wrong in 0 3 x -1 ''; do
        exits 2 msh-put --at-least "$wrong" --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson
    done
    exits 2 msh-put --at-least 1 --car export.car encrypted.ndjson
    exits 2 msh-put --at-least 1 --check
}

@test "at-least: a node that dies in the middle is gone on without" {
    "$root/scripts/make-test-dicom" large --bytes $((7 << 19)) large
    msh-encrypt -q large >>encrypted.ndjson
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/dies-2600000" --store A -o put.ndjson encrypted.ndjson
    like "$stderr" "warning: $host: .*; continuing without $node/dies-2600000"
    like "$stderr" "warning: 7 payloads are still missing in $node/dies-2600000"
    same "$(wc -l <put.ndjson)" 7
    exits 0 msh-put --check --store A
    spool_is_whole encrypted.ndjson
}

@test "at-least: a service that takes its time is waited for once" {
    touch node/down
    in_batches encrypted.ndjson >long.ndjson
    SECONDS=0
    exits 0 msh-put --timeout 3 --at-least 1 --ipfs "$node/ok" --pin-service "$node/service-flaky" --token-file token \
        -o put.ndjson long.ndjson
    ((SECONDS < 8)) || differs "$SECONDS seconds" 8
    same "$stderr" "msh-put: warning: 6 payloads are still missing in $node/service-flaky"
    same "$(kept service)" "$(cids put.ndjson)"
    spool_is_whole encrypted.ndjson
    rm node/down
    exits 0 msh-put --at-least 1 --ipfs "$node/ok" --pin-service "$node/service-flaky" --token-file token </dev/null
    same "$stderr" ''
    same "$(missing_in "pin-service:$node/service-flaky")" 0
    spool_is_empty encrypted.ndjson
}

@test "at-least: directories and archives" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --directory --car export.car --ipfs "$node/flaky" --ipfs "$node/ok" \
        -o put.ndjson encrypted.ndjson
    studies=$(jq -r 'select(.type == "directory").cid' put.ndjson | wc -l)
    ((studies > 0))
    like "$stderr" "warning: $studies director(y is|ies are) missing in $node/flaky"
    same "$(kept pins | wc -l)" $((6 + studies))
    [[ -s export.car ]]
}

@test "at-least: without a keystore, a record keeps the path of a payload that is missing somewhere" {
    touch node/down
    rm -r "${MSH_HOME:?}"/keystore*
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    like "$stderr" "warning: 6 payloads are still missing in $node/flaky"
    same "$(jq -r .payload.path put.ndjson)" "$(jq -r .payload.path encrypted.ndjson)"
    spool_is_whole encrypted.ndjson
    rm node/down
    exits 0 msh-put --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" put.ndjson
    same "$stderr" ''
    same "$(kept flaky)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "at-least: a run killed anywhere loses nothing" {
    touch node/down
    for pause in 0.02 0.05 0.1 0.2 0.4 0.8 1.2; do
        msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson >/dev/null 2>&1 3>&- &
        sleep "$pause"
        kill -KILL $! 2>/dev/null || true
        wait $! || true
        spool_is_whole encrypted.ndjson
    done
    rm node/down
    for pause in 0.02 0.05 0.1 0.15; do
        msh-put --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" encrypted.ndjson >/dev/null 2>&1 3>&- &
        sleep "$pause"
        kill -KILL $! 2>/dev/null || true
        wait $! || true
        # What is gone from the spool is in both.
        jq -r '[.id, .payload.path] | @tsv' encrypted.ndjson | while read -r id path; do
            [[ ! -e $path ]] || continue
            cid=$(sqlite3 "$MSH_HOME/keystore.db" "SELECT payload_cid FROM object WHERE hex(id) = upper('$id')")
            [[ -e node/pins/$cid && -e node/flaky/$cid ]] || differs "$cid" 'pinned twice'
        done
    done
    exits 0 msh-put --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    same "$(wc -l <put.ndjson)" 6
    same "$(kept flaky)" "$(cids put.ndjson)"
    same "$(kept pins)" "$(cids put.ndjson)"
    spool_is_empty encrypted.ndjson
}

@test "at-least: a shredded study is missing nowhere" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    study=$(jq -r .study put.ndjson | head -n 1)
    of_study=$(jq -c --arg study "$study" 'select(.study == $study)' put.ndjson | wc -l)
    msh-key shred -q "$study"
    same "$(missing_in "ipfs:$node/flaky")" $((6 - of_study))
}

@test "at-least: the payloads that a target is missing are forgotten with --give-up" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    exits 0 msh-put --give-up "$node/flaky/"
    same "$stderr" \
        "msh-put: forgot 6 payloads that were missing in $node/flaky/, and removed 6 files from spool/"
    same "$(missing_in "ipfs:$node/flaky")" 0
    spool_is_empty encrypted.ndjson
    exits 0 msh-put --give-up "$node/flaky"
    same "$stderr" "msh-put: forgot 0 payloads that were missing in $node/flaky"
    # A typo is an error.
    exits 3 msh-put --give-up "$node/flakey"
    same "${stderr_lines[0]}" "msh-put: error: no payload was ever put into '$node/flakey'"
    exits 3 msh-put --give-up nonsense
    exits 0 msh-put --ipfs "$node/ok" put.ndjson
    same "$output" "$(<put.ndjson)"
    for wrong in "--check" "--store A" "put.ndjson" "--ipfs $node/ok"; do
        # shellcheck disable=SC2086
        exits 2 msh-put --give-up "$node/flaky" $wrong
    done
}

@test "at-least: --give-up keeps the files that no other target really has" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --store A --ipfs "$node/flaky" -o put.ndjson encrypted.ndjson
    cp -r "$MSH_HOME" home.before
    again() {
        rm -rf "$MSH_HOME" && cp -r home.before "$MSH_HOME"
    }
    # Its file system is not mounted, or is empty.
    mv A unmounted
    for lost in 'true' 'mkdir A'; do
        again && $lost
        exits 0 msh-put --give-up "$node/flaky"
        same "$stderr" "$(printf 'msh-put: %s\n' "forgot 6 payloads that were missing in $node/flaky" \
            "warning: 6 payloads stay in spool/: '$PWD/A' is missing or empty, but payloads were put into it" \
            'hint: to store them again, in a target of your choice: msh-list objects | msh-put')"
        same "$(missing_in "ipfs:$node/flaky")" 0
        spool_is_whole encrypted.ndjson
    done
    # The hint holds.
    msh-list objects | msh-put -q --store B >/dev/null
    spool_is_empty encrypted.ndjson
    # One payload is damaged there.
    again && rmdir A && mv unmounted A
    cid=$(head -n 1 put.ndjson | jq -r .payload.cid)
    block=$(find A -name "$cid")
    chmod u+w "$block"
    flip "$block" 100
    exits 0 msh-put --give-up "$node/flaky"
    like "${stderr_lines[0]}" 'forgot 6 payloads .*, and removed 5 files from spool/$'
    same "${stderr_lines[1]}" 'msh-put: warning: 1 payload stays in spool/: no other store or node has all of it'
    same "$(find "$MSH_HOME/spool" -type f ! -name lock)" "$(head -n 1 encrypted.ndjson | jq -r .payload.path)"
}

@test "at-least: --give-up keeps the files when the node that is said to have them is down" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --ipfs "$node/flaky" --ipfs "$node/ok" -o put.ndjson encrypted.ndjson
    node_end
    exits 0 msh-put --timeout 1 --give-up "ipfs:$node/flaky"
    same "${stderr_lines[0]}" "msh-put: forgot 6 payloads that were missing in ipfs:$node/flaky"
    like "${stderr_lines[1]}" '^msh-put: warning: 6 payloads stay in spool/: .*127.0.0.1'
    spool_is_whole encrypted.ndjson
    rm -r node && node_start
}

@test "at-least: --give-up takes the names that msh-list targets prints" {
    touch node/down
    exits 0 msh-put --timeout 1 --at-least 1 --store A --ipfs "$node/flaky" -o put.ndjson encrypted.ndjson
    msh-list targets >targets.ndjson
    for name in $(jq -r .target targets.ndjson); do
        exits 0 msh-put --give-up "$name"
    done
    same "$(missing_in "ipfs:$node/flaky")" 0
    same "$(msh-list targets | jq -c '[.target, .objects, .missing]')" "[\"store:$PWD/A\",6,0]"
    exits 3 msh-put --give-up "store:$PWD/B"
}

@test "at-least: a payload that is lost everywhere is a bad input, whatever other target is down" {
    exits 0 msh-put --store A -o put.ndjson encrypted.ndjson
    mv A lost
    touch node/down
    exits 3 msh-put --timeout 1 --at-least 1 --store B --ipfs "$node/flaky" put.ndjson
    same "$output" ''
    same "$(grep -c 'error: record [1-6]: the payload is neither in a file nor complete in a store$' <<<"$stderr")" 6
    like "$stderr" 'hint: name a store or node that has it; if none is left, .*msh-encrypt --again'
    # It may be in one that is down: that is another matter.
    exits 75 msh-put --at-least 1 --store B --store A put.ndjson
    same "$output" ''
    same "$(grep -c 'error: record [1-6]: the payload is neither in a file nor complete in a target that is left$' \
        <<<"$stderr")" 6
    mv lost A
    exits 0 msh-put --timeout 1 --at-least 1 --store B --ipfs "$node/flaky" --store A put.ndjson
    same "$output" "$(<put.ndjson)"
}
