#!/usr/bin/env bats
# A store and a log that a web server serves, without a program of msh running there: python3's http.server, and nginx with
# the configuration that msh-put(1) shows.
load helper

setup() {
    fresh_home hospital
    in_work_folder
    msh-key init -q
    images 6
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) "$BATS_TEST_TMPDIR/images"
    msh-encrypt -q "$BATS_TEST_TMPDIR/images" | msh-put -q | msh-anchor -q >batch.ndjson
    key=$(msh-key show --verifier)
    hospital=$MSH_HOME
    wanted=$("$root/tests/support/pixel-digests" "$BATS_TEST_TMPDIR/images")
    mkdir public
    ln -s "$hospital/store" "$hospital/log" public
    server=
    fresh_home stranger
    always_fetch
}

teardown() {
    [[ -z $server ]] || kill "$server"
}

# serve: http.server over public/, at $url; asked has a line for each question.
serve() {
    python3 -u -m http.server --bind 127.0.0.1 --directory public 0 >said 2>asked 3>&- &
    server=$!
    until grep -q ' port ' said; do
        kill -0 "$server"
        sleep 0.01
    done
    url=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' said)
}

# What comes of the payloads at $1 is the images.
gets_all() {
    exits 0 msh-get "${@:2}" --from "$1" -o got.ndjson batch.ndjson
    same "$stderr" ''
    # They are somebody else's, who has the keys.
    rm -rf out
    MSH_HOME=$hospital exits 0 msh-decrypt -q -o out got.ndjson
    same "$("$root/tests/support/pixel-digests" out)" "$wanted"
}

verifies_all() {
    exits 0 msh-verify -q "${@:2}" --log "$1/log" --log-key "$key" --from "$1/store" batch.ndjson
    same "$(jq -r '[.payload, .log] | join(" ")' <<<"$output" | sort | uniq -c | tr -s ' ')" ' 7 whole included'
}

@test "web-server: a plain one serves store and log, and is soon asked in one way only" {
    serve
    gets_all "$url/store/"
    (($(grep -c ' /store/ipfs/' asked) <= 4))
    # Each block once: seven files, one of them of four leaves and a node.
    same "$(grep -c 'GET /store/[a-z2-7][a-z2-7]/[a-z2-7]* HTTP/1.[01]" 200' asked)" "$(find "$hospital/store" -path '*/??/*' -type f | wc -l)"
    verifies_all "$url"
    exits 0 msh-get --availability --from "$url/store" batch.ndjson
    same "$(jq -r '.sources[].state' <<<"$output" | sort | uniq -c | tr -s ' ')" ' 7 whole'
    exits 0 msh-get --repair copy --from "$url/store" batch.ndjson
    diff -r copy "$hospital/store"
}

@test "web-server: nothing it gives is believed" {
    cp -r "$hospital/store" "$hospital/log" .
    serve
    ln -sfn "$PWD/store" public/store
    ln -sfn "$PWD/log" public/log
    cid=$(sed -n 3p batch.ndjson | jq -r .payload.cid)
    chmod u+w "store/${cid: -3:2}/$cid"
    flip "store/${cid: -3:2}/$cid" 100
    exits 3 msh-get --from "$url/store" batch.ndjson
    like "$stderr" 'returned the wrong block'
    exits 4 msh-verify -q --log "$url/log" --log-key "$key" --from "$url/store" <(sed -n 3p batch.ndjson)
    same "$(jq -r '[.payload, .log] | join(" ")' <<<"$output")" 'damaged included'
    rm "store/${cid: -3:2}/$cid"
    exits 4 msh-verify -q --log "$url/log" --log-key "$key" --from "$url/store" batch.ndjson
    same "$(jq -r .payload <<<"$output" | grep -c absent)" 1
    exits 3 msh-get --from "$url/store" batch.ndjson
    same "$(wc -l <<<"$output")" 6
    # The log: a tile, the checkpoint, another key.
    flip log/tile/0/000.p/7 10
    exits 4 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" batch.ndjson
    same "$(jq -r .log <<<"$output" | sort -u)" damaged
    rm log/tile/0/000.p/7
    exits 4 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" batch.ndjson
    same "$(jq -r .log <<<"$output" | sort -u)" damaged
    flip log/checkpoint 200
    exits 1 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" batch.ndjson
    exits 1 msh-verify -q --log "$url" --log-key "$key" --from "$hospital/store" batch.ndjson
    like "$stderr" "^msh-verify: error: no log found at ${url#http://}$"
    cp "$hospital/log/checkpoint" log
    exits 1 msh-verify -q --log "$url/log" --from "$hospital/store" batch.ndjson
    like "$stderr" "^msh-verify: error: the key of the log at ${url#http://} is not known"
    exits 2 msh-verify -q --log 'http://user:secret@127.0.0.1' batch.ndjson
    [[ $stderr != *secret* ]]
}

@test "web-server: one that is silent or gone says nothing of the log" {
    serve
    kill "$server"
    wait "$server" || true
    server=
    exits 75 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" batch.ndjson
    same "$output" ''
    exits 75 msh-get --from "$url/store" batch.ndjson
}

@test "web-server: a log that lags or grows is read again, once for many records" {
    cp -r "$hospital/log" old
    (export MSH_HOME=$hospital && images 20 more && msh-encrypt -q more | msh-put -q | msh-anchor -q >more.ndjson)
    ln -sfn "$PWD/old" public/log
    serve
    exits 4 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" more.ndjson
    (($(grep -c ' /log/checkpoint ' asked) <= 4))
    ln -sfn "$hospital/log" public/log
    # A keystore remembers it, and notices when it is older.
    msh-key init -q
    exits 0 msh-verify -q --log "$url/log" --log-key "$key" --from "$hospital/store" more.ndjson
    ln -sfn "$PWD/old" public/log
    exits 0 msh-verify --log "$url/log" --log-key "$key" --from "$hospital/store" batch.ndjson
    like "$stderr" 'is older than a checkpoint seen before'
}

@test "web-server: it is told from a gateway, whatever it says of what it does not have" {
    "$root/tests/support/fake-gateway" "$hospital/store" port asked 3>&- &
    server=$!
    until [[ -e port ]]; do sleep 0.01; done
    gateway=http://127.0.0.1:$(<port)
    for how in folder pages closed; do
        : >asked
        gets_all "$gateway/$how"
        (($(grep -c "/$how/ipfs/" asked) <= 4))
    done
    # A block that none of them has.
    missing=$(jq -c '.payload.cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"' batch.ndjson)
    exits 3 msh-get --from "$gateway/folder" - <<<"$missing"
    exits 1 msh-get --from "$gateway/closed" - <<<"$missing"
    # What it says that it has is only believed where it does not say so of everything.
    for how in folder closed pages; do
        : >asked
        exits 0 msh-get --availability --from "$gateway/$how" batch.ndjson
        same "$(jq -r '.sources[].state' <<<"$output" | sort | uniq -c | tr -s ' ')" ' 7 whole'
    done
    : >asked
    exits 4 msh-get --availability --from "$gateway/pages" - <<<"$missing"
    same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" absent
    # Once asked for a block that nobody has, in each way.
    same "$(grep -c /bafkrei asked)" "$(($(grep -c "$(jq -r .payload.cid <<<"$missing" | head -n 1)" asked) + 2))"
    exits 4 msh-get --availability --from "$gateway/folder" - <<<"$missing"
    # One that cannot answer now says nothing.
    exits 75 msh-get --availability --from "$gateway/overloaded" batch.ndjson
    same "$(jq -r '.sources[].state' <<<"$output" | sort -u)" unknown
    exits 75 msh-get --from "$gateway/overloaded" batch.ndjson
    # One that has shown that it is a gateway is not asked in other ways.
    : >asked
    exits 3 msh-get --from "$gateway/ok" batch.ndjson - <<<"$missing"
    same "$(grep -vc '/ok/ipfs/' asked)" 0
}

# The configuration that msh-put(1) shows, for this test: $1 is its port.
nginx_example() {
    sed -n '/^server {/,/^}$/p' "$root/man/msh-put.1" |
        sed -e "s|listen .*|listen 127.0.0.1:$1 ssl;|" -e "s|/var/lib/msh|$hospital|" \
            -e "s|/etc/ssl/[^;]*pem;|$PWD/cert.pem;|" -e "s|/etc/ssl/[^;]*key;|$PWD/key.pem;|"
}

@test "web-server: nginx as the manual shows it, also for pages in a browser" {
    PATH=$PATH:/usr/sbin
    command -v nginx >/dev/null || skip 'nginx is not installed'
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    {
        ((EUID != 0)) || echo 'user root;'
        echo "daemon off; pid $PWD/nginx.pid; error_log $PWD/error.log; events {} http { access_log $PWD/access.log;"
        for what in client_body proxy fastcgi uwsgi scgi; do echo "${what}_temp_path $PWD/$what;"; done
        nginx_example "$port"
        echo '}'
    } >nginx.conf
    nginx -t -q -p "$PWD" -c nginx.conf
    nginx -p "$PWD" -c nginx.conf 3>&- &
    server=$!
    until [[ -s nginx.pid ]]; do
        kill -0 "$server" || { cat error.log && return 1; }
        sleep 0.01
    done
    url=https://127.0.0.1:$port/msh
    gets_all "$url/store" --ca-file cert.pem
    verifies_all "$url" --ca-file cert.pem
    block=$(find "$hospital/store" -path '*/??/*' -type f -size +100k -printf '%P\n' | head -n 1)
    python3 - "$url" "$block" "$hospital" <<'END'
import ssl, sys, urllib.request, urllib.error, pathlib
url, block, home = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
context = ssl.create_default_context(cafile="cert.pem")

def ask(path, method="GET", **headers):
    question = urllib.request.Request(url + path, method=method, headers={"Origin": "https://viewer.example", **headers})
    try:
        return urllib.request.urlopen(question, context=context)
    except urllib.error.HTTPError as answer:
        return answer

whole = (home / "store" / block).read_bytes()
part = ask("/store/" + block, Range="bytes=100-299")
assert part.status == 206 and part.read() == whole[100:300], part.status
assert part.headers["Content-Range"] == f"bytes 100-299/{len(whole)}"
assert "immutable" in part.headers["Cache-Control"], part.headers
for path, status in ("/store/" + block, 200), ("/log/checkpoint", 200), ("/log/tile/0/000.p/7", 200), ("/store/xx/y", 404):
    answer = ask(path)
    assert answer.status == status, (path, answer.status)
    assert answer.headers["Access-Control-Allow-Origin"] == "*", (path, answer.headers)
assert answer.headers["Cache-Control"] is None, answer.headers
assert "no-cache" in ask("/log/checkpoint").headers["Cache-Control"]
before = ask("/store/" + block, "OPTIONS", **{"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"})
assert before.status == 204 and "Range" in before.headers["Access-Control-Allow-Headers"], before.headers
# Nothing else of the home folder, and no list of what there is.
for path in "/", "/store/", "/log/", "/store/../keystore.db", "/keystore.db", "/store/.staging/":
    assert ask(path).status in (400, 403, 404), path
for method in "POST", "PUT", "DELETE":
    assert ask("/store/" + block, method).status in (403, 405), method
END
}
