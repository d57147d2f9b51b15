#!/usr/bin/env bats
# A keystore that was set back by itself under its log (a copy of the file, a virtual machine's snapshot): nothing is
# signed before it has caught up, and no place in the log is given twice.
load helper

setup() {
    fresh_home home
    in_work_folder
    log=$MSH_HOME/log
    msh-key init -q --log-origin hospital.example/log
    images 60
    images=$BATS_TEST_TMPDIR/images
}

leaves() {
    sed -n 2p "$log/checkpoint"
}

# encrypted FROM TO: the records of these images, stored.
encrypted() {
    local i files=()
    for ((i = $1; i <= $2; ++i)); do files+=("$images/ct-$(printf %06d "$i").dcm"); done
    msh-encrypt -q "${files[@]}" | msh-put
}

# The keystore with its write-ahead log, as a copy taken while nothing writes has them.
save() {
    mkdir "$1" && cp "$MSH_HOME"/keystore.db* "$1"
}
set_back() {
    rm "$MSH_HOME"/keystore.db*
    cp "$1"/keystore.db* "$MSH_HOME"
}

# stops COMMAND...: with 1, the way out, no output, and the log and the index as they were.
stops() {
    cp -r "$log" log.before
    [[ ! -e $MSH_HOME/index ]] || cp -r "$MSH_HOME/index" index.before
    exits 1 "$@"
    same "$output" ''
    like "${stderr_lines[0]}" "^$1: error: the keystore is older than its log: it does not know leaf [0-9]+$"
    like "${stderr_lines[1]}" "^$1: hint: .*msh-key restore --catch-up"
    diff -r log.before "$log"
    [[ ! -e index.before ]] || diff -r index.before "$MSH_HOME/index"
    rm -r log.before
    rm -rf index.before
}

@test "catch-up: msh-anchor, msh-grant and msh-index sign nothing with a keystore older than its log" {
    encrypted 0 2 | msh-anchor | msh-index >before.ndjson
    encrypted 3 4 >unanchored.ndjson
    save snapshot
    msh-anchor unanchored.ndjson >meanwhile.ndjson
    encrypted 52 54 | msh-anchor | msh-index >lost.ndjson
    count=$(leaves)
    recipient=$(msh-key show --recipient)

    for ((i = 0; i < 2; ++i)); do # a second time, too
        set_back snapshot
        stops msh-anchor unanchored.ndjson
        stops msh-anchor before.ndjson
        stops msh-grant --to "$recipient" -o x.grant before.ndjson
        [[ ! -e x.grant ]]
        stops msh-index before.ndjson
        stops msh-index -
        stops msh-anchor -o x.ndjson unanchored.ndjson
        [[ ! -e x.ndjson ]]
    done
    # What reads goes on.
    exits 0 msh-search -k PatientID=PID-000000
    exits 0 msh-verify -q before.ndjson

    exits 0 msh-key restore --catch-up
    same "$output" ''
    like "${stderr_lines[0]}" "^msh-key: the log holds $((count - 4)) leaves \(4 to $((count - 1))\) that this keystore"
    same "$(leaves)" "$count"
    exits 0 msh-key restore --catch-up
    same "${stderr_lines[0]}" 'msh-key: the keystore is not older than its log'

    # A new leaf comes behind the log's last one; what was said before stays true.
    encrypted 5 5 | msh-anchor >after.ndjson
    same "$(jq .anchor.index after.ndjson)" "$count"
    exits 0 msh-verify -q before.ndjson meanwhile.ndjson lost.ndjson after.ndjson
    exits 0 msh-index after.ndjson
    exits 0 msh-grant -q --to "$recipient" -o own.grant before.ndjson after.ndjson
    exits 0 msh-verify -q before.ndjson meanwhile.ndjson lost.ndjson after.ndjson
}

@test "catch-up: records are taken back as far as their keys are at hand, the others are listed" {
    encrypted 0 2 | msh-anchor | msh-index >before.ndjson
    encrypted 3 4 >unanchored.ndjson
    save snapshot
    msh-anchor -o anchored.ndjson unanchored.ndjson
    encrypted 5 6 | msh-anchor | msh-index >same-study.ndjson # keys at hand, records lost
    encrypted 50 52 | msh-anchor | msh-index >lost.ndjson     # a study of its own, whose keys are lost
    count=$(leaves)
    set_back snapshot
    jq -c '.epoch = 2' lost.ndjson | head -n 1 >forged.ndjson

    exits 3 msh-key restore --catch-up before.ndjson anchored.ndjson same-study.ndjson lost.ndjson forged.ndjson
    same "$output" "$(<lost.ndjson)"
    like "$stderr" '2 records added to the keystore again'
    like "$stderr" 'the keys of 3 records are lost'
    like "$stderr" "error: record 11: 'anchor' refers to another record's leaf"
    same "$(leaves)" "$count"
    # What is anchored keeps its leaf, what was taken back can be found, granted and read.
    exits 0 msh-anchor unanchored.ndjson
    same "$output" "$(<anchored.ndjson)"
    exits 0 msh-index before.ndjson anchored.ndjson same-study.ndjson
    exits 0 msh-search -k PatientID=PID-000000
    same "$(jq -r .id <<<"$output" | sort)" "$(cat before.ndjson anchored.ndjson same-study.ndjson | jq -r .id | sort)"
    exits 0 msh-grant -q --to "$(msh-key show --recipient)" -o own.grant same-study.ndjson
    exits 0 bash -o pipefail -c 'msh-get same-study.ndjson | msh-decrypt -q -o out'
    # A second time there is nothing more to take back.
    exits 4 msh-key restore --catch-up same-study.ndjson lost.ndjson
    same "$output" "$(<lost.ndjson)"
    run ! grep -q 'taken back' <<<"$stderr"
    # Lost records still verify, and pass msh-anchor since their leaves are there.
    exits 0 msh-anchor lost.ndjson
    same "$output" "$(<lost.ndjson)"
}

@test "catch-up: it shreds again, refuses a log that is not the one signed last, and takes no backup" {
    encrypted 0 1 | msh-anchor >before.ndjson
    study=$(head -n 1 before.ndjson | jq -r .study)
    save snapshot
    cp "$MSH_HOME/master.key" old.key
    cp -r "$log" old
    msh-key shred -q "$study"
    encrypted 50 50 | msh-anchor >after.ndjson
    set_back snapshot
    exits 1 msh-key restore --catch-up # under the new master key it does not open
    cp old.key "$MSH_HOME/master.key"
    exits 4 msh-key restore --catch-up before.ndjson after.ndjson
    same "$output" "$(<after.ndjson)"
    exits 3 msh-decrypt -o gone before.ndjson
    exits 3 msh-encrypt -q "$images/ct-000000.dcm"
    like "$stderr" 'refused: its study was shredded'
    run ! grep -aqF "$(head -n 1 before.ndjson | jq -r .kc)" "$MSH_HOME/keystore.db"

    encrypted 51 51 | msh-anchor >/dev/null
    rm -r "$log" && cp -r old "$log"
    exits 1 msh-key restore --catch-up
    like "$stderr" 'the log is not the one that was signed last, or an older copy of it'
    for option in --identity --log --new-log --tombstones --backup-passphrase-file; do
        exits 2 msh-key restore --catch-up "$option" x
    done
    fresh_home nothing
    exits 1 msh-key restore --catch-up
    like "$stderr" 'there is no keystore'
}

@test "catch-up: a kill before the head was noted, and a log that was set back, are as before" {
    encrypted 0 2 | msh-anchor >/dev/null
    encrypted 3 3 >fourth.ndjson
    save before
    msh-anchor fourth.ndjson >anchored.ndjson
    # The keystore as it was when the leaf was assigned, and nothing else was noted: the same leaf again.
    sqlite3 "$MSH_HOME/keystore.db" 'DELETE FROM log_head WHERE size = 4'
    exits 0 msh-anchor fourth.ndjson
    same "$output" "$(<anchored.ndjson)"
    same "$(leaves)" 4
    # The log alone set back.
    cp -r "$log" saved
    encrypted 4 4 | msh-anchor >/dev/null
    rm -r "$log" && cp -r saved "$log"
    encrypted 5 5 >sixth.ndjson
    exits 1 msh-anchor sixth.ndjson
    like "$stderr" 'the log is older than what was signed last'
}
