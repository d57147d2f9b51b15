#!/usr/bin/env bats
# msh-decrypt: files that were checked to their last byte, under names that the issuer cannot choose freely.
load helper

setup() {
    fresh_home home
    in_work_folder
}

@test "decrypt: each file under its new UID, the path of each record, and fetched/ is emptied" {
    records 3 | msh-put >put.ndjson
    msh-get -o got.ndjson put.ndjson
    exits 0 msh-decrypt -o out/of/the/way got.ndjson
    same "${#lines[@]}" 3
    same "$(printf '%s\n' "${lines[@]}" | sort)" "$(find out -type f | sort)"
    for line in "${lines[@]}"; do
        like "$line" '^out/of/the/way/2\.25\.[0-9]+\.dcm$'
        same "$(stat -c %a "$line")" 600
        same "$(dcmdump +P 0008,0018 "$line" | sed 's/.*\[\(.*\)\].*/\1/')" "$(basename "$line" .dcm)"
    done
    same "$(find "$MSH_HOME/fetched" -mindepth 1)" ''
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"

    # The same bytes that are there already count as done, and are left alone.
    find out -type f -printf '%i %T@ %p\n' | sort >before
    exits 0 bash -o pipefail -c 'msh-get put.ndjson | msh-decrypt -0 -o out/of/the/way | tr "\0\n" "\nX"'
    same "${#lines[@]}" 3
    find out -type f -printf '%i %T@ %p\n' | sort | cmp before -
    same "$(find out -type f | wc -l)" 3
}

@test "decrypt: what lies in the spool is decrypted, too, and stays there" {
    records 2 >encrypted.ndjson
    exits 0 msh-decrypt -o out encrypted.ndjson
    same "${#lines[@]}" 2
    same "$(find "$MSH_HOME/spool" -type f ! -name lock | wc -l)" 2
}

@test "decrypt: two objects of one UID are told apart by their ids, whichever comes first" {
    records 1 | msh-put >one.ndjson
    msh-encrypt -q --again "$BATS_TEST_TMPDIR/images" | msh-put >again.ndjson
    # A real export: the same UID, another content.
    cp -r "$BATS_TEST_TMPDIR/images" changed
    printf '\1' | dd of=changed/ct-000000.dcm bs=1 seek=$(($(stat -c %s changed/ct-000000.dcm) - 9)) conv=notrunc status=none
    msh-encrypt -q changed | msh-put >other.ndjson
    uid=$(msh-get one.ndjson | msh-decrypt -o first)
    uid=$(basename "$uid" .dcm)
    exits 0 bash -o pipefail -c 'cat one.ndjson again.ndjson other.ndjson | msh-get | msh-decrypt -o out'
    same "$output" "$(printf "out/$uid%s.dcm\n" '' '' "-$(jq -r .id other.ndjson)")"
    exits 0 bash -o pipefail -c 'cat other.ndjson one.ndjson other.ndjson | msh-get | msh-decrypt -o reverse'
    same "$output" "$(printf "reverse/$uid%s.dcm\n" '' "-$(jq -r .id one.ndjson)" '')"
    # What else has the name is not touched.
    mkdir taken
    echo mine >"taken/$uid.dcm"
    exits 0 bash -o pipefail -c 'msh-get one.ndjson | msh-decrypt -o taken'
    same "$output" "taken/$uid-$(jq -r .id one.ndjson).dcm"
    same "$(<"taken/$uid.dcm")" mine
    mkdir linked
    ln -s "$PWD/taken/$uid.dcm" "linked/$uid.dcm"
    ln -s "$PWD/nowhere" "linked/$uid-$(jq -r .id one.ndjson).dcm"
    # The last name tells what is in it: others may have granted objects of the same UID and id.
    exits 0 bash -o pipefail -c 'msh-get one.ndjson | msh-decrypt -o linked'
    last="linked/$uid-$(jq -r .id one.ndjson)-$(sha256sum <"first/$uid.dcm" | cut -d ' ' -f 1).dcm"
    same "$output" "$last"
    cmp "$last" "first/$uid.dcm"
    exits 0 bash -o pipefail -c 'msh-get one.ndjson | msh-decrypt -o linked'
    same "$output" "$last"
    ln -sf "$PWD/nowhere" "$last"
    exits 3 bash -o pipefail -c 'msh-get one.ndjson | msh-decrypt -o linked'
    same "$stderr" 'msh-decrypt: error: record 1: its file name is already taken'
    [[ ! -e nowhere ]]
}

@test "decrypt: nothing has its name unless payload, kc and the boxes are sound" {
    records 6 | msh-put >put.ndjson
    msh-get -o got.ndjson put.ndjson
    chmod -R u+w "$MSH_HOME"
    path() { sed -n "$1p" got.ndjson | jq -r .payload.path; }
    for number in 1 2 3; do # away from the store's links
        cp "$(path "$number")" copy && rm "$(path "$number")" && mv copy "$(path "$number")"
    done
    flip "$(path 1)" 1000
    truncate -s -20 "$(path 2)"
    printf x >>"$(path 3)"
    # The fourth with the payload of the fifth, the fifth with another kc, the sixth with another's about box.
    jq -c --arg path "$(path 5)" --arg about "$(sed -n 1p got.ndjson | jq -r .about)" '
        if input_line_number == 4 then .payload.path = $path
        elif input_line_number == 5 then .kc |= "AAAA" + .[4:]
        elif input_line_number == 6 then .about = $about else . end' got.ndjson >bad.ndjson
    exits 3 msh-decrypt -o out bad.ndjson
    same "$output" ''
    same "$(printf '%s\n' "${stderr_lines[@]}" | cut -d: -f1-3)" "$(printf 'msh-decrypt: error: record %d\n' 1 2 3 4 5 6)"
    same "$(find out -mindepth 1)" ''
}

@test "decrypt: a secret that is not held, a path that is missing or nothing, no folder" {
    records 1 | msh-put | msh-get >got.ndjson
    msh-key init -q --home clinic
    exits 3 msh-decrypt --home clinic -o out got.ndjson
    same "$output" ''
    same "$stderr" "msh-decrypt: error: record 1: the keystore does not have the study's secret
msh-decrypt: hint: accept a grant of the study first"
    exits 3 bash -c "jq -c 'del(.payload.path)' got.ndjson | msh-decrypt -o out"
    same "$stderr" "msh-decrypt: error: record 1: 'payload.path' is missing
msh-decrypt: hint: run msh-get first"
    mkfifo pipe
    for path in "$PWD" "$PWD/pipe" /dev/null /nowhere; do
        exits 3 bash -c "jq -c --arg path '$path' '.payload.path = \$path' got.ndjson | msh-decrypt -o out"
        same "${#stderr_lines[@]}" 1
        [[ $stderr != *"$path"* ]]
    done
    exits 2 msh-decrypt got.ndjson
    same "$(find out -mindepth 1)" ''
}

@test "decrypt: a UID that could leave the folder, or is none, is a bad input" {
    # Identified objects keep their UIDs, so an issuer can choose them.
    cat >hostile.py <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from testdicom.encode import part10
from testdicom.images import image
for number, uid in enumerate(["../../evil", "1.2/../3", "1" * 65, "1.2.3.4 x", ".", "1.2.840.99"]):
    with open(f"hostile/{number}.dcm", "wb") as file:
        file.write(part10(image("hostile") | {0x00080018: ("UI", uid)}))
END
    mkdir hostile
    python3 -B hostile.py "$root/scripts"
    msh-key init -q
    run --separate-stderr msh-encrypt -q --identified -o encrypted.ndjson hostile
    [[ $status == 0 || $status == 3 ]]
    run --separate-stderr msh-decrypt -o a/b/out encrypted.ndjson
    [[ $status == 0 || $status == 3 ]]
    same "$(find a -type f)" a/b/out/1.2.840.99.dcm
    same "$(find "$BATS_TEST_TMPDIR" -name '*evil*' -o -name '3.dcm*' ! -path '*/hostile/*')" ''
}

@test "decrypt: a folder, a pipe or a link that has a file's name is passed by, and the others go on" {
    records 2 | msh-put >put.ndjson
    msh-get put.ndjson | msh-decrypt -o first >paths
    uid=$(basename "$(head -n 1 paths)" .dcm)
    id=$(head -n 1 put.ndjson | jq -r .id)
    second=$(basename "$(tail -n 1 paths)")
    mkdir -p folder/"$uid.dcm" pipe both/"$uid.dcm" both/"$uid-$id.dcm"
    mkfifo "pipe/$uid.dcm"
    for out in folder pipe; do
        exits 0 timeout 60 bash -o pipefail -c "msh-get put.ndjson | msh-decrypt -o $out"
        same "$output" "$(printf '%s\n' "$out/$uid-$id.dcm" "$out/$second")"
    done
    [[ -p pipe/$uid.dcm && -d folder/$uid.dcm ]]
    mkdir "both/$uid-$id-$(sha256sum <"first/$uid.dcm" | cut -d ' ' -f 1).dcm"
    exits 3 bash -o pipefail -c "msh-get put.ndjson | msh-decrypt -o both"
    same "$output" "both/$second"
    same "$stderr" 'msh-decrypt: error: record 1: its file name is already taken'
    same "$(find folder pipe both -name '.*')" ''
    # What a killed run left is swept.
    : >first/.1234.dcm.99.0.tmp
    exits 0 bash -o pipefail -c "msh-get put.ndjson | msh-decrypt -o first"
    same "$(find first -name '.*')" ''
}

@test "decrypt: in fetched/ nothing is removed but the object's own payload" {
    records 1 | msh-put | msh-get >got.ndjson
    path=$(jq -r .payload.path got.ndjson)
    other=${path%/*}/$(printf '%032d' 1)
    cp "$path" "$other"
    jq -c --arg path "$other" '.payload.path = $path' got.ndjson >other.ndjson
    exits 0 msh-decrypt -o out other.ndjson
    [[ -e $other && -e $path ]]
    exits 0 msh-decrypt -o out got.ndjson
    [[ -e $other && ! -e $path ]]
}

@test "decrypt: -o - is no folder" {
    exits 2 msh-decrypt -o - </dev/null
    like "$stderr" '^msh-decrypt: error: -o needs a folder'
    [[ ! -e ./- ]]
}

@test "decrypt: a payload whose file cannot be read fails alone, whole or in part" {
    needs_plain_build
    records 3 | msh-put | msh-get >got.ndjson
    path=$(sed -n 2p got.ndjson | jq -r .payload.path)
    exits 3 unreadable "$path" msh-decrypt -o out got.ndjson
    same "$stderr" 'msh-decrypt: error: record 2: cannot read the payload: Input/output error'
    same "$(printf '%s\n' "${lines[@]}" | sort)" "$(find out -type f | sort)"
    same "${#lines[@]}" 2
    [[ -e $path ]]
    for number in 1 3; do
        [[ ! -e $(sed -n ${number}p got.ndjson | jq -r .payload.path) ]]
    done
    exits 3 unreadable "$path" msh-decrypt -o part --range 0:100 got.ndjson
    like "$stderr" 'record 2: cannot read the payload: Input/output error'
    same "$(find part -mindepth 1)" ''
    exits 0 msh-decrypt -o out <(sed -n 2p got.ndjson)
    same "$(find out -type f | wc -l)" 3
}

@test "decrypt: a file in the folder that cannot be read keeps its name" {
    needs_plain_build
    records 2 | msh-put >put.ndjson
    msh-get put.ndjson | msh-decrypt -o out >paths
    taken=$(head -n 1 paths)
    cp "$taken" copy
    msh-get -o got.ndjson put.ndjson
    exits 0 unreadable "$taken" msh-decrypt -o out got.ndjson
    same "$output" "$(printf '%s\n' "${taken%.dcm}-$(head -n 1 put.ndjson | jq -r .id).dcm" "$(tail -n 1 paths)")"
    cmp "$taken" copy
}

@test "decrypt: records of other types are counted, and a line that is not a record is a bad input" {
    records 1 | msh-put >put.ndjson
    { echo '{"msh":1,"type":"other"}' && msh-get put.ndjson; } >got.ndjson
    exits 0 msh-decrypt -o out got.ndjson
    same "$stderr" 'msh-decrypt: skipped 1 record of another type'
    msh-get -o got.ndjson put.ndjson
    exits 3 msh-decrypt -q -o out got.ndjson - <<<'{}'
    same "$stderr" 'msh-decrypt: error: record 2: the line is not a record'
    same "${#lines[@]}" 1
}
