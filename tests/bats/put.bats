#!/usr/bin/env bats
# msh-put, and what all filters have in common: what they do not know passes byte for byte.
load helper

setup() {
    fresh_home home
    in_work_folder
}

# Records that are not objects, or are of types to come: nothing of them is any filter's business.
strangers() {
    cat <<'END'
{"msh":1,"type":"receipt","payload":{"size":1,"path":"/nowhere"},"id":7}
{ "type" : "note" , "text" : "\u00e9\/ \" caf\u00e9", "n" : 1.50e+03 , "deep":[[{"type":"object"}]] }
{}
	{"msh":99,"type":["object"]}  
{"msh":2,"type":"object-of-tomorrow","x":null}
END
}

# The digests of all files below a folder, with their names.
contents() {
    (cd "$1" && find . -type f -exec sha256sum {} + | sort)
}

@test "filters: records of unknown type pass byte for byte, through each and through all" {
    msh-key init -q
    strangers >in
    for filter in put anchor index get; do
        exits 0 msh-"$filter" -o out in
        cmp in out
        same "$stderr" ''
    done
    msh-put in | msh-anchor | msh-index | msh-get >out
    cmp in out
    # Programs whose output is no longer records leave them out, and say so of lines that are none at all.
    exits 3 msh-decrypt -o files in
    same "$output" ''
    same "$stderr" "$(printf 'msh-decrypt: %s\n' 'error: record '{2,3,4}': the line is not a record' \
        'skipped 2 records of other types')"
    exits 3 msh-verify -q in
    same "$output" ''
}

@test "filters: unknown members, odd white space and the order of members stay as they are" {
    records 3 >plain.ndjson
    jq -c '.payload.shards = [{"k": 1}] | .stranger = {"id": "x", "anchor": [1, {"cid": "y"}]}
        | {stranger, tail: 1.50} + .' plain.ndjson |
        sed 's/":/" :\t/; s/,"type"/ , "type"/; s/"tail":1.5/"tail":   1.50e0/; s/}$/ , "\\u0061rt" : "\\u00fc" } /' >odd.ndjson
    exits 0 msh-put -o put.ndjson odd.ndjson
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    exits 0 msh-index -o indexed.ndjson anchored.ndjson
    cmp anchored.ndjson indexed.ndjson
    # Taking out what was spliced in gives the very bytes that went in.
    sed -E 's/,"anchor":\{[^}]*\}//' anchored.ndjson >back.ndjson
    cmp put.ndjson back.ndjson
    sed -E 's/,"cid":"[a-z0-9]*"//' put.ndjson >back.ndjson
    sed -E 's/,"path":"[^"]*"//' odd.ndjson | cmp - back.ndjson
    exits 0 msh-verify -q indexed.ndjson
    exits 0 msh-get -o got.ndjson indexed.ndjson
    sed -E 's/,"path":"[^"]*"//' got.ndjson | cmp indexed.ndjson -
}

@test "filters: records leave in input order; operands, - and standard input are one stream" {
    records 70 >all.ndjson
    sed -n 1,20p all.ndjson >one
    sed -n 21,21p all.ndjson | tr -d '\n' >two # no end of line at the end
    sed -n '22,$p' all.ndjson >three
    msh-put one two - <three >put.ndjson
    same "$(jq -r .id put.ndjson)" "$(jq -r .id all.ndjson)"
    # Empty lines are passed over, and counted.
    printf '\n\n{"msh":1\n\n' >four
    exits 3 msh-put four
    same "$stderr" 'msh-put: error: record 3: not a JSON object'
    # A slow pipe: what is there is worked on before the rest comes.
    # shellcheck disable=SC2094
    { cat one && until [[ -s slow.ndjson ]]; do sleep 0.01; done && cat three; } | msh-put >slow.ndjson
    same "$(wc -l <slow.ndjson)" 69
}

@test "filters: an operand that cannot be read is one bad input, without its name" {
    records 1 >one.ndjson
    exits 3 msh-put one.ndjson ./no-such-patient one.ndjson
    same "${#lines[@]}" 2
    same "$stderr" 'msh-put: error: operand 2: No such file or directory'
    exits 3 msh-put --show-paths ./no-such-patient
    like "$stderr" 'operand 1 \(\./no-such-patient\): '
    exits 3 msh-put "$BATS_TEST_TMPDIR"
    like "$stderr" '^msh-put: error: operand 1: Is a directory$'
}

@test "filters: -o writes into a pipe or a device that is there, and never replaces it" {
    records 2 >encrypted.ndjson
    mkfifo pipe
    cat pipe >read.ndjson 3>&- &
    reader=$!
    exits 0 msh-put -o pipe encrypted.ndjson
    [[ -p pipe ]]
    wait "$reader"
    same "$(jq -r .id read.ndjson)" "$(jq -r .id encrypted.ndjson)"
    msh-anchor read.ndjson >anchored.ndjson
    exits 2 timeout 10 msh-grant --to "$(msh-key show --recipient)" -o pipe anchored.ndjson
    [[ -p pipe ]]
    same "$(find . -name '.*.tmp')" ''
}

@test "put: the payload becomes a block, by a link, and the spool is empty" {
    records 5 >encrypted.ndjson
    jq -r .payload.path encrypted.ndjson | xargs sha256sum | cut -c-64 | sort >payloads
    inode=$(stat -c %i "$(sed -n 1p encrypted.ndjson | jq -r .payload.path)")
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    same "$(jq -s 'map(select(.payload.path)) | length' put.ndjson)" 0
    same "$(find "$MSH_HOME/store" -type f -exec sha256sum {} + | cut -c-64 | sort)" "$(<payloads)"
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
    same "$(find "$MSH_HOME/store" -inum "$inode" | wc -l)" 1
    same "$(find "$MSH_HOME/store" -type f -links +1)" ''
    for cid in $(jq -r .payload.cid put.ndjson); do
        [[ -f $MSH_HOME/store/${cid: -3:2}/$cid ]]
    done
    # A web server may read the store, whatever the umask of the spool's files was.
    same "$(find "$MSH_HOME/store" -type f ! -perm 644)" ''
    # The keystore remembers: old lines, with a path that is gone, get their CID.
    exits 0 msh-put -o again.ndjson encrypted.ndjson
    cmp put.ndjson again.ndjson
    exits 0 msh-encrypt -q "$BATS_TEST_TMPDIR/images"
    same "$output" "$(<put.ndjson)"
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
}

@test "put: a payload of several blocks lies on the disk once, and comes back" {
    msh-key init -q
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    exits 0 msh-encrypt -q -o encrypted.ndjson large
    size=$(jq .payload.size encrypted.ndjson)
    ((size > 3 << 20))
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    like "$(jq -r .payload.cid put.ndjson)" '^bafybei'
    same "$(find "$MSH_HOME/store" -type f | wc -l)" 5 # four leaves and the root
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
    stored=$(find "$MSH_HOME/store" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
    ((stored >= size && stored < size + 1000))
    exits 0 msh-anchor -o anchored.ndjson put.ndjson
    exits 0 msh-verify -q anchored.ndjson
    exits 0 bash -o pipefail -c 'msh-get anchored.ndjson | msh-decrypt -o out'
    same "$("$root/tests/support/pixel-digests" out)" "$("$root/tests/support/pixel-digests" large)"
}

@test "put: the CID of a payload of one block is its SHA-256, by other programs" {
    records 1 | msh-put >put.ndjson
    cid=$(jq -r .payload.cid put.ndjson)
    digest=$(sha256sum "$MSH_HOME/store/${cid: -3:2}/$cid" | cut -c-64)
    same "b$(printf '01551220%s' "$digest" | tr '[:lower:]' '[:upper:]' |
        basenc --base16 -d | basenc --base32 | tr -d '=' | tr '[:upper:]' '[:lower:]')" "$cid"
}

@test "put: without a keystore it does the same and remembers nothing" {
    records 3 >encrypted.ndjson
    cp -r "$MSH_HOME/spool" payloads
    rm payloads/*/lock
    contents payloads >before
    fresh_home elsewhere
    exits 3 msh-put encrypted.ndjson
    same "$output" ''
    # As the other machine has it, or where it is here.
    exits 0 msh-put --payloads payloads --car - encrypted.ndjson -o put.ndjson
    jq -c '.payload.path |= sub("^.*/spool/"; "'"$PWD"'/payloads/")' encrypted.ndjson >elsewhere.ndjson
    exits 0 msh-put -o put.ndjson --payloads "$BATS_TEST_TMPDIR/images" --payloads payloads elsewhere.ndjson
    same "$(jq -s 'map(select(.payload.cid and (.payload.path | not))) | length' put.ndjson)" 3
    [[ ! -e $MSH_HOME/keystore.db ]]
    # A payload that does not lie in the own spool is its owner's.
    contents payloads | cmp before -
    same "$(find "$MSH_HOME/store" -type f | wc -l)" 3
    # A record with a CID passes where the store has it all, and nowhere else.
    exits 0 msh-put -o again.ndjson put.ndjson
    cmp put.ndjson again.ndjson
    fresh_home empty
    exits 3 msh-put put.ndjson
    same "$output" ''
    same "$(grep -c 'error: ' <<<"$stderr")" 3
    like "${stderr_lines[0]}" '^msh-put: error: record 1: the payload is neither in a file nor complete in a store$'
    same "$(grep -c 'hint: name a store or node that has it; ' <<<"$stderr")" 1
}

@test "put: a payload that is not what its record says is a bad input, and stays where it is" {
    records 4 >encrypted.ndjson
    path() { sed -n "$1p" encrypted.ndjson | jq -r .payload.path; }
    head -c 100 "$(path 1)" >short && cp short "$(path 1)"
    printf x >>"$(path 2)"
    sed '3s/"path":"[^"]*"/&,"cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"/' encrypted.ndjson >bad.ndjson
    exits 3 msh-put bad.ndjson
    same "${#lines[@]}" 1
    same "$(jq -r .id <<<"$output")" "$(sed -n 4p encrypted.ndjson | jq -r .id)"
    same "$(printf '%s\n' "${stderr_lines[@]}" | cut -d: -f3)" "$(printf ' record %d\n' 1 2 3)"
    like "$stderr" "record 3: 'payload.cid' is not the (payload's CID|one known)"
    [[ $stderr != *"$MSH_HOME"* ]]
}

# stranger PATH: the record of an object that no keystore knows, whose payload is the file at PATH.
stranger() {
    jq -cn --arg path "$1" --argjson size "$(stat -Lc %s "$1")" --argjson like "$(head -n 1 encrypted.ndjson)" '
        $like | .id = "00112233445566778899aabbccddeeff" | .payload = {size: $size, path: $path}'
}

@test "put: nothing of the home folder is a payload but what lies in its object's own place" {
    records 2 >encrypted.ndjson
    spooled=$(sed -n 1p encrypted.ndjson | jq -r .payload.path)
    ln -s "$MSH_HOME/master.key" link
    ln -s "$MSH_HOME" folder
    ln -s "$MSH_HOME/spool" spool
    chmod 700 "$MSH_HOME"/spool/*
    for path in "$MSH_HOME/master.key" "$MSH_HOME/spool/../master.key" "$PWD/link" "$PWD/folder/master.key" \
        "$MSH_HOME/keystore.db" "$spooled" "$PWD/spool/${spooled#"$MSH_HOME/spool/"}"; do
        stranger "$path" >stranger.ndjson
        before=$(stat -Lc '%a %h %i' "$path")
        exits 3 msh-put stranger.ndjson
        same "$output" ''
        like "$stderr" "^msh-put: error: record 1: 'payload.path' is not an allowed place for this object's payload
msh-put: hint: [^/]*RUN/ID below a folder of --payloads is read\$"
        same "$(stat -Lc '%a %h %i' "$path")" "$before"
    done
    same "$(find "$MSH_HOME/store" -type f)" ''
    # The own ones are found by another way to the home folder, too.
    exits 0 msh-put --home folder encrypted.ndjson
    same "${#lines[@]}" 2
    same "$(find "$MSH_HOME/spool" -mindepth 1)" ''
}

@test "put: without a keystore nothing is a payload either but RUN/ID below a folder of --payloads" {
    records 1 >encrypted.ndjson
    fresh_home bare
    run=00112233445566778899aabbccddeeff/00112233445566778899aabbccddeeff
    mkdir -p "run/${run%/*}" "links/${run%/*}"
    printf other >"run/$run"
    chmod 600 "run/$run"
    printf secret >mine
    ln -s "$PWD/mine" link
    ln -s "$PWD/mine" "links/$run"
    for path in mine link "run/$run" "links/$run"; do
        stranger "$PWD/$path" >stranger.ndjson
        exits 3 msh-put stranger.ndjson
        same "$output" ''
        exits 3 msh-put --payloads links --payloads "$PWD" stranger.ndjson
        same "$output" ''
    done
    same "$(find "$MSH_HOME/store" -type f)" ''
    stranger "$PWD/run/$run" >stranger.ndjson
    exits 0 msh-put --payloads run stranger.ndjson
    same "$(find run -type f -printf '%m %n\n')" '600 1'
    same "$(find "$MSH_HOME/store" -type f -printf '%m %n\n')" '644 1'
    exits 2 msh-put --payloads nowhere stranger.ndjson
    exits 2 msh-put --payloads mine stranger.ndjson
}

@test "put: what msh-get fetched from a store is copied into another one" {
    records 1 >encrypted.ndjson
    msh-put encrypted.ndjson | msh-get >got.ndjson
    mv "$MSH_HOME/store" former
    exits 0 msh-put --store another -o put.ndjson got.ndjson
    same "$(find another -type f -links 1 | wc -l)" 1
    [[ -e $(jq -r .payload.path got.ndjson) ]]
    # By a keystore, too, that only knows where the payload once lay, as after a restore.
    records 2 | tail -n 1 >second.ndjson
    mv "$MSH_HOME"/keystore.db* .
    msh-put second.ndjson | msh-get >got.ndjson
    mv keystore.db* "$MSH_HOME/"
    mv "$MSH_HOME/store" former/former
    exits 0 msh-put --store another got.ndjson
    exits 0 msh-encrypt -q "$BATS_TEST_TMPDIR/images"
    same "$(jq -r .payload.cid <<<"${lines[1]}")" "$(jq -r .payload.cid got.ndjson)"
}

@test "put: a known object's payload is where the keystore says, whatever its line says" {
    records 2 >encrypted.ndjson
    other=$(sed -n 2p encrypted.ndjson | jq -r .payload.path)
    head -c "$(stat -c %s "$other")" /dev/zero >zeros
    for path in "$other" "$PWD/zeros" /nowhere; do
        jq -c --arg path "$path" 'select(input_line_number == 1) | .payload.path = $path' encrypted.ndjson >line.ndjson
        exits 0 msh-put -o put.ndjson line.ndjson
        [[ -e $other ]]
    done
    exits 0 msh-put -o all.ndjson encrypted.ndjson
    head -n 1 all.ndjson | cmp - put.ndjson
    exits 0 bash -o pipefail -c 'msh-anchor all.ndjson | msh-get | msh-decrypt -o out'
    same "${#lines[@]}" 2
}

@test "put: a record that fails leaves nothing in the keystore, and the others go on" {
    records 3 >encrypted.ndjson
    cid=bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku
    jq -c --arg cid "$cid" 'if input_line_number == 2 then .payload.cid = $cid else . end' encrypted.ndjson >bad.ndjson
    exits 3 msh-put -o put.ndjson bad.ndjson
    same "$stderr" "msh-put: error: record 2: 'payload.cid' is not the payload's CID"
    same "$(wc -l <put.ndjson)" 2
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    same "$(wc -l <put.ndjson)" 3
    # A known CID is not argued with.
    exits 3 msh-put bad.ndjson
    same "$stderr" "msh-put: error: record 2: the record's payload.cid is not what the keystore knows"
    same "${#lines[@]}" 2
}

@test "filters: an own object takes nothing from a line that it did not have" {
    records 2 >encrypted.ndjson
    msh-put -o put.ndjson encrypted.ndjson
    digest=$(head -c 32 /dev/zero | base64)
    refuses() { # MEMBER CHANGE PROGRAM...
        jq -c --arg digest "$digest" "if input_line_number == 2 then $2 else . end" put.ndjson >bad.ndjson
        for program in "${@:3}"; do
            exits 3 "$program" bad.ndjson
            same "$(jq -r .id <<<"$output")" "$(head -n 1 put.ndjson | jq -r .id)"
            like "$stderr" "record 2: the record's $1 is not what the keystore knows"
        done
    }
    anchor='{origin: "elsewhere.example/log", index: 0, salt: $digest}'
    refuses replaces '.replaces = $digest' msh-put msh-anchor msh-index
    refuses original '.original = {size: 1, cid: .payload.cid}' msh-put msh-anchor msh-index
    refuses anchor ".anchor = $anchor" msh-put msh-anchor msh-index
    exits 0 msh-encrypt -q "$BATS_TEST_TMPDIR/images"
    same "${lines[1]}" "$(sed -n 2p put.ndjson)"
    msh-anchor put.ndjson | msh-index >batch.ndjson
    exits 0 msh-verify -q batch.ndjson
    # A CID is the keystore's when msh-put has seen the payload.
    images 3 && msh-encrypt -q "$BATS_TEST_TMPDIR/images/ct-000002.dcm" >third.ndjson
    jq -c '.payload.cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"' third.ndjson >bad.ndjson
    for program in msh-anchor msh-index; do
        exits 3 "$program" bad.ndjson
        like "$stderr" "record 1: the record's payload.cid is not what the keystore knows
$program: hint: run msh-put first"
    done
    exits 0 bash -o pipefail -c 'msh-put third.ndjson | msh-anchor | msh-index | msh-verify -q'
}

@test "put: what another run stores between look-up and opening is known" {
    needs_plain_build
    records 2 >encrypted.ndjson
    exits 0 hooked 'msh-put -o other.ndjson encrypted.ndjson' "$(head -n 1 encrypted.ndjson | jq -r .payload.path)" \
        taskset -c 0 msh-put encrypted.ndjson
    [[ -s other.ndjson ]]
    same "$output" "$(<other.ndjson)"
    same "$stderr" ''
}

@test "put: what a stranger's record names is not made public" {
    records 2 >own.ndjson
    echo "a secret of somebody's" >secret
    ln -s "$PWD/secret" "$MSH_HOME/linked"
    for path in "$PWD/secret" "$MSH_HOME/linked" /etc/hostname; do
        jq -c --arg path "$path" --argjson size "$(stat -Lc %s "$path")" \
            '.id = "00112233445566778899aabbccddeeff" | .payload = {$size, $path}' <(sed -n 1p own.ndjson) >foreign.ndjson
        exits 3 msh-put foreign.ndjson
        same "$output" ''
    done
    # An object of one's own, by a file that is not its payload.
    msh-put --car a.car own.ndjson >put.ndjson
    jq -c --arg path "$PWD/secret" '.payload |= (.size = 24 | .path = $path)' <(sed -n 1p put.ndjson) >wrong.ndjson
    rm "$(sed -n 1p own.ndjson | jq -r .payload.path)"
    exits 3 msh-put wrong.ndjson
    same "$(find "$MSH_HOME/store" -path '*/??/*' -type f)" ''
}

@test "put: the last sound copy is not thrown away" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-key init -q
    msh-encrypt -q large >encrypted.ndjson
    path=$(jq -r .payload.path encrypted.ndjson)
    cp "$path" kept
    exits 0 msh-put -o put.ndjson encrypted.ndjson
    # As a kill would leave it: stored, and still in the spool. Then the disk loses a block.
    mkdir -p "$(dirname "$path")"
    cp kept "$path"
    leaf=$(find "$MSH_HOME/store" -path '*/??/*' -type f -size +500k | head -n 1)
    rm "$leaf"
    exits 0 msh-put encrypted.ndjson
    same "$output" "$(<put.ndjson)"
    [[ -e $leaf && ! -e $path ]]
    exits 0 msh-put --check
    # The same from a copy elsewhere.
    rm "$leaf"
    kept=kept-ones/${path#"$MSH_HOME/spool/"}
    mkdir -p "${kept%/*}"
    mv kept "$kept"
    msh-put <(jq -c --arg path "$PWD/$kept" '.payload.path = $path' put.ndjson) >/dev/null
    [[ ! -e $leaf ]]
    exits 0 msh-put --payloads kept-ones <(jq -c --arg path "$PWD/$kept" '.payload.path = $path' put.ndjson)
    [[ -e $leaf && -e $kept ]]
}

@test "put: two stores never share a file" {
    records 2 | msh-put --store elsewhere >put.ndjson
    msh-get --from elsewhere put.ndjson | msh-put >again.ndjson
    same "$(jq -r .payload.cid again.ndjson)" "$(jq -r .payload.cid put.ndjson)"
    rm -r "$MSH_HOME/fetched"
    same "$(find elsewhere "$MSH_HOME/store" -path '*/??/*' -type f -links +1)" ''
}
