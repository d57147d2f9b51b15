#!/usr/bin/env bats
# msh-anchor: one leaf a record, published under a signed checkpoint before the record leaves.
load helper

setup() {
    fresh_home home
    in_work_folder
    log=$MSH_HOME/log
    msh-key init -q
}

leaves() {
    sed -n 2p "$log/checkpoint"
}

@test "anchor: each record gets a leaf of its own, and the same one again" {
    records 5 | msh-put >put.ndjson
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    same "$(jq .anchor.index anchored.ndjson | tr '\n' ' ')" '0 1 2 3 4 '
    same "$(jq -r .anchor.salt anchored.ndjson | sort -u | wc -l)" 5
    same "$(jq -r .anchor.origin anchored.ndjson | sort -u)" "$(head -n 1 "$log/checkpoint")"
    same "$(leaves)" 5
    same "$(jq -c 'del(.anchor)' anchored.ndjson)" "$(jq -c . put.ndjson)"
    # What is anchored passes, by the line or by the keystore's knowledge; the order is the input's.
    cp -r "$log" before
    exits 0 msh-anchor -o again.ndjson anchored.ndjson
    cmp anchored.ndjson again.ndjson
    tac put.ndjson | msh-anchor | tac | cmp anchored.ndjson -
    diff -r before "$log"
    # Twice in one stream is one leaf.
    records 6 >/dev/null
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put | tail -n 1 >new.ndjson
    cat new.ndjson new.ndjson | msh-anchor >twice.ndjson
    same "$(jq .anchor.index twice.ndjson | tr '\n' ' ')" '5 5 '
    same "$(leaves)" 6
    # The folder is a web server's to read.
    same "$(find "$log" -type f ! -perm 644 -o -type d ! -perm 755)" ''
}

@test "anchor: a record without a CID, or with an anchor that is not its own, is a bad input" {
    records 4 | msh-put >put.ndjson
    head -n 1 put.ndjson | msh-anchor >first.ndjson
    anchor=$(jq -c .anchor first.ndjson)
    jq -c --argjson anchor "$anchor" 'if input_line_number == 2 then del(.payload.cid)
        elif input_line_number == 3 then .anchor = $anchor else . end' put.ndjson >bad.ndjson
    records 5 | tail -n 1 >>bad.ndjson
    exits 3 msh-anchor bad.ndjson
    same "$(jq -r .id <<<"$output")" "$(sed -n '1p;4p' put.ndjson | jq -r .id)"
    same "$stderr" "msh-anchor: error: record 2: 'payload.cid' is missing
msh-anchor: hint: run msh-put first
msh-anchor: error: record 3: 'anchor' refers to another record's leaf
msh-anchor: error: record 5: 'payload.cid' is missing"
    same "$(leaves)" 2
}

@test "anchor: a leaf that another run assigned and has not published yet is published first" {
    records 2 | msh-put >put.ndjson
    msh-anchor put.ndjson >anchored.ndjson
    # As a kill behind the keystore's transaction leaves it.
    rm -r "$log"
    sqlite3 "$MSH_HOME/keystore.db" 'DELETE FROM log_head'
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" >known.ndjson
    same "$(jq -c .anchor known.ndjson)" "$(jq -c .anchor anchored.ndjson)"
    exits 0 msh-anchor known.ndjson
    same "$(jq -c .anchor <<<"$output")" "$(jq -c .anchor anchored.ndjson)"
    same "$(leaves)" 2
    exits 0 msh-verify -q anchored.ndjson
}

@test "anchor: a record anchored in another log passes unchanged" {
    records 2 | msh-put | msh-anchor >hospital.ndjson
    fresh_home other
    msh-key init -q
    exits 0 msh-anchor -o out.ndjson hospital.ndjson
    cmp hospital.ndjson out.ndjson
    [[ ! -e $MSH_HOME/log/checkpoint ]] || same "$(sed -n 2p "$MSH_HOME/log/checkpoint")" 0
}

@test "anchor: an object that the keystore does not know is anchored only where the log has its leaf" {
    records 3 | msh-put >put.ndjson
    head -n 1 put.ndjson | msh-anchor >first.ndjson
    fresh_home other
    msh-key init -q
    exits 3 msh-anchor put.ndjson
    same "$output" ''
    same "$(grep -c 'error: record [123]: the object is not in this keystore$' <<<"$stderr")" 3
    [[ ! -e $MSH_HOME/log/checkpoint ]]
    exits 3 msh-anchor - < <(jq -c --arg origin "$(msh-key show --verifier | cut -d+ -f1)" '.anchor.origin = $origin' first.ndjson)
    same "$stderr" "msh-anchor: error: record 1: 'anchor' refers to another record's leaf"
    # Anchored by another: unchanged, alone or among bad ones.
    exits 3 msh-anchor first.ndjson put.ndjson
    same "$output" "$(<first.ndjson)"

    fresh_home home
    # A made-up object, with no anchor, and with one at the own origin.
    jq -c '.id = "00112233445566778899aabbccddeeff" | del(.anchor)' first.ndjson >made-up.ndjson
    exits 3 msh-anchor made-up.ndjson
    like "$stderr" 'the object is not in this keystore$'
    jq -c '.id = "00112233445566778899aabbccddeeff"' first.ndjson >made-up.ndjson
    exits 3 msh-anchor made-up.ndjson
    like "$stderr" "'anchor' refers to another record's leaf$"
    # Records of other types pass.
    exits 0 msh-anchor - <<<'{"msh":1,"type":"directory","cid":"x"}'
    same "$output" '{"msh":1,"type":"directory","cid":"x"}'
    same "$(leaves)" 1
}

@test "anchor: a known id with other committed members gets no leaf, neither the old one nor a new one" {
    records 2 | msh-put >put.ndjson
    head -n 1 put.ndjson | msh-anchor >anchored.ndjson
    for change in '.epoch = 2' '.profile = "identified"' '.payload.size += 1' '.study = "00112233445566778899aabbccddeeff"' \
        '.kc = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="' '.about = .sealed' '.sealed = .about' 'del(.sealed)' \
        '.replaces = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="' \
        '.original = {size: 1, cid: .payload.cid}' \
        '.payload.cid = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"'; do
        for file in put anchored; do
            head -n 1 "$file.ndjson" | jq -c "$change" >changed.ndjson
            exits 3 msh-anchor changed.ndjson
            same "$output" ''
        done
    done
    same "$(leaves)" 1
    # As does one that was never anchored.
    sed -n 2p put.ndjson | jq -c 'del(.sealed)' >changed.ndjson
    exits 3 msh-anchor changed.ndjson
    like "$stderr" "'sealed' is missing, but the record's leaf commits to it"
    same "$(leaves)" 1
    exits 0 msh-anchor put.ndjson
    exits 0 msh-verify -q - <<<"$output"
}

@test "anchor: more than one tile; the checkpoint is a signed note that the record's leaves hang from" {
    records 300 | msh-put >put.ndjson
    msh-anchor -o anchored.ndjson put.ndjson
    same "$(leaves)" 300
    same "$(find "$log/tile" -type f | sed "s|$log/tile/||" | sort | tr '\n' ' ')" \
        '0/000 0/001.p/44 1/000.p/1 entries/000 entries/001.p/44 '
    exits 0 msh-verify -q anchored.ndjson
    same "$(grep -c '"log":"included"' <<<"$output")" 300
    like "$(tail -n 1 "$log/checkpoint")" "^— $(head -n 1 "$log/checkpoint") [A-Za-z0-9+/=]+$"
    same "$(msh-key show --verifier | cut -d+ -f1)" "$(head -n 1 "$log/checkpoint")"
}

@test "anchor: a log that is gone, older, another or damaged is not signed on" {
    records 3 | msh-put >put.ndjson
    head -n 1 put.ndjson | msh-anchor >/dev/null
    cp -r "$log" old
    sed -n 2p put.ndjson | msh-anchor >/dev/null
    cp -r "$log" new
    sed -n 3p put.ndjson >third.ndjson

    refuses() {
        exits 1 msh-anchor third.ndjson
        same "$output" ''
        like "$stderr" "$1"
    }
    rm -r "$log" && refuses 'the log is missing: its folder has no checkpoint'
    rm -rf "$log" && cp -r old "$log" && refuses 'the log is older than what was signed last'
    rm -r "$log" && cp -r new "$log" && sed -i '2s/.*/9/' "$log/checkpoint" && refuses '^msh-anchor: error: '
    cp new/checkpoint "$log/" && truncate -s 10 "$log/checkpoint" && refuses '^msh-anchor: error: '
    : >"$log/checkpoint" && refuses '^msh-anchor: error: '
    cp new/checkpoint "$log/"
    flip "$log/tile/0/000.p/2" 40
    refuses 'tiles do not match its checkpoint'
    cp new/tile/0/000.p/2 "$log/tile/0/000.p/2"
    flip "$log/tile/entries/000.p/2" 40
    refuses 'entries do not match its tiles'
    # Nor is a record blamed that was anchored in what is missing.
    sed -n 2p put.ndjson >third.ndjson
    rm -rf "$log" && cp -r old "$log" && refuses 'the log is older than what was signed last'
    rm -r "$log" && cp -r new "$log"
    msh-anchor -o anchored.ndjson third.ndjson
    mv anchored.ndjson third.ndjson
    rm -r new && cp -r "$log" new
    rm -rf "$log" && cp -r old "$log" && refuses 'the log is older than what was signed last'
    sed -n 3p put.ndjson >third.ndjson
    # With the newest copy back, a later run completes.
    rm -r "$log" && cp -r new "$log"
    exits 0 msh-anchor third.ndjson
    same "$(jq .anchor.index <<<"$output")" 2
    exits 0 msh-verify -q - <<<"$output"
}
