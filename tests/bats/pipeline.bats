#!/usr/bin/env bats
# The pipeline of the README on real files, in both directions; and what all programs have in common on the command line.
load helper

programs=(key encrypt put anchor index search grant get decrypt verify)

setup() {
    fresh_home home
    cd "$BATS_TEST_TMPDIR" || return
}

# real_files: the paths of python3-pydicom's files, each ended by NUL, in the order of the list.
real_files() {
    find "$pydicom_files" -type f -print0 | sort -z
}

@test "pipeline: forward and back on real files; pixel data comes back bit for bit" {
    pydicom_files
    mkdir taken
    msh-key init -q --log-origin hospital.example/log
    code=0
    real_files | msh-encrypt -0 --allow-pixel-text --report report 2>messages | msh-put | msh-anchor | msh-index >batch.ndjson || code=$?
    same "$code" 0
    count=$(wc -l <batch.ndjson)
    [[ $count -gt 60 ]]
    like "$(tail -n 1 messages)" "^msh-encrypt: $count encrypted, [0-9]+ already encrypted, [0-9]+ refused by policy, [0-9]+ not readable$"
    total=$(tail -n 1 messages | grep -oE '[0-9]+' | paste -sd+)
    same "$((total))" "$(real_files | tr -cd '\0' | wc -c)"
    "$root/tests/support/read-records" --log "$MSH_HOME/log" --log-key "$(msh-key show --verifier)" batch.ndjson

    # Again: the same, and nothing is done twice.
    contents() { (cd "$MSH_HOME" && find store spool index -type f ! -name manifest -exec sha256sum {} + | sort); }
    contents >before
    leaves=$(sed -n 2p "$MSH_HOME/log/checkpoint")
    real_files | msh-encrypt -q -0 --allow-pixel-text 2>again.messages | msh-put | msh-anchor | msh-index >again.ndjson
    cmp batch.ndjson again.ndjson
    contents | diff before -
    same "$(sed -n 2p "$MSH_HOME/log/checkpoint")" $((leaves + 1)) # the renewed manifest's
    exits 0 msh-verify batch.ndjson -o verdicts
    same "$(grep -c '"ok":true' verdicts)" "$count"

    # Search, grant, and what the colleague does.
    patient=CompressedSamples^CT1
    msh-search -k PatientName="$patient" >found.ndjson
    [[ -s found.ndjson ]]
    msh-key init -q --home clinic
    msh-grant --home clinic --card -o colleague.card
    exits 0 msh-grant --to colleague.card -o found.grant found.ndjson
    exits 0 msh-grant --patients any --to colleague.card -o all.grant batch.ndjson
    hospital=$MSH_HOME
    fingerprint=$(msh-key show --fingerprint)
    fresh_home clinic
    exits 0 msh-grant --accept found.grant --issuer "$fingerprint"
    printf '%s\n' "$output" | msh-get --from "$hospital/store" | msh-decrypt -o found >found.paths
    same "$(wc -l <found.paths)" "$(wc -l <found.ndjson)"
    msh-grant --accept all.grant >granted.ndjson
    exits 0 msh-verify -q --log "$hospital/log" --from "$hospital/store" granted.ndjson
    exits 0 bash -o pipefail -c "msh-get --from '$hospital/store' granted.ndjson | msh-decrypt -o back"
    same "${#lines[@]}" "$count"
    same "$(find back -type f | wc -l)" "$(sort -u <<<"$output" | wc -l)"
    [[ -z $(find "$MSH_HOME/fetched" -type f) ]]
    # The pixel data of all originals that were taken, and no other.
    jq -r 'select(.outcome == "encrypted" or .outcome == "known") | .path' report >originals
    "$root/tests/support/pixel-digests" back | sort -u >pixels.back
    xargs cp -t taken --backup=numbered <originals
    "$root/tests/support/pixel-digests" taken | sort -u | diff - pixels.back
    # The hospital reads the same.
    fresh_home home
    msh-get batch.ndjson | msh-decrypt -o own >own.paths
    same "$(wc -l <own.paths)" "$count"
    # Objects of one UID and one content may be one file or two, as their order has it.
    sums() { find "$1" -type f -exec sha256sum {} + | cut -c-64 | sort -u; }
    diff <(sums own) <(sums back)
}

@test "pipeline: strictly, without --allow-pixel-text, what may show names stays behind" {
    pydicom_files
    msh-key init -q
    real_files >list
    run -3 --separate-stderr bash -o pipefail -c 'msh-encrypt -0 <list | msh-put | msh-anchor | msh-index'
    [[ ${#lines[@]} -gt 10 ]]
    strict=${#lines[@]}
    refused=$(grep -c 'refused: pixels that may show names' <<<"$stderr")
    [[ $refused -gt 10 ]]
    [[ $stderr != *"$pydicom_files"* ]]
    run -3 --separate-stderr msh-encrypt -q -0 --allow-pixel-text --retry-refused -o all.ndjson <list
    same "$(grep -c 'refused: pixels' <<<"$stderr")" 0
    [[ $(wc -l <all.ndjson) -gt $strict ]]
    # With -o each step gives a file instead of a pipe.
    exits 0 msh-put -o put.ndjson all.ndjson
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    exits 0 msh-index -o indexed.ndjson anchored.ndjson
    exits 0 msh-verify -q -o verdicts.ndjson indexed.ndjson
    exits 0 msh-get -o got.ndjson indexed.ndjson
    exits 0 msh-search -o found.ndjson -k Modality=MR
    same "$(wc -l <got.ndjson)" "$(wc -l <all.ndjson)"
    same "$(find . -maxdepth 1 -name '.*' -type f)" ''
}

@test "pipeline: a program may start before those in front of it have made what it reads, or have grown it" {
    msh-key init -q
    images 2
    mkfifo to_get to_verify
    msh-get to_get >got &
    msh-verify -q to_verify >verdicts &
    exec 8>to_get 9>to_verify
    for i in 1 2; do
        find images -type f | sort | sed -n "${i}p" | tr '\n' '\0' | msh-encrypt -q -0 | msh-put | msh-anchor | tee "/dev/fd/8" >&9
        for ((wait = 0; $(wc -l <verdicts) < i && wait < 200; ++wait)); do sleep 0.1; done
        for ((wait = 0; $(wc -l <got) < i && wait < 200; ++wait)); do sleep 0.1; done
    done
    exec 8>&- 9>&-
    wait
    same "$(wc -l <got)" 2
    same "$(jq -c '[.ok, .size]' verdicts | tr '\n' ' ')" '[true,1] [true,2] '
}

@test "pipeline: --help and --version are on standard output and need nothing" {
    for program in "${programs[@]}"; do
        for option in --help -h; do
            exits 0 "msh-$program" "$option"
            like "${lines[0]}" "^Usage: msh-$program "
            same "$stderr" ''
        done
        for option in --version -V; do
            exits 0 "msh-$program" "$option"
            same "$output" "msh-$program (msh) $(<"$root/VERSION")"
            same "$stderr" ''
        done
    done
    for command in init show backup restore rotate shred; do
        exits 0 msh-key "$command" --help
        like "${lines[0]}" "^Usage: msh-key $command"
    done
    # All in one form: a sentence on what it does, then lower-case help without a full stop, in lines of 79 columns.
    for what in "${programs[@]/#/msh-}" "msh-key "{init,show,backup,restore,rotate,shred}; do
        # shellcheck disable=SC2086
        exits 0 $what --help
        purpose=$(sed '/^Usage: /d; /^  or: /d' <<<"$output" | head -n 1)
        like "$purpose" '^[A-Z][^.]*\.$'
        same "$(grep -E '^.{80}' <<<"$output")" ''
        for list in Commands Options; do
            helps=$(sed -n "/^$list:/,/^\$/p" <<<"$output" | sed -nE 's/^  .{26}  ([^ ].*)/\1/p')
            [[ $list == Commands && $what != msh-key ]] || [[ -n $helps ]]
            same "$(grep -E '^[A-Z][a-z]+ ' <<<"$helps")" ''
            same "$(grep -E '\.$' <<<"$helps")" ''
        done
    done
    # Also beside what would otherwise be an error.
    exits 0 msh-encrypt --project '' --help
    [[ ! -e $MSH_HOME ]]
}

@test "pipeline: --help and --version that cannot be written end with 1" {
    for option in --help --version; do
        run -1 --separate-stderr bash -c "msh-put $option >/dev/full"
        like "$stderr" '^msh-put: error: cannot write'
    done
}

@test "pipeline: a wrong command line ends with 2, one line and a hint, and does nothing" {
    msh-key init -q
    (cd "$MSH_HOME" && find . -type f -exec sha256sum {} + | sort) >"$BATS_TEST_TMPDIR/.before"
    wrong() {
        exits 2 "$@"
        same "$output" ''
        like "${stderr_lines[0]}" "^$1: error: "
        [[ ${#stderr_lines[@]} -le 2 ]] || differs "$stderr" 'two lines'
    }
    for program in "${programs[@]}"; do
        wrong "msh-$program" --no-such-option
        wrong "msh-$program" -Z
        wrong "msh-$program" --home
        wrong "msh-$program" --home=
        wrong "msh-$program" --home a --home b
        wrong "msh-$program" -5
        like "${stderr_lines[0]}" "unknown option '-5'$"
        wrong "msh-$program" -q5
    done
    wrong msh-key
    wrong msh-key no-such-command
    wrong msh-key init show
    wrong msh-key init operand
    wrong msh-encrypt --allow-pixel-text=nothing x
    wrong msh-encrypt --identified --pad x
    wrong msh-encrypt -o a -o b x
    wrong msh-put -0
    wrong msh-encrypt -09 x
    wrong msh-put -o
    wrong msh-search
    wrong msh-search -k PatientID
    wrong msh-search operand
    wrong msh-search -k NoSuchAttribute=1
    wrong msh-search -k 'PatientID=a*'
    wrong msh-decrypt
    wrong msh-decrypt -o ''
    wrong msh-grant
    wrong msh-grant --to nobody
    wrong msh-grant --not-after 2030-01-01
    wrong msh-grant --accept x --to y
    wrong msh-verify --log-key x
    (cd "$MSH_HOME" && find . -type f -exec sha256sum {} + | sort) | cmp .before -
    same "$(find . -mindepth 1 ! -path './home*' ! -name .before ! -name 'separate-stderr*')" ''
}
