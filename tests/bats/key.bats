#!/usr/bin/env bats
# msh-key, and where the home folder and the master key are looked for.
load helper

setup() {
    fresh_home home
    cd "$BATS_TEST_TMPDIR" || return
}

# Modes and names of everything in a folder.
modes() {
    (cd "$1" && find . -printf '%m %P\n' | sort -k 2)
}

digest() {
    (cd "$1" && find . -type f -exec sha256sum {} + | sort)
}

# batch N: N images through the whole pipeline, into batch.ndjson.
batch() {
    images "$1"
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put | msh-anchor | msh-index >batch.ndjson
}

# opens FILE: all its records can be decrypted.
opens() {
    rm -rf opened
    msh-get "$1" | msh-decrypt -q -o opened >opened.paths
    same "${PIPESTATUS[*]} $(wc -l <opened.paths)" "0 0 $(wc -l <"$1")"
}

leaves() {
    sed -n 2p "$MSH_HOME/log/checkpoint"
}

identity() {
    age-keygen -o "$1" 2>/dev/null
    recipient=$(age-keygen -y "$1")
}

@test "key: init makes a keystore once, and changes nothing the second time" {
    exits 0 msh-key init
    same "$output" ''
    same "${#stderr_lines[@]}" 1
    digest "$MSH_HOME" >before
    modes "$MSH_HOME" >before-modes
    exits 1 msh-key init
    same "$stderr" "msh-key: error: a keystore already exists in '$MSH_HOME'"
    exits 1 msh-key init -q --log-origin another.example/log
    digest "$MSH_HOME" | cmp before -
    modes "$MSH_HOME" | cmp before-modes -
    # Eight at once: one makes it.
    fresh_home together
    for number in {1..8}; do
        (code=0; msh-key init -q 2>"$number.err" 3>&- || code=$?; echo "$code") >"$number.code" &
    done
    wait
    same "$(sort ./*.code | tr '\n' ' ')" '0 1 1 1 1 1 1 1 '
    msh-key show
    # Others find none.
    fresh_home none
    for program in encrypt anchor index search grant decrypt; do
        run -1 --separate-stderr bash -c "msh-$program $([[ $program != search ]] || echo -k PatientID=1) \
            $([[ $program != decrypt ]] || echo -o out) $([[ $program != grant ]] || echo --to age1) </dev/null"
        like "$stderr" "there is no keystore in '$MSH_HOME'"
        like "$stderr" 'hint: name its folder with --home or MSH_HOME, or make one with '
    done
    [[ ! -e $MSH_HOME && ! -e out ]]
}

@test "key: show prints public keys, each alone with its option" {
    msh-key init -q --log-origin hospital.example/log
    exits 0 msh-key show
    same "${#lines[@]}" 3
    whole=$output
    mv "$MSH_HOME/master.key" away # it needs none
    exits 0 msh-key show --recipient
    like "$output" '^age1[02-9ac-hj-np-z]{58}$'
    age -r "$output" </dev/null >encrypted
    exits 0 msh-key show --verifier
    # A C2SP note verifier key: name, hash of name and key, type 1 and the key.
    like "$output" '^hospital\.example/log\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$'
    key=${output#*+*+}
    same "$( (printf 'hospital.example/log\n' && base64 -d <<<"$key") | sha256sum | cut -c-8)" "$(cut -d+ -f2 <<<"$output")"
    same "$(base64 -d <<<"$key" | head -c 1 | od -An -tx1)" ' 01'
    exits 0 msh-key show --fingerprint
    like "$output" '^[0-9a-f]{64}$'
    for value in "$(msh-key show --recipient)" "$(msh-key show --verifier)" "$(msh-key show --fingerprint)"; do
        [[ $whole == *"$value"* ]]
    done
    exits 2 msh-key show --recipient --fingerprint
    same "$output" ''
    exits 2 msh-key init --home other --log-origin 'with space'
    [[ ! -e other ]]
    # Two custodians share nothing.
    msh-key init -q --home other
    for option in recipient verifier fingerprint; do
        [[ $(msh-key show "--$option") != "$(msh-key show "--$option" --home other)" ]]
    done
}

@test "key: modes are the same whatever the umask; only log and store follow it" {
    images 2
    for mask in 022 077 000 027 0777; do
        fresh_home "parents/$mask/home"
        (
            umask "$mask"
            msh-key init -q
            msh-encrypt -q images | msh-put | msh-anchor | msh-index >"$mask.ndjson"
            chmod u+rw "$mask.ndjson"
            msh-encrypt -q --again images >/dev/null
            msh-get "$mask.ndjson" >/dev/null
            msh-key shred -q "$(jq -r .study "$mask.ndjson" | head -n 1)"
        )
        same "$(stat -c %a "$MSH_HOME")" 711
        public=$(find "$MSH_HOME/log" "$MSH_HOME/store" -name .staging -prune -o -printf '%y %m\n' | sort -u | tr '\n' ' ')
        same "$public" "$(printf 'd %o f %o ' $((0755 & ~mask | 0700)) $((0644 & ~mask | 0600)))"
        # What msh-get links has the mode that it has in the store.
        others=$(find "$MSH_HOME" -mindepth 1 \( -path "$MSH_HOME/log" -o -path "$MSH_HOME/store" \) -prune -o \
            ! \( -path "$MSH_HOME/fetched/*" -type f \) -printf '%y %m\n' | sort -u | tr '\n' ' ')
        same "$others" 'd 700 f 600 '
        for place in spool index fetched keystore.db master.key tombstones; do
            [[ -e $MSH_HOME/$place ]]
        done
        same "$(stat -c %a "$mask.ndjson")" "$(printf %o $((0666 & ~mask | 0600)))"
    done
    # A key file that others may read is not used.
    chmod 640 "$MSH_HOME/master.key"
    exits 1 msh-encrypt images
    same "$output" ''
    like "$stderr" 'the master key is readable by others'
}

@test "key: the home folder: --home, MSH_HOME, XDG_DATA_HOME, HOME; an empty variable is none; parents are made" {
    export HOME=$PWD/user XDG_DATA_HOME=$PWD/data
    fresh_home a/b/home
    mkdir user
    msh-key init -q --home c/d/home
    [[ -e c/d/home/keystore.db && ! -e a && ! -e data ]]
    msh-key init -q
    [[ -e a/b/home/keystore.db && ! -e data ]]
    MSH_HOME='' msh-key init -q
    [[ -e data/msh/keystore.db && ! -e user/.local ]]
    MSH_HOME='' XDG_DATA_HOME='' msh-key init -q
    [[ -e user/.local/share/msh/keystore.db ]]
    # A relative one is ignored, as the specification of base directories says.
    same "$(MSH_HOME='' XDG_DATA_HOME=data msh-key show)" "$(msh-key show --home user/.local/share/msh)"
    same "$(MSH_HOME='' msh-key show)" "$(msh-key show --home=data/msh)"
    exits 2 msh-key show --home ''
    # Four homes, four custodians.
    same "$(for home in c/d/home a/b/home data/msh user/.local/share/msh; do msh-key show --recipient --home "$home"; done |
        sort -u | wc -l)" 4
}

@test "key: under a passphrase, from a file or a descriptor, never from an argument or the environment" {
    printf 'correct horse\n' >passphrase
    printf 'wrong\n' >wrong
    chmod 600 passphrase wrong
    # Others must not be able to read it, unless a service manager put it where it is.
    chmod 640 passphrase
    exits 2 msh-key init -q --passphrase-file passphrase
    same "$stderr" "msh-key: error: others may read 'passphrase', which holds a secret
msh-key: hint: chmod 600 'passphrase'"
    [[ ! -e $MSH_HOME/master.age && ! -e $MSH_HOME/keystore.db ]]
    CREDENTIALS_DIRECTORY=$PWD exits 0 msh-key init -q --home credential --passphrase-file passphrase
    exits 0 msh-key init -q --home pipe --passphrase-file <(cat passphrase)
    chmod 600 passphrase
    exits 0 msh-key init -q --passphrase-file passphrase
    [[ -e $MSH_HOME/master.age && ! -e $MSH_HOME/master.key ]]
    same "$(head -c 21 "$MSH_HOME/master.age")" 'age-encryption.org/v1'
    same "$(stat -c %a "$MSH_HOME/master.age")" 600
    images 1
    exits 0 msh-encrypt -q --passphrase-file passphrase images
    printf '%s\n' "$output" >one.ndjson
    exits 1 msh-encrypt --passphrase-file wrong images
    same "$output" ''
    same "$stderr" "msh-encrypt: error: wrong passphrase for the master key"
    exits 0 msh-decrypt -q --passphrase-fd 8 -o out one.ndjson 8<passphrase
    # A descriptor that is not ready yet is waited for; one that cannot be read gives no half of a passphrase.
    python3 - >slowly <<'PYTHON'
import os, subprocess, sys, time
reading, writing = os.pipe()
os.set_blocking(reading, False)
program = subprocess.Popen(["msh-encrypt", "-q", "--passphrase-fd", str(reading), "images"], pass_fds=[reading])
for part in b"correct ", b"horse\n":
    time.sleep(0.2)
    os.write(writing, part)
sys.exit(program.wait())
PYTHON
    same "$(<slowly)" "$(<one.ndjson)"
    exits 1 msh-encrypt --passphrase-fd 8 images 8<.
    like "$stderr" '^msh-encrypt: error: cannot read the passphrase: '
    # No terminal, no passphrase: not asked for on standard input.
    exits 2 setsid -w msh-encrypt images <passphrase
    like "$stderr" 'no terminal'
    exits 2 msh-encrypt --passphrase-file missing images
    exits 1 msh-encrypt --passphrase-file "$PWD/images" images
    same "$stderr" "msh-encrypt: error: cannot read '$PWD/images': Is a directory"
    exits 2 msh-encrypt --passphrase-file passphrase --passphrase-fd 8 images 8<wrong
    exits 2 msh-encrypt --passphrase-fd x images
    exits 2 msh-encrypt --passphrase-fd 99 images
    same "$stderr" 'msh-encrypt: error: file descriptor 99 is not open'
    exits 2 msh-encrypt --passphrase-file /dev/null images
    # Another program of the pipe has taken it.
    exits 2 bash -c '{ read -r _ <&8; msh-encrypt --passphrase-fd 8 images; } 8<passphrase'
    same "${stderr_lines[0]}" 'msh-encrypt: error: file descriptor 8 gave no passphrase'
    like "${stderr_lines[1]}" 'hint: .* cannot share one descriptor, .* --passphrase-file$'
    exits 2 env MSH_PASSPHRASE='correct horse' PASSPHRASE='correct horse' setsid -w msh-encrypt images </dev/null
    # Rotating stays under the passphrase.
    cp "$MSH_HOME/master.age" old.age
    exits 0 msh-key rotate -q --passphrase-file passphrase
    [[ ! -e $MSH_HOME/master.key ]]
    run ! cmp -s old.age "$MSH_HOME/master.age"
    exits 0 msh-decrypt -q --passphrase-file passphrase -o out one.ndjson
}

@test "key: a systemd credential comes before the key file" {
    msh-key init -q
    images 1
    msh-encrypt -q images >one.ndjson
    mkdir credentials
    export CREDENTIALS_DIRECTORY=$PWD/credentials
    # Without the credential in it, the key file is used.
    exits 0 msh-decrypt -q -o out one.ndjson
    mv "$MSH_HOME/master.key" credentials/msh-master
    exits 0 msh-decrypt -q -o out one.ndjson
    sed 's/ ....../ AAAAAA/' credentials/msh-master >"$MSH_HOME/master.key"
    chmod 600 "$MSH_HOME/master.key"
    exits 0 msh-decrypt -q -o out one.ndjson
    (unset CREDENTIALS_DIRECTORY && exits 1 msh-decrypt -q -o out one.ndjson)
    # msh cannot replace it, so it writes the next one where it is told.
    exits 2 msh-key rotate
    exits 0 msh-key rotate -q --next-key next
    same "$(stat -c %a next)" 600
    exits 0 msh-decrypt -q -o out one.ndjson
    mv next credentials/msh-master
    exits 0 msh-decrypt -q -o out one.ndjson
    # No passphrase protects what is there already.
    printf 'correct horse\n' >passphrase && chmod 600 passphrase
    exits 2 msh-key init --home protected --passphrase-file passphrase
    same "${stderr_lines[0]}" "msh-key: error: there is a master key already, which no passphrase protects: the credential \
'msh-master'"
    [[ ! -e protected/keystore.db ]]
    exits 0 msh-key init -q --home protected
    mkdir -m 700 keyed && (umask 077 && cp credentials/msh-master keyed/master.key)
    (unset CREDENTIALS_DIRECTORY && exits 2 msh-key init --home keyed --passphrase-file passphrase)
    [[ ! -e keyed/keystore.db ]]
    (unset CREDENTIALS_DIRECTORY && exits 0 msh-key init -q --home keyed)
    printf 'nonsense\n' >credentials/msh-master
    exits 1 msh-decrypt -q -o out one.ndjson
    like "$stderr" 'damaged'
}

@test "key: a key file that is there without a keystore is taken; a keystore without its key opens nothing" {
    msh-key init -q
    mkdir -p other
    cp -p "$MSH_HOME/master.key" other/
    msh-key init -q --home other
    cmp other/master.key "$MSH_HOME/master.key"
    [[ $(msh-key show --home other) != "$(msh-key show)" ]]
    images 1
    msh-encrypt -q images >one.ndjson
    mv "$MSH_HOME/master.key" key
    exits 1 msh-encrypt images
    like "$stderr" "no master key: no credential 'msh-master', and neither master.age nor master.key in '$MSH_HOME'$"
    fresh_home third
    msh-key init -q
    mv "$MSH_HOME/master.key" "$BATS_TEST_TMPDIR/home/"
    fresh_home home
    exits 1 msh-decrypt -o out one.ndjson
    same "$output" ''
    cp -p key "$MSH_HOME/master.key"
    exits 0 msh-decrypt -q -o out one.ndjson
}

@test "key: rotate: records still open, the old key file opens nothing" {
    msh-key init -q
    batch 3
    cp -p "$MSH_HOME/master.key" old.key
    cp -p "$MSH_HOME/keystore.db" old.db
    shown=$(msh-key show)
    exits 0 msh-key rotate
    same "$output" ''
    run ! cmp -s old.key "$MSH_HOME/master.key"
    same "$(msh-key show)" "$shown"
    opens batch.ndjson
    exits 0 msh-encrypt -q images
    same "$output" "$(<batch.ndjson)"
    same "$(msh-search -k PatientID=PID-000000 | wc -l)" 3
    cp -p "$MSH_HOME/master.key" new.key
    cp -p old.key "$MSH_HOME/master.key"
    exits 1 msh-decrypt -o out batch.ndjson
    same "$output" ''
    # Nor does the new one open an old copy of the database.
    mkdir former
    chmod 711 former
    cp -p old.db former/keystore.db
    cp -p new.key former/master.key
    exits 1 msh-decrypt --home former -o out batch.ndjson
    cp -p new.key "$MSH_HOME/master.key"
    opens batch.ndjson
    exits 2 msh-key rotate --next-key next
    like "${stderr_lines[0]}" "--next-key is for a master key that is a credential, and not for that in '$MSH_HOME'"
    [[ ! -e next ]]
}

@test "key: backup to a recipient, which age opens; restored where the log is" {
    msh-key init -q
    batch 3
    identity key
    exits 0 msh-key backup --to "$recipient" backup.age
    same "$output" ''
    same "$(stat -c %a backup.age)" 600
    age -d -i key -o inside backup.age
    same "$(head -n 1 inside)" 'msh-backup-v1'
    same "$(sed -n 2p inside)" "$(<"$MSH_HOME/master.key")"
    tail -n +3 inside >inside.db
    same "$(sqlite3 inside.db 'PRAGMA integrity_check')" ok
    exits 0 bash -c "msh-key backup --to $recipient - | age -d -i key | head -n 1"
    same "$output" 'msh-backup-v1'
    exits 2 msh-key backup --to nobody backup.age
    # Two ways to open it, of which one would not be used.
    for option in --backup-passphrase-file --backup-passphrase-fd; do
        exits 2 msh-key backup --to "$recipient" "$option" 0 twofold.age
        same "$stderr" 'msh-key: error: --to and the passphrase of the backup are mutually exclusive'
        exits 2 msh-key restore --home nothing --identity key "$option" 0 --new-log x twofold.age
        same "$stderr" 'msh-key: error: --identity and the passphrase of the backup are mutually exclusive'
    done
    [[ ! -e twofold.age && ! -e nothing/keystore.db ]]
    exits 2 msh-key backup
    exits 2 setsid -w msh-key backup other.age </dev/null
    like "$stderr" 'hint: .*--backup-passphrase-file or --backup-passphrase-fd, or .*--to$'
    exits 2 msh-key backup --backup-passphrase-fd 99 other.age
    like "$stderr" 'descriptor 99 is not open'
    [[ ! -e other.age ]]

    # Into an empty home only with a log, or with a new one.
    shown=$(msh-key show)
    cp -a "$MSH_HOME" former
    fresh_home restored
    exits 2 msh-key restore --identity key backup.age
    like "$stderr" 'log'
    [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/master.key ]]
    cp former/tombstones none # nothing was shredded
    exits 2 msh-key restore --identity key --log nowhere --tombstones none backup.age
    exits 2 msh-key restore --identity key --log former/log --new-log other --tombstones none backup.age
    exits 0 msh-key restore --identity key --log former/log --tombstones none backup.age
    cp -a former/store former/index "$MSH_HOME"
    same "$(msh-key show)" "$shown"
    opens batch.ndjson
    exits 0 msh-verify -q batch.ndjson
    exits 1 msh-key restore --identity key backup.age
    same "$stderr" "msh-key: error: a keystore already exists in '$MSH_HOME'"

    fresh_home new-log
    exits 0 msh-key restore --identity key --new-log new.example/log --tombstones none backup.age
    like "$stderr" 'the log is new.example/log from now on'
    like "$stderr" 'the fingerprint has changed: others must confirm it again'
    # What is in the former log is verified with its key.
    former_key=$(msh-key show --verifier --home former)
    like "${stderr_lines[-1]}" "former log .*: ${former_key//+/\\+}\$"
    cp -a former/store "$MSH_HOME"
    exits 0 msh-verify -q --log former/log --log-key "$former_key" batch.ndjson
    like "$(msh-key show --verifier)" '^new\.example/log\+'
    same "$(msh-key show | tail -n 1)" "former log   $former_key"
    same "$(msh-key show --recipient)" "$(sed -n 's/^recipient *//p' <<<"$shown")"
    opens batch.ndjson

    # What is no backup, is another's, or is cut short leaves no keystore.
    fresh_home bad
    identity other-key
    msh-key backup -q --home former --to "$recipient" other.age
    age -r "$recipient" -o text.age batch.ndjson
    head -c 5000 other.age >short.age
    for file in backup.age text.age short.age batch.ndjson missing; do
        run --separate-stderr msh-key restore --identity other-key --new-log x "$file"
        [[ $status == 1 || $status == 3 ]] || differs "$file: $status $stderr" '1 or 3'
        [[ $file == backup.age ]] || same "${#stderr_lines[@]}" 1
        [[ ! -e $MSH_HOME/keystore.db ]]
    done
    exits 3 msh-key restore --identity other-key --new-log x short.age
    same "$stderr" 'msh-key: error: the backup was changed, cut off, or sealed under another key'
    exits 3 msh-key restore --identity other-key --new-log x backup.age
    same "$stderr" "msh-key: error: no identity in the file opens the backup
msh-key: hint: or it is encrypted with a passphrase"
    exits 2 setsid -w msh-key restore --new-log x backup.age </dev/null
    like "$stderr" 'hint: .*--backup-passphrase-file or --backup-passphrase-fd, or .*--identity$'
    exits 2 msh-key restore --identity missing --new-log x other.age
    exits 3 msh-key restore --identity other-key --new-log x missing
    same "$stderr" 'msh-key: error: cannot open the backup: No such file or directory'
    exits 0 msh-key restore -q --identity other-key --new-log x other.age
}

@test "key: restore says which leaves of the log an older backup does not know, and --catch-up which records are lost" {
    msh-key init -q
    images 60
    msh-encrypt -q images/ct-00000[0-2].dcm | msh-put | msh-anchor | msh-index >before.ndjson
    identity key
    msh-key backup --to "$recipient" backup.age
    known=$(leaves)
    cp -a "$MSH_HOME/log" old
    fresh_home same
    exits 0 msh-key restore --identity key --tombstones "$BATS_TEST_TMPDIR/home/tombstones" --log old backup.age
    same "$stderr" "msh-key: restored the keystore in $MSH_HOME"
    fresh_home home
    msh-encrypt -q images/ct-00005[0-2].dcm | msh-put | msh-anchor | msh-index >night.ndjson
    count=$(leaves)
    fresh_home restored
    exits 0 msh-key restore --identity key --tombstones "$BATS_TEST_TMPDIR/home/tombstones" \
        --log "$BATS_TEST_TMPDIR/home/log" backup.age
    like "$stderr" "warning: the log holds $((count - known)) leaves \($known to $((count - 1))\) that this keystore \
does not know: what was encrypted, granted or indexed since the backup is lost"
    like "$stderr" "name the files of your records with 'msh-key restore --catch-up'"
    # Nothing is left to catch up with, and the records are judged all the same.
    exits 4 msh-key restore --catch-up before.ndjson night.ndjson
    same "$output" "$(<night.ndjson)"
    same "$stderr" 'msh-key: the keys of 3 records are lost'
    exits 0 msh-key restore --catch-up before.ndjson
    same "$output" ''
    same "$stderr" 'msh-key: no keys of records anchored here are lost'
    # A script learns it from the status alone; what could not be read is no answer.
    exits 4 msh-key restore -q --catch-up night.ndjson
    same "$output" "$(<night.ndjson)"
    same "$stderr" ''
    echo nonsense >odd.ndjson
    exits 3 msh-key restore --catch-up before.ndjson odd.ndjson
    same "${stderr_lines[-1]}" 'msh-key: no keys of the records that could be read are lost'
    # A backup is none of the records.
    age -d -i key backup.age | age -a -r "$recipient" -o armored.age
    for wrong in backup.age armored.age; do
        exits 2 msh-key restore --catch-up before.ndjson "$wrong"
        same "$stderr" 'msh-key: error: --catch-up takes no backup, but files of records
msh-key: hint: to restore a backup, omit --catch-up'
    done
    exits 0 msh-key restore --catch-up
    like "$stderr" 'the keystore is not older than its log'
    like "$stderr" 'give the files of your records'
}

@test "key: a restore is rehearsed without signing anything, once there is a log" {
    msh-key init -q
    identity key
    msh-key backup -q --to "$recipient" empty.age
    home=$MSH_HOME
    fresh_home rehearsal
    exits 2 msh-key restore --identity key --tombstones "$home/tombstones" --log "$home/log" empty.age
    same "${stderr_lines[0]}" 'msh-key: error: there is no log in the folder of --log'
    like "${stderr_lines[1]}" 'hint: a log begins with its first leaf; .* --new-log'
    [[ ! -e $MSH_HOME/keystore.db ]]
    exits 0 msh-key restore -q --identity key --tombstones "$home/tombstones" --new-log rehearsal empty.age

    fresh_home home
    batch 3
    msh-key backup -q --to "$recipient" backup.age
    fresh_home again
    exits 0 msh-key restore -q --identity key --tombstones "$home/tombstones" --log "$home/log" backup.age
    cp -a "$home/store" "$home/index" "$MSH_HOME"
    exits 0 msh-list studies
    exits 0 bash -o pipefail -c 'msh-search -k PatientID=PID-000000 | msh-get | msh-decrypt -q -o rehearsed'
    same "$(find rehearsed -type f | wc -l)" 3
    exits 0 msh-verify -q batch.ndjson
    cmp "$MSH_HOME/log/checkpoint" "$home/log/checkpoint"
    cmp "$MSH_HOME/index/manifest" "$home/index/manifest"
}

@test "key: restore --log copies the files of a log, and follows no link out of its folder" {
    msh-key init -q
    batch 3
    identity key
    msh-key backup -q --to "$recipient" backup.age
    cp -a "$MSH_HOME/log" log
    : >none
    restore() {
        fresh_home "$1"
        run --separate-stderr msh-key restore -q --identity key --tombstones none --log log backup.age
    }
    # What else lies there stays there.
    ln -s "$PWD/key" log/key
    ln -s "$PWD/key" log/tile/0/key
    cp key log/tile/other
    restore one
    same "$status" 0
    same "$(find "$MSH_HOME/log" ! -type d -printf '%P\n' | sort | tr '\n' ' ')" \
        "checkpoint tile/0/000.p/$(leaves) tile/entries/000.p/$(leaves) "
    cmp "$MSH_HOME/log/tile/0/000.p/$(leaves)" "log/tile/0/000.p/$(leaves)"
    rm log/key log/tile/0/key log/tile/other
    # A part of the log that is a link.
    mkdir elsewhere
    for part in checkpoint tile tile/0 tile/0/000.p "tile/0/000.p/$(leaves)" tile/entries; do
        mv "log/$part" elsewhere/part
        ln -s "$PWD/elsewhere/part" "log/$part"
        restore "${part//\//-}"
        same "$status" 1
        [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/log/checkpoint ]]
        rm "log/$part"
        mv elsewhere/part "log/$part"
    done
    # The folder itself may be named by one.
    mv log elsewhere/log
    ln -s elsewhere/log log
    restore named
    same "$status" 0
    exits 0 msh-verify -q --from home/store batch.ndjson
}

@test "key: restore --identity takes what editors leave, and says what it cannot use" {
    msh-key init -q
    batch 1
    identity key
    msh-key backup -q --to "$recipient" backup.age
    with_identity() {
        fresh_home "${2-}home"
        chmod -f 600 "$1" || true
        run --separate-stderr msh-key restore -q --new-log x --identity "$1" backup.age
    }
    sed 's/$/\r/' key >crlf
    { printf '\xef\xbb\xbf'; cat key; } >bom
    grep -v '^#' key | { printf '\xef\xbb\xbf'; sed 's/$/\r/'; } >both
    { echo AGE-PLUGIN-YUBIKEY-1QQPQQZQFQTJP0YQ9QYFK3; cat key; } >mixed
    for file in crlf bom both mixed; do
        with_identity "$file" "$file-"
        same "$status $stderr" '0 '
    done
    fresh_home piped
    exits 0 bash -c 'msh-key restore -q --new-log x --identity <(cat both) backup.age'
    chmod 644 both
    fresh_home readable
    exits 2 msh-key restore -q --new-log x --identity both backup.age
    like "$stderr" "others may read 'both'"
    [[ ! -e $MSH_HOME/keystore.db ]]

    fails_with() {
        with_identity "$1" "$1-"
        same "$status" 2
        same "${stderr_lines[0]}" "msh-key: error: $2"
        [[ -z ${3-} ]] || like "${stderr_lines[1]}" "^msh-key: hint: .*$3"
        [[ ! -e $MSH_HOME/keystore.db ]]
    }
    age -r "$recipient" -o encrypted key
    age -a -r "$recipient" key | sed 's/$/\r/' >armored
    fails_with encrypted 'the identity file is encrypted' 'age -d'
    fails_with armored 'the identity file is encrypted' 'age -d'
    echo AGE-PLUGIN-YUBIKEY-1QQPQQZQFQTJP0YQ9QYFK3 | sed 's/$/\r/' >plugin
    fails_with plugin "the identity belongs to an age plugin, which msh does not support" 'age -d -i'
    : >empty
    fails_with empty 'there is no age identity in the identity file'
    fails_with batch.ndjson 'there is no age identity in the identity file'
}

@test "key: backup under a passphrase" {
    msh-key init -q
    batch 1
    echo 'for the backup' >backup-passphrase
    echo 'for the key' >key-passphrase
    chmod 600 backup-passphrase key-passphrase
    echo 'wrong' >wrong
    chmod 600 wrong
    exits 0 msh-key backup -q --backup-passphrase-file backup-passphrase backup.age
    same "$(head -c 21 backup.age)" 'age-encryption.org/v1'
    cp -a "$MSH_HOME/log" log
    cp -a "$MSH_HOME/store" store
    fresh_home restored
    : >none
    exits 3 msh-key restore --backup-passphrase-file wrong --log log --tombstones none backup.age
    like "$stderr" 'the passphrase does not open the backup'
    like "$stderr" 'hint: or it was made for an age recipient: --identity FILE$'
    [[ ! -e $MSH_HOME/keystore.db ]]
    exits 0 msh-key restore -q --backup-passphrase-fd 8 --passphrase-file key-passphrase --log log \
        --tombstones none backup.age 8<backup-passphrase
    [[ -e $MSH_HOME/master.age && ! -e $MSH_HOME/master.key ]]
    cp -a store "$MSH_HOME"
    exits 0 bash -o pipefail -c 'msh-get batch.ndjson | msh-decrypt -q --passphrase-file key-passphrase -o out'
}

@test "key: an old backup beside the newer log does not fork it, and shredded studies stay shredded" {
    msh-key init -q
    images 100
    msh-encrypt -q images/ct-00000?.dcm images/ct-00005?.dcm | msh-put | msh-anchor | msh-index >before.ndjson
    identity key
    msh-key backup -q --to "$recipient" backup.age
    # Meanwhile: more leaves, a checkpoint that others have seen, and a study that is shredded.
    msh-encrypt -q images/ct-00001?.dcm | msh-put | msh-anchor | msh-index >meanwhile.ndjson
    shredded=$(head -n 1 before.ndjson | jq -r .study)
    kept=$(tail -n 1 before.ndjson | jq -r .study)
    [[ $shredded != "$kept" ]]
    msh-key init -q --home observer
    log_key=$(msh-key show --verifier)
    observed() {
        exits 0 msh-verify -q --home observer --log "$MSH_HOME/log" --log-key "$log_key" --from "$MSH_HOME/store" "$@"
    }
    observed before.ndjson meanwhile.ndjson
    msh-key shred -q "$shredded"
    count=$(leaves)
    rm "$MSH_HOME"/keystore.db* "$MSH_HOME/master.key"

    exits 0 msh-key restore -q --identity key backup.age
    same "$(leaves)" "$count"
    grep -F "$kept" before.ndjson >kept.ndjson
    opens kept.ndjson
    exits 3 bash -o pipefail -c "msh-encrypt -q images/ct-000000.dcm"
    like "$stderr" 'refused: its study was shredded'
    run bash -c "grep -F $shredded before.ndjson | msh-decrypt -o gone"
    [[ -z $(find gone -type f) ]]
    # New leaves follow the newest of the log, and whoever has seen it before still agrees.
    msh-encrypt -q images/ct-00006?.dcm | msh-put | msh-anchor >after.ndjson
    same "$(jq -r .anchor.index after.ndjson | sort -n | head -n 1)" "$count"
    observed kept.ndjson after.ndjson

    # The same on another machine: the list of what was shredded comes from a copy.
    cp "$MSH_HOME/tombstones" tombstones
    cp -a "$MSH_HOME/log" log
    fresh_home elsewhere
    exits 2 msh-key restore --identity key --log log --tombstones missing backup.age
    same "$(find "$MSH_HOME" -mindepth 1 ! -name '.*')" ''
    # As a run leaves it that was killed halfway: the same command completes.
    cp -a log "$MSH_HOME"
    exits 2 msh-key restore --identity key --new-log new backup.age
    exits 0 msh-key restore -q --identity key --log log --tombstones tombstones backup.age
    exits 3 msh-encrypt -q images/ct-000000.dcm
    like "$stderr" 'refused: its study was shredded'
    cmp tombstones "$MSH_HOME/tombstones"
}

@test "key: shred destroys a study's keys, blocks and index entries, and no other's" {
    msh-key init -q
    images 60 # of one patient: two studies, in one segment
    msh-encrypt -q images | msh-put | msh-anchor | msh-index >batch.ndjson
    same "$(find "$MSH_HOME/index" -name '*.segment' | wc -l)" 1
    study=$(head -n 1 batch.ndjson | jq -r .study)
    other=$(tail -n 1 batch.ndjson | jq -r .study)
    grep -F "$study" batch.ndjson >shredded.ndjson
    grep -F "$other" batch.ndjson >others.ndjson
    same "$(wc -l <shredded.ndjson) $(wc -l <others.ndjson)" '50 10'
    msh-get shredded.ndjson | msh-decrypt -q -o before >/dev/null
    msh-key init -q --home clinic
    msh-grant --to "$(msh-key show --recipient --home clinic)" -o grant shredded.ndjson
    identity key
    msh-key backup -q --to "$recipient" backup.age
    cp "$MSH_HOME/master.key" old.key
    cp "$MSH_HOME/keystore.db" old.db
    msh-encrypt -q --again images/ct-000000.dcm >spooled.ndjson

    exits 0 msh-key shred "$study"
    same "$output" ''
    like "$stderr" 'shredded 51 objects'
    like "$stderr" "the study was granted to $(msh-key show --recipient --home clinic) on 20[0-9-]*T[0-9:]*Z, without end"
    like "$stderr" "the backup of 20[0-9-]*T[0-9:]*Z to $recipient still opens"
    like "$stderr" 'cannot be taken back'
    grep -qF "$study" "$MSH_HOME/tombstones"

    # Its blocks and what waited in the spool are gone, the others' are not.
    same "$(find "$MSH_HOME/store" -type f | wc -l)" 10
    [[ ! -e $(jq -r .payload.path spooled.ndjson) ]]
    exits 3 msh-get -q shredded.ndjson
    same "$output" ''
    # Its keys: with the ciphertext at hand, nothing opens it any more.
    exits 3 bash -c "jq -c '.payload.path = \"$PWD/images/ct-000000.dcm\"' shredded.ndjson | msh-decrypt -o gone"
    same "$(find gone -type f)" ''
    same "$(grep -c 'error: record [0-9]*: the study was shredded$' <<<"$stderr")" 10
    like "$stderr" '40 more like it: the study was shredded'
    opens others.ndjson
    exits 0 msh-verify -q others.ndjson
    exits 3 msh-grant --to "$(msh-key show --recipient --home clinic)" -o again.grant shredded.ndjson
    [[ ! -e again.grant ]]
    # The index finds the patient's other study only.
    exits 0 msh-search -k PatientID=PID-000000
    same "$(sort <<<"$output")" "$(sort others.ndjson)"
    exits 4 msh-search -k "StudyInstanceUID=$(dcmdump -q +P 0020,000d images/ct-000000.dcm | sed 's/.*\[\(.*\)\].*/\1/')"
    same "$(find "$MSH_HOME/index" -name '*.segment' | wc -l)" 1
    # No copy of the database opens with what is left, and nothing of the study is left in it.
    run ! cmp -s old.key "$MSH_HOME/master.key"
    run ! grep -aqF "$(head -n 1 shredded.ndjson | jq -r .id)" "$MSH_HOME/keystore.db"
    run ! grep -aqF "$(head -n 1 shredded.ndjson | jq -r .kc)" "$MSH_HOME/keystore.db"
    mkdir -m 711 former
    cp old.db former/keystore.db
    cp "$MSH_HOME/master.key" former/
    exits 1 msh-decrypt --home former -o gone others.ndjson

    # The files are refused by policy; --again begins a new study.
    exits 3 msh-encrypt images
    same "$output" "$(<others.ndjson)"
    same "$(grep -c 'input [0-9]*: refused: its study was shredded' <<<"$stderr")" 10
    like "$stderr" 'and 40 more like it: refused: its study was shredded'
    like "${stderr_lines[-1]}" '^msh-encrypt: 0 encrypted, 10 already encrypted, 50 refused by policy$'
    same "$(grep -c 'hint: remove the file from the export; ' <<<"$stderr")" 1
    exits 0 msh-encrypt -q --again images/ct-000000.dcm images/ct-000001.dcm
    same "$(jq -r .study <<<"$output" | sort -u | wc -l)" 1
    [[ $(jq -r .study <<<"$output" | head -n 1) != "$study" ]]
    exits 0 msh-encrypt -q images/ct-000002.dcm
    # What was granted before was granted.
    exits 0 msh-grant --home clinic --accept grant --issuer "$(msh-key show --fingerprint)"
}

@test "key: shred prints the CIDs that remain, and where they are stored" {
    msh-key init -q
    images 60
    msh-encrypt -q images | msh-put --store far --store near --store "$MSH_HOME/store" | msh-anchor | msh-index >batch.ndjson
    study=$(head -n 1 batch.ndjson | jq -r .study)
    head -n 3 batch.ndjson | msh-put --car part.car >/dev/null
    cp -a "$MSH_HOME" before
    exits 0 msh-key shred -q "$study"
    cids=$(grep -F "$study" batch.ndjson | jq -r .payload.cid)
    same "$(sort <<<"$output")" "$(
        {
            while read -r cid; do printf '%s\tstore:%s\n' "$cid" "$PWD/far" "$cid" "$PWD/near"; done <<<"$cids"
            head -n 3 batch.ndjson | jq -r ".payload.cid + \"\tcar:$PWD/part.car\""
        } | sort
    )"
    # Once told, the keystore does not know them any more; a run that could not tell leaves them to the next.
    exits 0 msh-key shred -q "$study"
    same "$output" ''
    rm -r "$MSH_HOME"
    mv before "$MSH_HOME"
    run bash -c 'msh-key shred -q "$1" >/dev/full' - "$study"
    same "$status" 1
    exits 0 msh-key shred -q "$study"
    same "$(wc -l <<<"$output")" "$(($(wc -l <<<"$cids") * 2 + 3))"
    run ! grep -aqF "$(head -n 1 <<<"$cids")" "$MSH_HOME/keystore.db"
}

@test "key: shred says that ciphertext lies in the folder of what was fetched" {
    msh-key init -q
    images 60 # two studies
    msh-encrypt -q images | msh-put | msh-anchor >batch.ndjson
    mapfile -t studies < <(jq -r .study batch.ndjson | sort -u)
    grep -F "${studies[0]}" batch.ndjson | msh-get -q >/dev/null
    exits 0 msh-key shred "${studies[0]}"
    like "$stderr" "msh-key: ciphertext remains in '$MSH_HOME/fetched'"
    exits 0 msh-key shred "${studies[1]}"
    [[ $stderr != *'ciphertext remains'* ]] || differs "$stderr" 'none remains'
}

@test "key: shred twice is done, an unknown study is a bad input" {
    msh-key init -q
    batch 2
    study=$(head -n 1 batch.ndjson | jq -r .study)
    exits 3 msh-key shred "$(printf '%032d' 1)"
    like "$stderr" 'there is no such study'
    exits 2 msh-key shred PID-000000
    exits 2 msh-key shred
    exits 2 msh-key shred "$study" "$study"
    opens batch.ndjson
    exits 0 msh-key shred -q "$study"
    same "$stderr" ''
    digest "$MSH_HOME" >before
    exits 0 msh-key shred "$study"
    digest "$MSH_HOME" | cmp before -
    same "$(wc -l <"$MSH_HOME/tombstones")" 1
    exits 4 msh-search -k PatientID=PID-000000
}

@test "key: shred counts backups and grants by recipient" {
    msh-key init -q
    batch 1
    study=$(jq -r .study batch.ndjson)
    date='20[0-9-]*T[0-9:]*Z'
    identity key
    for ((i = 0; i < 3; ++i)); do msh-key backup -q --to "$recipient" backup.age; done
    echo secret >passphrase
    chmod 600 passphrase
    msh-key backup -q --backup-passphrase-file passphrase other.age
    msh-key init -q --home clinic
    msh-key init -q --home practice
    clinic=$(msh-key show --recipient --home clinic)
    practice=$(msh-key show --recipient --home practice)
    msh-grant -q --to "$clinic" --not-after 2099-01-01 -o a.grant batch.ndjson
    msh-grant -q --to "$clinic" --not-after 2098-01-01 -o b.grant batch.ndjson
    msh-grant -q --to "$practice" --not-after 2097-01-01 -o c.grant batch.ndjson
    msh-grant -q --to "$practice" -o d.grant batch.ndjson

    exits 0 msh-key shred "$study"
    same "$(grep -c 'still open' <<<"$stderr")" 2
    like "$stderr" "msh-key: 3 backups to $recipient, the first of $date, the last of $date, still open the study \
where they exist"
    like "$stderr" "msh-key: the backup of $date under a passphrase still opens the study where it exists"
    same "$(grep -c 'study was granted' <<<"$stderr")" 2
    like "$stderr" "the study was granted to $clinic 2 times, first on $date, last on $date, until 2099-01-0[12]T"
    like "$stderr" "the study was granted to $practice 2 times, first on $date, last on $date, without end"
}

@test "key: what was shredded is called so" {
    msh-key init -q
    batch 2
    study=$(head -n 1 batch.ndjson | jq -r .study)
    msh-key shred -q "$study"
    exits 3 msh-list studies --study "$study"
    same "$stderr" 'msh-list: error: the study was shredded'
    exits 3 msh-list objects --study "$study"
    same "$stderr" 'msh-list: error: the study was shredded'
    for program in msh-index 'msh-decrypt -o out' "msh-grant -q --to $(msh-key show --recipient) -o x.grant"; do
        # shellcheck disable=SC2086
        exits 3 $program batch.ndjson
        like "$stderr" 'error: records? [12].*: the study was shredded'
        run ! grep -q 'not in this keystore\|not held' <<<"$stderr"
    done
    jq -c 'del(.anchor)' batch.ndjson >unanchored.ndjson
    exits 3 msh-anchor unanchored.ndjson
    like "$stderr" 'the study was shredded'
}

@test "key: a shredding that was interrupted is reported when it is repeated" {
    msh-key init -q
    batch 1
    study=$(jq -r .study batch.ndjson)
    identity key
    msh-key backup -q --to "$recipient" backup.age
    # As a kill between the shredding and its report leaves it.
    msh-key shred -q "$study"
    exits 0 msh-key shred "$study"
    like "$stderr" 'was shredded already'
    like "$stderr" "the backup of 20[0-9-]*T[0-9:]*Z to $recipient still opens the study"
    like "$stderr" "the keystore no longer knows who was granted this study: 'msh-list grants'"
    like "$stderr" 'cannot be taken back'
    exits 0 msh-key shred -q "$study"
    same "$stderr" ''
    msh-encrypt -q --again images >again.ndjson
    exits 0 msh-key shred "$(jq -r .study again.ndjson)"
    like "$stderr" 'shredded 1 object and its keys'
}

@test "key: an unknown command is named, and the commands with it" {
    exits 2 msh-key foo
    same "$stderr" "msh-key: error: unknown command 'foo'
msh-key: hint: the commands are init, show, backup, restore, rotate, shred, forget"
    exits 2 msh-key $'fo\no' --help
    like "$stderr" "unknown command 'fo\\\\no'"
    exits 2 msh-key
    like "$stderr" 'a command is needed'
    # Showing public keys needs no passphrase, and offers none.
    exits 2 msh-key show --passphrase-fd 0
}

@test "key: a keystore that cannot be written is named by its path" {
    unshare -m true 2>/dev/null || skip 'mounts need root'
    msh-key init -q
    exits 1 unshare -m bash -c 'mount --bind -o ro "$MSH_HOME" "$MSH_HOME" && msh-key show'
    like "$stderr" "cannot write the keystore: '$MSH_HOME/keystore.db' or its folder is read-only"
}

# end_well FILES: all of them hold 0, the exit codes of several runs at once.
end_well() {
    same "$(cat "$@" | sort | uniq -c | tr -s ' ')" " $# 0"
}

# at_once NAME COMMAND...: in the background; its exit code goes to NAME.code.
at_once() {
    (code=0; "${@:2}" 2>"$1.err" 3>&- || code=$?; echo "$code" >"$1.code") &
}

@test "key: rotations and a shredding at once leave a keystore that its key file opens" {
    msh-key init -q
    images 300 # of three patients: six studies
    msh-encrypt -q images | msh-put | msh-anchor | msh-index >batch.ndjson
    mapfile -t studies < <(jq -r .study batch.ndjson | sort -u)
    same "${#studies[@]}" 6
    for round in {0..3}; do
        rm -f ./*.code
        for number in 1 2 3; do at_once "$number" msh-key rotate; done
        wait
        end_well ./*.code
        at_once shred msh-key shred -q "${studies[round]}"
        at_once 4 msh-key rotate
        at_once 5 msh-encrypt -q images
        wait
        rm -f 5.code # which may have begun between two master keys, and may be refused some files
        end_well ./*.code
    done
    printf '%s\n' "${studies[@]:4}" | grep -Ff - batch.ndjson >kept.ndjson
    opens kept.ndjson
    [[ ! -e $MSH_HOME/master.key.next ]]
    same "$(sqlite3 "$MSH_HOME/keystore.db" 'SELECT group_concat(slot) FROM wrapping_key')" 0
}

@test "key: a credential cannot be replaced, and nothing is changed before that is known" {
    msh-key init -q
    batch 2
    study=$(head -n 1 batch.ndjson | jq -r .study)
    mkdir credentials
    mv "$MSH_HOME/master.key" credentials/msh-master
    echo other >taken
    digest "$MSH_HOME" | grep -v '\.lock$' >before
    (
        export CREDENTIALS_DIRECTORY=$PWD/credentials
        exits 2 msh-key shred "$study"
        exits 2 msh-key shred --next-key taken "$study"
        exits 2 msh-key shred --next-key . "$study"
        exits 0 msh-search -k PatientID=PID-000000
        same "$(sort <<<"$output")" "$(sort batch.ndjson)"
        [[ $(<taken) == other ]]
    )
    mv credentials/msh-master "$MSH_HOME/master.key"
    exits 2 msh-key shred --next-key next "$study"
    [[ ! -e next && ! -s $MSH_HOME/tombstones ]]
    exits 0 msh-search -k PatientID=PID-000000
    digest "$MSH_HOME" | grep -v '\.lock$' | grep -v '/master\.key$' | diff before -
}

# documents: how many the segments that the manifest names hold.
documents() {
    awk '/^segment / { sum += $5 } END { print sum + 0 }' "$MSH_HOME/index/manifest"
}

@test "key: shred finds the study in segments, in the buffer, and where both are" {
    msh-key init -q
    images 60 # two studies: 50 images and 10
    msh-encrypt -q images | msh-put >all.ndjson
    study=$(head -n 1 all.ndjson | jq -r .study)
    head -n 20 all.ndjson | msh-index -q >first.ndjson
    # A run of msh-index is killed before it makes a segment of what is in the buffer.
    exec 7>>"$MSH_HOME/index.lock"
    flock 7
    msh-index -q all.ndjson >second.ndjson 3>&- 7>&- &
    indexer=$!
    until [[ $(sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(*) FROM index_buffer') == 40 ]]; do sleep 0.05; done
    kill -KILL "$indexer"
    wait "$indexer" || true
    exec 7>&-
    same "$(documents)" 20
    exits 0 msh-key shred -q "$study"
    same "$(sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(*) FROM index_buffer')" 0
    same "$(documents)" 10
    exits 0 msh-search -k PatientID=PID-000000
    same "$(jq -r .id <<<"$output" | sort)" "$(grep -vF "$study" all.ndjson | jq -r .id | sort)"
    same "$(find "$MSH_HOME/index" -name '*.segment' | wc -l)" 1
}

# root_of STUDY...: the RFC 9162 root over these studies in the list of tombstones, as msh-index(5) tells.
root_of() {
    python3 - "$@" <<'PYTHON'
import hashlib, os, sys
def root(leaves):
    if len(leaves) == 0: return hashlib.sha256(b"").digest()
    if len(leaves) == 1: return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves): k *= 2
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()
lines = [line.split() for line in open(os.environ["MSH_HOME"] + "/tombstones")]
leaves = [bytes.fromhex(study + commitment) for study, commitment, *whose in lines if study in sys.argv[1:]]
assert len(leaves) == len(sys.argv) - 1
print(root(sorted(leaves)).hex())
PYTHON
}

@test "key: the manifest commits to what was shredded, also when the shredding was interrupted before that" {
    msh-key init -q
    images 300
    msh-encrypt -q images | msh-put | msh-anchor | msh-index >batch.ndjson
    mapfile -t studies < <(jq -r .study batch.ndjson | sort -u)
    committed() { sed -n 's/^tombstones //p' "$MSH_HOME/index/manifest"; }
    same "$(committed)" "$(root_of)"
    exits 0 msh-key shred -q "${studies[4]}"
    same "$(committed)" "$(root_of "${studies[4]}")"
    exits 0 msh-key shred -q "${studies[0]}"
    cp -a "$MSH_HOME/index" former
    exits 0 msh-key shred -q "${studies[2]}"
    same "$(committed)" "$(root_of "${studies[0]}" "${studies[2]}" "${studies[4]}")"
    left=$(documents)
    # As a kill leaves it after the study is gone from the keystore: the same command completes.
    rm -r "$MSH_HOME/index"
    cp -a former "$MSH_HOME/index"
    exits 0 msh-key shred -q "${studies[2]}"
    same "$(committed)" "$(root_of "${studies[0]}" "${studies[2]}" "${studies[4]}")"
    same "$(documents)" "$left"
    printf '%s\n' "${studies[1]}" "${studies[3]}" "${studies[5]}" | grep -Ff - batch.ndjson >kept.ndjson
    same "$left" "$(wc -l <kept.ndjson)"
    for number in 0 1 2; do msh-search -k "PatientID=PID-00000$number" || same "$?" 4; done >found.ndjson
    same "$(sort found.ndjson)" "$(sort kept.ndjson)"
}

# traces FILE: in how many lines of the database's files CIDs of these records are left.
traces() {
    cat "$MSH_HOME"/keystore.db* | grep -acFf <(jq -r .payload.cid "$1")
}

@test "key: shred writes the database anew, also under a credential and after a kill" {
    msh-key init -q
    images 300
    msh-encrypt -q images | msh-put | msh-anchor | msh-index >batch.ndjson
    mapfile -t studies < <(jq -r .study batch.ndjson | sort -u)
    owed() { sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(*) FROM compaction'; }
    same "$(owed)" 0
    mkdir credentials
    mv "$MSH_HOME/master.key" credentials/msh-master
    grep -F "${studies[0]}" batch.ndjson >first.ndjson
    [[ $(traces first.ndjson) -gt 0 ]]
    CREDENTIALS_DIRECTORY=$PWD/credentials exits 0 msh-key shred -q --next-key next "${studies[0]}"
    same "$(owed) $(traces first.ndjson)" '0 0'
    mv next "$MSH_HOME/master.key"
    # A run that was killed has left it to whichever comes next.
    sqlite3 "$MSH_HOME/keystore.db" 'INSERT INTO compaction DEFAULT VALUES'
    exits 0 msh-key shred -q "${studies[0]}"
    same "$(owed)" 0
    sqlite3 "$MSH_HOME/keystore.db" 'INSERT INTO compaction DEFAULT VALUES'
    exits 0 msh-key rotate
    same "$(owed)" 0
}

@test "key: restore needs the list of what was shredded, unless another log begins" {
    msh-key init -q
    batch 2
    identity key
    msh-key backup -q --to "$recipient" backup.age
    study=$(head -n 1 batch.ndjson | jq -r .study)
    cp -a "$MSH_HOME/log" log
    : >none
    for place in log home; do
        fresh_home "needs-$place"
        if [[ $place == home ]]; then mkdir -m 711 "$MSH_HOME" && cp -a log "$MSH_HOME"; from=(); else from=(--log log); fi
        exits 2 msh-key restore --identity key "${from[@]}" backup.age
        like "$stderr" 'there is no list of shredded studies'
        like "$stderr" 'hint: .*--tombstones'
        [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/master.key ]]
        exits 0 msh-key restore -q --identity key "${from[@]}" --tombstones none backup.age
        [[ -e $MSH_HOME/tombstones ]]
        same "$(stat -c %a "$MSH_HOME/tombstones")" 600
    done
    # A file that is no list is not taken for an empty one.
    fresh_home of-zeros
    head -c 2000000 /dev/zero >zeros
    exits 3 msh-key restore --identity key --log log --tombstones zeros backup.age
    same "$stderr" 'msh-key: error: the list of tombstones is damaged'
    [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/tombstones ]]
    fresh_home new-log
    exits 0 msh-key restore --identity key --new-log other backup.age
    like "$stderr" 'studies that were shredded since the backup are readable again'
    # In its own home folder a list is there from the beginning.
    fresh_home home
    rm "$MSH_HOME"/keystore.db*
    exits 0 msh-key restore -q --identity key backup.age
    exits 0 msh-search -k PatientID=PID-000000
    same "$(jq -r .study <<<"$output" | sort -u)" "$study"
}

# on_terminal TEXT COMMAND...: the command with a terminal of its own, where TEXT's lines answer one prompt each; what
# was on the terminal comes out.
on_terminal() {
    python3 - "$@" <<'PYTHON'
import os, pty, sys
answers = sys.argv[1].split("\n")
child, terminal = pty.fork()
if child == 0: os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
while True:
    try: part = os.read(terminal, 1000)
    except OSError: break
    if not part: break
    shown += part
    if part.endswith(b": ") and answers: os.write(terminal, answers.pop(0).encode() + b"\n")
sys.stdout.buffer.write(shown.replace(b"\r", b""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PYTHON
}

@test "key: a new passphrase is asked for twice on the terminal" {
    needs_terminals
    run -2 on_terminal $'one\nanother' msh-key init --passphrase
    like "$output" 'error: the two passphrases differ'
    [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/master.age ]]
    run -0 on_terminal $'words\nwords' msh-key init --passphrase
    same "$(grep -c '^msh-key: passphrase of the master key: ' <<<"$output")" 1
    like "$output" 'msh-key: again: '
    # The present one is asked for once.
    batch_of_one=$(images 1 >/dev/null; on_terminal 'words' msh-encrypt -q images | sed -n 's/^.*\({"msh".*\)$/\1/p')
    printf '%s\n' "$batch_of_one" >one.ndjson
    same "$(jq -r .type one.ndjson)" object
    echo words >words
    chmod 600 words
    exits 0 msh-decrypt -q --passphrase-file words -o out one.ndjson
    # So is a backup's, which is new.
    run -2 on_terminal $'words\nfor the backup\nfor another' msh-key backup backup.age
    like "$output" 'error: the two passphrases differ'
    [[ ! -e backup.age ]]
    run -0 on_terminal $'words\nfor the backup\nfor the backup' msh-key backup backup.age
    same "$(head -c 21 backup.age)" 'age-encryption.org/v1'
    run -0 on_terminal 'words' msh-key rotate
}

@test "key: a list of shredded studies that was lost or damaged is recreated from the keystore" {
    msh-key init -q
    batch 300
    mapfile -t studies < <(jq -r .study batch.ndjson | sort -u)
    msh-key shred -q "${studies[0]}"
    msh-key shred -q "${studies[1]}"
    cp -p "$MSH_HOME/tombstones" whole
    identity key
    # By whichever command comes first.
    for command in "backup --to $recipient backup.age" rotate "shred ${studies[0]}" "shred ${studies[2]}"; do
        rm "$MSH_HOME/tombstones"
        # shellcheck disable=SC2086
        exits 0 msh-key $command
        like "$stderr" 'warning: the list of shredded studies was missing: recreated from the keystore'
        same "$(grep -cFxf whole "$MSH_HOME/tombstones")" 2
        same "$(stat -c %a "$MSH_HOME/tombstones")" 600
    done
    same "$(wc -l <"$MSH_HOME/tombstones")" 3
    sort "$MSH_HOME/tombstones" >whole
    exits 0 msh-key rotate
    same "$stderr" ''
    sed -i '2d; $s/own/won/' "$MSH_HOME/tombstones"
    cp "$MSH_HOME/tombstones" damaged
    exits 0 msh-key rotate
    like "$stderr" "was damaged, and is kept as 'tombstones.damaged': recreated from the keystore"
    sort "$MSH_HOME/tombstones" | cmp - whole
    cmp damaged "$MSH_HOME/tombstones.damaged"
    sed -i 1d "$MSH_HOME/tombstones"
    exits 0 msh-key rotate
    like "$stderr" 'lacked some of them: recreated'
    sort "$MSH_HOME/tombstones" | cmp - whole
    # A keystore that may be older than the list cannot write it.
    rm "$MSH_HOME/tombstones"
    exits 2 msh-key restore --catch-up
    like "$stderr" 'there is no list of shredded studies'
    [[ ! -e $MSH_HOME/tombstones ]]
    # What a backup knows to be shredded is in the list of whoever restores it.
    cp -a "$MSH_HOME/log" log
    fresh_home restored
    : >none
    exits 0 msh-key restore -q --identity key --log log --tombstones none backup.age
    same "$(grep -cFxf whole "$MSH_HOME/tombstones")" 2
}

@test "key: restore takes no log that is older than the backup, and restores nothing then" {
    msh-key init -q
    batch 2
    cp -a "$MSH_HOME/log" older
    msh-key init -q --home stranger
    images 1 others
    msh-encrypt -q --home stranger others | msh-put --home stranger | msh-anchor --home stranger >/dev/null
    msh-encrypt -q --again images | msh-put | msh-anchor >more.ndjson
    identity key
    msh-key backup -q --to "$recipient" backup.age
    cp -a "$MSH_HOME/log" newest
    : >none
    for log in older stranger/log; do
        fresh_home "restored-${log%/*}"
        exits 1 msh-key restore --identity key --log "$log" --tombstones none backup.age
        [[ $log == stranger/log ]] || same "$stderr" "msh-key: error: the log in '$log' is older than the backup, or another one
msh-key: hint: copy the newest log, and name its folder with --log"
        same "$(find "$MSH_HOME" -mindepth 1 ! -name '*.lock')" ''
    done
    # The same of a log that is in the home folder already.
    cp -a older "$MSH_HOME/log"
    exits 1 msh-key restore --identity key --tombstones none backup.age
    like "$stderr" "the log in '$MSH_HOME/log' is older than the backup"
    [[ ! -e $MSH_HOME/keystore.db && ! -e $MSH_HOME/master.key ]]
    diff -r older "$MSH_HOME/log"
    rm -r "$MSH_HOME/log"
    exits 0 msh-key restore -q --identity key --log newest --tombstones none backup.age
    cmp newest/checkpoint "$MSH_HOME/log/checkpoint"
}
