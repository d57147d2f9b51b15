# The forward pipeline, killed at random moments (tests/bats/kill.bats, tests/soak/kill.bats).

# The pipeline over the list of paths in $1, as one process group of which `setsid` makes the leader.
# shellcheck disable=SC2016
forward='msh-encrypt -0 <"$1" | msh-put | msh-anchor | msh-index'

# survives_kills SEED KILLS FILES: a fresh custodian encrypts FILES images in KILLS growing shares; each attempt is
# killed at a random moment, and the next one follows. Then a plain run, after which everything must be there once.
survives_kills() {
    local seed=$1 kills=$2 files=$3
    work=$BATS_TEST_TMPDIR/kill-$seed
    mkdir -p "$work"
    fresh_home "kill-$seed/home"
    msh-key init -q
    observe_as "$work/observer"
    [[ -d $BATS_TEST_TMPDIR/images ]] || images "$files"
    find "$BATS_TEST_TMPDIR/images" -type f -print0 | sort -z >"$work/paths"

    RANDOM=$seed
    local killed=0 attempts=0 length=500000 # microseconds, which follow the speed of the machine
    while ((killed < kills)); do
        ((++attempts <= 20 * kills)) || differs "$killed kills in $((attempts - 1)) attempts" "$kills kills"
        head -z -n $((files * (killed + 1) / kills)) "$work/paths" >"$work/share"
        if ends_by_kill $((length * (RANDOM * 32768 + RANDOM) / (32768 * 32768))); then
            killed=$((killed + 1)) length=$((length * 21 / 20))
        else
            length=$((length * 9 / 10))
        fi
        keeps_its_promises
    done
    echo "# $killed kills in $attempts attempts" >&3
    all_is_there_once "$files"
}

# A second custodian who watches the log, and would see it forked or taken back.
observe_as() {
    observer=$1
    log_key=$(msh-key show --verifier)
    msh-key init -q --home "$observer"
}

# ends_by_kill MICROSECONDS: false when the attempt ended by itself before that. Returns when its last process is gone.
ends_by_kill() {
    local group code=0
    : >"$work/attempt.ndjson"
    setsid bash -c "exec 8<\"\$2\" && flock -s 8 && $forward" forward "$work/share" "$work/paths" \
        >"$work/attempt.ndjson" 2>"$work/attempt.err" 3>&- &
    group=$!
    sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"
    kill -KILL -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || code=$?
    flock -x "$work/paths" true
    if ((code == 137)); then return 0; fi
    same "$code" 0
    return 1
}

# Every record that left the attempt is whole in the store and in the log, and the log continues what it was before.
keeps_its_promises() {
    [[ -e $MSH_HOME/log/checkpoint ]] || return 0
    head -n "$(wc -l <"$work/attempt.ndjson")" "$work/attempt.ndjson" >"$work/promised.ndjson"
    [[ -s $work/promised.ndjson ]] || return 0
    cat "$work/promised.ndjson" >>"$work/all-promised.ndjson"
    observed "$work/promised.ndjson"
}

# observed FILE: the observer finds every record of FILE valid.
observed() {
    exits 0 msh-verify -q --home "$observer" --log "$MSH_HOME/log" --log-key "$log_key" --from "$MSH_HOME/store" \
        -o "$work/verdicts" "$1"
    same "$(jq -r .id "$1")" "$(jq -r 'select(.ok) | .id' "$work/verdicts")"
}

# all_is_there_once FILES: a plain run, and then each input is stored, anchored, indexed and decryptable exactly once.
all_is_there_once() {
    local files=$1
    exits 0 bash -o pipefail -c "$forward" forward "$work/paths"
    printf '%s\n' "$output" >"$work/batch.ndjson"
    like "$stderr" "^msh-encrypt: ([0-9]+ encrypted|[0-9]+ encrypted, [0-9]+ already encrypted)$"
    same "$(jq -r .id "$work/batch.ndjson" | sort -u | wc -l)" "$files"
    same "$(wc -l <"$work/batch.ndjson")" "$files"
    same "$(jq -r .payload.cid "$work/batch.ndjson" | sort -u | wc -l)" "$files"
    same "$(jq -r .anchor.index "$work/batch.ndjson" | sort -u | wc -l)" "$files"
    touch "$work/all-promised.ndjson"
    same "$(sort -u "$work/all-promised.ndjson" | comm -23 - <(sort "$work/batch.ndjson"))" ''

    exits 0 msh-verify -q "$work/batch.ndjson"
    same "$(grep -c '"ok":true,"payload":"whole","log":"included"' <<<"$output")" "$files"
    observed "$work/batch.ndjson"
    one_leaf_an_object "$files"
    nothing_is_left_over "$files"
    every_object_is_indexed "$files"

    msh-get "$work/batch.ndjson" | msh-decrypt -o "$work/out" >"$work/decrypted"
    same "$(sort -u "$work/decrypted" | wc -l)" "$files"
    same "$("$root/tests/support/pixel-digests" "$work/out")" \
        "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
    same "$(find "$work/out" -type f | wc -l)" "$files"
    same "$(find "$MSH_HOME/fetched" -type f)" ''
}

# The leaves are the objects and at most one for each manifest.
one_leaf_an_object() {
    local leaves manifests
    leaves=$(sed -n 2p "$MSH_HOME/log/checkpoint")
    manifests=$(sed -n 's/^number //p' "$MSH_HOME/index/manifest")
    ((leaves > $1 && leaves <= $1 + manifests)) || differs "$leaves leaves" "$1 objects, $manifests manifests"
}

# No payload outside the store, nothing temporary, no segment that the manifest does not name.
nothing_is_left_over() {
    same "$(find "$MSH_HOME/store" -type f -path '*/??/*' ! -path '*/.staging/*' | wc -l)" "$1"
    same "$(find "$MSH_HOME/spool" "$MSH_HOME/store/.staging" -mindepth 1)" ''
    same "$(find "$MSH_HOME" \( -name '*.tmp' -o -name '*.part' -o -name '.new' \))" ''
    same "$(cd "$MSH_HOME/index" && printf '%s\n' *.segment)" \
        "$(sed -n 's/^segment \([0-9a-f]*\) .*/\1.segment/p' "$MSH_HOME/index/manifest" | sort)"
}

# Each document stands in the segments once, and is found by its own UID.
every_object_is_indexed() {
    local number
    same "$(awk '/^segment / { sum += $5 } END { print sum }' "$MSH_HOME/index/manifest")" "$1"
    for ((number = 0; number < $1; number++)); do
        printf 'SOPInstanceUID=2.25.10%037d\n' "$number" >"$work/query"
        msh-search -f "$work/query" -o "$work/found" || differs "object $number: exit $?" 'exit 0'
    done
    for ((number = 0; number * 100 < $1; number++)); do
        msh-search -k "$(printf 'PatientID=PID-%06d' "$number")"
    done >"$work/found"
    same "$(sort "$work/found")" "$(sort "$work/batch.ndjson")"
}
