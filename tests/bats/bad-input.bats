#!/usr/bin/env bats
# Whatever comes in: one line that names position and reason, no output for it, exit 3, and the others are done. What
# concerns no single input ends with 1, and a later run completes.
load helper

setup() {
    fresh_home home
    in_work_folder
    msh-key init -q
}

# all_but N...: $output is the records of "good.ndjson", which has 3 lines.
three_good() {
    records 3 | msh-put | msh-anchor >good.ndjson
}

# reports PROGRAM POSITION REASON...: standard error is exactly a line for each pair.
reports() {
    local program=$1 expected=''
    shift
    while (($# > 0)); do
        expected+="^$program: error: $1: $2"$'\n'
        shift 2
    done
    local number=0
    while IFS= read -r line; do
        like "${stderr_lines[number]-}" "$line\$"
        number=$((number + 1))
    done < <(printf %s "$expected")
    same "${#stderr_lines[@]}" "$number"
}

@test "bad input: records that are none, or are not what they should be, in every filter" {
    three_good
    bad() { # FILTER: the second good record, changed by jq
        sed -n 2p good.ndjson | jq -c "$1"
    }
    {
        sed -n 1p good.ndjson
        echo 'this is no JSON'
        echo '{"msh":1,"type":"object"'
        echo '["msh",1]'
        printf '{"msh":1,"type":"object","x":"\377"}\n'
        bad '.x = 1' | sed 's/"x":1/"id":"00000000000000000000000000000000"/'
        bad '.msh = 2'
        bad '.msh = "1"'
        bad 'del(.msh)'
        bad 'del(.kc)'
        bad '.id = 7'
        bad '.id |= ascii_upcase + "G"'
        bad '.payload = []'
        bad '.payload.size = "12"'
        bad '.payload.size = -1'
        bad '.payload.size = 1.5'
        bad '.payload.size = 1e300'
        bad '.payload.cid = {}'
        bad '.payload.path = "relative/path"'
        bad '.epoch = 0'
        bad '.kc = "AAAA"'
        bad '.about = "%%%"'
        bad '.anchor = 3'
        bad '.anchor.salt = "x"'
        bad '.profile = "../x"'
        sed -n 2p good.ndjson
        printf '{"msh":1,"type":"object","x":"%01048576d"}\n' 0
        printf '%02000000d\n' 0
        printf '{"type":"x","deep":%s' "$(printf '[%.0s' {1..5000})"
        echo
        printf '\0\n'
        sed -n 3p good.ndjson
    } >mixed.ndjson
    count=$(wc -l <mixed.ndjson)
    for filter in put anchor index get; do
        exits 3 "msh-$filter" mixed.ndjson
        same "$(jq -r .id <<<"$output")" "$(jq -r .id good.ndjson)"
        same "$(printf '%s\n' "${stderr_lines[@]}" | sed -n 's/^msh-'"$filter"': error: record \([0-9]*\): .*/\1/p' | tr '\n' ' ')" \
            "$({ seq 2 25 && seq 27 $((count - 1)); } | tr '\n' ' ')"
        same "${#stderr_lines[@]}" $((count - 3))
    done
    like "$stderr" 'record 2: not a JSON object'
    like "$stderr" 'record 6: duplicate member'
    like "$stderr" "record 7: .*version"
    like "$stderr" "record 10: 'kc' is missing"
    like "$stderr" 'record 27: the line is longer than 1 MiB'
    like "$stderr" 'record 28: the line is longer than 1 MiB'
    exits 3 msh-verify -q mixed.ndjson
    same "${#lines[@]}" 3
    exits 3 msh-decrypt -o out mixed.ndjson
    exits 3 msh-grant --to "$(msh-key show --recipient)" -o some.grant mixed.ndjson
    exits 0 msh-grant --accept some.grant --issuer "$(msh-key show --fingerprint)"
    same "${#lines[@]}" 3
}

@test "bad input: a payload that is a pipe, a folder, sparse and huge, or gone" {
    records 5 >encrypted.ndjson
    run=$PWD/payloads/00112233445566778899aabbccddeeff
    mkdir -p "$run"
    # Of objects that the keystore does not know: of others it knows the file.
    jq -c --arg run "$run" '
        if input_line_number < 5 then .id |= "00000000" + .[8:] | .payload.path = $run + "/" + .id else . end' \
        encrypted.ndjson >unknown.ndjson
    place() { sed -n "$1p" unknown.ndjson | jq -r .payload.path; }
    mkfifo "$(place 1)"
    mkdir "$(place 2)"
    truncate -s 5G "$(place 3)"
    jq -c --slurpfile unknown unknown.ndjson \
        '.payload.path = $unknown[input_line_number - 1].payload.path' encrypted.ndjson >bad.ndjson
    exits 3 timeout 20 msh-put --payloads payloads unknown.ndjson
    same "$(jq -r .id <<<"$output")" "$(tail -n 1 encrypted.ndjson | jq -r .id)"
    same "$(printf '%s\n' "${stderr_lines[@]}" | sed 's/\(record [0-9]*\):.*/\1/')" "$(printf 'msh-put: error: record %d\n' 1 2 3 4)"
    [[ $stderr != *"$PWD"* ]]
    exits 3 timeout 20 msh-decrypt -o out bad.ndjson
    same "${#lines[@]}" 0 # the fifth was just stored
    same "$(find out -type f)" ''
}

@test "bad input: an anchor, a CID and a box of somebody else" {
    three_good
    fresh_home other
    msh-key init -q
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put | msh-anchor >other.ndjson
    fresh_home home
    foreign=$(sed -n 2p other.ndjson)
    {
        jq -c --argjson o "$foreign" 'if input_line_number == 2 then .sealed = $o.sealed else . end' good.ndjson
        printf '%s\n' "$foreign"
        jq -c --argjson o "$foreign" 'if input_line_number == 2 then .payload.cid = $o.payload.cid else empty end' good.ndjson
        jq -c 'if input_line_number == 2 then .anchor.index = 0 else empty end' good.ndjson
    } >mixed.ndjson
    exits 3 msh-index mixed.ndjson
    same "$(jq -r .id <<<"$output")" "$(sed -n '1p;3p' good.ndjson | jq -r .id)"
    reports msh-index 'record 2' '.*sealed.*' 'record 4' 'the object is not in this keystore' 'record 5' '.*payload.*' \
        'record 6' '.*anchor.*'
    exits 3 msh-put mixed.ndjson
    exits 3 msh-anchor mixed.ndjson
    like "$stderr" 'record 5: '
    # Nothing of it got in.
    exits 0 msh-index good.ndjson
    same "$output" "$(<good.ndjson)"
}

@test "bad input: a damaged block, and a damaged tile" {
    three_good
    cid=$(sed -n 2p good.ndjson | jq -r .payload.cid)
    block=$MSH_HOME/store/${cid: -3:2}/$cid
    flip "$block" 30
    exits 3 msh-get good.ndjson
    same "$(jq -r .id <<<"$output")" "$(sed -n '1p;3p' good.ndjson | jq -r .id)"
    reports msh-get 'record 2' "block $cid .*"
    exits 3 msh-grant --as-age ages --to "$(msh-key show --recipient)" good.ndjson
    same "${#lines[@]}" 2
    # Encrypting once more does not help a block; storing its payload once more does.
    exits 4 msh-verify -q good.ndjson
    flip "$MSH_HOME/log/tile/entries/000.p/3" 40
    msh-encrypt -q --again "$BATS_TEST_TMPDIR/images/ct-000000.dcm" | msh-put >new.ndjson
    exits 1 msh-anchor new.ndjson
    same "$output" ''
    like "$stderr" '^msh-anchor: error: '
}

@test "bad input: paths of every kind for msh-encrypt" {
    images 2 good
    mkdir in
    cp good/ct-000000.dcm in/a.dcm
    cp good/ct-000001.dcm $'in/Doe\nJohn.dcm'
    mkfifo in/pipe
    : >in/empty
    echo 'not DICOM' >in/text
    head -c 700 good/ct-000000.dcm >in/cut
    truncate -s 5G in/sparse
    ln -s a.dcm in/link
    mkdir in/folder
    printf '%s\0' in/pipe in/empty in/text in/gone-Doe in/cut $'in/Doe\nJohn.dcm' in/sparse in/link '' in/a.dcm in/folder >list
    exits 3 timeout 60 msh-encrypt -0 <list
    same "$(jq -s length <<<"$output")" 2
    for number in 1 2 3 4 5 7 8; do
        same "$(printf '%s\n' "${stderr_lines[@]}" | grep -c "^msh-encrypt: error: input $number: ")" 1
    done
    [[ $stderr != *Doe* && $stderr != *"in/"* ]]
    like "${stderr_lines[-1]}" '^msh-encrypt: 2 encrypted, .*not readable$'
    exits 3 timeout 60 msh-encrypt -0 -q --show-paths <list
    like "$stderr" 'error: input 4 \(in/gone-Doe\): '
    # A newline in a path stays on its line.
    rm $'in/Doe\nJohn.dcm'
    exits 3 msh-encrypt -0 -q --show-paths < <(printf 'in/Doe\nJohn.dcm\0')
    same "${#stderr_lines[@]}" 2
    like "$stderr" 'in/Doe\\nJohn\.dcm'
    # By folder: links in it are passed over.
    exits 3 timeout 60 msh-encrypt -q --retry-refused in
    same "${#lines[@]}" 1
    same "${#stderr_lines[@]}" 5
    same "$(find "$MSH_HOME/spool" -type f -name '*.part')" ''
}

@test "bad input: no permission" {
    images 2 good
    chmod 000 good/ct-000000.dcm
    run_as=()
    if ((EUID == 0)); then
        run_as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        chmod -R a+rX "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" 2>/dev/null || true
        chmod 000 good/ct-000000.dcm
        mkdir open && chmod 777 open
        "${run_as[@]}" test -x "$(command -v msh-encrypt)" -a -r good/ct-000001.dcm -a -w open || skip 'nobody cannot come here'
        fresh_home work/open/home
        "${run_as[@]}" msh-key init -q
    fi
    exits 3 "${run_as[@]}" msh-encrypt -q good
    same "${#lines[@]}" 1
    reports msh-encrypt 'input 1' 'permission denied'
    exits 3 "${run_as[@]}" msh-put good/ct-000000.dcm
    reports msh-put 'operand 1' 'Permission denied'
}

@test "bad input: a file that vanishes or changes while it is read" {
    images 1 good
    # A path that is gone by its turn: the list is longer than what is opened at once.
    mkfifo list
    msh-encrypt -q <list >out.ndjson 2>err 3>&- &
    exec 7>list
    printf '%s\n' "$PWD/good/ct-000000.dcm" >&7
    until [[ -s out.ndjson ]]; do sleep 0.01; done
    rm good/ct-000000.dcm
    printf '%s\n' "$PWD/good/ct-000000.dcm" >&7
    exec 7>&-
    wait $! && differs 'exit 0' 'exit 3' || same $? 3
    same "$(wc -l <out.ndjson)" 1
    like "$(<err)" '^msh-encrypt: error: input 2: .*$'
}

# The custodian lives on a file system of 16 MB; small/ballast fills it up.
small_disk() {
    mkdir small
    if ((EUID != 0)) || ! mount -t tmpfs -o size=16m tmpfs small 2>/dev/null; then
        skip 'no small file system can be mounted'
    fi
    mounted=$PWD/small
    fresh_home work/small/home
    msh-key init -q
}

teardown() {
    if [[ -n ${mounted-} ]]; then umount "$mounted"; fi
}

# says_full KIB COMMAND...: with so much room left it ends with 1, and says why.
says_full() {
    local free
    free=$(df --output=avail -k small | tail -n 1)
    head -c $(((free - $1) * 1024)) /dev/zero >small/ballast
    exits 1 "${@:2}"
    rm small/ballast
    like "$stderr" "^$2: error: .*(No space left on device|the disk is full)"
    same "${#stderr_lines[@]}" 1
}

@test "full disk: each program ends with 1 and says so; with room again a later run completes" {
    small_disk
    "$root/scripts/make-test-dicom" series --count 20 --size 65536 in
    msh-encrypt -q in/ct-000000.dcm | msh-put | msh-anchor | msh-index >first.ndjson
    says_full 400 msh-encrypt -q in
    exits 0 msh-encrypt -q -o encrypted.ndjson in
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q -o large.ndjson large
    says_full 400 msh-put large.ndjson
    exits 0 msh-put -o put.ndjson encrypted.ndjson large.ndjson
    says_full 40 msh-anchor put.ndjson
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    says_full 40 msh-index anchored.ndjson
    exits 0 msh-index -o indexed.ndjson anchored.ndjson
    msh-get -o got.ndjson indexed.ndjson
    says_full 400 msh-decrypt -o small/out got.ndjson
    says_full 60 msh-grant --patients any --to "$(msh-key show --recipient)" -o small/x.grant indexed.ndjson
    same "$(find small -name '*.dcm' -o -name '*.grant' -o -name '.*.tmp')" ''
    msh-key init -q --home small/clinic
    msh-grant -q --patients any --to "$(msh-key show --recipient --home small/clinic)" -o own.grant indexed.ndjson
    accept=(msh-grant --home small/clinic --accept own.grant --issuer "$(msh-key show --fingerprint)")
    says_full 16 "${accept[@]}"
    exits 0 "${accept[@]}"
    same "${#lines[@]}" "$(wc -l <indexed.ndjson)"

    exits 0 bash -o pipefail -c 'msh-encrypt -q in large | msh-put | msh-anchor | msh-index'
    same "${#lines[@]}" 21
    printf '%s\n' "$output" >batch.ndjson
    exits 0 msh-verify -q batch.ndjson
    exits 0 bash -o pipefail -c 'msh-get batch.ndjson | msh-decrypt -o out'
    same "${#lines[@]}" 21
    same "$("$root/tests/support/pixel-digests" out)" \
        "$({ "$root/tests/support/pixel-digests" in && "$root/tests/support/pixel-digests" large; } | sort)"
    exits 0 msh-search -k PatientID=PID-000000
    same "${#lines[@]}" 20
    same "$(find "$MSH_HOME/spool" -type f)" ''
}

# The keystore with all its files, at every small amount of free space: it is whole, or there is none.
@test "full disk: init makes a whole keystore or none, and can be run again" {
    small_disk
    rm -r "$MSH_HOME"
    made=0
    failed=0
    for ((room = 0; room <= 640; room += 20)); do
        free=$(df --output=avail -k small | tail -n 1)
        head -c $(((free - room) * 1024)) /dev/zero >small/ballast
        run --separate-stderr msh-key init
        rm small/ballast
        if [[ $status == 0 ]]; then
            made=$((made + 1))
            same "$(sqlite3 "$MSH_HOME/keystore.db" 'PRAGMA integrity_check')" ok
        else
            same "$status" 1
            failed=$((failed + 1))
            like "$stderr" '^msh-key: error: .*(No space left on device|the disk is full)'
            run ! grep -q 'made a keystore' <<<"$stderr"
            [[ ! -e $MSH_HOME/keystore.db ]]
            exits 0 msh-key init
        fi
        exits 0 msh-key show
        exits 0 bash -o pipefail -c 'msh-encrypt -q "$1" | msh-put | msh-anchor | msh-index' - \
            "$("$root/scripts/make-test-dicom" series --count 1 --size 1024 in >/dev/null; echo in)"
        rm -r "$MSH_HOME"
    done
    ((made > 0 && failed > 3)) || differs "$made made, $failed failed" 'some of both'
}

@test "full disk: backup, restore and rotate end with 1, or have done it" {
    small_disk
    "$root/scripts/make-test-dicom" series --count 3 --size 1024 in
    msh-encrypt -q in | msh-put | msh-anchor | msh-index >batch.ndjson
    age-keygen -o key 2>/dev/null
    recipient=$(age-keygen -y key)
    msh-key backup -q --to "$recipient" backup.age
    fill() {
        local free
        free=$(df --output=avail -k small | tail -n 1)
        head -c $(((free - $1) * 1024)) /dev/zero >small/ballast
    }
    # whole_or_1 HOME COMMAND...
    whole_or_1() {
        run --separate-stderr "${@:2}"
        rm small/ballast
        [[ $status == 0 || $status == 1 ]] || differs "$status $stderr" '0 or 1'
        [[ ! -e $1/keystore.db ]] || same "$(sqlite3 "$1/keystore.db" 'PRAGMA integrity_check')" ok
        outcomes[status]=$((outcomes[status] + 1))
    }
    outcomes=(0 0)
    for ((room = 0; room <= 800; room += 80)); do
        fill "$room"
        whole_or_1 "$MSH_HOME" msh-key backup --to "$recipient" small/copy.age
        if [[ $status == 0 ]]; then age -d -i key small/copy.age >/dev/null; else [[ ! -e small/copy.age ]]; fi
        rm -f small/copy.age
        fill "$room"
        whole_or_1 "$MSH_HOME" msh-key rotate
        exits 0 bash -o pipefail -c 'msh-get batch.ndjson | msh-decrypt -q -o "out$1"' - "$room"
        : >none
        fill "$room"
        whole_or_1 small/again msh-key restore --home small/again --identity key --tombstones none \
            --log "$MSH_HOME/log" backup.age
        if [[ $status == 0 ]]; then
            exits 0 msh-search --home small/again -k PatientID=PID-000000 || [[ $status == 1 ]]
        else
            [[ ! -e small/again/keystore.db ]]
            exits 0 msh-key restore -q --home small/again --identity key --tombstones none \
                --log "$MSH_HOME/log" backup.age
        fi
        exits 0 msh-key show --home small/again
        rm -r small/again
    done
    ((outcomes[0] > 3 && outcomes[1] > 3)) || differs "${outcomes[*]}" 'some of both'
}

@test "full disk: standard output that takes nothing ends with 1" {
    three_good
    for filter in put anchor index get; do
        run --separate-stderr bash -c "msh-$filter good.ndjson >/dev/full"
        same "$status" 1
        like "$stderr" "^msh-$filter: error: .*No space left on device"
    done
}

@test "damage: a page of the keystore ends with 1, and with it back a later run completes" {
    records 40 | msh-put | msh-anchor >good.ndjson
    msh-index - </dev/null
    cp "$MSH_HOME/keystore.db" saved.db
    size=$(stat -c %s saved.db)
    damaged=0
    for ((page = 0; page * 4096 < size; page += 2)); do
        cp saved.db "$MSH_HOME/keystore.db"
        head -c 4096 /dev/zero | tr '\0' '\377' | dd of="$MSH_HOME/keystore.db" bs=4096 seek="$page" conv=notrunc status=none
        run --separate-stderr msh-index good.ndjson
        [[ $status == 0 || $status == 1 ]] || differs "page $page: exit $status: $stderr" 'exit 1'
        if [[ $status == 1 ]]; then
            damaged=$((damaged + 1))
            like "${stderr_lines[0]}" '^msh-index: error: .*(keystore|database|master key)'
        fi
        rm -f "$MSH_HOME"/keystore.db-*
    done
    ((damaged > size / 4096 / 8)) || differs "$damaged of $((size / 8192)) pages were noticed" 'a quarter at least'
    : >"$MSH_HOME/keystore.db"
    exits 1 msh-index good.ndjson
    echo 'no database at all, and longer than the head of one, one would think: but what is it then' >"$MSH_HOME/keystore.db"
    exits 1 msh-index good.ndjson
    truncate -s $((size / 2)) "$MSH_HOME/keystore.db"
    exits 1 msh-index good.ndjson
    cp saved.db "$MSH_HOME/keystore.db"
    rm -f "$MSH_HOME"/keystore.db-* "$MSH_HOME"/index/manifest
    run --separate-stderr msh-search -k PatientID=PID-000000
    same "$status" 1
}

@test "damage: the checkpoint ends with 1, and with it back a later run completes" {
    three_good
    cp "$MSH_HOME/log/checkpoint" checkpoint
    records 4 | tail -n 1 | msh-put >new.ndjson
    # shellcheck disable=SC2016
    for damage in 's/^[A-Za-z0-9+\/]\{43\}=$/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' '1s/$/x/' '$s/....$/AAAA/' '1,$d'; do
        sed "$damage" checkpoint >"$MSH_HOME/log/checkpoint"
        exits 1 msh-anchor new.ndjson
        same "$output" ''
        like "${stderr_lines[0]}" '^msh-anchor: error: .*(log|checkpoint)'
        exits 1 msh-verify -q good.ndjson
        exits 1 msh-grant --to "$(msh-key show --recipient)" -o x.grant good.ndjson
        [[ ! -e x.grant ]]
        sed "$damage" checkpoint | cmp - "$MSH_HOME/log/checkpoint"
    done
    cp checkpoint "$MSH_HOME/log/checkpoint"
    exits 0 msh-anchor -o anchored.ndjson new.ndjson
    exits 0 msh-verify -q good.ndjson anchored.ndjson
    exits 0 msh-grant --to "$(msh-key show --recipient)" -o x.grant good.ndjson
}

@test "bad input: a list of the other kind is no list of one file" {
    images 60 in
    find in -type f -print0 | sort -z >nul.list
    find in -type f | sort >line.list
    exits 3 msh-encrypt <nul.list
    same "$output" ''
    same "$stderr" 'msh-encrypt: error: input 1: a path with a NUL in it
msh-encrypt: hint: the paths in the list are terminated by NUL: use -0
msh-encrypt: hint: --show-paths shows their paths
msh-encrypt: 0 encrypted, 1 not readable'
    exits 3 msh-encrypt -q -0 <line.list
    same "$output" ''
    same "${stderr_lines[1]}" 'msh-encrypt: hint: the paths in the list are terminated by newline: omit -0'
    # Of one path alone, and of more than a path can be.
    exits 3 msh-encrypt -q < <(printf 'in/ct-000000.dcm\0')
    same "${stderr_lines[1]}" 'msh-encrypt: hint: the paths in the list are terminated by NUL: use -0'
    exits 3 msh-encrypt -q -0 < <(echo in/ct-000000.dcm)
    same "${stderr_lines[1]}" 'msh-encrypt: hint: the paths in the list are terminated by newline: omit -0'
    for _ in {1..3000}; do cat nul.list; done >long.list
    (($(stat -c %s long.list) > 2 << 20))
    exits 3 msh-encrypt -q <long.list
    same "$stderr" 'msh-encrypt: error: input 1: the path is too long
msh-encrypt: hint: the paths in the list are terminated by NUL: use -0'
    exits 3 msh-encrypt -q -0 < <(tr '\0' '\n' <long.list)
    same "$stderr" 'msh-encrypt: error: input 1: the path is too long
msh-encrypt: hint: the paths in the list are terminated by newline: omit -0'
    # Where a NUL stands in one of several lines, the others are done.
    exits 3 msh-encrypt -q < <(head -n 2 line.list; head -n 1 nul.list | head -c 40; echo; sed -n 3p line.list)
    same "${#lines[@]}" 3
    # Lines of Windows; a list in an operand.
    exits 3 msh-encrypt -q < <(sed 's/$/\r/' line.list)
    same "$(grep -c 'error: input' <<<"$stderr")" 10
    like "$stderr" '\.\.\. and 50 more like it: no such file'
    same "${stderr_lines[1]}" 'msh-encrypt: hint: the line ends with CR LF: end it with newline alone'
    exits 3 msh-encrypt -q "$(<line.list)"
    same "${stderr_lines[1]}" 'msh-encrypt: hint: give each path as a separate operand, or the list on standard input'
    exits 2 msh-encrypt -0 in/ct-000000.dcm
    # A path with a newline is one with -0, and as an operand.
    mv in $'i\nn'
    exits 0 msh-encrypt -0 < <(find ./i* -name '*0[0-4].dcm' -print0)
    same "${#lines[@]}" 5
    exits 0 msh-encrypt $'i\nn/ct-000000.dcm'
}

@test "bad input: NULs in records and in a file of keys" {
    three_good
    for filter in put anchor index get verify; do
        exits 3 "msh-$filter" -q < <(tr '\n' '\0' <good.ndjson)
        same "$output" ''
        like "$stderr" 'error: record 1: the line contains a NUL'
    done
    msh-index -q -o /dev/null good.ndjson
    exits 2 msh-search -f <(printf 'PatientID=PID-000000\0StudyDescription=CT\0')
    like "$stderr" 'error: a line of the file of keys has a NUL in it'
    exits 2 msh-search -f <(printf 'StudyDescription=CT\0StudyDescription=CT\0')
}

@test "bad input: a path with a NUL, a byte order mark, and a proof without end" {
    three_good
    head -c 1050 /dev/zero >secret
    {
        jq -c --arg path "$PWD/secret" '.payload.path = $path + "\u0000"' <(sed -n 1p good.ndjson)
        jq -c --arg path "$PWD/secret" '.payload.path = $path + "\u0000.dcm"' <(sed -n 1p good.ndjson)
        printf '\xef\xbb\xbf' && sed -n 2p good.ndjson
        jq -c --arg proof "$(printf '%0100000d' 0)" '.anchor.proof = $proof' <(sed -n 3p good.ndjson)
    } >bad.ndjson
    wrong=('record 1' "'payload.path' has an invalid value" 'record 2' "'payload.path' has an invalid value"
        'record 3' 'not a JSON object' 'record 4' "'anchor.proof' is too long")
    for filter in put anchor index get verify 'decrypt -o out'; do
        # shellcheck disable=SC2086
        exits 3 msh-$filter -q bad.ndjson
        reports "msh-${filter%% *}" "${wrong[@]}"
    done
    exits 3 msh-grant --to "$(msh-key show --recipient)" bad.ndjson
    same "${stderr_lines[-1]}" 'msh-grant: error: there is nothing to grant'
    unset 'stderr_lines[-1]'
    reports msh-grant "${wrong[@]}"
}

@test "bad input: what nobody answers for in a record from outside stays out of the keystore and of grants" {
    three_good
    msh-index -q -o /dev/null good.ndjson
    exits 0 msh-search -k Modality=CT
    known=$output
    # A line of exactly 1 MiB.
    line=$(sed -n 1p good.ndjson | jq -c 'del(.sealed) | .anchor.proof = "AAAA" | .payload.shards = "EVIL" | .original = {"size": 1}')
    line=${line/EVIL/EVIL$(printf '%0*d' $((1048576 - ${#line})) 0)}
    printf '%s\n' "$line" >evil.ndjson
    same "$(wc -c <evil.ndjson)" 1048577
    run -3 msh-anchor -q evil.ndjson # `original` is not what is known
    jq -c 'del(.original)' evil.ndjson >less.ndjson
    exits 0 msh-put less.ndjson
    same "$output" "$(<less.ndjson)"
    jq -c '. + {sealed: $good.sealed}' --argjson good "$(sed -n 1p good.ndjson)" <<<"$(jq -c '.payload.shards = "EVIL"' less.ndjson)" >small.ndjson
    exits 0 msh-anchor small.ndjson
    same "$output" "$(<small.ndjson)"
    exits 0 msh-index small.ndjson
    exits 0 msh-search -k Modality=CT
    same "$output" "$known"
    msh-grant --to "$(msh-key show --recipient)" -o some.grant small.ndjson
    exits 0 msh-grant --accept some.grant --issuer "$(msh-key show --fingerprint)"
    [[ $output != *EVIL* && $stderr != *EVIL* ]]
}

@test "bad input: a record that would grow beyond 1 MiB, whatever is added to it" {
    records 2 >plain.ndjson
    msh-put -q plain.ndjson >put.ndjson
    msh-anchor -q put.ndjson >good.ndjson
    for step in 'put plain' 'anchor put' 'get good'; do
        read -r filter from <<<"$step"
        # The first is a line of exactly 1 MiB.
        line=$(sed -n 1p "$from.ndjson" | jq -c 'del(.payload.path) + {x: ""}')
        {
            echo "${line/\"x\":\"/\"x\":\"$(printf '%0*d' $((1048576 - ${#line})) 0)}"
            sed -n 2p "$from.ndjson"
        } >in
        exits 3 "msh-$filter" in
        reports "msh-$filter" 'record 1' 'the record would become longer than 1 MiB'
        same "$(jq -r .id <<<"$output")" "$(sed -n 2p good.ndjson | jq -r .id)"
    done
}
