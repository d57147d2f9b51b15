#!/usr/bin/env bats
# msh-list, and msh-search --show: what the keystore knows, as a table on a terminal and as lines of JSON elsewhere.
load helper

setup() {
    fresh_home home
    in_work_folder
    msh-key init -q
}

# dicom NAME CODE: a file of the generated image with what the Python code makes of its data set `d`.
dicom() {
    mkdir -p in
    /usr/bin/python3 -B - "$root/scripts" "in/$1.dcm" "$1" "$2" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from testdicom.encode import part10
from testdicom.images import image
d = image(sys.argv[3], rows=4, columns=4)
exec(sys.argv[4])
open(sys.argv[2], "wb").write(part10(d))
END
}

# table COMMAND...: what it writes on a terminal.
table() {
    script -qec "$(printf '%q ' "$@")" /dev/null | tr -d '\r'
}

of() {
    MSH_HOME="$BATS_TEST_TMPDIR/$1" "${@:2}"
}

@test "list: studies, with objects, bytes, times and places; without the master key" {
    start=$(date -u +%FT%TZ)
    records 7 >encrypted.ndjson
    msh-encrypt -q --project trial "$BATS_TEST_TMPDIR/images/ct-000000.dcm" >other.ndjson
    exits 0 msh-list studies
    same "$(jq -c '[.stored, .first, .last] | unique' <<<"$output" | grep -cF '[]')" "${#lines[@]}"
    msh-put -q encrypted.ndjson | msh-anchor -q | msh-index -q >indexed.ndjson
    msh-put -q --car some.car "$(head -n 2 encrypted.ndjson >two && echo two)" >/dev/null
    mv "$MSH_HOME/master.key" away
    exits 0 msh-list studies
    printf '%s\n' "${lines[@]}" >studies
    # As the records have it: one line a study, in the order they came in.
    same "$(jq -r .study studies)" "$(cat encrypted.ndjson other.ndjson | jq -r .study | awk '!seen[$0]++')"
    same "$(jq -c '[.study, .objects, .size]' studies | sort)" \
        "$(cat encrypted.ndjson other.ndjson | jq -sc 'group_by(.study)[] | [.[0].study, length, (map(.payload.size) | add)]' | sort)"
    same "$(jq -c '[.msh, .type, .profile, .epoch]' studies | sort -u)" '[1,"study-summary","basic",1]'
    same "$(jq -r .project studies | sort | uniq -c | awk '{ print $2 }' | xargs)" 'default trial'
    same "$(jq -s --arg start "$start" --arg stop "$(date -u +%FT%TZ)" \
        'all(.[]; $start <= .first and .first <= .last and .last <= $stop)' studies)" true
    same "$(jq -r 'select(.project == "trial") | .stored | length' studies)" 0
    same "$(jq -c '.stored[] | select(.target | startswith("car:") | not) | .target' studies | sort -u)" '"own-store"'
    same "$(jq -s 'map(.stored[] | select(.target | startswith("car:")) | .objects) | add' studies)" 2
    same "$(jq -s 'map(.stored[] | select(.target == "own-store") | .objects) | add' studies)" 7
    # Of one study; and the same in a file.
    one=$(jq -r .study studies | sed -n 2p)
    exits 0 msh-list studies --study "$one" -o one.ndjson
    same "$output" ''
    same "$(<one.ndjson)" "$(sed -n 2p studies)"
}

@test "list: objects writes every record again, as msh-search prints it" {
    records 6 | msh-put -q | msh-anchor -q | msh-index -q >batch.ndjson
    exits 0 msh-list objects -o again.ndjson
    cmp batch.ndjson again.ndjson
    study=$(jq -r .study batch.ndjson | head -n 1)
    exits 0 msh-list objects --study "$study"
    same "$output" "$(jq -c --arg study "$study" 'select(.study == $study)' batch.ndjson)"
    # Nothing is lost with the batch: it can be fetched and decrypted from there.
    msh-list objects | msh-get -q | msh-decrypt -q -o out >/dev/null
    same "$(find out -name '*.dcm' | wc -l)" 6
    for list in studies objects; do
        exits 3 msh-list $list --study 00000000000000000000000000000000
        same "$output" ''
        same "$stderr" 'msh-list: error: there is no such study'
    done
}

@test "list: grants given and accepted, and whose a study is" {
    records 2 | msh-put -q | msh-anchor -q | msh-index -q >batch.ndjson
    fingerprint=$(msh-key show --fingerprint)
    of clinic msh-key init -q
    exits 0 msh-list grants
    same "$output" ''
    clinic=$(of clinic msh-key show --recipient)
    msh-grant -q --to "$clinic" --not-after 2999-01-01 -o one.grant batch.ndjson
    of clinic msh-grant -q --accept one.grant --issuer "$fingerprint" >/dev/null
    exits 0 msh-list grants
    same "$(jq -r '[.msh, .type, .kind, .recipient, .not_after, .studies, .records, .fingerprint] | join(" ")' <<<"$output")" \
        "1 given grant $clinic 2999-01-01T23:59:59Z 1 2 "
    id=$(jq -r .grant <<<"$output")
    # Who has a study, until when.
    msh-grant -q --to "$(age-keygen 2>/dev/null | age-keygen -y)" -o two.grant batch.ndjson
    exits 0 msh-list studies
    same "$(jq -r '.granted | length' <<<"$output")" 2
    same "$(jq -c '.granted[0]' <<<"$output")" "{\"grant\":\"$id\",\"recipient\":\"$clinic\",\"not_after\":\"2999-01-01T23:59:59Z\"}"
    same "$(jq -c '.granted[1] | keys' <<<"$output")" '["grant","recipient"]'
    exits 0 of clinic msh-list grants
    same "$(jq -r '[.type, .grant, .issuer, .not_after, .studies, .records] | join(" ")' <<<"$output")" \
        "accepted $id $fingerprint 2999-01-01T23:59:59Z 1 2"
    exits 0 of clinic msh-list studies
    same "$(jq -r '[.study, .issuer, .objects, (.project | tostring)] | join(" ")' <<<"$output")" \
        "$(jq -r .study batch.ndjson | head -n 1) $fingerprint 2 null"
    # What came with a grant stays what it was.
    listed=$(of clinic msh-list grants)
    of clinic msh-key shred -q "$(jq -r .study <<<"$output")"
    same "$(of clinic msh-list grants)" "$listed"
}

@test "list: an object that two issuers granted is listed for each, with the issuer" {
    records 1 | msh-put -q | msh-anchor -q >batch.ndjson
    hospital=$(msh-key show --fingerprint)
    of clinic msh-key init -q
    of patient msh-key init -q
    clinic=$(of clinic msh-key show --fingerprint)
    msh-grant -q --to "$(of clinic msh-key show --recipient)" -o one.grant batch.ndjson
    of clinic msh-grant -q --accept one.grant --issuer "$hospital" >accepted.ndjson
    patient=$(of patient msh-key show --recipient)
    msh-grant -q --to "$patient" -o direct.grant batch.ndjson
    of clinic msh-grant -q --to "$patient" -o on.grant accepted.ndjson
    of patient msh-grant -q --accept direct.grant --issuer "$hospital" >/dev/null
    exits 0 of patient msh-list objects
    same "$(jq .issuer <<<"$output")" null
    of patient msh-grant -q --accept on.grant --issuer "$clinic" >/dev/null
    exits 0 of patient msh-list objects
    same "$(jq -r .id <<<"$output" | sort -u)" "$(jq -r .id batch.ndjson)"
    same "$(jq -r .issuer <<<"$output" | xargs)" "$hospital $clinic"
    # Lines with this member are records like others.
    exits 0 of patient msh-get -q --from "$MSH_HOME/store" <<<"$output"
    same "${#lines[@]}" 2
    needs_terminals
    of patient table msh-list objects >shown
    like "$(<shown)" "^OBJECT +STUDY +ISSUER .* ${hospital:0:12}\.\.\. .* ${clinic:0:12}\.\.\. "
}

@test "list: targets, with what lies in each" {
    exits 0 msh-list targets
    same "$output" ''
    records 4 | msh-put -q --store second --car some.car >put.ndjson
    head -n 3 put.ndjson | msh-get -q --from second | msh-put -q >/dev/null
    exits 0 msh-list targets
    size() { jq -s 'map(.payload.size) | add' | jq -r .; }
    same "$(jq -r '[.type, .target, .objects, .size] | join(" ")' <<<"$output")" \
        "$(printf 'target %s\n' "car:$PWD/some.car 4 $(size <put.ndjson)" "own-store 3 $(head -n 3 put.ndjson | size)" \
            "store:$PWD/second 4 $(size <put.ndjson)" | sort)"
    # What a node that is dead is still to get.
    records 4 | msh-put -q --at-least 1 --store second --ipfs http://127.0.0.1:1 >put.ndjson 2>/dev/null
    exits 0 msh-list targets
    same "$(jq -r 'select(.missing > 0) | [.target, .objects, .missing] | join(" ")' <<<"$output")" \
        "ipfs:http://127.0.0.1:1 0 $(wc -l <put.ndjson)"
}

@test "list: --show tells who and what, from the sealed boxes" {
    dicom one 'd[0x00100010] = ("PN", "Doe^John"); d[0x00100021] = ("LO", "Clinic"); d[0x00081030] = ("LO", "CT thorax"); d[0x0020000D] = ("UI", "1.2.3.4")'
    dicom two 'd[0x00100010] = ("PN", "Doe^John"); d[0x00100020] = ("LO", "ID-one"); d[0x00100021] = ("LO", "Clinic"); d[0x00081030] = ("LO", "CT thorax"); d[0x0020000D] = ("UI", "1.2.3.4"); d[0x00080060] = ("CS", "PT")'
    dicom three 'd[0x00100010] = ("PN", "Doe^Jane"); d[0x00080020] = ("DA", "20240106")'
    msh-encrypt -q in | msh-put -q | msh-anchor -q | msh-index -q >batch.ndjson
    exits 0 msh-list studies
    like "$output" study-summary
    [[ $output != *Doe* ]] || differs "$output" 'no name'
    exits 0 msh-list studies --show
    of_study() { jq -c 'select(.objects == '"$1"') | [.patients, .study_dates, .descriptions, .modalities]'; }
    same "$(of_study 2 <<<"$output")" \
        '[[{"name":"Doe^John","id":"ID-one","issuer":"Clinic","birth_date":"19500301"}],["20240105"],["CT thorax"],["CT","PT"]]'
    like "$(of_study 1 <<<"$output")" '"Doe\^Jane","id":"ID-three","issuer":"","birth_date":"19500301"}],\["20240106"\]'
    # The same of what a search found, and only of that.
    show=$output
    exits 0 msh-search -k PatientName=Doe^Jane --show
    same "$output" "$(jq -c 'select(.objects == 1)' <<<"$show")"
    exits 0 msh-search -k PatientBirthDate=19500301 --show
    same "$(sort <<<"$output")" "$(sort <<<"$show")"
    exits 4 msh-search -k PatientName=Doe --show
    same "$output" ''
    mv "$MSH_HOME/master.key" away
    exits 1 msh-list studies --show
    same "$output" ''
}

@test "list: a file with names is its owner's alone" {
    umask 022
    records 1 | msh-put | msh-anchor | msh-index >/dev/null
    msh-list studies --show -o names.json
    msh-search -k Modality=CT --show -o found.json
    msh-list studies -o plain.json
    msh-search -k Modality=CT -o records.ndjson
    same "$(stat -c %a names.json found.json plain.json records.ndjson | tr '\n' ' ')" '600 600 644 644 '
    : >wide.json && chmod 666 wide.json
    msh-list studies --show -o wide.json
    msh-list grants --show -o labels.json
    same "$(stat -c %a wide.json labels.json | tr '\n' ' ')" '600 600 '
}

@test "list: a box that cannot be opened is named, and the others are read" {
    dicom one ''
    dicom two 'd[0x0020000D] = ("UI", "1.2.3.4")'
    msh-encrypt -q in | msh-index -q >batch.ndjson
    python3 - "$MSH_HOME/keystore.db" <<'END'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as keystore:
    keystore.execute("UPDATE box SET sealed = zeroblob(length(sealed)) WHERE object = 1")
END
    study=$(jq -r .study batch.ndjson | head -n 1)
    exits 3 msh-list studies --show
    same "$stderr" "msh-list: error: study $study: 'sealed' cannot be opened"
    same "$(jq -r '.patients | length' <<<"$output" | sort | xargs)" '0 1'
    exits 3 msh-search -k Modality=CT --show
    same "$stderr" "msh-search: these are studies of 2 patients
msh-search: error: study $study: 'sealed' cannot be opened"
    same "${#lines[@]}" 2
}

@test "list: two patients in one study are both shown" {
    dicom one 'd[0x0020000D] = ("UI", "1.2.3.4"); d[0x00100010] = ("PN", "Doe^John")'
    dicom two 'd[0x0020000D] = ("UI", "1.2.3.4"); d[0x00100010] = ("PN", "Doe^Jane")'
    msh-encrypt -q in >batch.ndjson
    exits 0 msh-list studies --show
    same "$(jq -c '.patients | map(.name)' <<<"$output")" '["Doe^John","Doe^Jane"]'
    needs_terminals
    table msh-list studies --show >shown
    same "$(wc -l <shown)" 3
    same "$(awk '{ print $1, $2 }' shown | xargs)" 'PATIENT ID Doe^John ID-one Doe^Jane ID-two'
}

@test "list: a table on a terminal; wide and combining characters keep its columns, control characters are shown" {
    needs_terminals
    dicom one 'd[0x00080005] = ("CS", "ISO_IR 192"); d[0x00100010] = ("PN", "山田^太郎".encode()); d[0x00100020] = ("LO", "A1")'
    dicom two 'd[0x00080005] = ("CS", "ISO_IR 192"); d[0x00100010] = ("PN", "Mu\u0308ller^Jo\u0308rg".encode()); d[0x00100020] = ("LO", "B2")'
    dicom three 'd[0x00100010] = ("PN", "Doe^\x07Jane"); d[0x00100020] = ("LO", "C3")'
    msh-encrypt -q in >batch.ndjson
    table msh-list studies --show >shown
    same "$(wc -l <shown)" 4
    if grep -q $'\x07' shown; then return 1; fi
    like "$(<shown)" 'Doe\^\\x07Jane'
    # The column of the identifiers begins at one place for all.
    same "$(python3 - shown <<'END'
import sys, unicodedata
def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
print(len({width(line[:line.index(key)]) for line, key in zip(lines, ["ID "] + sorted(["A1", "B2", "C3"], key=lambda k: next(i for i, l in enumerate(lines) if k in l)))}))
END
)" 1
    for list in objects grants targets refused; do
        table msh-list $list >shown
        if grep -q '{' shown; then return 1; fi
    done
    # A file gets lines of JSON.
    table msh-list studies -o file
    same "$(jq -r .type file | sort -u)" study-summary
}

@test "list: a table leaves out what is usual, and fits a terminal" {
    needs_terminals
    records 3 | msh-put -q >put.ndjson
    table msh-list studies >shown
    same "$(head -n 1 shown | xargs)" 'OBJECTS SIZE STUDY FIRST LAST'
    if grep -E '.{81}' shown; then return 1; fi
    # In the words of a place, and with the columns that have something to tell.
    msh-put -q --store second "$(head -n 1 put.ndjson >one && echo one)" >/dev/null
    table msh-list studies >shown
    same "$(head -n 1 shown | xargs)" 'OBJECTS SIZE STUDY FIRST LAST STORED IN'
    grep -qE "  local store, store:$PWD/second( \([12]\))?\$" shown
    msh-encrypt -q --project trial "$BATS_TEST_TMPDIR/images/ct-000000.dcm" >other.ndjson
    table msh-list studies >shown
    same "$(head -n 1 shown | xargs)" 'OBJECTS SIZE STUDY PROJECT FIRST LAST STORED IN'
    # Of a study that was received: from whom.
    msh-anchor -q one >anchored
    fingerprint=$(msh-key show --fingerprint)
    of clinic msh-key init -q
    msh-grant -q --to "$(of clinic msh-key show --recipient)" -o one.grant anchored
    of clinic msh-grant -q --accept one.grant --issuer "$fingerprint" >/dev/null
    of clinic table msh-list studies >shown
    same "$(head -n 1 shown | xargs)" 'OBJECTS SIZE STUDY PROJECT FIRST LAST STORED IN'
    grep -qF "  from ${fingerprint:0:12}...  " shown
    of clinic table msh-list grants >shown
    like "$(<shown)" 'accepted  [0-9-]{10}  -  +1 +1  '
    # One that ends within a day, and one that is over, do not look like others.
    ends() {
        sqlite3 "$MSH_HOME/keystore.db" "UPDATE given SET not_after = unixepoch('$1')"
        table msh-list grants >shown
        like "$(<shown)" "given +[0-9-]{10}  $2 +1 +1  "
        table msh-list studies >shown
        like "$(<shown)" "[.]{3} until $2(\$|[[:space:]])"
    }
    ends '2999-01-01 23:59:59' 2999-01-01
    ends '2999-01-01 13:31:07' 2999-01-01T13:31:07Z
    ends '2020-01-01 23:59:59' '2020-01-01 \(over\)'
    sqlite3 "$MSH_HOME/keystore.db" 'UPDATE given SET not_after = NULL'
    # Of a card, what people compare; of an age recipient, itself.
    of clinic msh-grant --card -o card
    msh-grant -q --to card --as-age ages --label Erika one >/dev/null
    table msh-list grants --show >shown
    like "$(<shown)" "given   +[0-9-]{10}  -  +1 +1  $(of clinic msh-key show --recipient)"
    like "$(<shown)" "as age  +[0-9-]{10}  -  +1 +1  $(of clinic msh-key show --fingerprint)  Erika"
    exits 0 msh-list grants
    same "$(jq -r '[.kind, .recipient, .fingerprint] | join(" ")' <<<"${lines[1]}")" \
        "age $(of clinic msh-key show --recipient) $(of clinic msh-key show --fingerprint)"
}

@test "list: refusals of other rules are told apart" {
    needs_terminals
    "$root/scripts/make-test-dicom" refused refused
    exits 3 msh-encrypt -q refused/pixel-text/ultrasound.dcm
    table msh-list refused >shown
    same "$(head -n 1 shown | xargs)" 'FILES OUTCOME CLASS FIRST LAST REASON'
    exits 3 msh-encrypt -q --allow-pixel-text=rgb refused/pixel-text/ultrasound.dcm
    table msh-list refused >shown
    same "$(head -n 1 shown | xargs)" 'FILES OUTCOME CLASS FIRST LAST RULES REASON'
    grep -qF ' allow rgb ' shown
    same "$(wc -l <shown)" 3
}

@test "list: what was not taken" {
    echo 'no image' >note.dcm
    echo 'no image either' >note2.dcm
    images 1
    exits 3 msh-encrypt -q note.dcm note2.dcm "$BATS_TEST_TMPDIR/images"
    exits 0 msh-list refused
    same "$(jq -r '[.type, .project, .outcome, .files] | join(" ")' <<<"$output")" 'refused default unreadable 2'
    [[ $output != *note* ]] || differs "$output" 'no name'
}

@test "list: what cannot be asked" {
    for wrong in '' people 'studies objects' 'objects --show' 'grants --study 00000000000000000000000000000000' 'studies --study 12'; do
        # shellcheck disable=SC2086
        exits 2 msh-list $wrong
        same "$output" ''
    done
    exits 2 msh-list people
    same "${stderr_lines[1]}" 'msh-list: hint: the lists are studies, objects, grants, targets and refused'
    fresh_home none
    exits 1 msh-list studies
}
