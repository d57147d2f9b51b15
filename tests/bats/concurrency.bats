#!/usr/bin/env bats
# Many programs at once on one home folder: no error, no lost key, no duplicate.
load helper

files=100

setup() {
    fresh_home home
    msh-key init -q
    images "$files"
    in_work_folder
}

# eight COMMAND: eight times at once; the N-th with its output in N.ndjson. None may fail or complain.
eight() {
    local number process processes=()
    for number in {1..8}; do
        bash -o pipefail -c "$1" command "$BATS_TEST_TMPDIR/images" >"$number.ndjson" 2>"$number.err" 3>&- &
        processes+=($!)
    done
    number=0
    for process in "${processes[@]}"; do
        number=$((number + 1))
        wait "$process" || differs "exit $? of number $number: $(<"$number.err")" 'exit 0'
        same "$(<"$number.err")" ''
        same "$(wc -l <"$number.ndjson")" "$files"
    done
}

# once_each FILE: its records are those of all files, stored, anchored and indexed once, and they can be decrypted.
once_each() {
    same "$(jq -r .payload.cid "$1" | sort -u | wc -l)" "$files"
    same "$(jq -r .anchor.index "$1" | sort -u | wc -l)" "$files"
    same "$(find "$MSH_HOME/store" -type f | wc -l)" "$files"
    same "$(find "$MSH_HOME/spool" "$MSH_HOME/store/.staging" -mindepth 1)" ''
    same "$(awk '/^segment / { sum += $5 } END { print sum }' "$MSH_HOME/index/manifest")" "$files"
    exits 0 msh-verify -q "$1"
    same "$(grep -c '"ok":true' <<<"$output")" "$files"
    same "$(msh-search -k PatientID=PID-000000 | sort)" "$(sort "$1")"
    msh-get "$1" | msh-decrypt -o files >paths
    same "$(sort -u paths | wc -l)" "$files"
    same "$("$root/tests/support/pixel-digests" files)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
}

@test "concurrency: eight msh-encrypt over the same files make each object once" {
    # shellcheck disable=SC2016
    eight 'msh-encrypt -q "$1"'
    for number in {2..8}; do
        cmp 1.ndjson "$number.ndjson"
    done
    same "$(jq -r .id 1.ndjson | sort -u | wc -l)" "$files"
    same "$(find "$MSH_HOME/spool" -type f ! -name lock | wc -l)" "$files"
    same "$(jq -r .study 1.ndjson | sort -u | wc -l)" 2
    msh-put 1.ndjson | msh-anchor | msh-index >batch.ndjson
    once_each batch.ndjson
    same "$(sed -n 2p "$MSH_HOME/log/checkpoint")" $((files + 1))
}

@test "concurrency: eight whole pipelines over the same files" {
    # shellcheck disable=SC2016
    eight 'msh-encrypt -q "$1" | msh-put | msh-anchor | msh-index'
    for number in {2..8}; do
        cmp 1.ndjson "$number.ndjson"
    done
    once_each 1.ndjson
}

@test "concurrency: pipelines over different files, while others search, verify and grant" {
    msh-encrypt -q "$BATS_TEST_TMPDIR/images/ct-000000.dcm" | msh-put | msh-anchor | msh-index >first.ndjson
    msh-key init -q --home clinic
    for number in {1..4}; do
        (cd "$BATS_TEST_TMPDIR/images" && printf '%s\n' ct-0000"$((number - 1))"?.dcm ct-0000"$((number + 3))"?.dcm) |
            sed "s|^|$BATS_TEST_TMPDIR/images/|" >"$number.list"
    done
    for number in {1..4}; do
        bash -o pipefail -c 'msh-encrypt -q | msh-put | msh-anchor | msh-index' <"$number.list" >"$number.ndjson" 3>&- &
    done
    for number in {1..4}; do
        exits 0 msh-search -k PatientID=PID-000000
        like "$output" "$(jq -r .id first.ndjson)"
        exits 0 msh-verify -q first.ndjson
        exits 0 msh-grant --to "$(msh-key show --recipient --home clinic)" -o "$number.grant" first.ndjson
        exits 0 msh-grant --home clinic --accept "$number.grant" --issuer "$(msh-key show --fingerprint)"
    done
    for job in $(jobs -p); do
        wait "$job"
    done
    same "$(jq -r .id {1..4}.ndjson | sort -u | wc -l)" 80
    exits 0 msh-verify -q {1..4}.ndjson
    same "$(grep -c '"ok":true' <<<"$output")" 80
}
