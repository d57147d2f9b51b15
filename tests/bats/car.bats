#!/usr/bin/env bats
# CAR archives: payloads on the way where there is no network. tests/support/car reads and writes them by itself.
load helper

setup() {
    fresh_home home
    in_work_folder
    always_fetch
    msh-key init -q
}

car() { "$root/tests/support/car" "$@"; }

# A payload of five blocks.
large_record() {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) "$BATS_TEST_TMPDIR/large"
    msh-encrypt -q "$BATS_TEST_TMPDIR/large"
}

# The digests of what the records in $1 decrypt to, fetched with the options that follow.
decrypted() {
    rm -rf out
    msh-get "${@:2}" "$1" | msh-decrypt -o out >/dev/null
    (cd out && sha256sum -- * | sort)
}

@test "car: put --car writes every block and names every payload, and the spool keeps them" {
    records 20 >encrypted.ndjson
    large_record >>encrypted.ndjson
    exits 0 msh-put --car export.car -o put.ndjson encrypted.ndjson
    same "$stderr" ''
    car list export.car >listed
    same "$(sed -n 's/^root //p' listed | sort)" "$(jq -r .payload.cid put.ndjson | sort)"
    same "$(grep -c '^block' listed)" 25
    same "$(sed 's/,"cid":"[a-z0-9]*"//' put.ndjson)" "$(<encrypted.ndjson)" # the path stays: that is where it is
    same "$(jq -r .payload.path put.ndjson | xargs ls | wc -l)" 21
    [[ ! -e $MSH_HOME/store ]]
    same "$(find . -name '.*')" .
    # The store takes the same payloads under the same names later.
    exits 0 msh-put -o stored.ndjson put.ndjson
    same "$(jq -r .payload.cid stored.ndjson)" "$(jq -r .payload.cid put.ndjson)"
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
    same "$(decrypted stored.ndjson)" "$(decrypted put.ndjson --from export.car)"
}

@test "car: several targets at once, and again what one of them lacks" {
    records 3 >encrypted.ndjson
    large_record >>encrypted.ndjson
    exits 0 msh-put --store one --store two --car export.car -o put.ndjson encrypted.ndjson
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
    same "$(jq -s 'map(select(.payload.path)) | length' put.ndjson)" 0
    same "$(cd one && find . -path './??/*' -type f | sort)" "$(cd two && find . -path './??/*' -type f | sort)"
    same "$(find one -path '*/??/*' -type f | wc -l)" 8
    [[ ! -e $MSH_HOME/store ]]
    exits 0 msh-verify -q --from one <(msh-anchor put.ndjson)
    # Neither spool nor own store has them: another archive cannot be made, and none appears.
    echo old >again.car
    exits 3 msh-put --car again.car put.ndjson
    same "${stderr_lines[0]}" 'msh-put: error: record 1: the payload is neither in a file nor complete in a store'
    same "$(<again.car)" old
    # The stores are asked, too: the same command again does the same, and a new store gets what an old one has.
    car list export.car | sort >first
    exits 0 msh-put --store one --store two --car export.car -o again.ndjson encrypted.ndjson put.ndjson
    same "$(car list export.car | sort -u)" "$(sort -u first)"
    same "$(jq -r .payload.cid again.ndjson | sort -u)" "$(jq -r .payload.cid put.ndjson | sort -u)"
    exits 0 msh-put --store one --store three put.ndjson
    same "$(cd one && find . -path './??/*' -type f | sort)" "$(cd three && find . -path './??/*' -type f | sort)"
    exits 0 msh-put --store two put.ndjson # known there
    same "$(jq -r .payload.cid <<<"$output")" "$(jq -r .payload.cid put.ndjson)"
    find two -type f -delete # the folders stay, as if its disk was damaged
    exits 3 msh-put --store two put.ndjson
}

@test "car: what lies in the own store is put into an archive, another store, and a stream" {
    records 3 >encrypted.ndjson
    large_record >>encrypted.ndjson
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    exits 0 msh-put --car export.car --store other put.ndjson
    same "$output" "$(<put.ndjson)"
    same "$(car list export.car | grep -c '^block')" 8
    same "$(cd other && find . -path './??/*' -type f -exec sha256sum {} + | sort)" \
        "$(cd "$MSH_HOME/store" && find . -path './??/*' -type f -exec sha256sum {} + | sort)"
    # A stream does not know its roots when it begins.
    msh-put --car - -o again.ndjson put.ndjson >stream.car
    cmp put.ndjson again.ndjson
    same "$(car list stream.car | sed -n 's/^root //p')" bafkqaaa
    same "$(car list stream.car | grep '^block' | sort)" "$(car list export.car | grep '^block' | sort)"
    mkfifo pipe
    cat pipe >piped.car 3>&- &
    exits 0 msh-put --car pipe put.ndjson
    wait $!
    same "$(car list piped.car | sort)" "$(car list stream.car | sort)"
    for archive in export.car stream.car; do
        same "$(decrypted put.ndjson --from "$archive")" "$(decrypted put.ndjson)"
    done
}

@test "car: an archive by another program, damaged or cut off: the rest comes from elsewhere" {
    records 30 >encrypted.ndjson
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    wanted=$(decrypted put.ndjson)
    car make foreign.car "$MSH_HOME/store"
    same "$(decrypted put.ndjson --from foreign.car)" "$wanted"
    exits 0 msh-verify -q --from foreign.car <(msh-anchor put.ndjson)

    head -c $(($(stat -c %s foreign.car) / 3)) foreign.car >cut.car
    exits 3 msh-get --from cut.car -o got.ndjson put.ndjson
    like "${stderr_lines[0]}" "^msh-get: warning: 'cut.car' is cut off or damaged at byte [0-9]+: blocks after that are not used$"
    like "${stderr_lines[1]}" '^msh-get: error: record [0-9]+: block bafkrei[a-z0-9]+ is in none of the sources$'
    ((${#stderr_lines[@]} > 10 && $(wc -l <got.ndjson) > 5))
    exits 0 msh-get --from cut.car --from "$MSH_HOME/store" put.ndjson
    same "$(decrypted put.ndjson --from cut.car --from foreign.car 2>/dev/null)" "$wanted"

    # One byte of the middle of a block.
    cp foreign.car wrong.car
    flip wrong.car 3000
    exits 3 msh-get --from wrong.car put.ndjson
    like "$stderr" 'block bafkrei[a-z0-9]+ is damaged in every source that has it$'
    same "${#lines[@]}" 29
    same "$(decrypted put.ndjson --from wrong.car --from foreign.car)" "$wanted"

    echo 'no archive at all, although it is long enough to be one of those' >none.car
    exits 1 msh-get --from none.car put.ndjson
    same "$stderr" "msh-get: error: 'none.car' is not a CAR archive"
}

@test "car: nothing appears under the archive's name before it is whole" {
    records 3 >encrypted.ndjson
    echo old >export.car
    exits 3 msh-put --car export.car <(cat encrypted.ndjson && echo '{"msh":1')
    same "$(car list export.car | grep -c '^block')" 3 # the bad record is not the archive's fault
    echo old >export.car
    large_record >>encrypted.ndjson
    # The disk takes no file of more than 2 MB.
    exits 1 bash -c 'trap "" XFSZ && ulimit -f 2000 && msh-put --car export.car -o put.ndjson encrypted.ndjson'
    same "$stderr" "msh-put: error: cannot write in '$PWD': File too large"
    same "$(<export.car)" old
    same "$(find . -name '.*')" .
    [[ ! -e put.ndjson ]]
}

@test "car: a payload that is only in an archive is not in a store" {
    records 2 >encrypted.ndjson
    msh-put --car export.car encrypted.ndjson >put.ndjson
    # Its file is lost, and the archive with it: it is encrypted anew.
    rm "$(sed -n 1p put.ndjson | jq -r .payload.path)"
    exits 0 msh-encrypt "$BATS_TEST_TMPDIR/images"
    same "$stderr" 'msh-encrypt: 1 encrypted, 1 already encrypted'
    exits 0 msh-put -q <<<"$output"
    # A line from before, of a file that went into the store since, says no more where it was.
    exits 0 msh-put --car again.car -o again.ndjson <(sed -n 2p encrypted.ndjson)
    same "$(jq .payload.path again.ndjson)" null
    same "$(car list again.car | grep -c '^block')" 1
}

@test "car: what becomes known as stored meanwhile goes into the archive from there" {
    needs_plain_build
    records 1 >encrypted.ndjson
    exits 0 hooked 'msh-put -o stored.ndjson encrypted.ndjson' "$(jq -r .payload.path encrypted.ndjson)" \
        msh-put --car export.car encrypted.ndjson
    same "$output" "$(<stored.ndjson)"
    same "$(car list export.car | grep -c '^block')" 1
}

@test "car: a payload that is not its CID's is no root" {
    records 2 | msh-put --car first.car >put.ndjson
    jq -c --slurpfile all put.ndjson '.payload.cid = $all[1].payload.cid' <(sed -n 1p put.ndjson) >wrong.ndjson
    spool=$MSH_HOME/spool
    MSH_HOME=$BATS_TEST_TMPDIR/other exits 3 msh-put --payloads "$spool" --car export.car wrong.ndjson \
        <(sed 1d put.ndjson)
    same "$(car list export.car | sed -n 's/^root //p')" "$(sed 1d put.ndjson | jq -r .payload.cid)"
}

@test "car: what a killed run left is removed by the next one" {
    records 2 >encrypted.ndjson
    mkfifo hold
    msh-put --car export.car encrypted.ndjson - <hold >put.ndjson 3>&- &
    exec 5>hold
    until [[ -s put.ndjson ]]; do sleep 0.01; done
    kill -KILL $!
    exec 5>&-
    wait $! || true
    same "$(find . -name '.export.car.*' | wc -l)" 1
    exits 0 msh-put --car export.car encrypted.ndjson
    same "$(find . -name '.export.car.*')" ''
    same "$(car list export.car | grep -c '^block')" 2
}

@test "car: an archive on standard output leaves no room for records" {
    records 1 >encrypted.ndjson
    exits 2 msh-put --car - encrypted.ndjson
    same "$output" ''
    same "${stderr_lines[0]}" 'msh-put: error: --car - writes to standard output, where the records go'
    same "${stderr_lines[1]}" 'msh-put: hint: write the records to a file with -o'
    exits 2 msh-put --car x.car -o ./x.car encrypted.ndjson
    exits 0 bash -c 'msh-put --car >(cat >substituted.car) -o put.ndjson encrypted.ndjson'
    until car list substituted.car 2>unread | grep -q '^block'; do sleep 0.01; done
}

@test "car: shredding tells which archive still holds ciphertext" {
    records 2 | msh-put --car export.car --store "$MSH_HOME/store" >put.ndjson
    study=$(jq -r .study put.ndjson | sed -n 1p)
    exits 0 msh-key shred "$study"
    like "$stderr" "msh-key: ciphertext remains in car:$(realpath export.car)"
    [[ $stderr != *store:* ]]
}

@test "car: blocks that are there twice, one of them damaged, and blocks that nobody asked for" {
    records 5 >encrypted.ndjson
    msh-put --car - -o put.ndjson encrypted.ndjson >once.car
    header=26 # of an archive without known roots
    cat once.car <(tail -c "+$((header + 1))" once.car) >twice.car
    flip twice.car 100
    same "$(decrypted put.ndjson --from twice.car)" "$(decrypted put.ndjson --from once.car)"
    sed -n 3p put.ndjson >one.ndjson
    exits 0 msh-get --from twice.car -o got.ndjson one.ndjson
    same "$(wc -l <got.ndjson)" 1
    flip once.car 100
    exits 3 msh-get --from once.car -o got.ndjson put.ndjson
    same "$(wc -l <got.ndjson)" 4
    like "$stderr" 'is damaged in every source that has it$'
}

@test "car: a few megabytes that claim to be a petabyte keep nobody long" {
    records 1 | msh-put >put.ndjson
    bomb=$(car bomb bomb.car)
    claim() {
        jq -c --arg cid "$bomb" '.payload |= (.cid = $cid | .size = 1125899906842624)' put.ndjson >bomb.ndjson
    }
    claim
    # Each of these took years.
    exits 4 timeout 200 msh-verify -q --from bomb.car bomb.ndjson
    same "$(jq -r .payload <<<"$output")" absent
    exits 4 timeout 200 msh-get --availability --from bomb.car bomb.ndjson
    same "$(jq -r '.sources[].state' <<<"$output")" part
    exits 4 timeout 200 msh-get --repair copy --from bomb.car bomb.ndjson
    exits 3 timeout 200 msh-get --from bomb.car bomb.ndjson
    exits 3 timeout 200 msh-get --range 0:1 --from bomb.car bomb.ndjson
    # A record of it in the keystore, and its nodes in the store.
    car unpack bomb.car "$MSH_HOME/store"
    sqlite3 "$MSH_HOME/keystore.db" "UPDATE object SET payload_cid = '$bomb', payload_size = 1125899906842624;
        UPDATE stored SET cid = '$bomb'"
    exits 4 timeout 200 msh-put --check
    same "$(grep -c ' absent$' <<<"$output")" $((70 * 1024))
    exits 0 timeout 200 msh-put --gc
    same "$output" "$(jq -r '.payload.cid + " unneeded"' put.ndjson)"
    # Of more blocks than are looked at, nobody can tell.
    bomb=$(car bomb bomb.car 257)
    claim
    exits 3 timeout 200 msh-get --availability --from bomb.car bomb.ndjson
    like "$stderr" 'error: record 1: the payload has too many blocks to check$'
    exits 4 timeout 200 msh-verify -q --from bomb.car bomb.ndjson
}

@test "car: an archive that cannot be read somewhere is named with the reason, and the rest of it is used" {
    needs_plain_build
    records 3 >encrypted.ndjson
    msh-put -q --car export.car -o put.ndjson encrypted.ndjson
    # place NUMBER: where the payload of this record lies in the archive.
    place() {
        python3 -c 'import sys; print(open("export.car", "rb").read().index(open(sys.argv[1], "rb").read()))' \
            "$(sed -n "$1p" encrypted.ndjson | jq -r .payload.path)"
    }
    # The blocks are as the batch's threads wrote them: the last one's.
    last=$(for number in 1 2 3; do echo "$(place $number) $number"; done | sort -n | tail -n 1)
    export UNREADABLE_AT=$((${last% *} + 1000))
    number=${last#* }
    msh_get() {
        rm -rf "$MSH_HOME/fetched"
        unreadable export.car "$(type -P msh-get)" "$@"
    }
    exits 1 msh_get -o got.ndjson --from export.car put.ndjson
    same "$stderr" "msh-get: error: record $number: cannot read 'export.car': Input/output error"
    same "$(wc -l <got.ndjson)" 2
    cid=$(sed -n "${number}p" put.ndjson | jq -r .payload.cid)
    exits 1 msh_get --availability --from export.car put.ndjson
    same "$stderr" "msh-get: error: cannot read 'export.car': Input/output error"
    same "$(jq -r '.sources[].state' <<<"$output" | sort)" "$(printf '%s\n' unknown whole whole)"
    # Whoever else has the block gives it.
    msh-put -q --store other put.ndjson >/dev/null
    exits 0 msh_get -q --from export.car --from other -o all.ndjson put.ndjson
    # To copy from it is not the failure of where the copies go.
    exits 1 msh_get --repair copy --from export.car put.ndjson
    same "$(jq -c .repaired <<<"$output" | sort | uniq -c | tr -s ' ')" "$(printf ' %s\n' '1 false' '2 true')"
    same "$(find copy -name 'baf*' | wc -l)" 2
    rm -r other/*
    exits 1 unreadable export.car msh-put --repair --store other --from export.car
    same "${stderr_lines[0]}" "msh-put: error: cannot read 'export.car': Input/output error"
    same "$(sort <<<"$output")" "$(jq -r .payload.cid put.ndjson | sort | sed "s/$/ repaired/; /$cid/s/repaired/absent/")"
    # A section whose beginning cannot be read is where the archive ends.
    UNREADABLE_AT=$((${last% *} - 1))
    exits 3 msh_get -o got.ndjson --from export.car put.ndjson
    like "${stderr_lines[0]}" "warning: cannot read 'export.car': Input/output error at byte [0-9]+: blocks after that are"
    like "${stderr_lines[1]}" "record $number: block $cid is in none of the sources"
    same "$(wc -l <got.ndjson)" 2
}
