#!/usr/bin/env bats
# msh-verify: a verdict a record on everything it claims, with no key and nobody trusted.
load helper

setup() {
    in_work_folder
    msh-key init -q --home "$BATS_TEST_TMPDIR/home"
    fresh_home home
    records 3 | msh-put | msh-anchor >batch.ndjson
    own_key=$(msh-key show --verifier)
    own=$MSH_HOME
    mkdir empty
}

# verdicts: "payload log" of each line of $output.
verdicts() {
    jq -r '[.payload, .log] | join(" ")' <<<"$output"
}

# forged FILTER: the first record, changed by jq.
forged() {
    head -n 1 batch.ndjson | jq -c "$1"
}

@test "verify: the verdict says what was checked, and no key is needed" {
    chmod 000 "$MSH_HOME/master.key"
    mv "$MSH_HOME/master.key" elsewhere
    exits 0 msh-verify -o verdicts batch.ndjson
    same "$output" ''
    same "$stderr" 'msh-verify: no independent witness has cosigned the log, so it proves nothing about its owner'
    same "$(jq -r .id verdicts)" "$(jq -r .id batch.ndjson)"
    same "$(jq -cS 'del(.id)' verdicts | sort -u)" "$(jq -ncS --arg origin "$(head -n 1 "$own/log/checkpoint")" \
        '{msh: 1, type: "verdict", ok: true, payload: "whole", log: "included", origin: $origin, size: 3, witnesses: 0}')"
    exits 0 msh-verify -q batch.ndjson
    same "$stderr" ''
}

@test "verify: a record changed in any committed member is not in the log, and ends with 4" {
    # A path, a proof and members nobody knows are not committed.
    exits 0 msh-verify -q - < <(forged '.payload.path = "/x" | .stranger = 1 | del(.sealed_sha256)')
    flip='(if .[0:1] == "A" then "B" else "A" end) + .[1:]'
    for change in '.id |= (if .[0:1] == "0" then "1" else "0" end) + .[1:]' '.study |= (if .[0:1] == "0" then "1" else "0" end) + .[1:]' \
        '.epoch = 2' '.profile = "identified"' ".kc |= $flip" ".about |= $flip" ".sealed |= $flip" \
        '.original = {size: 1, cid: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}' '.replaces = .kc' \
        ".anchor.salt |= $flip" '.anchor.index = 1' '.anchor.index = 3' '.anchor.index = 9007199254740991'; do
        exits 4 msh-verify -q - < <(forged "$change")
        same "$(verdicts)" 'whole not-included'
        same "$(jq .ok <<<"$output")" false
    done
    exits 4 msh-verify -q - < <(forged 'del(.anchor)')
    same "$(verdicts)" 'whole not-anchored'
    exits 4 msh-verify -q - < <(forged '.anchor.origin = "elsewhere.example/log"')
    same "$(verdicts)" 'whole unknown-log'
    exits 4 msh-verify -q - < <(forged 'del(.payload.cid)')
    same "$(verdicts)" 'no-cid not-anchored'
    exits 4 msh-verify -q - < <(forged '.payload.size += 1')
    same "$(verdicts)" 'malformed not-included'
    # One of many is enough; the others are told to be sound.
    exits 4 msh-verify -q batch.ndjson - < <(forged '.epoch = 2')
    same "$(jq -r .ok <<<"$output" | tr '\n' ' ')" 'true true true false '
    # What cannot be read is a bad input; but the answer "no" weighs more.
    exits 3 msh-verify -q batch.ndjson - <<<'{"msh":1,"type":"object"}'
    same "${#lines[@]}" 3
    exits 4 msh-verify -q - < <(echo '{"msh":1,"type":"object"}' && forged '.epoch = 2')
}

@test "verify: an absent, damaged or truncated block is not valid" {
    file() {
        local cid
        cid=$(sed -n "$1p" batch.ndjson | jq -r .payload.cid)
        printf '%s\n' "$own/store/${cid: -3:2}/$cid"
    }
    cp -r "$own/store" good
    rm "$(file 1)"
    flip "$(file 2)" 30
    truncate -s 5 "$(file 3)"
    exits 4 msh-verify -q batch.ndjson
    same "$(verdicts)" "$(printf '%s included\n' absent damaged damaged)"
    same "$stderr" ''
    # --from replaces the own store, and may be repeated: one good copy is enough.
    exits 0 msh-verify -q --from "$own/store" --from good batch.ndjson
    exits 4 msh-verify -q --from empty batch.ndjson
    same "$(verdicts)" "$(printf '%s included\n' absent absent absent)"
    exits 1 msh-verify -q --from ./no-such-folder batch.ndjson
}

@test "verify: somebody else's log needs its key; without a keystore it works as well" {
    fresh_home stranger
    exits 1 msh-verify -q --log "$own/log" --from "$own/store" batch.ndjson
    same "$output" ''
    like "$stderr" "^msh-verify: error: the key of the log in '.*' is not known"
    exits 0 msh-verify -q --log "$own/log" --from "$own/store" --log-key "$own_key" batch.ndjson
    [[ ! -e $MSH_HOME/keystore.db ]]
    msh-key init -q
    exits 1 msh-verify -q --log "$own/log" --from "$own/store" batch.ndjson
    exits 4 msh-verify --from "$own/store" --log-key "$own_key" batch.ndjson
    same "$(verdicts | sort -u)" 'whole unknown-log'
    same "$stderr" "msh-verify: hint: name the log '$(head -n 1 "$own/log/checkpoint")' with --log"
    exits 0 msh-verify -q --log "$own/log" --from "$own/store" --log-key "$own_key" batch.ndjson
    for wrong in nonsense "${own_key%?}" "${own_key/+/-}" ''; do
        exits 2 msh-verify -q --log "$own/log" --log-key "$wrong" batch.ndjson
    done
    # A key of the same name that did not sign.
    msh-key init -q --home "$BATS_TEST_TMPDIR/liar" --log-origin "$(head -n 1 "$own/log/checkpoint")"
    exits 1 msh-verify -q --log "$own/log" --log-key "$(msh-key show --verifier --home "$BATS_TEST_TMPDIR/liar")" \
        --home "$BATS_TEST_TMPDIR/third" batch.ndjson
    exits 1 msh-verify -q --log empty --log-key "$own_key" batch.ndjson
}

@test "verify: a damaged tile is told of the records it concerns, a damaged checkpoint of all" {
    tile=$own/log/tile/0/000.p/3
    cp "$tile" tile
    cp "$own/log/checkpoint" checkpoint
    damaged() {
        exits 4 msh-verify -q "$@" batch.ndjson
        same "$(verdicts)" 'whole damaged'$'\n''whole damaged'$'\n''whole damaged'
    }
    flip "$tile" 10
    damaged
    damaged --log "$own/log"
    truncate -s 40 "$tile"
    damaged
    rm "$tile"
    damaged --proof proofs
    ln -s "$PWD/tile" "$tile"
    damaged
    # Whoever looks at it for the first time and again, with a keystore of its own.
    fresh_home observer
    msh-key init -q
    damaged --log "$own/log" --from "$own/store" --log-key "$own_key"
    rm "$tile"
    cp tile "$tile"
    exits 0 msh-verify -q --log "$own/log" --from "$own/store" --log-key "$own_key" batch.ndjson
    rm "$tile"
    damaged --log "$own/log" --from "$own/store" --log-key "$own_key"
    fresh_home home
    cp tile "$tile"
    sed -i '2s/3/4/' "$own/log/checkpoint"
    exits 1 msh-verify -q batch.ndjson
    same "$output" ''
    like "$stderr" '^msh-verify: error: '
    cp checkpoint "$own/log/checkpoint"
    exits 0 msh-verify -q batch.ndjson
}

@test "verify: a log that lags or was forked is noticed by whoever has seen it" {
    fresh_home observer
    msh-key init -q
    look() { msh-verify -q --log "$1" --from "$own/store" --log-key "$own_key" "$2"; }
    cp -r "$own/log" before
    cp -r "$own" fork
    MSH_HOME=$own msh-index batch.ndjson >/dev/null
    (MSH_HOME=$own && records 4 | msh-put | msh-anchor) >more.ndjson
    exits 0 look "$own/log" more.ndjson
    same "$(jq -s 'map([.size, .seen]) | unique | .[0] | @json' <<<"$output")" '"[5,null]"'
    # What is in the older tree is in the log; what is not, may be.
    exits 4 msh-verify --log before --from "$own/store" --log-key "$own_key" more.ndjson
    same "$(verdicts | uniq -c | awk '{ print $1, $2, $3 }')" $'3 whole included\n1 whole behind'
    same "$(jq -s 'map([.size, .seen]) | unique | .[0] | @json' <<<"$output")" '"[3,5]"'
    like "${stderr_lines[0]}" "^msh-verify: the log '.*' is older than a checkpoint seen before$"
    exits 0 look before batch.ndjson
    for ((i = 0; i < 3; ++i)); do MSH_HOME=$PWD/fork msh-index </dev/null; done
    exits 4 look fork/log batch.ndjson
    same "$(verdicts | sort -u)" 'whole forked'
    exits 0 look "$own/log" more.ndjson
}

@test "verify: the own log must not be taken back; a mirror of it may lag" {
    cp -r "$own/log" before
    msh-index batch.ndjson >/dev/null
    exits 0 msh-verify -q --log before batch.ndjson
    same "$(jq .seen <<<"$output" | sort -u)" 4
    rm -r "$own/log" && mv before "$own/log"
    for log in '' "--log $own/log"; do
        # shellcheck disable=SC2086
        exits 4 msh-verify -q $log batch.ndjson
        same "$(verdicts | sort -u)" 'whole taken-back'
    done
}

@test "verify: another log of the own name is not the own log" {
    fresh_home namesake
    msh-key init -q --log-origin "$(head -n 1 "$own/log/checkpoint")"
    exits 0 msh-verify -q --log "$own/log" --from "$own/store" --log-key "$own_key" batch.ndjson
    records 2 | msh-put | msh-anchor >mine.ndjson
    exits 0 msh-verify -q mine.ndjson
    exits 0 msh-verify -q --log-key "$own_key" mine.ndjson
    exits 0 msh-verify -q --log "$own/log" --from "$own/store" --log-key "$own_key" batch.ndjson
    exits 0 msh-verify -q --log "$own/log" --log "$MSH_HOME/log" --log-key "$own_key" mine.ndjson
    # Nor does a copy of the own log that went on elsewhere leave a head of it.
    cp -r "$MSH_HOME" elsewhere
    for ((i = 0; i < 3; ++i)); do MSH_HOME=$PWD/elsewhere msh-index </dev/null; done
    exits 0 msh-verify -q --log elsewhere/log mine.ndjson
    records 3 | msh-put | msh-anchor >more.ndjson
    exits 0 msh-verify -q more.ndjson
}

@test "verify: a pipe in the place of a checkpoint keeps nobody waiting" {
    mkdir pipes && mkfifo pipes/checkpoint
    exits 1 timeout 60 msh-verify -q --log pipes --log-key "$own_key" batch.ndjson
}

@test "verify: --proof writes what proves a leaf offline" {
    exits 0 msh-verify -q --proof proofs/here batch.ndjson
    same "$(cd proofs/here && printf '%s\n' *)" "$(jq -r '.id + ".tlog-proof"' batch.ndjson | sort)"
    for file in proofs/here/*; do
        same "$(head -n 1 "$file")" c2sp.org/tlog-proof@v1
        like "$(sed -n '/^$/,$p' "$file" | sed 1d)" "$(head -n 1 "$own/log/checkpoint")"
    done
    exits 4 msh-verify -q --proof none - < <(forged '.epoch = 2')
    same "$(find none -type f)" ''
}

@test "verify: the own log that is gone was taken back; without a keystore, what is missing is said once" {
    mv "$own/log" gone
    exits 4 msh-verify batch.ndjson
    same "$(verdicts | sort -u)" 'whole taken-back'
    same "$(jq .seen <<<"$output" | sort -u)" 3
    same "$stderr" ''
    mv gone "$own/log"
    exits 0 msh-verify -q batch.ndjson
    exits 4 msh-verify --home "$PWD/nowhere" batch.ndjson
    same "$(verdicts | sort -u)" 'absent unknown-log'
    same "$stderr" "msh-verify: nowhere to look for blocks: give a place with --from
msh-verify: there is no keystore and no log in '$PWD/nowhere': name the log with --log"
    [[ ! -e nowhere ]]
}

@test "verify: of an empty input it says that nothing was checked, and the answer is no" {
    exits 4 msh-verify </dev/null
    same "$output" ''
    same "$stderr" 'msh-verify: no object records were read: nothing was checked'
    exits 4 msh-verify -q - <<<'{"msh":1,"type":"study","id":"00"}'
    exits 3 msh-verify -q - <<<'nonsense'
}

@test "verify: a shredded study is told to be shredded" {
    study=$(head -n 1 batch.ndjson | jq -r .study)
    msh-key shred -q "$study"
    exits 4 msh-verify batch.ndjson
    same "$(jq -r 'select(.payload == "shredded") | .ok' <<<"$output" | sort -u)" false
    same "$(jq -r .payload <<<"$output" | grep -c shredded)" "$(grep -c "$study" batch.ndjson)"
    [[ $stderr != *"looked for"* ]]
}

@test "verify: payloads are looked for where the keystore says that they are, and what could not be is told" {
    records 5 | sort >more.ndjson
    msh-put --store "$PWD/other" --car "$PWD/carried.car" more.ndjson | msh-anchor >elsewhere.ndjson
    rm -r "$own/store"
    exits 0 msh-verify -q elsewhere.ndjson
    mv other moved
    exits 0 msh-verify -q elsewhere.ndjson
    mv carried.car moved.car
    exits 4 msh-verify elsewhere.ndjson
    same "$(verdicts | sort -u)" 'absent included'
    same "$(sed -n '1,4p' <<<"$stderr")" "msh-verify: nowhere to look for blocks: give a place with --from
msh-verify: not in '$own/store', which does not exist
msh-verify: not in '$PWD/carried.car', which does not exist
msh-verify: not in '$PWD/other', which does not exist"
    # --from counts alone.
    exits 0 msh-verify -q --from moved.car elsewhere.ndjson
    mv moved.car carried.car
    exits 4 msh-verify --from empty elsewhere.ndjson
    like "$stderr" "blocks were looked for in 'empty'"
}

@test "verify: records of other types are counted, and a line that is not a record is a bad input" {
    exits 0 msh-verify batch.ndjson - <<<'{"msh":1,"type":"other"}'
    wanted=$output
    like "$stderr" 'msh-verify: skipped 1 record of another type'
    exits 3 msh-verify -q batch.ndjson - <<<'{"id":"x"}'
    same "$output" "$wanted"
    like "$stderr" "record $(($(wc -l <batch.ndjson) + 1)): the line is not a record"
}
