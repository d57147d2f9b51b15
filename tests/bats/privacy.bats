#!/usr/bin/env bats
# Nothing personal leaves in the clear: thousands of made-up strings are planted wherever they can hide in real files,
# and then searched for in everything the programs write, say, keep and show.
load helper

support=$root/tests/support

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    # What lies in left/ is searched; the originals and what opens to them lie beside it.
    mkdir left left/out
    export MSH_HOME=$PWD/left/hospital
    watcher=
}

teardown() {
    [[ -z $watcher ]] || kill "$watcher"
}

plant() {
    [[ -d /usr/lib/python3/dist-packages/pydicom ]] || skip 'python3-pydicom is not installed'
    "$root/scripts/make-test-dicom" planted --count 16 --list list planted
}

# planted_at PLACE: the first string of that place.
planted_at() {
    sed -n "s/\t$1\$//p" list | head -n 1 | tr a-f A-F | basenc -d --base16
}

# Copies of the planted files that are refused by policy, and that end too early, at another place each.
spoil() {
    mkdir spoilt
    /usr/bin/python3 - <<'END'
import pathlib
for number, path in enumerate(sorted(pathlib.Path("planted").iterdir())):
    whole = path.read_bytes()
    (pathlib.Path("spoilt") / path.name).write_bytes(whole[: len(whole) * (number + 1) // 17])
    storage = b"1.2.840.10008.5.1.4.1.1."
    raw_data = whole.replace(storage + b"2\0", storage + b"66").replace(storage + b"4\0", storage + b"66")
    (pathlib.Path("spoilt") / f"policy-{path.name}").write_bytes(raw_data)
END
}

nothing_found_in() {
    exits 0 "$support/find-planted" list "$@"
    same "$output" ''
}

# Waits until the watcher has seen each program at work: put into the pipe that feeds it.
seen() {
    local name deadline=$((SECONDS + 60))
    for name in "$@"; do
        until [[ -s left/seen/msh-$name.seen ]]; do
            ((SECONDS < deadline)) || differs "msh-$name was not seen" 'all'
            sleep 0.02
        done
    done
}

# ended CODE...: the programs of the pipe before ended so; the first command, which feeds it, is left out.
ended() {
    same "${pipe[*]:1}" "$*"
}

# forward NAME OPTION...: the pipeline over the list on standard input into left/out/NAME.ndjson.
forward() {
    msh-encrypt -0 "${@:2}" 2>"left/out/$1.encrypt" | msh-put 2>"left/out/$1.put" |
        msh-anchor 2>"left/out/$1.anchor" | msh-index >"left/out/$1.ndjson" 2>"left/out/$1.index"
    same "${PIPESTATUS[*]}" '0 0 0 0'
}

@test "privacy: the search finds what is planted, also in disguise, and in names" {
    plant
    [[ $(wc -l <list) -gt 5000 ]]
    count=$("$support/find-planted" --everything list planted)
    [[ $count -ge 1000 ]]
    echo "# $count planted strings in 16 files passed through" >&3
    # One file alone holds many of them.
    for file in planted/*-0007.dcm; do
        run "$support/find-planted" list "$file"
        same "$status" 1
        [[ ${#lines[@]} -gt 100 ]]
    done

    word=$(planted_at institution)
    [[ -n $word ]]
    mkdir disguised
    printf '%s' "$word" >disguised/plain
    printf 'x%s' "$word" | base64 -w 0 >disguised/base64-1
    printf 'xy%s' "$word" | base64 -w 0 >disguised/base64-2
    printf 'xyz%s.' "$word" | base64 -w 0 >disguised/base64-3
    printf '%s' "$word" | basenc --base16 | tr A-F a-f >disguised/hex
    printf '%s' "$word" | iconv -t UTF-16LE >disguised/utf-16
    for file in disguised/*; do
        run "$support/find-planted" list "$file"
        same "$status" 1
    done
    mkdir "disguised/of $word"
    run "$support/find-planted" list "disguised/of $word"
    same "$status" 1
    # A date alone, but not eight digits of a longer number.
    date=$(planted_at 00100030)
    echo "2.25.1${date}7" >number
    nothing_found_in number
    echo "on $date" >number
    run "$support/find-planted" list number
    same "$status" 1
}

@test "privacy: nothing planted in any output, message, file, file name or process, all the way and back" {
    plant
    spoil
    find planted -type f -print0 | sort -z >paths
    "$support/watch-processes" left/seen 3>&- &
    watcher=$!
    msh-key init 2>left/out/init
    msh-key init --home left/clinic 2>>left/out/init
    msh-key show >left/out/keys

    # Forward; what is planted in the files' names stays out of messages. Another project waits in the spool.
    { cat paths && seen encrypt put anchor index; } | forward batch --allow-pixel-text
    same "$(wc -l <left/out/batch.ndjson)" 16
    forward again <paths
    cmp left/out/batch.ndjson left/out/again.ndjson
    msh-encrypt -0 --project waiting <paths >left/out/waiting.ndjson 2>left/out/waiting.encrypt
    [[ $(find left/hospital/spool -type f ! -name lock | wc -l) == 16 ]]
    forward identified --identified <paths
    exits 3 msh-encrypt --allow-pixel-text spoilt
    printf '%s\n' "$output" "$stderr" >left/out/spoilt
    like "$stderr" '0 encrypted, 16 refused by policy, 16 not readable'

    # Search by what was planted: coded names, numbers, and questions that are no questions.
    /usr/bin/python3 - <<'END'
import pathlib, warnings, pydicom
warnings.simplefilter("ignore")
questions = []
for path in sorted(pathlib.Path("planted").iterdir()):
    dataset = pydicom.dcmread(path)
    questions.append(f"PatientID={dataset.PatientID}")
    name = dataset.PatientName
    # pydicom parts some Japanese names at a byte 5C, and does not know every Chinese set.
    if isinstance(name, pydicom.valuerep.PersonName) and "\x1b" not in str(name):
        questions.append(f"PatientName={name}")
pathlib.Path("questions").write_text("\n".join(questions) + "\n", encoding="utf-8")
END
    [[ $(wc -l <questions) -ge 24 ]]
    { sed -n 1p questions && seen search; } | msh-search -f - >left/out/found.ndjson 2>left/out/found.err
    pipe=("${PIPESTATUS[@]}")
    ended 0
    while IFS= read -r question; do
        printf '%s\n' "$question" >question
        msh-search -f question >>left/out/found.ndjson 2>>left/out/found.err || differs "exit $?: $question" 0
    done <questions
    for wrong in "Patients${question#Patient}" "${question#*=}" "StudyDate${question#PatientName}" "$question*"; do
        printf '%s\n' "$wrong" >question
        exits 2 msh-search -f question
        printf '%s\n' "$output" "$stderr" >>left/out/found.err
    done

    # Grant, accept, and everything the other custodian does.
    { cat left/out/batch.ndjson && seen grant; } |
        msh-grant --patients any --to "$(msh-key show --recipient --home left/clinic)" -o left/out/grant 2>left/out/grant.err
    pipe=("${PIPESTATUS[@]}")
    ended 0
    fingerprint=$(msh-key show --fingerprint)
    export MSH_HOME=$PWD/left/clinic
    exits 0 msh-grant --accept left/out/grant --issuer "$fingerprint" -o left/out/accepted.ndjson
    printf '%s\n' "$output" "$stderr" >left/out/accept
    for name in studies grants; do msh-list "$name"; done >left/out/list
    { cat left/out/accepted.ndjson && seen get decrypt; } |
        msh-get --from left/hospital/store 2>left/out/get.err | msh-decrypt -o left/dicom >left/out/paths 2>left/out/decrypt.err
    pipe=("${PIPESTATUS[@]}")
    ended 0 0
    same "$(wc -l <left/out/paths)" 16
    msh-get --from left/hospital/store left/out/accepted.ndjson >left/out/got.ndjson
    [[ $(find left/clinic/fetched -type f ! -name lock | wc -l) == 16 ]]
    { cat left/out/accepted.ndjson && seen verify; } |
        msh-verify --log left/hospital/log --from left/hospital/store --proof left/proofs >left/out/verdicts 2>left/out/verify.err
    pipe=("${PIPESTATUS[@]}")
    ended 0

    # The inside of what is encrypted to others, and of a backup.
    age-keygen -o key 2>/dev/null
    recipient=$(age-keygen -y key)
    export MSH_HOME=$PWD/left/hospital
    msh-grant --patients any --to "$recipient" -o other.grant left/out/batch.ndjson 2>>left/out/grant.err
    age -d -i key -o left/out/inside-grant other.grant
    "$support/open-about" left/out/inside-grant >left/out/abouts
    same "$(wc -l <left/out/abouts)" 16
    same "$(jq -r .modality left/out/abouts | sort | uniq -c | awk '{ print $1 $2 }' | tr '\n' ' ')" '4 6CT 6MR '
    same "$(jq -r .sop_class left/out/abouts | sort -u | tr '\n' ' ')" '1.2.840.10008.5.1.4.1.1.2 1.2.840.10008.5.1.4.1.1.4 '
    for name in studies objects grants targets refused; do
        msh-list "$name" >"left/out/list-$name" 2>&1 || differs "$?" 0
        msh-list "$name" -o "left/out/list-$name.ndjson"
    done
    # Names are shown only where somebody asks for them.
    [[ $(wc -l <left/out/list-studies) -ge 2 ]]
    msh-list studies --show >shown
    sed -n 's/^PatientID=\([A-Za-z0-9]*\)$/\1/p' questions >asked
    [[ $(wc -l <asked) -ge 10 ]]
    while read -r value; do grep -qF "$value" shown || differs "$value" 'a name that is shown'; done <asked
    msh-grant --patients any --as-age left/as-age --to "$recipient" left/out/batch.ndjson >left/out/as-age 2>>left/out/grant.err
    for file in left/as-age/*; do age -d -i key "$file" >"left/out/inside-${file##*/}"; done
    msh-key backup --to "$recipient" backup.age 2>left/out/backup
    age -d -i key -o left/out/inside-backup backup.age

    for name in encrypt put anchor index search grant get decrypt verify; do
        grep -q . "left/seen/msh-$name.seen"
    done
    nothing_found_in left

    # It was all there to be found.
    same "$("$support/pixel-digests" left/dicom)" "$("$support/pixel-digests" planted)"
    same "$(find left/as-age -type f | wc -l)" 16
    msh-get left/out/identified.ndjson 2>/dev/null | msh-decrypt -o same >/dev/null
    "$support/find-planted" --everything list same planted >/dev/null
    cat same/* >left/leak
    run "$support/find-planted" list left
    same "$status" 1
}

@test "privacy: a wrong command line is not repeated in the message" {
    msh-key init -q
    word=Doe^Hidden-9
    printf '%s\tword\n' "$(printf %s "$word" | basenc --base16 -w 0 | tr A-F a-f)" >list
    for program in key encrypt put anchor index search grant get decrypt verify; do
        for option in "--no-such=$word" "--quiet=$word" "--home" "--output=a --output=$word" "--show-paths=$word $word"; do
            # shellcheck disable=SC2086
            exits 2 "msh-$program" $option
            same "$output" ''
            printf '%s\n' "$stderr" >>messages
            [[ $stderr != *Doe* ]] || differs "$program $option: $stderr" 'no value'
        done
    done
    exits 2 msh-search -k "$word"
    printf '%s\n' "$stderr" >>messages
    exits 2 msh-grant --to "$word" --not-after "$word"
    printf '%s\n' "$stderr" >>messages
    exits 2 msh-key shred "$word"
    printf '%s\n' "$stderr" >>messages
    nothing_found_in messages
}

@test "privacy: an input's path is in no message unless it is asked for" {
    msh-key init -q
    mkdir -p 'Doe^John'
    head -c 20000 /dev/zero >'Doe^John/x.card'
    head -c 2000000 /dev/zero >'Doe^John/label'
    truncate -s 100M 'Doe^John/list'
    (umask 077 && echo word >passphrase)
    msh-key backup -q --backup-passphrase-file passphrase backup
    own=$(msh-key show --recipient)
    while read -r program options; do
        # shellcheck disable=SC2086
        run --separate-stderr "$program" $options </dev/null
        [[ $status == [23] ]] || differs "$program $options: $status" 'refused'
        [[ $stderr == *error* && $stderr != *Doe* ]] || differs "$program $options: $stderr" 'no path'
        # shellcheck disable=SC2086
        run --separate-stderr "$program" --show-paths $options </dev/null
        [[ $stderr == *Doe* ]] || differs "$program --show-paths $options: $stderr" 'the path'
    done <<END
msh-grant --to Doe^John/x.card
msh-grant --to $own --label-file Doe^John/label
msh-put --payloads Doe^John/none
msh-put --payloads Doe^John/x.card
END
    fresh_home other
    exits 3 msh-key restore --backup-passphrase-file passphrase --tombstones 'Doe^John/list' \
        --new-log other.example/log backup
    [[ $stderr == *error* && $stderr != *Doe* ]] || differs "$stderr" 'no path'
}
