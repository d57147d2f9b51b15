# What each program holds in memory (tests/bats/memory.bats, tests/soak/memory.bats).

limit=$((64 * 1024)) # KiB

# within COMMAND...: it succeeds, and its largest resident size is within the limit.
within() {
    "$root/tests/support/max-resident" "$BATS_TEST_TMPDIR/resident" "$@" || differs "exit $? of $*" 'exit 0'
}

# stays_below KIB: every command so far took at most that.
stays_below() {
    sed 's/^/# /; s/$/ KiB/' "$BATS_TEST_TMPDIR/resident" >&3
    same "$(awk -v limit="$1" '$2 > limit' "$BATS_TEST_TMPDIR/resident")" ''
}

stays_within() { stays_below "$limit"; }

# large_file_within: one DICOM file in the folder `large`, forward and back.
large_file_within() {
    within msh-encrypt -q -o encrypted.ndjson large
    within msh-encrypt -q --identified -o identified.ndjson large
    within msh-put -o put.ndjson encrypted.ndjson
    within msh-anchor -o anchored.ndjson put.ndjson
    within msh-index -o indexed.ndjson anchored.ndjson
    within msh-verify -q -o verdicts indexed.ndjson
    within msh-get -o got.ndjson indexed.ndjson
    within msh-decrypt -o out got.ndjson >decrypted
    within msh-grant --as-age ages --to "$(msh-key show --recipient)" indexed.ndjson >ages.list
    same "$(wc -l <decrypted)" 1
    stays_within
}

# many_records_within COUNT: records made of one, which the keystore knows before msh-anchor gets them.
many_records_within() {
    local count=$1
    images 1 one
    msh-encrypt -q one | msh-put >put.ndjson
    "$root/tests/support/many-records" "$count" put.ndjson >many.ndjson
    within msh-put -o put-many.ndjson many.ndjson
    "$root/tests/support/known-copies" "$count" "$MSH_HOME/keystore.db"
    within msh-anchor -o anchored.ndjson put-many.ndjson
    same "$(wc -l <anchored.ndjson)" "$count"
    rm put-many.ndjson many.ndjson
    within msh-verify -q -o verdicts anchored.ndjson
    same "$(wc -l <verdicts)" "$count"
    same "$(grep -vc '"ok":true' verdicts)" 0
    rm verdicts
    within msh-get -o got.ndjson anchored.ndjson
    same "$(wc -l <got.ndjson)" "$count"
    rm -r got.ndjson "$MSH_HOME/fetched"
    stays_within
}

# many_known_within COUNT: objects without files, through the programs that know their objects.
many_known_within() {
    local count=$1
    msh-key init -q --home "$BATS_TEST_TMPDIR/clinic"
    many_objects "$MSH_HOME" "$count" >put.ndjson
    within msh-anchor -o anchored.ndjson put.ndjson
    within msh-index -o indexed.ndjson anchored.ndjson
    rm put.ndjson anchored.ndjson
    within msh-search -k Modality=CT -o found.ndjson
    same "$(wc -l <found.ndjson)" "$count"
    within msh-list objects -o objects.ndjson
    same "$(sort objects.ndjson | sha256sum)" "$(sort found.ndjson | sha256sum)"
    rm found.ndjson objects.ndjson
    within msh-list studies --show -o studies.ndjson
    same "$(jq -s 'map(.objects) | add' studies.ndjson)" "$count"
    within msh-grant --patients any --to "$(msh-key show --recipient --home "$BATS_TEST_TMPDIR/clinic")" -o all.grant indexed.ndjson
    rm indexed.ndjson
    within msh-grant --home "$BATS_TEST_TMPDIR/clinic" --accept all.grant --issuer "$(msh-key show --fingerprint)" \
        -o accepted.ndjson
    same "$(wc -l <accepted.ndjson)" "$count"
    stays_within
}

# many_objects_within COUNT: real files, forward, searched, granted, accepted and decrypted.
many_objects_within() {
    local count=$1
    images "$count"
    msh-key init -q --home "$BATS_TEST_TMPDIR/clinic"
    within msh-encrypt -q -o encrypted.ndjson "$BATS_TEST_TMPDIR/images"
    rm -r "$BATS_TEST_TMPDIR/images"
    within msh-put -o put.ndjson encrypted.ndjson
    within msh-anchor -o anchored.ndjson put.ndjson
    within msh-index -o indexed.ndjson anchored.ndjson
    rm encrypted.ndjson put.ndjson anchored.ndjson
    within msh-search -k Modality=CT -o found.ndjson
    same "$(wc -l <found.ndjson)" "$count"
    within msh-list objects -o objects.ndjson
    same "$(sort objects.ndjson | sha256sum)" "$(sort found.ndjson | sha256sum)"
    within msh-search -k Modality=CT --show -o studies.ndjson
    same "$(jq -s 'map(.objects) | add' studies.ndjson)" "$count"
    within msh-grant --patients any --to "$(msh-key show --recipient --home "$BATS_TEST_TMPDIR/clinic")" -o all.grant indexed.ndjson
    within msh-grant --home "$BATS_TEST_TMPDIR/clinic" --accept all.grant --issuer "$(msh-key show --fingerprint)" -o accepted.ndjson
    same "$(wc -l <accepted.ndjson)" "$count"
    within msh-get --home "$BATS_TEST_TMPDIR/clinic" --from "$MSH_HOME/store" -o got.ndjson accepted.ndjson
    within msh-decrypt --home "$BATS_TEST_TMPDIR/clinic" -o out got.ndjson >decrypted
    same "$(sort -u decrypted | wc -l)" "$count"
    stays_within
}
