#!/usr/bin/env bats
# msh-get: payloads out of any number of stores, none of which is trusted.
load helper

setup() {
    fresh_home home
    in_work_folder
    records 4 | msh-put >put.ndjson
    store=$MSH_HOME/store
}

# block N [STORE]: the file of the N-th record's block.
block() {
    local cid
    cid=$(sed -n "$1p" put.ndjson | jq -r .payload.cid)
    printf '%s\n' "${2:-$store}/${cid: -3:2}/$cid"
}

# fetched FILE: every payload of its records is the block's bytes.
fetched() {
    local path cid number=0
    while read -r path cid; do
        number=$((number + 1))
        same "$(sha256sum <"$path")" "$(sha256sum <"$BATS_TEST_TMPDIR/home/store/${cid: -3:2}/$cid")"
    done < <(jq -r '"\(.payload.path) \(.payload.cid)"' "$1")
    same "$number" "$(wc -l <put.ndjson)"
}

@test "get: a server without its scheme is told how a URL begins" {
    records 1 | msh-put -q >put.ndjson
    for server in 127.0.0.1:18080/store localhost:8080 ipfs.example.org/store; do
        exits 1 msh-get --from "$server" put.ndjson
        same "${stderr_lines[0]}" "msh-get: error: '$server' is not a block store"
        same "${stderr_lines[1]}" 'msh-get: hint: the URL of a server begins with http:// or https://'
    done
    exits 1 msh-get --from ./absent put.ndjson
    same "$stderr" "msh-get: error: './absent' is not a block store"
}

@test "get: from the own store, linked, into a private folder of its run" {
    exits 0 msh-get -o got.ndjson put.ndjson
    fetched got.ndjson
    like "$(jq -r .payload.path got.ndjson | head -n 1)" "^$MSH_HOME/fetched/[0-9a-f]{32}/[0-9a-f]{32}$"
    same "$(stat -c %a "$MSH_HOME/fetched" "$MSH_HOME"/fetched/*)" $'700\n700'
    same "$(jq -r .payload.path got.ndjson | xargs stat -c %h | sort -u)" 2
    # Another run has a folder of its own, and takes nothing away before msh-decrypt has had it.
    exits 0 msh-get -o next.ndjson put.ndjson
    same "$(jq -r .payload.path got.ndjson next.ndjson | sort -u | wc -l)" 8
    exits 0 msh-decrypt -q -o out next.ndjson
    fetched got.ndjson
    exits 0 msh-decrypt -q -o out got.ndjson
    same "$(find "$MSH_HOME/fetched" -mindepth 1)" ''
}

@test "get: --from may be repeated, MSH_SOURCES is a list of lines, and a store that is damaged is passed over" {
    cp -r "$store" damaged
    cp -r "$store" sparse
    damage "$(block 1 damaged)"
    : >"$(block 2 damaged)"
    rm "$(block 3 damaged)" && mkfifo "$(block 3 damaged)"
    rm "$(block 4 damaged)" && ln -s /dev/zero "$(block 4 damaged)"
    rm "$(block 1 sparse)" "$(block 2 sparse)"
    fresh_home clinic
    always_fetch
    exits 0 msh-get --from damaged --from sparse --from "$store" -o got.ndjson put.ndjson
    fetched got.ndjson
    MSH_SOURCES=$'damaged\n\n'"$store"$'\n' exits 0 msh-get -o got.ndjson put.ndjson
    fetched got.ndjson
    # As an editor leaves it that writes a byte order mark and CR LF.
    exits 0 env MSH_SOURCES=$'\xef\xbb\xbfdamaged\r\n\r\n'"$store"$'\r\n' msh-get -o got.ndjson put.ndjson
    fetched got.ndjson
    # --from counts, not MSH_SOURCES; what no source has whole is a bad input.
    MSH_SOURCES=$store exits 3 msh-get --from sparse --from damaged put.ndjson
    same "${#lines[@]}" 2
    same "$(jq -r .id <<<"$output")" "$(sed -n '3,4p' put.ndjson | jq -r .id)"
    same "$(printf '%s\n' "${stderr_lines[@]}" | cut -d: -f1-3)" "$(printf 'msh-get: error: record %d\n' 1 2)"
    rm -r "$MSH_HOME/fetched"
    # The own store has none of them, and there is no other.
    exits 1 msh-get put.ndjson
    exits 1 msh-get --from ./no-store put.ndjson
    same "$output" ''
    same "$(find "$MSH_HOME/fetched" -type f)" ''
}

damage() {
    chmod u+w "$1"
    flip "$1" 100
}

@test "get: a payload of several blocks comes from several stores, and not at all when one block is missing" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    msh-encrypt -q large | msh-put >large.ndjson
    mapfile -t leaves < <(find "$store" -type f -size +900k | sort)
    same "${#leaves[@]}" 3
    cp -r "$store" one && cp -r "$store" two
    rm "one/${leaves[0]#"$store"/}" "two/${leaves[1]#"$store"/}"
    fresh_home clinic
    exits 0 msh-get --from one --from two -o got.ndjson large.ndjson
    same "$(stat -c %s "$(jq -r .payload.path got.ndjson)")" "$(jq .payload.size large.ndjson)"
    rm -r "$MSH_HOME/fetched"
    exits 3 msh-get --from one large.ndjson
    same "$output" ''
    same "$(find "$MSH_HOME/fetched" -mindepth 1)" ''
}

@test "get: a record without a CID, with a CID of something else, or of another size is a bad input" {
    jq -c 'if input_line_number == 1 then del(.payload.cid)
        elif input_line_number == 2 then .payload.cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
        elif input_line_number == 3 then .payload.size += 1
        else .payload.cid = "zzz" end' put.ndjson >bad.ndjson
    exits 3 msh-get bad.ndjson
    same "$output" ''
    same "${stderr_lines[0]}" "msh-get: error: record 1: 'payload.cid' is missing"
    same "${stderr_lines[1]}" 'msh-get: hint: run msh-put first'
    same "${stderr_lines[-1]}" "msh-get: error: record 4: 'payload.cid' has an invalid value"
    same "$(printf '%s\n' "${stderr_lines[@]}" | grep error: | cut -d: -f3)" "$(printf ' record %d\n' 1 2 3 4)"
}

@test "get: a payload larger than the disk is a bad input before a block of it is fetched" {
    jq -c 'if input_line_number == 2 then .payload |= {size: 9007199254740991,
        cid: "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"} else . end' put.ndjson >bad.ndjson
    exits 3 msh-get -o got.ndjson bad.ndjson
    same "$(wc -l <got.ndjson)" 3
    same "$stderr" 'msh-get: error: record 2: the payload has 9007199254740991 bytes, more than the free space on the disk'
}

@test "get: a source that is no store is named, with what was probably meant" {
    exits 1 msh-get --from "$MSH_HOME" put.ndjson
    same "$output" ''
    same "${stderr_lines[0]}" "msh-get: error: '$MSH_HOME' is not a block store"
    same "${stderr_lines[1]}" "msh-get: hint: did you mean '$MSH_HOME/store'?"
    exits 1 msh-get --from nowhere put.ndjson
    same "$stderr" "msh-get: error: 'nowhere' is not a block store"
    fresh_home other
    exits 1 msh-get put.ndjson
    same "${stderr_lines[1]}" "msh-get: hint: name the sender's store with --from or MSH_SOURCES"
}

@test "get: what msh-decrypt did not take is taken up again, verified, and not fetched or copied once more" {
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) large
    { cat put.ndjson && msh-encrypt -q large | msh-put; } >all.ndjson
    exits 0 msh-get -o first.ndjson all.ndjson
    # Without any source, the same payloads; their bytes lie there once.
    mkdir empty
    exits 0 msh-get --from empty -o second.ndjson all.ndjson
    same "$(jq -r .payload.path first.ndjson second.ndjson | sort -u | wc -l)" 10
    same "$(jq -r .payload.path first.ndjson | xargs stat -c %i)" "$(jq -r .payload.path second.ndjson | xargs stat -c %i)"
    # One that is damaged is not, nor one of another payload of the object.
    path=$(tail -n 1 second.ndjson | jq -r .payload.path)
    chmod u+w "$path" && flip "$path" 2000000
    exits 3 msh-get --from empty -o third.ndjson all.ndjson
    same "$(wc -l <third.ndjson)" 4
    exits 3 msh-get --from empty - < <(tail -n 1 all.ndjson | jq -c --argjson other "$(head -n 1 all.ndjson)" '.payload = $other.payload')
    # What was decrypted, or is old, is gone.
    exits 0 msh-decrypt -q -o out third.ndjson
    touch -d '-29 days' "$MSH_HOME"/fetched/*
    exits 0 msh-get -o fourth.ndjson all.ndjson
    same "$(jq -r .payload.path first.ndjson | xargs ls | wc -l)" 5
    exits 0 msh-decrypt -q -o out2 fourth.ndjson
    touch -d '-31 days' "$MSH_HOME"/fetched/*
    exits 0 msh-get put.ndjson
    same "$(find "$MSH_HOME/fetched" -type f ! -name lock | wc -l)" 4
}
