#!/usr/bin/env bats
# msh-put --directory: one folder a study. tests/support/directory and tests/support/car read it by themselves.
load helper

setup() {
    fresh_home home
    in_work_folder
    msh-key init -q
}

# listed STUDY FILE [STORE]: the entries of the study's directory by its blocks, without sizes.
listed() {
    local cid
    cid=$(jq -r --arg study "$1" 'select(.type == "directory" and .study == $study).cid' "$2")
    "$root/tests/support/directory" "$cid" "${3:-$MSH_HOME/store}" | sed '/^blocks/d; s/ [0-9]*$//'
}

# wanted STUDY FILE: the same by the records.
wanted() {
    jq -r --arg study "$1" 'select(.type == "object" and .study == $study) | "\(.id) \(.payload.cid)"' "$2" | sort
}

blocks() { (cd "$1" && find . -path './??/*' -type f | sort); }

@test "directory: a folder of each study, behind the records, in the order of the studies" {
    records 101 | sed -n '45,55p;101p' >encrypted.ndjson # 50 images a study
    exits 0 msh-put -o plain.ndjson encrypted.ndjson
    before=$(blocks "$MSH_HOME/store")
    exits 0 msh-put --directory -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    head -n 12 put.ndjson | cmp - plain.ndjson # stored already: in the folder all the same
    tail -n +13 put.ndjson >directories.ndjson
    studies=$(jq -r .study plain.ndjson | sort -u)
    same "$(wc -l <<<"$studies")" 3
    same "$(jq -r .study directories.ndjson)" "$studies"
    for study in $studies; do
        same "$(listed "$study" put.ndjson)" "$(wanted "$study" put.ndjson)"
        line=$(grep "$study" directories.ndjson)
        cid=$(jq -r .cid <<<"$line")
        same "$line" "$(printf '{"msh":1,"type":"directory","study":"%s","cid":"%s","entries":%d}' "$study" "$cid" \
            "$(wanted "$study" put.ndjson | wc -l)")"
    done
    # One more block a study, and nothing without the option.
    same "$(blocks "$MSH_HOME/store" | comm -13 <(echo "$before") - | wc -l)" "$(wc -l <directories.ndjson)"
    # Its records are no other program's business.
    exits 0 bash -o pipefail -c 'msh-anchor put.ndjson | msh-index | msh-get'
    same "$(printf '%s\n' "${lines[@]}" | tail -n +13)" "$(<directories.ndjson)"
}

@test "directory: the order of the records makes no difference, nor that one comes twice" {
    records 55 | tail -n 12 >encrypted.ndjson
    exits 0 msh-put --directory -o put.ndjson encrypted.ndjson
    tail -n +13 put.ndjson >wanted.ndjson
    # In another home, without a keystore, and into another store.
    tac put.ndjson | cat - put.ndjson | jq -c 'select(.type == "object")' >again.ndjson
    exits 0 msh-put --directory --store other -o out.ndjson again.ndjson
    tail -n +25 out.ndjson | cmp wanted.ndjson -
    same "$(blocks other)" "$(blocks "$MSH_HOME/store")"
}

@test "directory: what a link says of a large payload's size" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large >encrypted.ndjson
    exits 0 msh-put --directory encrypted.ndjson
    size=$(find "$MSH_HOME/store" -path '*/??/*' -type f ! -name "$(jq -r 'select(.type == "directory").cid' <<<"$output")" \
        -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
    same "$("$root/tests/support/directory" "$(jq -r .cid <<<"${lines[1]}")" "$MSH_HOME/store")" \
        "$(jq -r '.id + " " + .payload.cid' <<<"${lines[0]}") $size
blocks 1"
}

@test "directory: records that fail are not in it" {
    records 6 >encrypted.ndjson
    study=$(head -n 1 encrypted.ndjson | jq -r .study)
    rm "$(head -n 1 encrypted.ndjson | jq -r .payload.path)"
    exits 3 msh-put --directory -o put.ndjson encrypted.ndjson
    like "$stderr" '^msh-put: error: record 1: '
    same "$(jq -s 'map(select(.type == "object")) | length' put.ndjson)" 5
    for study in $(jq -r .study put.ndjson | sort -u); do
        same "$(listed "$study" put.ndjson)" "$(wanted "$study" put.ndjson)"
    done
    # Nothing that was put: no directory.
    exits 3 msh-put --directory <(head -n 1 encrypted.ndjson)
    same "$output" ''
    exits 0 msh-put --directory </dev/null
    same "$output" ''
}

@test "directory: in an archive it is a root as well, and every target has it" {
    records 53 | tail -n 6 >encrypted.ndjson
    exits 0 msh-put --directory --car export.car --store one --store two -o put.ndjson encrypted.ndjson
    "$root/tests/support/car" list export.car >listed
    same "$(sed -n 's/^root //p' listed | sort)" "$(jq -r '.cid // .payload.cid' put.ndjson | sort)"
    same "$(sed -n 's/^block \([^ ]*\) .*/\1/p' listed | sort -u)" "$(blocks one | sed 's,.*/,,' | sort)"
    same "$(blocks one)" "$(blocks two)"
    for study in $(jq -r .study put.ndjson | sort -u); do
        same "$(listed "$study" put.ndjson one)" "$(wanted "$study" put.ndjson)"
    done
    # Into a stream, where the archive goes to standard output.
    exits 0 bash -c 'msh-put --directory --car - -o stream.ndjson put.ndjson --store one >stream.car'
    same "$("$root/tests/support/car" list stream.car | grep ^block | sort)" "$(grep ^block listed | sort)"
}

@test "directory: a study of 4,000 objects is a trie" {
    images 1 one
    msh-encrypt -q one | msh-put -o first.ndjson
    "$root/tests/support/many-records" 4000 first.ndjson >many.ndjson
    study=$(jq -r .study first.ndjson)
    exits 0 msh-put --directory -o put.ndjson many.ndjson
    same "$(wc -l <put.ndjson)" 4001
    same "$(listed "$study" put.ndjson)" "$(wanted "$study" put.ndjson)"
    same "$(tail -n 1 put.ndjson | jq .entries)" 4000
    cid=$(tail -n 1 put.ndjson | jq -r .cid)
    count=$("$root/tests/support/directory" "$cid" "$MSH_HOME/store" | sed -n 's/^blocks //p')
    ((count > 256)) # each value of the first byte has several names, and some of these agree in the second
    same "$(blocks "$MSH_HOME/store" | wc -l)" $((count + 1))
    exits 0 bash -o pipefail -c "shuf --random-source=put.ndjson many.ndjson | msh-put --directory | tail -n 1"
    same "$output" "$(tail -n 1 put.ndjson)"
    # A smaller one is a single block.
    exits 0 bash -o pipefail -c "head -n 3000 many.ndjson | msh-put --directory | tail -n 1 | jq -r .cid"
    like "$("$root/tests/support/directory" "$output" "$MSH_HOME/store" | tail -n 1)" '^blocks 1$'
}

@test "directory: two payloads of one object, which only strangers have, and the other studies go on" {
    records 53 | tail -n 6 >encrypted.ndjson
    msh-put -o put.ndjson encrypted.ndjson
    mv "$MSH_HOME"/keystore.db* . # known objects cannot be that
    study=$(head -n 1 put.ndjson | jq -r .study)
    other=$(jq -r .study put.ndjson | grep -vx "$study" | head -n 1)
    jq -c --slurpfile other <(jq -c --arg study "$study" 'select(.study != $study)' put.ndjson | head -n 1) \
        'select(input_line_number == 1) | .payload = $other[0].payload' put.ndjson >contrary.ndjson
    exits 3 msh-put --directory -o out.ndjson --store other --car out.car put.ndjson contrary.ndjson
    same "$stderr" "msh-put: error: study $study has no directory: two entries of a directory have the same name"
    same "$(jq -r 'select(.type == "directory").study' out.ndjson)" "$(jq -r .study put.ndjson | sort -u | grep -vx "$study")"
    same "$(listed "$other" out.ndjson other)" "$(wanted "$other" put.ndjson)"
    same "$("$root/tests/support/car" list out.car | grep -c ^root)" $((7 + $(grep -c directory out.ndjson)))
}

@test "directory: --gc finds its nodes unneeded, and the payloads needed" {
    records 3 >encrypted.ndjson
    exits 0 msh-put --directory -o put.ndjson encrypted.ndjson
    exits 0 msh-put -q --gc
    same "$(printf '%s\n' "${lines[@]}" | sort)" "$(jq -r 'select(.type == "directory").cid + " unneeded"' put.ndjson | sort)"
    exits 0 msh-put -q --gc --remove
    exits 0 msh-put -q --check
    exits 0 msh-put --directory encrypted.ndjson # and made again
    same "$output" "$(<put.ndjson)"
    exits 2 msh-put --check --directory
    like "$stderr" 'take one store and no records'
}
