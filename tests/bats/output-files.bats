#!/usr/bin/env bats
# What a program is told to write never destroys the home folder's own files or what the program reads.
load helper

# unharmed COMMAND...: it is refused as a usage error, and nothing has changed.
unharmed() {
    local before
    before=$(state)
    exits 2 "$@"
    like "$stderr" '(would|might) (write|overwrite)|name one file|is a file that is read'
    same "$(state)" "$before"
}

state() {
    find . "$MSH_HOME" -type f ! -name '*.lock' ! -name '*-shm' ! -name '*-wal' ! -name '*-queue' -exec sha256sum {} + |
        sort
}

# prepared: records in every state, a card, and an identity.
prepared() {
    in_work_folder
    records 4 >encrypted
    msh-put -q encrypted >stored
    msh-anchor -q stored >anchored
    msh-index -q anchored >indexed
    msh-grant --card >card
    age-keygen -o identity 2>/dev/null
    recipient=$(age-keygen -y identity)
}

@test "output files: no program writes into the home folder" {
    prepared
    for place in keystore.db master.key master.key.next index/manifest index/x tombstones log/checkpoint store/x new \
        spool/x fetched/x ../home/keystore.db; do
        unharmed msh-put -o "$MSH_HOME/$place" stored
    done
    ln -s "$MSH_HOME" link
    ln -s "$MSH_HOME/master.age" dangling
    ln "$MSH_HOME/keystore.db" hard
    for place in link/keystore.db link/new dangling hard; do
        unharmed msh-anchor -o "$place" stored
    done
    cd "$MSH_HOME"
    unharmed msh-index -o keystore.db "$OLDPWD/anchored"
    unharmed msh-get -o "$PWD/log/../keystore.db" "$OLDPWD/stored"
}

@test "output files: every option that writes a file is checked" {
    prepared
    file=$MSH_HOME/keystore.db
    unharmed msh-key backup --to "$recipient" "$file"
    unharmed msh-key backup --to "$recipient" "$MSH_HOME/backup"
    unharmed msh-key rotate --next-key "$MSH_HOME/master.key.next"
    unharmed msh-key shred --next-key "$file" "$(jq -r .study stored | head -n 1)"
    unharmed msh-encrypt -o "$file" "$BATS_TEST_TMPDIR/images"
    unharmed msh-put --car "$file" encrypted
    unharmed msh-put --store "$MSH_HOME/log" encrypted
    unharmed msh-put --check -o "$file"
    unharmed msh-anchor -o "$file" stored
    unharmed msh-index -o "$file" stored
    unharmed msh-search -o "$file" -k PatientName=doe
    unharmed msh-grant --to "$recipient" -o "$file" anchored
    unharmed msh-grant --to "$recipient" --to card -o "$MSH_HOME" anchored
    unharmed msh-grant --to "$recipient" --as-age "$MSH_HOME/index" anchored
    unharmed msh-grant --card -o "$file"
    unharmed msh-list grants -o "$file"
    unharmed msh-get -o "$file" stored
    unharmed msh-get --repair "$MSH_HOME/index" stored
    unharmed msh-decrypt -o "$MSH_HOME/fetched" stored
    unharmed msh-verify -o "$file" anchored
    unharmed msh-verify --proof "$MSH_HOME/log" anchored
}

@test "output files: no program writes over what it reads" {
    prepared
    ln -s stored soft
    ln stored hard
    unharmed msh-put --car encrypted encrypted
    unharmed msh-put -o stored stored
    unharmed msh-anchor -o soft stored
    unharmed msh-anchor -o hard stored
    unharmed msh-index -o ./stored encrypted stored
    unharmed bash -c 'msh-get -o stored <stored'
    unharmed msh-verify -o card anchored --from card
    unharmed msh-grant --to card -o card anchored
    unharmed msh-grant --to card -o anchored anchored
    unharmed msh-grant --accept card -o card
    unharmed msh-search -f identity -o identity
    unharmed msh-anchor --passphrase-file card -o card stored
    unharmed bash -c 'msh-anchor --passphrase-fd 7 -o card stored 7<card'
    unharmed msh-key backup --to "$recipient" --passphrase-file card card
    unharmed bash -c 'msh-put stored >>stored'
    unharmed msh-encrypt -o "$BATS_TEST_TMPDIR/images/records" "$BATS_TEST_TMPDIR/images"
    image=$(find "$BATS_TEST_TMPDIR/images" -type f | head -n 1)
    unharmed msh-encrypt -o "$image" "$image"
    unharmed msh-put --car both -o both encrypted
}

@test "output files: none lies in a folder that the same command writes" {
    prepared
    msh-put -q --store other encrypted >/dev/null
    cid=$(head -n 1 stored | jq -r .payload.cid)
    block=other/${cid: -3:2}/$cid
    unharmed msh-put --store other -o "$block" stored
    unharmed msh-put --store other -o other/new stored
    unharmed msh-put --car "$block" --store other stored
    unharmed msh-put --store other --store unborn -o unborn/x stored
    unharmed msh-put --store other --check -o other/x
    unharmed msh-get --availability --from "$MSH_HOME/store" --repair other -o other/x stored
    unharmed msh-verify --proof . -o "$(head -n 1 stored | jq -r .id).tlog-proof" anchored
    unharmed msh-verify --proof proofs -o proofs/verdicts anchored
    unharmed msh-grant --to "$recipient" --as-age ages -o ages/list anchored
    exits 0 msh-verify -q --proof proofs -o verdicts anchored
}

@test "output files: a name that is made up is not that of a file that is read" {
    prepared
    own=$(msh-key show --recipient)
    mkdir out
    cp anchored "out/$recipient.grant"
    unharmed msh-grant --to card --to "$recipient" -o out "out/$recipient.grant"
    unharmed msh-grant --to "$recipient" -o out "out/$recipient.grant"
    unharmed msh-grant --to "$recipient" -o ./out - <"out/$recipient.grant"
    ln -s "out/$recipient.grant" link
    unharmed msh-grant --to "$recipient" -o out link
    unharmed msh-grant --to "$recipient" -o out --label-file "out/$recipient.grant" anchored
    cp card "out/$own.grant"
    unharmed msh-grant --to "out/$own.grant" --to "$recipient" -o out anchored
    unharmed msh-grant --to "$recipient" -o out --passphrase-file "out/$own.grant" anchored
    name=$(msh-grant --patients any --as-age ages --to "$recipient" anchored | head -n 1)
    cp anchored "$name"
    unharmed msh-grant --patients any --as-age ages --to "$recipient" "$name"
    msh-verify -q --proof proofs anchored >/dev/null
    name=$(find proofs -type f | head -n 1)
    cp anchored "$name"
    unharmed msh-verify --proof proofs "$name"
    # msh-decrypt replaces nothing.
    name=$(msh-get stored | msh-decrypt -o plain | head -n 1)
    msh-get -q -o "$name" stored
    cp "$name" got
    exits 0 msh-decrypt -o plain "$name"
    cmp "$name" got
    # What is in the folder under another name is read.
    cp anchored out/records
    exits 0 msh-grant --patients any --to card --to "$recipient" -o out out/records
}

@test "output files: what the environment names is read, too" {
    prepared
    MSH_SOURCES=$'stored\r\ncard' unharmed msh-get -o card stored
    SSL_CERT_FILE=card unharmed msh-get -o card stored
}

@test "output files: nor over a file that a list names" {
    prepared
    cp "$(find "$BATS_TEST_TMPDIR/images" -type f | head -n 1)" image
    cp image other
    ln image hard
    ln -s image soft
    for name in image hard soft; do
        unharmed bash -c "msh-encrypt --again -o $name <<<image"
        unharmed bash -c "printf '%s\\0' other image | msh-encrypt -0 --again --report $name"
    done
    unharmed bash -c 'msh-encrypt --again -o "$PWD/image" <<<image'
    unharmed bash -c 'msh-encrypt --again <<<image >>image'
    msh-encrypt --again -q -o new --report report <<<image
    jq -e 'select(.outcome == "encrypted")' report >/dev/null
}

@test "output files: what is nobody's is written, and devices are" {
    prepared
    msh-put encrypted >now
    msh-put -o again encrypted && cmp again now
    msh-put -o again encrypted && cmp again now
    msh-put -q -o /dev/null encrypted </dev/null
    msh-put -q --store "$MSH_HOME/store" encrypted | cmp - now
    msh-key backup -q --to "$recipient" backup
    age -d -i identity backup | head -n 1 | grep -qx msh-backup-v1
    ln -s elsewhere to-elsewhere
    msh-put -q -o to-elsewhere encrypted && cmp elsewhere now
    [[ -L to-elsewhere ]]
}
