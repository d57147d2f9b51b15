#!/usr/bin/env bats
# msh-encrypt: which files are taken, in which order, which record each gets, and what a run leaves behind.
load helper

setup() {
    fresh_home home
    cd "$BATS_TEST_TMPDIR" || return
    msh-key init -q
}

# The new SOP Instance UIDs of records, in their order.
uids() {
    msh-decrypt -q -o "$BATS_TEST_TMPDIR/uids" "$1" | sed 's|.*/||; s/-[0-9a-f]*\.dcm$//; s/\.dcm$//'
}

spooled() {
    [[ ! -d $MSH_HOME/spool ]] || find "$MSH_HOME/spool" -type f ! -name lock
}

@test "encrypt: a list on standard input, by newline and by NUL, and a path with a newline" {
    images 3
    exits 0 msh-encrypt -o lines.ndjson < <(printf '%s\n' images/*)
    same "$output" ''
    same "$stderr" 'msh-encrypt: 3 encrypted'
    exits 0 msh-encrypt -0 -o nul.ndjson < <(printf '%s\0' images/*)
    cmp lines.ndjson nul.ndjson
    exits 0 msh-encrypt -o operands.ndjson images/*
    cmp lines.ndjson operands.ndjson
    # The last path needs no end, empty ones are none.
    exits 0 msh-encrypt -o again.ndjson < <(printf '\n%s\n\n%s' images/ct-000000.dcm images/ct-000001.dcm)
    head -n 2 lines.ndjson | cmp - again.ndjson

    mkdir $'a\nfolder'
    cp images/ct-000002.dcm $'a\nfolder/with "quotes"\n and tab\t.dcm'
    exits 0 msh-encrypt -0 < <(printf '%s\0' a*/*)
    same "$output" "$(sed -n 3p lines.ndjson)"
    exits 0 msh-encrypt $'a\nfolder'
    same "$output" "$(sed -n 3p lines.ndjson)"
    # As a list of lines it is three paths that are not there; a message stays one line.
    exits 3 msh-encrypt --show-paths < <(printf '%s\n' a*/*)
    same "$output" ''
    same "$(grep -c error: <<<"$stderr")" 3
    printf x >$'a\nfolder/bad\nname'
    exits 3 msh-encrypt -q --show-paths $'a\nfolder'
    same "${#stderr_lines[@]}" 1
    like "$stderr" 'input 1 \(a\\nfolder/bad\\nname\): '

    exits 0 msh-encrypt </dev/null
    same "$output" ''
    same "$stderr" 'msh-encrypt: 0 encrypted'
    exits 3 msh-encrypt -q < <(head -c 2000000 /dev/zero | tr '\0' x)
    same "$stderr" 'msh-encrypt: error: input 1: the path is too long'
}

@test "encrypt: folders in byte order with all below them, records in the order of inputs" {
    images 6 source
    mkdir -p tree/B tree/a tree/empty 'tree/é'
    cp source/ct-000000.dcm tree/B/2.dcm
    cp source/ct-000001.dcm tree/B/10.dcm
    cp source/ct-000002.dcm tree/C.dcm
    cp source/ct-000003.dcm tree/a/x
    cp source/ct-000004.dcm tree/b.dcm
    cp source/ct-000005.dcm 'tree/é/y.dcm'
    msh-encrypt -q tree/B/10.dcm tree/B/2.dcm tree/C.dcm tree/a/x tree/b.dcm tree/é/y.dcm >expected.ndjson
    exits 0 msh-encrypt tree
    same "$output" "$(<expected.ndjson)"
    exits 0 env LC_ALL=C msh-encrypt ./tree/
    same "$output" "$(<expected.ndjson)"
    # Operands in the order in which they stand; a folder that holds one of them gives what is left.
    exits 0 msh-encrypt tree/b.dcm tree
    same "$output" "$(sed -n 5p expected.ndjson && sed 5d expected.ndjson)"
    # The same with fresh objects, on more files than are worked on at once.
    images 150 many
    printf '%s\n' many/* | tac >list
    exits 0 msh-encrypt -q -o many.ndjson <list
    mapfile -t originals < <(while read -r file; do dcmdump -q +P 0020,0013 "$file" | sed 's/.*\[0*\(.*\)\].*/\1/'; done <list)
    mapfile -t results < <(msh-decrypt -q -o out many.ndjson | while read -r file; do
        dcmdump -q +P 0020,0013 "$file" | sed 's/.*\[0*\(.*\)\].*/\1/'
    done)
    same "${results[*]}" "${originals[*]}"
}

@test "encrypt: links are not followed, and what is no file is not waited for" {
    images 2
    mkdir tree
    cp images/ct-000000.dcm tree/
    ln -s ../images tree/folder
    ln -s ../images/ct-000001.dcm tree/link.dcm
    ln -s . tree/loop
    ln -s nowhere tree/dangling
    exits 0 msh-encrypt --report report.ndjson tree
    same "$stderr" 'msh-encrypt: 1 encrypted, 4 symbolic links skipped'
    same "$(jq -r '[.position, .path, .outcome, .class, .reason] | @csv' report.ndjson | tr -d '"')" \
        '1,tree/ct-000000.dcm,encrypted,,
2,tree/dangling,skipped,link,a symbolic link in a folder
3,tree/folder,skipped,link,a symbolic link in a folder
4,tree/link.dcm,skipped,link,a symbolic link in a folder
5,tree/loop,skipped,link,a symbolic link in a folder'
    same "$(jq -c 'select(.outcome == "skipped") | keys' report.ndjson | sort -u)" \
        '["class","outcome","path","position","reason"]'
    # A folder of links alone, as an export may be, is not passed over in silence.
    mkdir links
    ln -s ../images links/volume2
    exits 0 msh-encrypt links
    same "$output" ''
    same "$stderr" 'msh-encrypt: 0 encrypted, 1 symbolic link skipped'
    # One that is named counts as not readable, and so does everything that is not a regular file.
    mkfifo tree/pipe
    exits 3 timeout 60 msh-encrypt tree/link.dcm tree/folder tree/dangling tree/pipe /dev/zero tree/ct-000000.dcm
    same "${#lines[@]}" 1
    same "$(grep -c '^msh-encrypt: error: input [1-5]: ' <<<"$stderr")" 5
    like "${stderr_lines[-1]}" '^msh-encrypt: 0 encrypted, 1 already encrypted, 5 not readable$'
}

@test "encrypt: bad operands are named by position, their paths only with --show-paths" {
    images 2 Doe^John
    mkdir Roe^Jane
    printf 'no DICOM' >Roe^Jane/text
    : >Roe^Jane/empty
    truncate -s 5G Roe^Jane/sparse
    exits 3 msh-encrypt Doe^John/ct-000000.dcm Roe^Jane Doe^John/missing Doe^John/ct-000001.dcm ''
    same "${#lines[@]}" 2
    same "$(grep -c error: <<<"$stderr")" 5
    for position in 2 3 4 5 7; do
        same "$(grep -c "error: input $position: [a-z]" <<<"$stderr")" 1
    done
    same "${stderr_lines[-1]}" 'msh-encrypt: 2 encrypted, 5 not readable'
    [[ $stderr != *Doe* && $stderr != *Roe* && $stderr != *"$PWD"* ]]
    exits 3 msh-encrypt --show-paths --retry-refused Doe^John/ct-000000.dcm Roe^Jane
    like "$stderr" 'input 2 \(Roe\^Jane/empty\): an empty file'
    like "$stderr" 'input 4 \(Roe\^Jane/text\): not a DICOM file'
    same "$(spooled | wc -l)" 2
    exits 3 msh-encrypt -q Roe^Jane/empty
    same "$stderr" 'msh-encrypt: error: input 1: an empty file'
    if ((EUID != 0)); then
        chmod 000 Doe^John/ct-000000.dcm Roe^Jane
        exits 3 msh-encrypt -q Doe^John/ct-000000.dcm Roe^Jane
        same "$(grep -c 'error: input [12]: .*[Pp]ermission' <<<"$stderr")" 2
        chmod 700 Roe^Jane
    fi
}

@test "encrypt: a file met twice in one run gives one record, also by two workers, also with --again" {
    images 1
    for number in {1..40}; do
        cp images/ct-000000.dcm "images/copy-$number.dcm"
    done
    exits 0 msh-encrypt images images
    same "${#lines[@]}" 1
    same "$stderr" 'msh-encrypt: 1 encrypted, 81 already encrypted'
    same "$(spooled | wc -l)" 1
    exits 0 msh-encrypt --again images images/ct-000000.dcm
    same "${#lines[@]}" 1
    same "$stderr" 'msh-encrypt: 1 encrypted, 41 already encrypted'
    same "$(spooled | wc -l)" 2
    exits 0 msh-encrypt --identified images
    same "${#lines[@]}" 1
    same "$(spooled | wc -l)" 3
    # The same UIDs with another content are another object.
    printf '\1' | dd of=images/ct-000000.dcm bs=1 seek=$(($(stat -c %s images/ct-000000.dcm) - 9)) conv=notrunc status=none
    exits 0 msh-encrypt images
    same "${#lines[@]}" 2
    same "$(jq -r .study <<<"$output" | sort -u | wc -l)" 1
}

@test "encrypt: a second run gives the same records, with what was added since" {
    images 20
    msh-encrypt -q images >first.ndjson
    exits 0 msh-encrypt images
    same "$output" "$(<first.ndjson)"
    same "$stderr" 'msh-encrypt: 0 encrypted, 20 already encrypted'
    msh-put first.ndjson >put.ndjson
    exits 0 msh-encrypt -q images
    same "$output" "$(<put.ndjson)"
    msh-anchor put.ndjson >anchored.ndjson
    exits 0 msh-encrypt -q images
    same "$output" "$(<anchored.ndjson)"
    same "$(spooled)" ''
    # New objects of the same study under other keys, whose plaintext is the same.
    exits 0 msh-encrypt --again -o again.ndjson images
    same "$stderr" 'msh-encrypt: 20 encrypted'
    same "$(cat first.ndjson again.ndjson | jq -r .id | sort -u | wc -l)" 40
    same "$(cat first.ndjson again.ndjson | jq -r .kc | sort -u | wc -l)" 40
    same "$(jq -r .study first.ndjson | sort -u)" "$(jq -r .study again.ndjson | sort -u)"
    same "$(spooled | xargs sha256sum | cut -c-64 | sort -u | wc -l)" 20
    msh-get anchored.ndjson | msh-decrypt -q -o one >one.paths
    msh-decrypt -q -o two again.ndjson >two.paths
    diff -r one two
    # From then on the newest ones are the ones that are known.
    exits 0 msh-encrypt -q images
    same "$output" "$(<again.ndjson)"
}

@test "encrypt: projects cannot be linked, profiles are told apart" {
    images 2
    msh-encrypt -q images >default.ndjson
    msh-encrypt -q --project default images | cmp default.ndjson
    msh-encrypt -q --project trial-7 images >trial.ndjson
    msh-encrypt -q --identified images >identified.ndjson
    msh-encrypt -q --identified --project trial-7 images >both.ndjson
    same "$(cat default.ndjson trial.ndjson identified.ndjson both.ndjson | jq -r .study | sort -u | wc -l)" 4
    same "$(cat default.ndjson trial.ndjson identified.ndjson both.ndjson | jq -r .id | sort -u | wc -l)" 8
    same "$(cat default.ndjson trial.ndjson | jq -r .profile | sort -u)" basic
    same "$(cat identified.ndjson both.ndjson | jq -r .profile | sort -u)" identified
    same "$(cat <(uids default.ndjson) <(uids trial.ndjson) | sort -u | wc -l)" 4
    same "$(jq -r keys_unsorted[] trial.ndjson | sort -u)" "$(jq -r keys_unsorted[] default.ndjson | sort -u)"
    [[ $(<trial.ndjson) != *trial* ]]
    exits 2 msh-encrypt --project '' images
    exits 2 msh-encrypt --project "$(printf 'x%.0s' {1..65})" images
    exits 2 msh-encrypt --project $'\377' images
}

@test "encrypt: --identified gives the file byte for byte, and takes what may show names" {
    "$root/scripts/make-test-dicom" refused refused
    "$root/scripts/make-test-dicom" good good
    mkdir out
    printf '%s\n' good/* refused/pixel-text/* refused/policy/[e-w]*.dcm >list
    exits 0 msh-encrypt --identified -o identified.ndjson <list
    same "$(wc -l <identified.ndjson)" "$(wc -l <list)"
    msh-put identified.ndjson | msh-get | msh-decrypt -q -o out >paths
    paste list paths >pairs
    while IFS=$'\t' read -r original path; do
        cmp "$original" "$path"
    done <pairs
    # Sizes are the file's own.
    same "$(jq .payload.size identified.ndjson | sort -n | head -n 1)" "$(($(xargs stat -c %s <list | sort -n | head -n 1) + 32))"
    exits 3 msh-encrypt --identified refused/policy/dicomdir.dcm refused/damaged
    same "$output" ''
    same "$(grep -c 'refused: a DICOMDIR' <<<"$stderr")" 1
    exits 2 msh-encrypt --identified --pad good
}

@test "encrypt: -o gives a file that is whole or not there; -q says nothing" {
    images 2
    exits 0 msh-encrypt -q -o records.ndjson images
    same "$output$stderr" ''
    same "$(wc -l <records.ndjson)" 2
    inode=$(stat -c %i records.ndjson)
    exits 3 msh-encrypt -q -o records.ndjson images missing
    same "$(wc -l <records.ndjson)" 2
    [[ $(stat -c %i records.ndjson) != "$inode" ]] # a new file took its name
    # A run that is killed leaves the old one, and its temporary file is hidden or gone.
    cp records.ndjson before.ndjson
    mkfifo feed
    msh-encrypt -q -o records.ndjson <feed 3>&- &
    exec 7>feed
    echo images/ct-000000.dcm >&7
    kill -TERM $!
    code=0
    wait $! || code=$?
    exec 7>&-
    same "$code" 143
    cmp before.ndjson records.ndjson
    same "$(find . -maxdepth 1 -name '*records*')" ./records.ndjson
    exits 1 msh-encrypt -q -o no/such/folder images
    exits 2 msh-encrypt -q -o '' images
    same "$(find . -maxdepth 1 -name '*records*')" ./records.ndjson
}

@test "encrypt: a payload lost before it was stored is made anew, and only that one" {
    images 3
    msh-encrypt -q images >first.ndjson
    rm "$(sed -n 2p first.ndjson | jq -r .payload.path)"
    exits 0 msh-encrypt images
    same "$stderr" 'msh-encrypt: 1 encrypted, 2 already encrypted'
    same "$(sed -n '1p; 3p' <<<"$output")" "$(sed -n '1p; 3p' first.ndjson)"
    [[ $(sed -n 2p <<<"$output" | jq -r .id) != "$(sed -n 2p first.ndjson | jq -r .id)" ]]
    same "$(sed -n 2p <<<"$output" | jq -r .study)" "$(sed -n 2p first.ndjson | jq -r .study)"
    printf '%s\n' "$output" >second.ndjson
    exits 0 msh-encrypt -q images
    same "$output" "$(<second.ndjson)"
    msh-put second.ndjson | msh-anchor | msh-get | msh-decrypt -q -o out >paths
    same "$(sort -u paths | wc -l)" 3
}

@test "encrypt: of what was lost nothing is left to be found" {
    images 3
    msh-encrypt -q images | msh-index >first.ndjson
    rm "$(sed -n 2p first.ndjson | jq -r .payload.path)"
    msh-encrypt -q images | msh-put | msh-anchor | msh-index >second.ndjson
    same "$(msh-search -k PatientID=PID-000000 | sort)" "$(sort second.ndjson)"
    exits 3 msh-index first.ndjson
    same "$stderr" 'msh-index: error: record 2: the object is not in this keystore'
}

@test "encrypt: a payload that is being stored is not lost" {
    needs_plain_build
    images 1
    msh-encrypt -q images >first.ndjson
    exits 0 hooked 'msh-put -o put.ndjson first.ndjson' "$(jq -r .payload.path first.ndjson)" msh-encrypt -q images
    same "$output" "$(<put.ndjson)"
    same "$stderr" ''
}

@test "encrypt: what a dead run left in the spool is swept, what a record promises is not" {
    images 3
    msh-encrypt -q images/ct-000000.dcm images/ct-000001.dcm >first.ndjson
    promised=$(jq -r .payload.path first.ndjson | sort)
    # As a kill leaves it: a folder with its lock file, a payload without a record, one that is not complete.
    dead=$MSH_HOME/spool/$(printf '%032d' 7)
    mkdir -m 700 "$dead"
    : >"$dead/lock"
    printf x >"$dead/$(printf '%032d' 1)"
    printf x >"$dead/$(printf '%032d' 2).part"
    exits 0 msh-encrypt -q images/ct-000002.dcm
    [[ ! -e $dead ]]
    same "$(spooled | sort)" "$(printf '%s\n%s\n' "$promised" "$(jq -r .payload.path <<<"$output")" | sort)"
    # A run that lives keeps its folder.
    mkfifo feed
    msh-encrypt -q <feed >/dev/null 3>&- &
    exec 7>feed
    alive=$!
    until [[ $(find "$MSH_HOME/spool" -mindepth 1 -maxdepth 1 -type d | wc -l) == 3 ]]; do sleep 0.02; done
    exits 0 msh-encrypt -q images
    same "$(find "$MSH_HOME/spool" -mindepth 1 -maxdepth 1 -type d | wc -l)" 3
    exec 7>&-
    wait "$alive"
    same "$(find "$MSH_HOME/spool" -mindepth 1 -maxdepth 1 -type d | wc -l)" 2
}

@test "encrypt: files that vanish or change while they wait are inputs that failed, the others are done" {
    images 3
    mkfifo feed
    msh-encrypt <feed >records.ndjson 2>messages 3>&- &
    exec 7>feed
    encrypting=$!
    echo images/ct-000000.dcm >&7
    until [[ -s records.ndjson ]]; do sleep 0.02; done
    rm images/ct-000001.dcm
    printf '%s\n' images/ct-000001.dcm images/ct-000002.dcm >&7
    exec 7>&-
    code=0
    wait "$encrypting" || code=$?
    same "$code" 3
    same "$(wc -l <records.ndjson)" 2
    like "$(<messages)" 'error: input 2: no such file'
    # A file that is still being written is damaged: it has changed, or what is there so far is not all.
    "$root/scripts/make-test-dicom" large --bytes $((24 << 20)) large
    size=$(stat -c %s large/large.dcm)
    (while [[ -e large/large.dcm ]]; do printf x >>large/large.dcm && sleep 0.001; done) 3>&- &
    growing=$!
    until (($(stat -c %s large/large.dcm) > size)); do sleep 0.01; done
    exits 3 msh-encrypt -q large/large.dcm
    same "$output" ''
    like "$stderr" 'error: input 1: (the file changed while it was read|trailing bytes that are not an element)'
    rm large/large.dcm
    wait "$growing"
    same "$(spooled | wc -l)" 2
}

@test "encrypt: an operand - is a file; there being none, what was meant is said" {
    exits 3 msh-encrypt -
    same "${stderr_lines[1]}" 'msh-encrypt: hint: to read paths from standard input, give no operands'
    images 1
    cp images/ct-000000.dcm ./-
    exits 0 msh-encrypt -
    same "${#lines[@]}" 1
}

# older_rules [IMAGE...]: what was done of them, or all, is now as if it had been done under older rules.
older_rules() {
    sqlite3 "$MSH_HOME/keystore.db" "UPDATE done SET rules = 'basic/older'"
}

@test "encrypt: what was done under older rules stays done; --renew does it again, once" {
    images 5
    msh-encrypt -q images/ct-00000[0-2].dcm | msh-put | msh-anchor | msh-index >old.ndjson
    older_rules
    exits 0 msh-encrypt images
    same "$stderr" 'msh-encrypt: 2 encrypted, 3 encrypted under older rules (--renew encrypts them again)'
    same "$(head -n 3 <<<"$output")" "$(<old.ndjson)"
    printf '%s\n' "$output" >all.ndjson
    exits 0 msh-encrypt -q images
    same "$output" "$(<all.ndjson)"
    exits 0 msh-encrypt --renew -o renewed.ndjson images images
    same "$stderr" 'msh-encrypt: 3 encrypted, 7 already encrypted'
    same "$(jq -r .study renewed.ndjson)" "$(jq -r .study all.ndjson)"
    same "$(tail -n 2 renewed.ndjson)" "$(tail -n 2 all.ndjson)"
    same "$(cat all.ndjson renewed.ndjson | jq -r .id | sort -u | wc -l)" 8
    # The new ones are known from then on; the old ones are still there.
    exits 0 msh-encrypt --renew images
    same "$output" "$(<renewed.ndjson)"
    same "$stderr" 'msh-encrypt: 0 encrypted, 5 already encrypted'
    exits 0 bash -o pipefail -c 'msh-get old.ndjson | msh-decrypt -q -o out'
    same "${#lines[@]}" 3
    msh-put renewed.ndjson | msh-anchor | msh-index >indexed.ndjson
    exits 0 msh-search -k PatientID=PID-000000
    same "${#lines[@]}" 8
    # Lost before it was stored: anew, under the rules of today.
    msh-encrypt -q --again images/ct-000000.dcm >lost.ndjson
    older_rules
    rm "$(jq -r .payload.path lost.ndjson)"
    exits 0 msh-encrypt images/ct-000000.dcm
    same "$stderr" 'msh-encrypt: 1 encrypted'
    exits 0 msh-encrypt images/ct-000000.dcm
    same "$stderr" 'msh-encrypt: 0 encrypted, 1 already encrypted'
    exits 2 msh-encrypt --again --renew images
}

# Files that are not taken, for six reasons, and two that are.
mixed_files() {
    images 2 mixed
    cp "$BATS_TEST_TMPDIR/mixed/ct-000000.dcm" mixed/copy.dcm
    echo 'no DICOM' >mixed/text
    head -c -5 mixed/ct-000000.dcm >mixed/cut.dcm
    : >mixed/empty
    "$root/scripts/make-test-dicom" refused refused
    cp refused/pixel-text/ultrasound.dcm mixed/us.dcm
}

@test "encrypt: what was refused before is counted and not reported again, until it changes" {
    "$root/scripts/make-test-dicom" refused refused
    mapfile -t all < <(find refused -type f | sort)
    exits 3 msh-encrypt refused
    first=${#all[@]}
    same "$(grep -c error: <<<"$stderr")" "$first"
    counts=${stderr_lines[-1]}
    like "$counts" ', ([0-9]+) refused by policy, ([0-9]+) not readable$'
    refused=${BASH_REMATCH[1]} damaged=${BASH_REMATCH[2]}
    # Empty files are like any other, and are reported each time.
    find refused -type f -size 0 -delete
    empty=$((first - $(find refused -type f | wc -l)))
    exits 0 msh-encrypt refused
    same "$output" ''
    same "$stderr" "msh-encrypt: 0 encrypted, $refused refused as before, $((damaged - empty)) not readable as before"
    # Elsewhere, under another name, it is the same file; one that changed is new.
    mkdir elsewhere
    cp refused/pixel-text/ultrasound.dcm elsewhere/new-name
    exits 0 msh-encrypt elsewhere
    same "$stderr" 'msh-encrypt: 0 encrypted, 1 refused as before'
    printf '\0\0' >>elsewhere/new-name
    exits 3 msh-encrypt elsewhere
    same "${stderr_lines[-1]}" 'msh-encrypt: 0 encrypted, 1 refused by policy'
    exits 0 msh-encrypt -q elsewhere
    same "$output$stderr" ''
    # Another profile, another project, other options are other conditions.
    exits 3 msh-encrypt --project other elsewhere
    exits 0 msh-encrypt --project other elsewhere
    exits 3 msh-encrypt --allow-pixel-text=rgb elsewhere
    exits 0 msh-encrypt --allow-pixel-text=rgb elsewhere
    exits 0 msh-encrypt elsewhere
    # What is wrong besides the pixels does not depend on what is allowed.
    find refused -type f ! -path '*/pixel-text/*' -print0 >others
    exits 0 msh-encrypt -0 --allow-pixel-text=rgb <others
    like "$stderr" '^msh-encrypt: 0 encrypted, [0-9]+ refused as before, [0-9]+ not readable as before$'
    same "$(msh-list refused | jq -r 'select(.rules | test("allow")) | [.class, .files] | @tsv')" $'pixel-text\t1'
    # Taken, it is forgotten.
    exits 0 msh-encrypt --allow-pixel-text elsewhere
    same "$stderr" 'msh-encrypt: 1 encrypted'
    exits 0 msh-encrypt elsewhere # what is known is not judged again
    same "$stderr" 'msh-encrypt: 0 encrypted, 1 already encrypted'
    exits 3 msh-encrypt --again elsewhere
    exits 3 msh-encrypt --retry-refused refused
    same "${stderr_lines[-1]}" "msh-encrypt: 0 encrypted, $refused refused by policy, $((damaged - empty)) not readable"
    exits 0 msh-encrypt refused
    # No path, UID or digest of a file stands in the keystore.
    sqlite3 "$MSH_HOME/keystore.db" .dump >dump
    sha=$(sha256sum <refused/pixel-text/ultrasound.dcm | cut -c-64)
    [[ $(tr '[:upper:]' '[:lower:]' <dump) != *"$sha"* && $(<dump) != *pixel-text/* && $(<dump) != *elsewhere* ]]
}

@test "encrypt: copies of a refused file are all reported by the run that meets them first" {
    mixed_files
    for number in {1..700}; do cp mixed/text "mixed/text-$number"; done
    exits 3 msh-encrypt mixed
    same "$(grep -c 'input [0-9]*: not a DICOM file' <<<"$stderr")" 10
    like "$stderr" 'and 691 more like it: not a DICOM file'
    exits 3 msh-encrypt mixed # the empty one
    same "${stderr_lines[-1]}" 'msh-encrypt: 0 encrypted, 3 already encrypted, 1 not readable, 1 refused as before, 702 not readable as before'
}

@test "encrypt: what cannot be opened is never remembered; a study that was shredded is" {
    images 2
    for _ in 1 2; do
        exits 3 msh-encrypt missing
        ln -sf images/ct-000000.dcm link
        exits 3 msh-encrypt link
    done
    study=$(msh-encrypt -q images/ct-000000.dcm | jq -r .study)
    msh-key shred -q --yes "$study" || msh-key shred -q "$study"
    exits 3 msh-encrypt images
    same "${stderr_lines[-1]}" 'msh-encrypt: 0 encrypted, 2 refused by policy'
    exits 0 msh-encrypt images
    same "$stderr" 'msh-encrypt: 0 encrypted, 2 refused as before'
    exits 0 msh-encrypt --again images/ct-000000.dcm
    exits 0 msh-encrypt images
    same "$stderr" 'msh-encrypt: 1 encrypted, 1 already encrypted'
    same "$(sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(*) FROM refusal')" 0
}

@test "encrypt: --report says of each input what became of it, and why" {
    mixed_files
    mkdir Doe
    printf 'no DICOM' >Doe/$'J\xf6hn'
    printf '%s\n' mixed/ct-000000.dcm mixed/copy.dcm mixed/text mixed/cut.dcm mixed/empty mixed/us.dcm missing \
        Doe/$'J\xf6hn' mixed/ct-000001.dcm >list
    exits 3 msh-encrypt --report report.ndjson -o records.ndjson <list
    same "$(stat -c %a report.ndjson)" 600
    same "$(jq -c '[.position, .outcome, .class]' report.ndjson)" '[1,"encrypted",null]
[2,"known",null]
[3,"unreadable","not-dicom"]
[4,"unreadable","truncated"]
[5,"unreadable","empty"]
[6,"refused","pixel-text"]
[7,"unreadable","missing"]
[8,"unreadable","not-dicom"]
[9,"encrypted",null]'
    same "$(jq -r .path report.ndjson | sed 8d)" "$(sed 8d list)"
    same "$(jq -r 'select(.path_base64).path_base64' report.ndjson | base64 -d)" "$(sed -n 8p list)"
    same "$(jq -r 'select(.id).id' report.ndjson | sort -u)" "$(jq -r .id records.ndjson | sort)"
    same "$(jq -r 'select(.position == 6).reason' report.ndjson)" 'pixels that may show names (ultrasound)'
    # Where the element begins that is cut.
    read -r tag offset < <(jq -r 'select(.position == 4) | "\(.tag) \(.offset)"' report.ndjson)
    like "$tag" '^[0-9A-F]{8}$'
    ((offset > 132))
    wanted=$(printf '\\x%s\\x%s\\x%s\\x%s' "${tag:2:2}" "${tag:0:2}" "${tag:6:2}" "${tag:4:2}")
    same "$(od -An -tx1 -j "$offset" -N 4 mixed/cut.dcm)" "$(printf '%b' "$wanted" | od -An -tx1)"
    # The next night: what is the same is marked; the report says all of it again.
    exits 3 msh-encrypt -q --report report.ndjson <list
    same "$(jq -c '[.position, .outcome, .before]' report.ndjson)" '[1,"known",null]
[2,"known",null]
[3,"unreadable",true]
[4,"unreadable",true]
[5,"unreadable",null]
[6,"refused",true]
[7,"unreadable",null]
[8,"unreadable",true]
[9,"known",null]'
    # So it is where all are reported again.
    exits 3 msh-encrypt --retry-refused --report again.ndjson <list
    same "$(<again.ndjson)" "$(<report.ndjson)"
    like "${stderr_lines[-2]}" 'hint: the report names them$'
    like "${stderr_lines[-1]}" ', 1 refused by policy, 5 not readable$'
    older_rules
    exits 0 msh-encrypt -q --report report.ndjson mixed/ct-000000.dcm
    same "$(jq -r .outcome report.ndjson)" older-rules
    exits 0 msh-encrypt -q --report report.ndjson </dev/null
    same "$(<report.ndjson)" ''
    exits 2 msh-encrypt --report - mixed
    exits 2 msh-encrypt --report '' mixed
    exits 1 msh-encrypt --report no/such/folder/report mixed
}

@test "encrypt: --report is there when the run ends early, with what was done until then" {
    images 4
    echo 'no DICOM' >text
    mkfifo feed
    msh-encrypt -q --report report.ndjson -o records.ndjson <feed 3>&- &
    exec 7>feed
    printf '%s\n' images/ct-000000.dcm text >&7
    for _ in {1..2000}; do
        [[ $(cat .report.ndjson.*.tmp 2>/dev/null | grep -c position) != 2 ]] || break
        sleep 0.01
    done
    kill -TERM $!
    code=0
    wait $! || code=$?
    exec 7>&-
    same "$code" 143
    same "$(jq -r .outcome report.ndjson)" 'encrypted
unreadable'
    same "$(find . -maxdepth 1 -name '.*report*')" ''
    # An error of the run itself.
    exits 1 msh-encrypt -q --report failed.ndjson -o /dev/full images/ct-000001.dcm
    same "$(jq -r .outcome failed.ndjson)" encrypted
}
