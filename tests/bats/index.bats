#!/usr/bin/env bats
# msh-index: each object in the index once, under the terms of its sealed box.
load helper

setup() {
    fresh_home home
    in_work_folder
    manifest=$MSH_HOME/index/manifest
    msh-key init -q
}

# The manifest's number, its segments, and the documents in them.
state() {
    awk '$1 == "number" { number = $2 } $1 == "segment" { segments++; documents += $5 }
        END { print number, segments + 0, documents + 0 }' "$manifest"
}

@test "index: records pass as they are; an object is indexed once; every run renews the manifest" {
    records 5 | msh-put | msh-anchor >anchored.ndjson
    exits 0 msh-index -o indexed.ndjson anchored.ndjson
    cmp anchored.ndjson indexed.ndjson
    same "$(state)" '1 1 5'
    exits 0 msh-index -o again.ndjson anchored.ndjson anchored.ndjson
    cat anchored.ndjson anchored.ndjson | cmp - again.ndjson
    same "$(state)" '2 1 5'
    exits 0 msh-index - </dev/null
    same "$output$stderr" ''
    same "$(state)" '3 1 5'
    records 7 | msh-put | msh-anchor | msh-index >more.ndjson
    same "$(state)" '4 2 7'
    # Each manifest has a leaf.
    same "$(sed -n 2p "$MSH_HOME/log/checkpoint")" 11
    same "$(cd "$MSH_HOME/index" && printf '%s\n' *.segment | sort)" \
        "$(sed -n 's/^segment \([0-9a-f]*\) .*/\1.segment/p' "$manifest" | sort)"
    same "$(find "$MSH_HOME/index" -type f ! -perm 600 -o -type d ! -perm 700)" ''
    like "$(sed -n 's/^until //p' "$manifest")" "^$(date -u -d '+30 days' +%F)T"
}

@test "index: a line without CID and anchor gets those that the keystore knows" {
    records 2 >encrypted.ndjson
    msh-put encrypted.ndjson | msh-anchor >anchored.ndjson
    jq -c 'del(.payload.path)' encrypted.ndjson | msh-index >indexed.ndjson
    same "$(jq -cS . indexed.ndjson)" "$(jq -cS . anchored.ndjson)"
}

@test "index: without sealed, of another keystore, changed, or unknown: a bad input; the others are indexed" {
    records 5 | msh-put | msh-anchor >anchored.ndjson
    fresh_home other
    msh-key init -q
    msh-encrypt -q "$BATS_TEST_TMPDIR/images/ct-000004.dcm" >other.ndjson
    fresh_home home
    {
        sed -n 1p anchored.ndjson
        sed -n 2p anchored.ndjson | jq -c 'del(.sealed)'
        sed -n 3p anchored.ndjson | jq -c --arg sealed "$(jq -r .sealed other.ndjson)" '.sealed = $sealed'
        cat other.ndjson
        sed -n 5p anchored.ndjson | jq -c '.sealed |= .[0:100] + (if .[100:101] == "A" then "B" else "A" end) + .[101:]'
        sed -n 4p anchored.ndjson
    } >bad.ndjson
    exits 3 msh-index bad.ndjson
    same "$output" "$(sed -n '1p;4p' anchored.ndjson)"
    same "$(printf '%s\n' "${stderr_lines[@]}" | cut -d: -f1-3)" "$(printf 'msh-index: error: record %d\n' 2 3 4 5)"
    like "$stderr" "record 2: 'sealed' is missing"
    same "$(state)" '1 1 2'
    exits 4 msh-search -k SOPInstanceUID=2.25.10"$(printf %037d 1)"
}

@test "index: what a killed run left is removed" {
    records 2 | msh-put | msh-anchor | msh-index >indexed.ndjson
    id=$(printf '%064d' 7)
    touch "$MSH_HOME/index/$id.segment" "$MSH_HOME/index/.$id.segment.99999.0.tmp" "$MSH_HOME/index/.manifest.99999.3.tmp"
    exits 0 msh-index - </dev/null
    same "$(find "$MSH_HOME/index" -name "*$id*" -o -name '*.tmp')" ''
    exits 0 msh-search -k PatientID=PID-000000
    same "$output" "$(<indexed.ndjson)"
}

@test "index: a manifest that is gone, old, damaged or another's, or a segment that is gone: the next run builds anew" {
    records 2 | msh-put | msh-anchor | msh-index >indexed.ndjson
    cp "$manifest" first
    exits 0 msh-index - </dev/null
    fresh_home other
    msh-key init -q
    msh-index - </dev/null
    cp "$MSH_HOME/index/manifest" foreign
    fresh_home home
    number=2
    # Nothing is answered from it, and nothing is lost.
    mended() {
        exits 1 msh-search -k PatientID=PID-000000
        same "$output" ''
        same "${stderr_lines[0]}" "msh-search: error: the index's manifest is $1"
        exits 0 msh-index - </dev/null
        exits 0 msh-search -k PatientID=PID-000000
        same "$output" "$(<indexed.ndjson)"
        same "$(state | cut -d' ' -f2-)" '1 2'
        (($(state | cut -d' ' -f1) > number)) || differs "$(state)" "a number above $number"
        number=$(state | cut -d' ' -f1)
        same "$(cd "$MSH_HOME/index" && printf '%s\n' *.segment)" "$(sed -n 's/^segment \([0-9a-f]*\) .*/\1.segment/p' "$manifest")"
    }
    rm "$manifest" && mended missing
    cp first "$manifest" && mended 'older than one seen before'
    # shellcheck disable=SC2016
    for damage in 's/^number .*/number 9/' 's/^segments 1/segments 0/' '1,$d'; do
        sed -i "$damage" "$manifest"
        exits 1 msh-search -k PatientID=PID-000000
        like "${stderr_lines[0]}" "^msh-search: error: the index's manifest is damaged: "
        mended "${stderr_lines[0]#*manifest is }"
    done
    cp foreign "$manifest"
    exits 1 msh-search -k PatientID=PID-000000
    mended "${stderr_lines[0]#*manifest is }"
    rm "$MSH_HOME"/index/*.segment
    exits 3 msh-search -k PatientID=PID-000000
    exits 0 msh-index - </dev/null
    exits 0 msh-search -k PatientID=PID-000000
    same "$output" "$(<indexed.ndjson)"
}

@test "index: a box in the keystore that does not open is named by its object; all others are indexed anew" {
    records 5 | msh-put | msh-anchor >anchored.ndjson
    head -n 4 anchored.ndjson | msh-index >indexed.ndjson
    id=$(sed -n 2p indexed.ndjson | jq -r .id)
    sqlite3 "$MSH_HOME/keystore.db" "UPDATE box SET sealed = zeroblob(length(sealed))
        WHERE object = (SELECT number FROM object WHERE hex(id) = upper('$id'))"
    rm "$manifest"
    tail -n 1 anchored.ndjson >fifth.ndjson
    exits 3 msh-index -o passed.ndjson fifth.ndjson
    same "$stderr" "msh-index: error: object $id: 'sealed' cannot be opened"
    cmp fifth.ndjson passed.ndjson
    same "$(state)" '2 1 4'
    # Every run tries it again.
    exits 3 msh-index - </dev/null
    same "$stderr" "msh-index: error: object $id: 'sealed' cannot be opened"
    same "$(state)" '3 1 4'
    exits 0 msh-search -k PatientID=PID-000000
    same "$stderr" 'msh-search: warning: 1 object is not found by any search: its sealed box does not open; msh-index names it'
}
