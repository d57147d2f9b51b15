#!/usr/bin/env bats
# msh-grant: studies handed over, checked and taken in, by custodians who trust nobody in between.
load helper

setup() {
    in_work_folder
    for name in hospital clinic patient; do
        fresh_home "$name"
        msh-key init -q
    done
    fresh_home hospital
    fingerprint=$(msh-key show --fingerprint)
}

# of NAME COMMAND...: what the custodian NAME does.
of() {
    local name=$1 home=$MSH_HOME code=0
    shift
    MSH_HOME=$BATS_TEST_TMPDIR/$name
    "$@" || code=$?
    MSH_HOME=$home
    return "$code"
}

recipient() {
    msh-key show --recipient --home "$BATS_TEST_TMPDIR/$1"
}

# forward NUMBER: the records of so many images, all the way.
forward() {
    images "$1" && msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put | msh-anchor | msh-index
}

@test "grant: given, accepted, verified, decrypted; without sealed box or path; accepted again" {
    forward 4 >batch.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" -o all.grant batch.ndjson
    same "$output" ''
    same "$stderr" 'msh-grant: granted 4 objects of 1 study to 1 recipient, without end'
    same "$(head -n 1 all.grant)" age-encryption.org/v1
    same "$(stat -c %a all.grant)" 600
    exits 0 of clinic msh-grant --accept all.grant --issuer "$fingerprint"
    printf '%s\n' "$output" >accepted.ndjson
    same "$(jq -r .id accepted.ndjson | sort)" "$(jq -r .id batch.ndjson | sort)"
    same "$(jq -s 'map(select(.sealed == null and .payload.path == null and .sealed_sha256 and .anchor.proof)) | length' accepted.ndjson)" 4
    # By the proofs alone, and by the issuer's log whose key came with the grant.
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" accepted.ndjson
    exits 0 of clinic msh-verify -q --log "$MSH_HOME/log" --from "$MSH_HOME/store" accepted.ndjson
    of clinic msh-get --from "$MSH_HOME/store" accepted.ndjson >got.ndjson
    exits 0 of clinic msh-decrypt -o out got.ndjson
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
    # Pinned now: no --issuer needed; the same records again, through standard input.
    exits 0 of clinic msh-grant --accept - <all.grant
    same "$output" "$(<accepted.ndjson)"
    exits 0 msh-grant --to "$(recipient clinic)" -o second.grant batch.ndjson
    exits 0 of clinic msh-grant --accept second.grant
    # The statement is a leaf of its own.
    same "$(sed -n 2p "$MSH_HOME/log/checkpoint")" 7
}

@test "grant: several recipients, ages and cards, one file each" {
    forward 1 >batch.ndjson
    exits 0 of clinic msh-grant --card -o clinic.card
    like "$(head -n 1 clinic.card)" '^msh/v1/card$'
    exits 0 of patient msh-grant --card
    printf '%s\n' "$output" >patient.card
    exits 0 msh-grant --to clinic.card --to "$(recipient patient)" -o grants batch.ndjson
    same "${stderr_lines[0]}" "msh-grant: granting to $(of clinic msh-key show --fingerprint)"
    same "${stderr_lines[1]}" "msh-grant: hint: compare it with the output of 'msh-key show --fingerprint' on the recipient's side"
    same "${stderr_lines[2]}" 'msh-grant: granted 1 object of 1 study to 2 recipients, without end'
    same "${#stderr_lines[@]}" 3
    # What is not granted is not said to be.
    for wrong in '--not-after=2001-02-03' '--patients=0' '--patients=x' '--output=/dev/null' '--patients=2'; do
        exits "$([[ $wrong == --patients=2 ]] && echo 3 || echo 2)" msh-grant --to clinic.card "$wrong" batch.ndjson
        [[ $stderr != *granted* && $stderr != *'granting to'* ]] || differs "$stderr" 'only an error'
    done
    exits 0 msh-grant -q --to clinic.card --as-age ages batch.ndjson
    same "$stderr" ''
    same "$(cd grants && printf '%s\n' *)" "$(printf '%s.grant\n' "$(recipient clinic)" "$(recipient patient)" | sort)"
    exits 0 of clinic msh-grant --accept "grants/$(recipient clinic).grant" --issuer "$fingerprint"
    exits 0 of patient msh-grant --accept "grants/$(recipient patient).grant" --issuer "$fingerprint"
    exits 3 of clinic msh-grant --accept "grants/$(recipient patient).grant" --issuer "$fingerprint"
    same "$stderr" 'msh-grant: error: the grant cannot be decrypted: it is for another recipient'
    exits 2 msh-grant --to clinic.card --to patient.card batch.ndjson
    # One twice would be two grants of one name, of which one would be lost.
    before=$(msh-list grants)
    exits 2 msh-grant -q --to clinic.card --to "$(recipient clinic)" -o twice batch.ndjson
    same "$stderr" 'msh-grant: error: --to: the same recipient is given twice'
    [[ ! -e twice ]]
    same "$(msh-list grants)" "$before"
    # One that came by mail, or from an editor, is still one.
    { printf '\xef\xbb\xbf'; sed 's/$/\r/' clinic.card; } >mailed.card
    exits 0 msh-grant -q --to mailed.card -o mailed.grant batch.ndjson
    exits 0 of clinic msh-grant --accept mailed.grant --issuer "$fingerprint"
    # A card that somebody has changed is none.
    sed "s/$(recipient clinic)/$(recipient patient)/" clinic.card >forged.card
    exits 3 msh-grant --to forged.card -o x.grant batch.ndjson
    exits 2 msh-grant --to age1nobody -o x.grant batch.ndjson
    exits 2 msh-grant --to ./no-such-card -o x.grant batch.ndjson
    same "${stderr_lines[0]}" 'msh-grant: error: --to names no age recipient, and no file that exists'
    like "${stderr_lines[1]}" "^msh-grant: hint: the recipient can write a card with 'msh-grant --card -o FILE' or .*; --to takes either"
    for ((i = 0; i < 5; ++i)); do cat batch.ndjson; done >large.ndjson
    mkdir folder
    for wrong in large.ndjson folder; do
        exits 3 msh-grant --to "$wrong" -o x.grant batch.ndjson
        same "${stderr_lines[0]}" 'msh-grant: error: the file is not a card'
    done
    exits 3 msh-grant --to batch.ndjson -o x.grant batch.ndjson
    same "${stderr_lines[0]}" 'msh-grant: error: the file is not a card'
    like "${stderr_lines[1]}" "hint: the recipient can write a card with"
    for missing in '--as-age ages' '--not-after 2999-01-01' '--label x' '--patients 2'; do
        # shellcheck disable=SC2086
        exits 2 msh-grant $missing -o x.grant batch.ndjson
        same "${stderr_lines[0]}" 'msh-grant: error: --to is missing'
        like "${stderr_lines[1]}" "hint: the recipient can write a card with"
    done
    exits 2 msh-grant
    same "${stderr_lines[0]}" 'msh-grant: error: one of --to, --accept and --card is needed'
    same "$(find . -name 'x.grant*' -o -name '*.tmp')" ''
}

@test "grant: an issuer not met before must be named; the fingerprint is shown" {
    forward 1 >batch.ndjson
    msh-grant --to "$(recipient clinic)" -o one.grant batch.ndjson
    exits 3 of clinic setsid msh-grant --accept one.grant
    same "$output" ''
    like "${stderr_lines[0]}" '^msh-grant: error: the issuer of the grant was not confirmed$'
    like "${stderr_lines[1]}" "^msh-grant: hint: .*$fingerprint"
    exits 3 of clinic msh-grant --accept one.grant --issuer "$(of patient msh-key show --fingerprint)"
    same "${stderr_lines[0]}" 'msh-grant: error: the grant is not from the issuer that --issuer names'
    same "${stderr_lines[1]}" 'msh-grant: hint: do not accept it before you have spoken to the issuer'
    [[ $stderr != *"$fingerprint"* ]]
    for wrong in abc "${fingerprint}0" "${fingerprint/?/g}" ''; do
        exits 2 of clinic msh-grant --accept one.grant --issuer "$wrong"
        same "$stderr" 'msh-grant: error: a fingerprint is 64 hex digits'
    done
    same "$(of clinic msh-list grants)" ''
    exits 0 of clinic msh-grant --accept one.grant --issuer "${fingerprint^^}"
    # A pinned issuer is still not another one.
    exits 3 of clinic msh-grant --accept one.grant --issuer "$(of patient msh-key show --fingerprint)"
}

@test "grant: one that was changed, cut or made up is refused as a whole" {
    forward 2 >batch.ndjson
    msh-grant --to "$(recipient clinic)" -o good.grant batch.ndjson
    size=$(stat -c %s good.grant)
    refuse() {
        exits 3 of clinic msh-grant --accept "$1" --issuer "$fingerprint"
        same "$output" ''
        like "${stderr_lines[0]}" '^msh-grant: error: '
        same "$(of clinic msh-list grants)" ''
    }
    RANDOM=4
    for place in 3 60 150 $((size - 1)) $((RANDOM % size)) $((RANDOM % size)) $((RANDOM % size)); do
        cp good.grant bad.grant
        flip bad.grant "$place"
        refuse bad.grant
    done
    for left in 100 $((size - 30)); do
        head -c "$left" good.grant >bad.grant && refuse bad.grant
        same "$stderr" 'msh-grant: error: the grant is damaged or cut off'
    done
    cat good.grant good.grant >bad.grant && refuse bad.grant
    : >bad.grant && refuse bad.grant
    refuse ./no-such-file
    same "$stderr" 'msh-grant: error: the grant cannot be opened: No such file or directory'
    refuse .
    same "$stderr" 'msh-grant: error: the grant cannot be opened: Is a directory'
    # Anybody can encrypt to a recipient: what is inside must hold by itself.
    printf '{"msh":1,"type":"grant"}\n' | age -r "$(recipient clinic)" >bad.grant && refuse bad.grant
    age -r "$(recipient clinic)" </dev/null >bad.grant && refuse bad.grant
    head -c 2000000 /dev/zero | age -r "$(recipient clinic)" >bad.grant && refuse bad.grant
    exits 0 of clinic msh-grant --accept good.grant --issuer "$fingerprint"
}

@test "grant: what is inside is for one recipient, also when it is encrypted on to another" {
    forward 101 >batch.ndjson # two patients, three studies
    # The patient's own age identity opens a grant to the patient; the inside is then changed by hand.
    age-keygen -o key 2>/dev/null
    someone=$(age-keygen -y key)
    exits 0 msh-grant --patients 2 --to "$someone" -o someone.grant batch.ndjson
    age -d -i key someone.grant >inside
    same "$(head -n 1 inside | jq -r .type)" grant
    same "$(jq -r .type inside | sort | uniq -c | awk '{ print $1, $2 }' | tr '\n' ' ')" '1 grant 101 object 3 study '
    age -r "$(recipient clinic)" <inside >forwarded.grant
    exits 3 of clinic msh-grant --accept forwarded.grant --issuer "$fingerprint"
    same "$stderr" "msh-grant: error: the grant's statement is for another recipient"
}

@test "grant: a statement and a card are signed by a key of the name that statement keys have" {
    /usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
    forward 1 >batch.ndjson
    age-keygen -o key 2>/dev/null
    msh-grant -q --to "$(age-keygen -y key)" -o someone.grant batch.ndjson
    age -d -i key someone.grant >inside
    head -n 1 inside | jq -r .statement | sed "s/$(age-keygen -y key)/$(recipient clinic)/" >statement
    msh-grant --card >card
    # forge NAME: forged.grant and forged.card, signed by another key of this name, which they give as their own.
    forge() {
        "$root/tests/support/sign-anew" "$1" <statement >signed
        { head -n 1 inside | jq -c --rawfile signed signed '.statement = $signed'; sed 1d inside; } |
            age -r "$(recipient clinic)" >forged.grant
        "$root/tests/support/sign-anew" "$1" <card >forged.card
    }
    for name in msh/v1/manifest "$(head -n 1 "$MSH_HOME/log/checkpoint")"; do
        forge "$name"
        exits 3 of clinic msh-grant --accept forged.grant --issuer "$fingerprint"
        same "$stderr" "msh-grant: error: the grant's statement is not signed by its issuer"
        exits 3 msh-grant --to forged.card -o x.grant batch.ndjson
        same "$stderr" 'msh-grant: error: the card is not signed by its own key'
    done
    # By the right name, another key's signature holds; what is wrong then is the leaf.
    forge msh/v1/statement
    exits 3 of clinic msh-grant --accept forged.grant --issuer "$fingerprint"
    same "$stderr" 'msh-grant: error: the grant does not match its statement: its own entry in the log'
    exits 0 msh-grant -q --to forged.card -o x.grant batch.ndjson
}

# made_up CASE [GRANT]: forged.grant for the clinic, of an issuer with the fingerprint $forger (tests/support/forge-grant).
made_up() {
    "$root/tests/support/forge-grant" "$(recipient clinic)" "$@" 2>forger | age -r "$(recipient clinic)" >forged.grant
    forger=$(<forger)
}

@test "grant: what its format does not allow is refused" {
    /usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
    made_up sound
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$forger"
    studies=$(of clinic msh-list studies)
    while read -r how why; do
        made_up "$how"
        exits 3 of clinic msh-grant --accept forged.grant --issuer "$forger"
        same "$output" ''
        same "$stderr" "msh-grant: error: $why"
        same "$(of clinic msh-list studies)" "$studies"
    done <<'END'
type the signed text is not canonical
spaces the signed text is not canonical
unknown-member the signed text is not canonical
parents-descend 'parents' has an invalid value
parents-twice 'parents' has an invalid value
small-order the grant's statement is not signed by its issuer
small-order-log the grant does not match its statement: the log's key is not that of its origin
secret-twice duplicate member
epoch-twice duplicate member
shards the grant does not match its statement: a record with parts that are not granted
original-path the grant does not match its statement: a record with parts that are not granted
no-sealed the grant does not match its statement: a record without 'sealed_sha256'
object-twice the grant does not match its statement: an object twice
study-twice the grant does not match its statement: a study twice
END
}

@test "grant: an anchor in another issuer's log without a proof is in nobody's way, and nobody believes it" {
    /usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
    forward 1 >batch.ndjson
    age-keygen -o key 2>/dev/null
    msh-grant --to "$(age-keygen -y key)" -o leaked.grant batch.ndjson
    age -d -i key leaked.grant >leaked
    msh-grant --to "$(recipient clinic)" -o genuine.grant batch.ndjson
    made_up sound leaked
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$forger" -o forged.ndjson
    same "$(jq -r .anchor.origin forged.ndjson)" "$(head -n 1 "$MSH_HOME/log/checkpoint")"
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    exits 4 of clinic msh-verify -q --from "$MSH_HOME/store" forged.ndjson
    same "$(jq -r .log <<<"$output")" unknown-log
    exits 4 of clinic msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" forged.ndjson
    same "$(jq -r .log <<<"$output")" not-included
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" accepted.ndjson
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" accepted.ndjson
}

@test "grant: --not-after ends it" {
    forward 1 >batch.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" --not-after 2999-12-31T12:00:00Z -o long.grant batch.ndjson
    for wrong in 2001-02-03 tomorrow 2026-13-01 2026-1-1 '' '2026-01-01T00:00:00'; do
        exits 2 msh-grant --to "$(recipient clinic)" --not-after "$wrong" -o x.grant batch.ndjson
    done
    for seconds in 2 10 60 300; do # however slow the machine is, one of them can still be accepted
        end=$(date -u -d "+$seconds seconds" +%FT%TZ)
        msh-grant --to "$(recipient clinic)" --not-after "$end" -o short.grant batch.ndjson
        ! of clinic msh-grant --accept short.grant --issuer "$fingerprint" -o accepted.ndjson || break
    done
    of clinic msh-get --from "$MSH_HOME/store" accepted.ndjson >got.ndjson
    until [[ $(date -u +%FT%TZ) > $end ]]; do sleep 0.2; done
    exits 3 of clinic msh-grant --accept short.grant
    same "$stderr" 'msh-grant: error: the grant has expired'
    exits 3 of clinic msh-decrypt -o out got.ndjson
    same "$stderr" 'msh-decrypt: error: record 1: no grant of the study is currently in force'
    exits 3 of clinic msh-grant --to "$(recipient patient)" -o on.grant accepted.ndjson
    exits 3 of clinic msh-grant --as-age ages --to "$(recipient patient)" accepted.ndjson
    same "$(find out ages on.grant -type f 2>/dev/null)" ''
    # Another grant of the same study is in force.
    exits 0 of clinic msh-grant --accept long.grant
    exits 0 of clinic msh-decrypt -o out got.ndjson
}

# ends NAME: when the newest grant given by NAME ends.
ends() {
    of "$1" msh-list grants | jq -rs 'map(select(.type == "given")) | last | .not_after'
}

@test "grant: what is granted on, also to oneself, ends no later than what it came by" {
    forward 101 >batch.ndjson # several studies
    head -n 1 batch.ndjson >one.ndjson
    tail -n 1 batch.ndjson >other.ndjson
    msh-grant --to "$(recipient clinic)" --not-after 2999-01-01 -o one.grant one.ndjson
    msh-grant --to "$(recipient clinic)" --not-after 2990-01-01 -o other.grant other.ndjson
    of clinic msh-grant --accept one.grant --issuer "$fingerprint" >accepted.ndjson
    exits 0 of clinic msh-grant --to "$(recipient clinic)" -o self.grant accepted.ndjson
    same "${stderr_lines[0]}" 'msh-grant: the grant ends with 2999-01-01T23:59:59Z, like the grant that it is based on'
    same "${stderr_lines[1]}" 'msh-grant: granted 1 object of 1 study to 1 recipient, until 2999-01-01T23:59:59Z'
    same "$(ends clinic)" 2999-01-01T23:59:59Z
    exits 0 of clinic msh-grant --accept self.grant --issuer "$(of clinic msh-key show --fingerprint)"
    same "$(of clinic msh-list grants | jq -r 'select(.type == "accepted") | .not_after' | sort -u)" 2999-01-01T23:59:59Z
    exits 0 of clinic msh-grant --to "$(recipient patient)" --not-after 3000-01-01 -o on.grant accepted.ndjson
    same "$(ends clinic)" 2999-01-01T23:59:59Z
    exits 0 of clinic msh-grant --to "$(recipient patient)" --not-after 2998-01-01 -o on.grant accepted.ndjson
    same "$stderr" 'msh-grant: granted 1 object of 1 study to 1 recipient, until 2998-01-01T23:59:59Z'
    same "$(ends clinic)" 2998-01-01T23:59:59Z
    # Of several studies, the one that ends first; of several grants of one study, the one that ends last.
    of clinic msh-grant --accept other.grant >>accepted.ndjson
    exits 0 of clinic msh-grant --patients 2 --to "$(recipient patient)" -o on.grant accepted.ndjson
    same "$(ends clinic)" 2990-01-01T23:59:59Z
    msh-grant --to "$(recipient clinic)" -o forever.grant other.ndjson
    of clinic msh-grant --accept forever.grant >/dev/null
    exits 0 of clinic msh-grant --patients 2 --to "$(recipient patient)" -o on.grant accepted.ndjson
    same "$(ends clinic)" 2999-01-01T23:59:59Z
    # One's own studies have no end.
    exits 0 msh-grant --patients 2 --to "$(recipient patient)" -o on.grant batch.ndjson
    same "$(ends hospital)" null
}

@test "grant: two logs of one name are told apart by their keys, and only one issuer may have it" {
    forward 1 >batch.ndjson
    msh-grant --to "$(recipient clinic)" -o genuine.grant batch.ndjson
    name=$(head -n 1 "$MSH_HOME/log/checkpoint")
    fresh_home liar
    msh-key init -q --log-origin "$name"
    forward 1 >lie.ndjson
    msh-grant --to "$(recipient clinic)" -o lie.grant lie.ndjson
    msh-grant --to "$(recipient hospital)" -o own.grant lie.ndjson
    liar=$(msh-key show --fingerprint)
    liar_key=$(msh-key show --verifier)
    fresh_home hospital
    of clinic msh-grant --accept lie.grant --issuer "$liar" >lie.ndjson
    exits 3 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint"
    same "${stderr_lines[0]}" "msh-grant: error: the issuer's log has the name of another issuer's log and another key"
    like "${stderr_lines[1]}" "$liar"
    exits 3 msh-grant --accept own.grant --issuer "$liar"
    same "$stderr" "msh-grant: error: the issuer's log has the name of your own log but another key"
    # One that is not wanted is forgotten, and the name is free; what it granted stays.
    cp -r "$BATS_TEST_TMPDIR/clinic" "$BATS_TEST_TMPDIR/again"
    exits 0 of again msh-key forget "${liar^^}"
    same "$stderr" "msh-key: forgot the issuer $liar; what it granted is kept"
    same "$(of again msh-list objects)" "$(<lie.ndjson)"
    same "$(of again msh-list studies)" "$(of clinic msh-list studies)"
    exits 3 of again setsid msh-grant --accept lie.grant
    like "${stderr_lines[0]}" 'the issuer of the grant was not confirmed$'
    exits 4 of again msh-verify -q --from "$BATS_TEST_TMPDIR/liar/store" lie.ndjson
    exits 0 of again msh-verify -q --from "$BATS_TEST_TMPDIR/liar/store" --log-key "$liar_key" lie.ndjson
    exits 0 of again msh-grant --accept genuine.grant --issuer "$fingerprint"
    exits 3 of again msh-grant --accept lie.grant --issuer "$liar"
    like "${stderr_lines[1]}" "$fingerprint; one that is not wanted is unpinned by 'msh-key forget'"
    exits 3 of again msh-key forget "$liar"
    same "$stderr" 'msh-key: error: no issuer of this fingerprint is pinned'
    for wrong in '' "$liar $fingerprint" "${liar%?}" nobody; do
        # shellcheck disable=SC2086
        exits 2 of again msh-key forget $wrong
    done
    # A key that is given weighs more than one that was pinned; both may be given.
    msh-grant --to "$(recipient patient)" -o genuine.grant batch.ndjson
    of patient msh-grant --accept genuine.grant --issuer "$fingerprint" >genuine.ndjson
    cat genuine.ndjson lie.ndjson >both.ndjson
    both() { of clinic msh-verify -q "$@" both.ndjson; }
    exits 4 both --log-key "$(msh-key show --verifier)"
    same "$(jq -r .log <<<"$output" | tr '\n' ' ')" 'included bad-proof '
    exits 4 both
    same "$(jq -r .log <<<"$output" | tr '\n' ' ')" 'bad-proof included '
    exits 4 both --log-key "$(msh-key show --verifier)" --log-key "$liar_key"
    same "$(jq -r .log <<<"$output" | tr '\n' ' ')" 'included included '
    exits 4 both --log-key "$(msh-key show --verifier)" --log-key "$liar_key" --log "$MSH_HOME/log" \
        --log "$BATS_TEST_TMPDIR/liar/log"
    same "$(jq -r .log <<<"$output" | tr '\n' ' ')" 'included included '
}

@test "grant: an issuer whose log has two trees of one size is refused" {
    forward 1 >batch.ndjson
    cp -r "$MSH_HOME" "$BATS_TEST_TMPDIR/fork"
    msh-grant --to "$(recipient clinic)" -o one.grant batch.ndjson
    of fork msh-grant --to "$(recipient clinic)" -o two.grant batch.ndjson
    of fork msh-grant --to "$(recipient clinic)" -o three.grant batch.ndjson
    of clinic msh-grant --accept one.grant --issuer "$fingerprint" >accepted.ndjson
    exits 3 of clinic msh-grant --accept two.grant
    same "$stderr" "msh-grant: error: the issuer's log was forked: two different trees of the same size are signed"
    same "$(of clinic msh-list grants | wc -l)" 1
    # Where the sizes differ, it shows as soon as the log is at hand; also without a keystore, by the proof carried.
    exits 4 of clinic msh-verify -q --from "$MSH_HOME/store" --log "$BATS_TEST_TMPDIR/fork/log" batch.ndjson
    same "$(jq -r .log <<<"$output")" forked
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" batch.ndjson
    exits 4 of nobody msh-verify -q --from "$MSH_HOME/store" --log "$BATS_TEST_TMPDIR/fork/log" \
        --log-key "$(msh-key show --verifier)" accepted.ndjson
    same "$(jq -r .log <<<"$output")" forked
    exits 0 of nobody msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" \
        --log-key "$(msh-key show --verifier)" accepted.ndjson
    [[ ! -e $BATS_TEST_TMPDIR/nobody ]]
}

@test "grant: whoever writes the grant to be accepted keeps nobody waiting" {
    forward 450 >batch.ndjson
    msh-grant --patients any --to "$(recipient clinic)" -o large.grant batch.ndjson
    size=$(stat -c %s large.grant)
    ((size > 700000))
    mkfifo pipe
    of clinic msh-grant --accept pipe --issuer "$fingerprint" -o accepted.ndjson 3>&- &
    exec 5>pipe
    head -c $((size - 100)) large.grant >&5 # more than any buffer holds: its beginning was read and worked on
    exits 0 timeout 60 msh-grant --card --home "$BATS_TEST_TMPDIR/clinic"
    records=$(of clinic timeout 60 msh-encrypt -q "$BATS_TEST_TMPDIR/images" 5>&- | wc -l)
    same "$records" 450
    tail -c 100 large.grant >&5
    exec 5>&-
    wait %1
    same "$(jq -r .id accepted.ndjson | sort)" "$(jq -r .id batch.ndjson | sort)"
    same "$(find "$BATS_TEST_TMPDIR/clinic" -name '*.tmp')" ''
}

@test "grant: a label is a note for oneself" {
    forward 1 >batch.ndjson
    printf 'for Jörg Müller,\nby phone\n' >note
    exits 0 msh-grant --to "$(recipient clinic)" --label 'for Erika Mustermann' -o one.grant batch.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" --label-file note -o two.grant batch.ndjson
    for text in Mustermann Jörg; do
        same "$(grep -rl "$text" "$MSH_HOME")" ''
    done
    same "$(sqlite3 "$MSH_HOME/keystore.db" 'SELECT count(label_wrapped), count(*) FROM given')" '2|2'
    exits 0 msh-list grants
    same "$(jq -r .label <<<"$output" | paste -sd ' ')" 'null null'
    exits 0 msh-list grants --show
    same "$(jq -r .label <<<"$output")" $'for Erika Mustermann\nfor Jörg Müller,\nby phone'
    exits 0 of clinic msh-grant --accept two.grant --issuer "$fingerprint"
    head -c 2000 /dev/urandom | base64 >long
    printf '\377' >binary
    : >empty
    exits 2 msh-grant --to "$(recipient clinic)" --label '' -o x.grant batch.ndjson
    for wrong in "--label-file=./none" "--label-file=long" "--label-file=binary" "--label-file=empty" \
        "--label=x --label-file=note"; do
        # shellcheck disable=SC2086
        exits 2 msh-grant --to "$(recipient clinic)" $wrong -o x.grant batch.ndjson
    done
    exits 2 msh-grant --to "$(recipient clinic)" --label-file none -o x.grant batch.ndjson
    same "$stderr" 'msh-grant: error: the file of --label-file does not exist'
    exits 2 msh-grant --card --label x
}

@test "grant: a recipient grants on to a third custodian, who decrypts" {
    forward 3 >batch.ndjson
    msh-grant --to "$(recipient clinic)" -o one.grant batch.ndjson
    of clinic msh-grant --accept one.grant --issuer "$fingerprint" >accepted.ndjson
    exits 0 of clinic msh-grant --to "$(recipient patient)" -o two.grant accepted.ndjson
    exits 3 of patient msh-grant --accept two.grant --issuer "$fingerprint"
    exits 0 of patient msh-grant --accept two.grant --issuer "$(of clinic msh-key show --fingerprint)"
    printf '%s\n' "$output" >third.ndjson
    same "$(jq -cS 'del(.anchor.proof)' third.ndjson)" "$(jq -cS 'del(.anchor.proof)' accepted.ndjson)"
    of patient msh-get --from "$MSH_HOME/store" third.ndjson >got.ndjson
    exits 0 of patient msh-decrypt -o out got.ndjson
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")"
    # The log's key is not vouched for by the statement, so it must be given.
    exits 4 of patient msh-verify --from "$MSH_HOME/store" third.ndjson
    same "$(jq -r .log <<<"$output" | sort -u)" unknown-log
    same "$stderr" "msh-verify: hint: the key of the log '$(head -n 1 "$MSH_HOME/log/checkpoint")' is not known: give it \
with --log-key, as its owner's 'msh-key show --verifier' prints it"
    exits 4 of patient msh-verify -q --from "$MSH_HOME/store" third.ndjson
    same "$stderr" ''
    exits 0 of patient msh-verify --from "$MSH_HOME/store" --log-key "$(msh-key show --verifier)" third.ndjson
    [[ $stderr != *hint* ]]
    exits 0 of patient msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" --log-key "$(msh-key show --verifier)" third.ndjson
}

@test "grant: --as-age writes what age itself decrypts, for each recipient" {
    forward 3 >batch.ndjson
    for name in one two; do age-keygen -o "$name" 2>/dev/null; done
    exits 0 msh-grant --as-age ages --to "$(age-keygen -y one)" --to "$(age-keygen -y two)" batch.ndjson
    same "$(printf '%s\n' "${lines[@]}" | sort)" "$(printf '%s\n' ages/* | sort)"
    msh-get batch.ndjson | msh-decrypt -o own >/dev/null
    for file in ages/*; do
        like "$file" '^ages/2\.25\.[0-9]+-[0-9a-f]{32}\.dcm\.age$'
        for name in one two; do
            age -d -i "$name" "$file" | cmp - "own/$(basename "${file%-*}").dcm"
        done
        # The payload is the block, byte for byte, behind a header made on demand.
        id=${file##*-}
        cid=$(jq -r --arg id "${id%.dcm.age}" 'select(.id == $id) | .payload.cid' batch.ndjson)
        block=$MSH_HOME/store/${cid: -3:2}/$cid
        tail -c "$(stat -c %s "$block")" "$file" | cmp - "$block"
    done
    # From the spool as well, before anything is stored; and a record that has nothing is a bad input.
    records 4 | tail -n 1 >encrypted.ndjson
    exits 0 msh-grant --as-age ages --to "$(age-keygen -y one)" encrypted.ndjson
    age -d -i one "$output" >plain
    exits 3 msh-grant --as-age ages --to "$(age-keygen -y one)" - < <(jq -c '.payload.path = "/nowhere"' encrypted.ndjson)
    exits 3 msh-grant --as-age ages --to "$(age-keygen -y one)" - < <(jq -c '.payload.path = "/tmp"' encrypted.ndjson)
    same "$(printf '%s\n' ages/* | wc -l)" 4
    same "$(find ages -name '.*')" ''
}

@test "grant: --as-age passes by a payload that cannot be read, in a file or in a store" {
    needs_plain_build
    records 3 >encrypted.ndjson
    age-keygen -o one 2>/dev/null
    as_age() {
        rm -rf ages
        exits 3 unreadable "$1" msh-grant --as-age ages --to "$(age-keygen -y one)" "$2"
        same "${#lines[@]}" 2
        same "$(find ages -mindepth 1 | sort)" "$(printf '%s\n' "${lines[@]}" | sort)"
    }
    as_age "$(sed -n 2p encrypted.ndjson | jq -r .payload.path)" encrypted.ndjson
    same "$stderr" 'msh-grant: error: record 2: cannot read the payload: Input/output error
msh-grant: granted 2 objects of 1 study to 1 recipient, as age files'
    msh-put -q -o put.ndjson encrypted.ndjson
    cid=$(sed -n 2p put.ndjson | jq -r .payload.cid)
    as_age "$MSH_HOME/store/${cid: -3:2}/$cid" put.ndjson
    same "${stderr_lines[0]}" "msh-grant: error: record 2: block $cid is damaged in every source that has it"
}

@test "grant: --as-age opens nothing but the payload, and writes only what was authentic to its end" {
    forward 2 >batch.ndjson
    age-keygen -o key 2>/dev/null
    # as_age EXIT RECORDS: nothing is written unless all is well.
    as_age() {
        exits "$1" msh-grant --as-age ages --to "$(age-keygen -y key)" "$2"
        [[ $1 == 0 ]] || same "$(find ages -type f)" ''
    }
    # A record of a known object that names what is not a payload.
    spool=$MSH_HOME/spool/00112233445566778899aabbccddeeff
    id=$(head -n 1 batch.ndjson | jq -r .id)
    mkdir -p "$spool"
    cp "$MSH_HOME/master.key" ssh-key
    ln -s "$MSH_HOME/master.key" "$spool/$id"
    ln -s "$spool" "${spool%?}0"
    for path in "$MSH_HOME/master.key" "$PWD/ssh-key" "$MSH_HOME/keystore.db" /etc/hostname "$spool/$id" \
        "${spool%?}0/$id" "$spool/../../master.key"; do
        jq -c --arg path "$path" --argjson size "$(stat -Lc %s "$path")" \
            'select(input_line_number == 1) | .payload |= (.size = $size | .path = $path)' batch.ndjson >bad.ndjson
        as_age 3 bad.ndjson
        [[ $stderr != *"$path"* ]]
    done
    # A byte that flipped, a payload that lost its end, one that is another object's.
    rm "$spool/$id"
    block() {
        cid=$(sed -n "$1p" batch.ndjson | jq -r .payload.cid)
        cat "$MSH_HOME/store/${cid: -3:2}/$cid"
    }
    jq -c --arg path "$spool/$id" 'select(input_line_number == 1) | .payload.path = $path' batch.ndjson >one.ndjson
    for how in 'flip "$spool/$id" 5' 'flip "$spool/$id" 700' 'flip "$spool/$id" $(($(stat -c %s "$spool/$id") - 1))' \
        'truncate -s -20 "$spool/$id"' 'block 2 >"$spool/$id"' 'printf x >>"$spool/$id"'; do
        block 1 >"$spool/$id"
        eval "$how"
        as_age 3 one.ndjson
        # As long as the record says, too.
        jq -c --argjson size "$(stat -c %s "$spool/$id")" '.payload.size = $size' one.ndjson >sized.ndjson
        as_age 3 sized.ndjson
    done
    block 1 >"$spool/$id"
    as_age 0 one.ndjson
    age -d -i key "$output" >plain
    # The same for the blocks of the store.
    rm -r ages
    chmod -R u+w "$MSH_HOME/store"
    block 2 >copy && flip copy 700
    cat copy >"$MSH_HOME/store/${cid: -3:2}/$cid"
    sed -n 2p batch.ndjson >two.ndjson
    as_age 3 two.ndjson
}

# given: what msh-list shows of what was given, without times and identifiers of grants.
given() {
    msh-list grants --show | jq -c '[.type, .kind, .recipient, .fingerprint, .studies, .records, .label]'
}

@test "grant: --as-age is noted like a grant, before a file gets its name, and what did not leave is not" {
    forward 101 >batch.ndjson # three studies
    exits 0 of clinic msh-grant --card -o clinic.card
    clinic=$(of clinic msh-key show --fingerprint)
    age-keygen -o key 2>/dev/null
    exits 0 msh-grant --as-age ages --patients 2 --to clinic.card --to "$(age-keygen -y key)" --label 'for Erika' batch.ndjson
    same "${stderr_lines[0]}" "msh-grant: granting to $clinic"
    same "${stderr_lines[2]}" 'msh-grant: granted 101 objects of 3 studies to 2 recipients, as age files'
    listed=$(printf '["given","age","%s",%s,3,101,"for Erika"]\n' "$(recipient clinic)" "\"$clinic\"" "$(age-keygen -y key)" null)
    same "$(given)" "$listed"
    same "$(grep -rl Erika "$MSH_HOME" ages)" ''
    same "$(msh-list studies | jq -c '[.granted[].recipient]' | sort -u)" "[\"$(recipient clinic)\",\"$(age-keygen -y key)\"]"
    # Without files there is nothing to note.
    exits 3 msh-grant --as-age none --to clinic.card </dev/null
    like "$stderr" 'error: there is nothing to grant'
    exits 3 msh-grant --as-age none --to clinic.card batch.ndjson
    [[ $stderr != *'granting to'* ]]
    head -n 1 batch.ndjson | jq -c '.payload.path = "/nowhere"' >bad.ndjson
    exits 3 msh-grant --as-age none --to clinic.card bad.ndjson
    [[ $stderr != *'granted'* ]]
    same "$(given)" "$listed"
    # Of several, those that left are.
    study=$(jq -r .study bad.ndjson)
    jq -c --arg study "$study" 'select(.study != $study)' batch.ndjson | head -n 1 >other.ndjson
    exits 3 msh-grant --as-age some --to clinic.card --patients any bad.ndjson other.ndjson
    same "$(find some -type f | wc -l)" 1
    same "${stderr_lines[-1]}" 'msh-grant: granted 1 object of 1 study to 1 recipient, as age files'
    same "$(given)" "$listed
$(printf '["given","age","%s","%s",1,1,null]' "$(recipient clinic)" "$clinic")"
    same "$(msh-list studies --study "$study" | jq '.granted | length')" 2
    # A run that fails is listed with the files that have their names.
    mkdir -p "stuck/$(basename some/*)/x"
    exits 2 msh-grant -q --as-age stuck --to clinic.card other.ndjson
    same "$(find stuck -type f)" ''
    same "$(given | wc -l)" 3
    exits 2 msh-grant -q --as-age stuck --to clinic.card --patients any <(grep -v "$(jq -r .id other.ndjson)" batch.ndjson |
        tail -n 2) other.ndjson
    same "$(find stuck -type f | wc -l)" 2
    same "$(given | tail -n 1)" "$(printf '["given","age","%s","%s",2,2,null]' "$(recipient clinic)" "$clinic")"
}

@test "grant: one whose file could not be written is not listed, and its study is granted to nobody" {
    needs_plain_build
    forward 1 >batch.ndjson
    clinic=$(recipient clinic)
    patient=$(recipient patient)
    # fails OUTPUT RECIPIENT...: OUTPUT turns into a folder while the grant is made.
    fails() {
        local to=()
        for one in "${@:2}"; do to+=(--to "$one"); done
        exits 1 hooked "mkdir -p '$1'" "$MSH_HOME/log/checkpoint" msh-grant -q --label x "${to[@]}" -o "$output_name" batch.ndjson
        like "$stderr" '^msh-grant: error: cannot rename'
    }
    output_name=x.grant fails x.grant "$clinic"
    same "$(find . -name '*.grant' -type f)" ''
    same "$(msh-list grants)" ''
    same "$(msh-list studies | jq '.granted | length')" 0
    output_name=out fails "out/$patient.grant" "$clinic" "$patient"
    same "$(find out -type f)" "out/$clinic.grant"
    same "$(msh-list grants | jq -r .recipient)" "$clinic"
    exits 0 msh-key shred "$(jq -r .study batch.ndjson)"
    [[ $stderr != *"$patient"* ]]
    # What went to standard output may have left.
    rm -r "$MSH_HOME" && msh-key init -q && forward 1 >batch.ndjson
    exits 1 bash -c "msh-grant -q --to '$clinic' batch.ndjson >/dev/full"
    same "$(msh-list grants | jq -r .recipient)" "$clinic"
}

# squat: as setup leaves it, with a custodian `liar` who grants the clinic lie.grant, other images under the id of the
# hospital's study in genuine.grant.
squat() {
    /usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
    forward 2 >batch.ndjson
    study=$(head -n 1 batch.ndjson | jq -r .study)
    msh-grant --to "$(recipient clinic)" -o genuine.grant batch.ndjson
    fresh_home liar
    msh-key init -q
    "$root/scripts/make-test-dicom" series --count 1 --size 2000 other
    own=$(msh-encrypt -q other | msh-put | jq -r .study)
    "$root/tests/support/rename-study" "$MSH_HOME" "$own" "$study"
    msh-list objects | msh-anchor >lie.ndjson
    same "$(jq -r .study lie.ndjson)" "$study"
    msh-grant --to "$(recipient clinic)" -o lie.grant lie.ndjson
    msh-grant --to "$(recipient hospital)" -o own.grant lie.ndjson
    liar=$(msh-key show --fingerprint)
    fresh_home hospital
}

# opens NAME RECORDS FOLDER: the custodian gets and decrypts these, and has the images of the folder.
opens() {
    rm -rf got
    of "$1" msh-get --from "$BATS_TEST_TMPDIR/liar/store" --from "$BATS_TEST_TMPDIR/hospital/store" "$2" >got.ndjson
    exits 0 of "$1" msh-decrypt -o got got.ndjson
    same "$("$root/tests/support/pixel-digests" got)" "$("$root/tests/support/pixel-digests" "$3")"
}

@test "grant: whoever grants a study id of another first is in nobody's way" {
    squat
    exits 0 of clinic msh-grant --accept lie.grant --issuer "$liar" -o lied.ndjson
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    opens clinic lied.ndjson other
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    # What is stored is remembered for each, and both are granted on.
    of clinic msh-get --from "$BATS_TEST_TMPDIR/liar/store" --from "$MSH_HOME/store" lied.ndjson accepted.ndjson |
        of clinic msh-put >both.ndjson
    same "$(wc -l <both.ndjson)" 3
    exits 3 of clinic msh-grant --to "$(recipient patient)" -o on.grant both.ndjson
    exits 0 of clinic msh-grant --to "$(recipient patient)" --patients 2 -o on.grant both.ndjson
    exits 0 of patient msh-grant --accept on.grant --issuer "$(of clinic msh-key show --fingerprint)" -o on.ndjson
    same "$(jq -r .kc on.ndjson | sort)" "$(jq -r .kc both.ndjson | sort)"
    cp -r "$BATS_TEST_TMPDIR/images" all
    cp other/* all/other.dcm
    opens patient on.ndjson all
    same "$(of clinic msh-list studies | jq -r '[.study, .issuer] | join(" ")' | sort)" \
        "$(printf '%s\n' "$study $fingerprint" "$study $liar" | sort)"
    same "$(of clinic msh-list objects --study "$study" | wc -l)" 3
}

# prefixes: the commitments' prefixes that the error message names, one a line, with whose each is.
prefixes() {
    grep -oE '@[0-9a-f]{8,64} \([^,]*' <<<"${stderr_lines[0]}"
}

# prefix_of WHOSE
prefix_of() {
    prefixes | sed -n "s/ ($1.*//p"
}

@test "grant: shred tells the studies of one id apart, and destroys the one that is named" {
    squat
    exits 0 of clinic msh-grant --accept lie.grant --issuer "$liar" -o lied.ndjson
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    exits 2 of clinic msh-key shred "$study"
    like "${stderr_lines[0]}" "^msh-key: error: more than one study has this pseudonym: "
    like "${stderr_lines[1]}" '^msh-key: hint: append the digits that identify the study to shred, as in STUDY@[0-9a-f]{8,}$'
    same "$(prefixes | sed 's/.*(//' | sort)" "$(printf 'from %s\n' "$liar" "$fingerprint" | sort)"
    lie=$(prefix_of "from $liar") true=$(prefix_of "from $fingerprint")
    [[ ! -s $BATS_TEST_TMPDIR/clinic/tombstones ]]
    exits 2 of clinic msh-key shred "$study@"
    exits 2 of clinic msh-key shred "$study@1234567"
    exits 2 of clinic msh-key shred "$study@PID-0000"
    # Which of the two is too short is said.
    like "$stderr" 'at least 8 digits of a commitment$'
    exits 2 of clinic msh-key shred "$study@12345678@1234567"
    same "$stderr" "msh-key: error: the second '@' must be followed by at least 8 digits of an issuer's fingerprint"
    exits 3 of clinic msh-key shred "$study@00000000"
    exits 0 of clinic msh-key shred "$study$lie"
    like "$stderr" 'shredded 1 object and its keys'
    same "$(grep -cE "^$study ${lie#@}[0-9a-f]* from $liar\$" "$BATS_TEST_TMPDIR/clinic/tombstones")" 1
    same "$(wc -l <"$BATS_TEST_TMPDIR/clinic/tombstones")" 1
    # The true one is not shredded, and the other one does not come back.
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 of clinic msh-verify -q --from "$BATS_TEST_TMPDIR/hospital/store" accepted.ndjson
    exits 0 of clinic msh-list objects --study "$study"
    same "$(jq -r .kc <<<"$output" | sort)" "$(jq -r .kc accepted.ndjson | sort)"
    exits 3 of clinic msh-decrypt -o got lied.ndjson
    like "$stderr" "is of a study that was shredded, or its 'kc' is wrong"
    exits 3 of clinic msh-grant --accept lie.grant -o again.ndjson
    like "$stderr" 'shredded'
    # Again, as after an interruption; without the prefix it is never taken for the other one.
    exits 0 of clinic msh-key shred "$study$lie"
    like "$stderr" 'was shredded already'
    exits 2 of clinic msh-key shred "$study"
    like "${stderr_lines[0]}" 'shredded already'
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 of clinic msh-key shred -q "$study$true"
    exits 3 of clinic msh-decrypt -o got accepted.ndjson
    like "$stderr" 'a study of this id was shredded'
}

@test "grant: a squatter's study that was shredded stands in the way of nobody" {
    squat
    exits 0 of clinic msh-grant --accept lie.grant --issuer "$liar" -o lied.ndjson
    exits 0 of clinic msh-key shred -q "$study"
    # Before the true grant is accepted: its records are not called shredded.
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" --log "$MSH_HOME/log" --log-key "$(msh-key show --verifier)" \
        batch.ndjson
    same "$(jq -r .payload <<<"$output" | sort -u)" whole
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 of clinic msh-verify -q --from "$MSH_HOME/store" accepted.ndjson
    # A received one beside an own one.
    exits 0 msh-grant --accept own.grant --issuer "$liar" -o lied.ndjson
    exits 2 msh-key shred "$study"
    same "$(prefixes | sed 's/.*(//')" "$(printf '%s\n' own "from $liar")"
    exits 0 msh-key shred -q "$study$(prefix_of "from $liar")"
    opens hospital batch.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 msh-verify -q batch.ndjson
    exits 0 msh-encrypt -q "$BATS_TEST_TMPDIR/images"
    # The own one is what its id names alone, and nobody gives it back under another secret.
    exits 2 msh-key shred "$study"
    own=$(prefix_of own)
    exits 0 msh-key shred -q "$study$own"
    exits 4 msh-verify batch.ndjson
    same "$(jq -r .payload <<<"$output" | sort -u)" shredded
    exits 3 msh-decrypt -o got batch.ndjson
    like "$stderr" 'the study was shredded'
}

@test "grant: the same, the other way round; and an own study is not shadowed" {
    squat
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    exits 0 of clinic msh-grant --accept lie.grant --issuer "$liar" -o lied.ndjson
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    opens clinic lied.ndjson other
    exits 0 msh-grant --accept own.grant --issuer "$liar" -o lied.ndjson
    opens hospital lied.ndjson other
    opens hospital batch.ndjson "$BATS_TEST_TMPDIR/images"
    same "$(msh-search -k Modality=CT | jq -r .id | sort)" "$(jq -r .id batch.ndjson | sort)"
    # Of the own study alone it is known what its originals said.
    same "$(msh-search -k Modality=CT --show | jq -r '[.study, .project, .issuer] | join(" ")')" "$study default "
    forward 3 >more.ndjson
    same "$(jq -r .study more.ndjson | sort -u)" "$study"
    opens hospital more.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 msh-grant --to "$(recipient clinic)" -o more.grant more.ndjson
    exits 0 of clinic msh-grant --accept more.grant -o more.ndjson
    opens clinic more.ndjson "$BATS_TEST_TMPDIR/images"
}

# forge: as squat, but forged.grant has another image for the hospital's first object, in the hospital's study and under
# its secret, which the hospital has granted to the liar.
forge() {
    /usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
    forward 2 >batch.ndjson
    study=$(head -n 1 batch.ndjson | jq -r .study)
    object=$(head -n 1 batch.ndjson | jq -r .id)
    fresh_home liar
    msh-key init -q
    fresh_home hospital
    msh-grant --to "$(recipient clinic)" -o genuine.grant batch.ndjson
    msh-grant --to "$(recipient liar)" -o leaked.grant batch.ndjson
    fresh_home liar
    liar=$(msh-key show --fingerprint)
    msh-grant -q --accept leaked.grant --issuer "$fingerprint" >/dev/null
    "$root/scripts/make-test-dicom" series --count 1 --size 2000 other
    "$root/tests/support/forge-object" "$MSH_HOME" "$(msh-encrypt -q other | jq -r .id)" "$object"
    msh-list objects | msh-put | msh-anchor >forged.ndjson
    same "$(jq -c '[.id, .study, .kc]' forged.ndjson)" "$(head -n 1 batch.ndjson | jq -c '[.id, .study, .kc]')"
    msh-grant --to "$(recipient clinic)" -o forged.grant forged.ndjson
    msh-grant --to "$(recipient hospital)" -o own.grant forged.ndjson
    fresh_home hospital
}

# lists_both: the clinic has both studies, and knows what came from whom.
lists_both() {
    same "$(of clinic msh-list studies | jq -r '[.study, .issuer, .objects] | join(" ")' | sort)" \
        "$(printf '%s\n' "$study $fingerprint 2" "$study $liar 1" | sort)"
}

@test "grant: an object that another recipient of the study forges is in nobody's way" {
    forge
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$liar" -o forged.ndjson
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    lists_both
    opens clinic forged.ndjson other
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    # In one run as well, where the two have one id; and what is stored is remembered for each.
    cp -r "$BATS_TEST_TMPDIR/images" all
    cp other/* all/other.dcm
    cat forged.ndjson accepted.ndjson >both.ndjson
    opens clinic both.ndjson all
    same "$(jq -r .payload.path got.ndjson | sort -u | wc -l)" 3
    of clinic msh-get --from "$BATS_TEST_TMPDIR/liar/store" both.ndjson --from "$MSH_HOME/store" -o got.ndjson
    exits 0 of clinic msh-put got.ndjson
    exits 0 of clinic msh-verify --from "$BATS_TEST_TMPDIR/clinic/store" --log "$MSH_HOME/log" \
        --log-key "$(msh-key show --verifier)" accepted.ndjson
    same "$(of clinic msh-list studies | jq -r '[.issuer, .stored[0].objects] | join(" ")' | sort)" \
        "$(printf '%s\n' "$fingerprint 2" "$liar 1" | sort)"
    # A line that is of neither is what it was: wrong.
    jq -c --slurpfile other accepted.ndjson '.payload = $other[0].payload' forged.ndjson >mixed.ndjson
    exits 3 of clinic msh-put mixed.ndjson
    like "$stderr" 'is not what the keystore knows'
}

@test "grant: the same, the other way round; and an own object is not shadowed" {
    forge
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$liar" -o forged.ndjson
    lists_both
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    opens clinic forged.ndjson other
    exits 0 msh-grant --accept own.grant --issuer "$liar" -o forged.ndjson
    same "$(jq -r .payload.cid forged.ndjson)" "$(head -n 1 batch.ndjson | jq -r .payload.cid)"
    same "$(msh-list studies | jq -r '[.project, .issuer, .objects] | join(" ")')" 'default  2'
    opens hospital batch.ndjson "$BATS_TEST_TMPDIR/images"
}

@test "grant: what is granted on is what one issuer granted, and ends as that does" {
    forge
    of liar msh-grant --to "$(recipient clinic)" --not-after 2099-01-01 -o forged.grant forged.ndjson
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$liar" -o forged.ndjson
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    exits 0 of clinic msh-grant --to "$(recipient patient)" -o on.grant accepted.ndjson
    like "$stderr" 'without end$'
    same "$(of clinic msh-list studies | jq -r 'select(.granted != []) | .issuer')" "$fingerprint"
    exits 0 of patient msh-grant --accept on.grant --issuer "$(of clinic msh-key show --fingerprint)" -o on.ndjson
    opens patient on.ndjson "$BATS_TEST_TMPDIR/images"
    # The patient would have both from the clinic, and could not tell them apart.
    exits 3 of clinic msh-grant --to "$(recipient patient)" --patients any -o both.grant forged.ndjson accepted.ndjson
    like "$stderr" 'record 2: a record of this object that came from another issuer is granted already'
    grep -v "$object" accepted.ndjson >rest.ndjson
    exits 3 of clinic msh-grant --to "$(recipient patient)" --patients any -o both.grant forged.ndjson rest.ndjson
    like "$stderr" 'record 2: a record of this study that came from another issuer is granted already'
    exits 0 of clinic msh-grant --to "$(recipient patient)" -o on.grant forged.ndjson
    like "$stderr" 'the grant ends with 2099'
}

@test "grant: a forged object is shredded, and the true one stays; and the reverse" {
    forge
    exits 0 of clinic msh-grant --accept forged.grant --issuer "$liar" -o forged.ndjson
    exits 0 of clinic msh-grant --accept genuine.grant --issuer "$fingerprint" -o accepted.ndjson
    # Both are under one secret, so the issuer tells which.
    exits 2 of clinic msh-key shred "$study"
    commitment=$(grep -oE '@[0-9a-f]{8}@' <<<"${stderr_lines[0]}" | head -n 1)
    like "${stderr_lines[0]}" "$commitment${liar:0:8} \\(from $liar, epoch 1\\)"
    like "${stderr_lines[0]}" "$commitment${fingerprint:0:8} \\(from $fingerprint, epoch 1\\)"
    exits 2 of clinic msh-key shred "$study${commitment%@}"
    exits 2 of clinic msh-key shred "$study$commitment"
    exits 2 of clinic msh-key shred "$study$commitment${liar:0:7}"
    exits 3 of clinic msh-key shred "$study${commitment}00000000"
    [[ ! -s $BATS_TEST_TMPDIR/clinic/tombstones ]]
    cp -r "$BATS_TEST_TMPDIR/clinic" "$BATS_TEST_TMPDIR/again"
    exits 0 of clinic msh-key shred "$study$commitment${liar:0:8}"
    like "$stderr" 'shredded 1 object and its keys'
    like "$stderr" "the keystore still has the study's secret, since it was also granted by $fingerprint"
    same "$(of clinic msh-list studies | jq -r '[.study, .issuer, .objects] | join(" ")')" "$study $fingerprint 2"
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    exits 3 of clinic msh-put forged.ndjson
    exits 3 of clinic msh-grant --accept forged.grant -o x.ndjson
    like "$stderr" 'shredded'
    exits 0 of clinic msh-grant --accept genuine.grant -o x.ndjson
    # Again, as after an interruption.
    exits 0 of clinic msh-key shred "$study$commitment${liar:0:8}"
    like "$stderr" 'was shredded already'
    exits 2 of clinic msh-key shred "$study"
    opens clinic accepted.ndjson "$BATS_TEST_TMPDIR/images"
    exits 0 of clinic msh-key shred -q "$study$commitment${fingerprint:0:8}"
    exits 3 of clinic msh-decrypt -o got accepted.ndjson
    like "$stderr" 'a study of this id was shredded'

    exits 0 of again msh-key shred -q "$study$commitment${fingerprint:0:8}"
    opens again forged.ndjson other
    exits 3 of again msh-grant --accept genuine.grant -o x.ndjson
    like "$stderr" 'shredded'
}

# file OUT ID ISSUER STUDY: a small image of this patient and study.
file() {
    [[ -e template ]] || images 1 template
    mkdir -p "$(dirname "$1")"
    cp template/*.dcm "$1"
    dcmodify -q -nb -gin -m "(0010,0020)=$2" -i "(0010,0021)=$3" -m "(0020,000d)=1.2.3.$4" "$1"
}

# grants EXIT OPTIONS...: what granting batch.ndjson ends with, as a grant and as age files; nothing is left of a refusal.
grants() {
    local code=$1 before
    shift
    rm -rf x.grant ages
    before=$(msh-list grants)
    exits "$code" msh-grant --to "$(recipient clinic)" -o x.grant "$@" batch.ndjson
    local said=${stderr/the studies of the records/the records}
    exits "$code" msh-grant --to "$(recipient clinic)" --as-age ages "$@" batch.ndjson
    if [[ $code != 0 ]]; then
        same "$stderr" "$said"
        same "$(find x.grant ages -type f 2>/dev/null)" ''
        same "$(msh-list grants)" "$before"
    fi
}

@test "grant: more than one patient goes out only by its number" {
    one_of() { msh-encrypt -q "$1" | msh-put | msh-anchor; }
    file in/a A '' 1
    one_of in >batch.ndjson
    grants 0
    grants 3 --patients 2
    same "${stderr_lines[0]}" 'msh-grant: error: the records are not of as many patients as --patients says'
    file in/b B '' 2
    file in/c A '' 3 # the first one again
    rm -r "$MSH_HOME" && msh-key init -q
    one_of in >batch.ndjson
    grants 3
    same "${stderr_lines[0]}" 'msh-grant: error: the records are of more than one patient'
    like "${stderr_lines[1]}" "msh-grant: hint: .*'msh-search --show'.* narrow .* --patients"
    [[ $stderr != *received* ]]
    [[ $stderr != *[0-9]* ]]
    grants 3 --patients 1
    grants 3 --patients 3
    grants 0 --patients 2
    grants 0 --patients any
    for wrong in 0 -1 2x '' all 99999999999999999999; do
        exits 2 msh-grant --to "$(recipient clinic)" --patients "$wrong" -o y.grant batch.ndjson
    done
    exits 2 msh-grant --card --patients 2
    exits 2 msh-grant --card --across-projects
}

@test "grant: patients are told apart by Patient ID and issuer, within a study that was merged wrongly too" {
    # count WANTED FILE...: so many patients are in these, each as ID:ISSUER:STUDY.
    count() {
        local wanted=$1 number=0 one id issuer study
        shift
        rm -rf in "$MSH_HOME"
        msh-key init -q
        for one; do
            IFS=: read -r id issuer study <<<"$one"
            number=$((number + 1))
            file "in/$number" "$id" "$issuer" "$study"
        done
        msh-encrypt -q in | msh-put | msh-anchor >batch.ndjson
        same "$(wc -l <batch.ndjson)" $#
        exits 0 msh-grant --to "$(recipient clinic)" --patients "$wanted" -o x.grant batch.ndjson
        # msh-search --show tells the same number.
        msh-index -q batch.ndjson >/dev/null
        exits 0 msh-search --show -k 'StudyDescription=Generated ct'
        [[ $wanted != 1 || $stderr == '' ]] && [[ $wanted == 1 || $stderr == "msh-search: these are studies of $wanted patients" ]]
    }
    count 2 A:one:1 A:two:2
    count 2 A:one:1 A:two:1
    count 1 A:one:1 A::1
    count 2 A:one:1 A::2
    count 1 A:one:1 ::1
    count 2 A:one:1 ::2
    count 2 ::1 ::2
    count 1 ::1 ::1
    count 3 A::1 B::1 C::2 B::3
    # All values count, and what is too long to be compared is like nothing else.
    local long
    long=$(printf 'L%.0s' {1..5000})
    count 2 'A\X::1' 'A\Y::2'
    count 2 'A:one\X:1' 'A:one\Y:2'
    count 1 'A\X::1' 'A\X::2'
    count 2 "${long}1::1" "${long}2::2"
    count 1 "${long}::1"
    count 2 "A:${long}1:1" "A:${long}2:2"
}

@test "grant: every object that the secret opens counts, whether its record is given or not" {
    file in/a A '' 1
    file in/b B '' 1
    file in/c C '' 2
    msh-encrypt -q in | msh-put | msh-anchor >batch.ndjson
    study=$(jq -r .study batch.ndjson | sort | uniq -d)
    jq -c --arg study "$study" 'select(.study == $study)' batch.ndjson >study.ndjson
    for line in 1 2; do
        sed -n "${line}p" study.ndjson >one.ndjson
        exits 3 msh-grant --to "$(recipient clinic)" -o x.grant one.ndjson
        same "${stderr_lines[0]}" 'msh-grant: error: the studies of the records are of more than one patient'
        exits 3 msh-grant --to "$(recipient clinic)" --patients 1 -o x.grant one.ndjson
        [[ ! -e x.grant ]]
        same "$(msh-list grants | jq -r 'select(.kind == "grant")')" ''
        # An age file opens itself alone.
        exits 0 msh-grant --to "$(recipient clinic)" --as-age ages one.ndjson
    done
    exits 3 msh-grant --to "$(recipient clinic)" --as-age ages study.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" --patients 2 -o x.grant one.ndjson
    jq -c --arg study "$study" 'select(.study != $study)' batch.ndjson >other.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" -o other.grant other.ndjson
    exits 3 msh-grant --to "$(recipient clinic)" --patients 2 -o y.grant one.ndjson other.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" --patients 3 -o y.grant one.ndjson other.ndjson
}

@test "grant: an object whose sealed box cannot be opened is of a patient of its own" {
    file in/a A '' 1
    file in/b A '' 1
    msh-encrypt -q in | msh-put >/dev/null
    python3 - "$MSH_HOME/keystore.db" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    number, sealed = database.execute("SELECT object, sealed FROM box ORDER BY object LIMIT 1").fetchone()
    database.execute("UPDATE box SET sealed = ? WHERE object = ?", (sealed[:-1] + bytes([sealed[-1] ^ 1]), number))
PYTHON
    msh-list objects | msh-anchor >batch.ndjson
    grants 3
    grants 0 --patients 2
    tail -n 1 batch.ndjson >one.ndjson
    exits 3 msh-grant --to "$(recipient clinic)" -o y.grant one.ndjson
}

@test "grant: projects and profiles go out together only when asked for; of received studies each is a patient" {
    file in/a A '' 1
    { msh-encrypt -q in && msh-encrypt -q --project trial in; } | msh-put | msh-anchor >batch.ndjson
    grants 3
    same "$stderr" "msh-grant: error: the records are of several projects
msh-grant: hint: choose one with 'msh-search --project', or use --across-projects: together they can be linked"
    grants 3 --across-profiles
    grants 0 --across-projects # one patient still
    exits 0 of clinic msh-grant --accept x.grant --issuer "$fingerprint"
    rm -r "$MSH_HOME" && msh-key init -q
    printf '%s\n' "$output" >accepted.ndjson
    exits 3 of clinic msh-grant --to "$(recipient patient)" -o on.grant accepted.ndjson
    same "${stderr_lines[1]}" "msh-grant: hint: each received study counts as one patient, whatever its epochs: \
'msh-list studies' lists them; say with --patients how many there are"
    exits 0 of clinic msh-grant --to "$(recipient patient)" --patients 2 -o on.grant accepted.ndjson
    { msh-encrypt -q in && msh-encrypt -q --identified in; } | msh-put | msh-anchor >batch.ndjson
    grants 3
    same "$stderr" "msh-grant: error: the records are of several profiles
msh-grant: hint: identified objects hold names: choose one with 'msh-search --profile', or use --across-profiles: together \
they can be linked"
    grants 3 --across-projects
    grants 0 --across-profiles
    # That names leave is said, also where nothing is mixed.
    names="msh-grant: 1 study is of profile 'identified': its objects hold names of patients"
    same "${stderr_lines[0]}" "$names"
    jq -c 'select(.profile == "identified")' batch.ndjson >identified.ndjson
    exits 0 msh-grant --to "$(recipient clinic)" -o x.grant identified.ndjson
    same "${stderr_lines[0]}" "$names"
    exits 0 msh-grant --to "$(recipient clinic)" -o x.grant <(jq -c 'select(.profile == "basic")' batch.ndjson)
    same "$stderr" 'msh-grant: granted 1 object of 1 study to 1 recipient, without end'
}

@test "grant: records that are not anchored, not known, or of nothing are refused" {
    records 2 | msh-put >put.ndjson
    head -n 1 put.ndjson | msh-anchor >first.ndjson
    exits 3 msh-grant --to "$(recipient clinic)" -o part.grant put.ndjson
    same "$stderr" 'msh-grant: error: record 2: the record is not anchored
msh-grant: hint: run msh-anchor first
msh-grant: granted 1 object of 1 study to 1 recipient, without end'
    exits 0 of clinic msh-grant --accept part.grant --issuer "$fingerprint"
    same "${#lines[@]}" 1
    exits 3 of clinic msh-grant --to "$(recipient patient)" -o x.grant <<<"$(tail -n 1 put.ndjson)"
    exits 3 msh-grant --to "$(recipient clinic)" -o x.grant </dev/null
    like "$stderr" 'there is nothing to grant'
    # What cannot be passed on is not passed over in silence.
    { echo '{"msh":1,"type":"other"}' && cat first.ndjson && echo '{"msh":1,"type":"another"}'; } >mixed.ndjson
    for how in '-o mixed.grant' '--as-age ages'; do
        # shellcheck disable=SC2086
        exits 0 msh-grant --to "$(recipient clinic)" $how mixed.ndjson
        same "${stderr_lines[0]}" 'msh-grant: skipped 2 records of other types'
        for line in '{}' '{"type":"other"}' '{"msh":1}' '{"msh":"1","type":"other"}' '{"msh":1,"type":1}'; do
            # shellcheck disable=SC2086
            exits 3 msh-grant --to "$(recipient clinic)" $how mixed.ndjson - <<<"$line"
            same "${stderr_lines[0]}" 'msh-grant: error: record 4: the line is not a record'
            same "${stderr_lines[1]}" 'msh-grant: skipped 2 records of other types'
        done
    done
    # A record that contradicts what is known of it changes nothing.
    exits 3 msh-grant --to "$(recipient clinic)" -o x.grant - < <(jq -c '.payload.size += 1' first.ndjson)
    [[ ! -e x.grant ]]
    for wrong in '' '--to x --card' '--card --accept f' '--accept f --to x' '--issuer x --card' '--card operand' \
        '--as-age d' '--not-after 2026-01-01 --card'; do
        # shellcheck disable=SC2086
        exits 2 msh-grant $wrong
        [[ $wrong != '--card --accept f' ]] ||
            same "${stderr_lines[0]}" 'msh-grant: error: --to, --accept and --card are mutually exclusive'
    done
}

@test "grant: a file with a made-up name never follows a link that stands in its place" {
    forward 1 >batch.ndjson
    id=$(jq -r .id batch.ndjson)
    sha256sum "$MSH_HOME/master.key" >key
    mkdir ages grants proofs
    exits 0 msh-grant --as-age elsewhere --to "$(recipient clinic)" batch.ndjson
    ln -s "$MSH_HOME/master.key" "ages/${output##*/}"
    exits 0 msh-grant --as-age ages --to "$(recipient clinic)" batch.ndjson
    ln -s "$MSH_HOME/master.key" "grants/$(recipient clinic).grant"
    exits 0 msh-grant --to "$(recipient clinic)" --to "$(recipient patient)" -o grants batch.ndjson
    ln -s "$MSH_HOME/master.key" "proofs/$id.tlog-proof"
    exits 0 msh-verify -q --proof proofs batch.ndjson
    same "$(find ages grants proofs -type f | wc -l)" 4
    sha256sum --quiet -c key
}

# same_ids PROGRAM...: runs the program, whose ids are the same each time.
same_ids() {
    [[ -e $BATS_TEST_TMPDIR/same-ids.so ]] ||
        ${CC:-cc} -shared -fPIC -o "$BATS_TEST_TMPDIR/same-ids.so" "$root/tests/support/same-ids.c" -ldl
    LD_PRELOAD="$BATS_TEST_TMPDIR/same-ids.so" "$@"
}

@test "grant: two objects of one name never take one another's place" {
    needs_plain_build
    file hospital-in/image A '' 1
    mkdir liar-in third-in
    cp hospital-in/image third-in
    cp hospital-in/image liar-in
    dcmodify -q -nb -i '(0008,1030)=another' liar-in/image
    age-keygen -o key 2>/dev/null
    # The same id and the same UID, from three custodians; the first and the third have the same image.
    for name in hospital liar third; do
        fresh_home "$name"
        [[ $name == hospital ]] || msh-key init -q
        same_ids msh-encrypt -q --identified "$name-in" | msh-put | msh-anchor >"$name.ndjson"
        msh-grant --to "$(recipient clinic)" -o "$name.grant" "$name.ndjson"
        of clinic msh-grant --accept "$name.grant" --issuer "$(msh-key show --fingerprint)" |
            of clinic msh-get --from "$MSH_HOME/store" >"$name.got"
    done
    same "$(jq -r .id ./*.got | uniq | wc -l)" 1
    same "$(jq -r .kc ./*.got | sort -u | wc -l)" 3
    exits 3 of clinic msh-grant --as-age ages --to "$(age-keygen -y key)" --patients 2 hospital.got liar.got
    same "${stderr_lines[0]}" "msh-grant: 2 studies are of profile 'identified': their objects hold names of patients"
    same "${stderr_lines[1]}" 'msh-grant: error: record 2: its file name is already taken'
    same "$(find ages -type f)" "$output"
    age -d -i key "$output" | cmp - hospital-in/image
    exits 0 of clinic msh-grant --as-age equal --to "$(age-keygen -y key)" --patients 2 hospital.got third.got hospital.got
    same "${lines[0]} ${lines[1]}" "${lines[1]} ${lines[2]}"
    same "$(find equal -type f)" "${lines[0]}"
    # msh-get and msh-decrypt have names for all of them.
    jq -c 'del(.payload.path)' hospital.got liar.got third.got >all.ndjson
    of clinic msh-get --from "$BATS_TEST_TMPDIR/hospital/store" --from "$BATS_TEST_TMPDIR/liar/store" \
        --from "$BATS_TEST_TMPDIR/third/store" -o all.got all.ndjson
    exits 0 of clinic msh-decrypt -o plain all.got
    same "${lines[0]}" "${lines[2]}"
    cmp "${lines[0]}" hospital-in/image
    cmp "${lines[1]}" liar-in/image
    # A file of an earlier run is replaced.
    exits 0 of clinic msh-grant --as-age equal --to "$(age-keygen -y key)" liar.got
    age -d -i key "$output" | cmp - liar-in/image
    # So are proofs.
    cat hospital.got liar.got hospital.got liar.got >all.got
    from=(--from "$BATS_TEST_TMPDIR/hospital/store" --from "$BATS_TEST_TMPDIR/liar/store")
    exits 3 of clinic msh-verify "${from[@]}" --proof proofs all.got
    same "$(printf '%s\n' "${stderr_lines[@]}" | grep error)" "$(printf 'msh-verify: error: record %s: the name of its proof is already taken\n' 2 4)"
    same "$(find proofs -type f | wc -l)" 1
    of clinic msh-verify -q "${from[@]}" --proof expected hospital.got >/dev/null
    cmp proofs/* expected/*
}

@test "grant: a pipe that holds no age file is not read to its end" {
    exits 3 bash -c 'yes | msh-grant --accept -'
    like "$stderr" 'error: the grant is not an age file$'
    exits 3 msh-grant --accept /dev/zero
    like "$stderr" 'error: the grant is not an age file$'
}
