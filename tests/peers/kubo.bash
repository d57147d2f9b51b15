# Nodes of IPFS (Kubo) on loopback, in a private swarm of the test file. kubo_end in teardown or teardown_file ends all
# that were started. The command line makes and starts nodes; all else goes over HTTP.
#
#     kubo_start one '.Gateway.NoFetch = true'
#     kubo_rpc one dag/import -F file=@export.car
#     msh-get --from "$(kubo_gateway one)" put.ndjson
kubo_program=${MSH_PEERS:-$root/build/peers}/ipfs
kubo_nodes=$BATS_FILE_TMPDIR/kubo
export IPFS_TELEMETRY=off LIBP2P_FORCE_PNET=1
unset IPFS_PATH IPFS_PROFILE IPFS_LOGGING GOLOG_LOG_LEVEL

needs_kubo() {
    [[ -x $kubo_program ]] || skip 'there is no ipfs (scripts/setup --peers)'
}

# kubo_start NAME [FILTER]: a node that answers; the jq program changes its configuration.
kubo_start() {
    local folder=$kubo_nodes/$1
    kubo_make "$folder" "${2:-.}"
    IPFS_PATH=$folder "$kubo_program" daemon >"$folder/log" 2>&1 3>&- &
    echo $! >"$folder/pid"
    kubo_await "$1"
}

# The profile test has loopback and free ports.
kubo_make() {
    mkdir -p "$1"
    kubo_swarm_key
    IPFS_PATH=$1 "$kubo_program" init --profile=test,unixfs-v1-2025 >"$1/log" 2>&1 || kubo_complain "$1"
    ln "$kubo_nodes/swarm.key" "$1/swarm.key"
    jq '.AutoConf.Enabled = false | .Bootstrap = [] | .Routing.Type = "none"
        | .Swarm.Transports.Network.Websocket = false | '"$2" "$1/config" >"$1/config.new"
    mv "$1/config.new" "$1/config"
}

kubo_swarm_key() {
    [[ -e $kubo_nodes/swarm.key ]] ||
        printf '/key/swarm/psk/1.0.0/\n/base16/\n%s\n' "$(od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n')" \
            >"$kubo_nodes/swarm.key"
}

# It writes down where it listens before it answers there.
kubo_await() {
    local folder=$kubo_nodes/$1 tries
    for ((tries = 0; tries < 1200; tries++)); do
        kill -0 "$(<"$folder/pid")" 2>/dev/null || break
        [[ -s $folder/gateway ]] && kubo_rpc "$1" id >"$folder/id" 2>/dev/null && return
        sleep 0.05
    done
    kubo_complain "$folder"
}

kubo_complain() {
    cat "$1/log" >&2
    return 1
}

# kubo_rpc NAME COMMAND [CURL ARGUMENT...]: what it answers; the status is curl's.
kubo_rpc() {
    local url
    url=$(kubo_url "$1") || return
    curl --fail-with-body --silent --show-error --max-time 120 -X POST "$url/api/v0/$2" "${@:3}"
}

# kubo_url NAME: where its RPC is.
kubo_url() {
    local address port
    IFS=/ read -r _ _ address _ port <"$kubo_nodes/$1/api" || [[ -n $port ]] || return
    printf 'http://%s:%s\n' "$address" "$port"
}

kubo_gateway() {
    cat "$kubo_nodes/$1/gateway"
}

# kubo_join NAME OTHER: the first connects to the other.
kubo_join() {
    kubo_rpc "$1" "swarm/connect?arg=$(kubo_address "$2")" >/dev/null
}

kubo_address() {
    jq -r '.Addresses | map(select(startswith("/ip4/127.0.0.1/tcp/"))) | first' "$kubo_nodes/$1/id"
}

# kubo_import NAME FILE: an archive, with its roots pinned; each of them on a line.
kubo_import() {
    kubo_rpc "$1" dag/import -F "file=@$2" >"$BATS_TEST_TMPDIR/imported"
    [[ $(jq -r 'select(.Root.PinErrorMsg != "")' "$BATS_TEST_TMPDIR/imported") == '' ]] || return
    jq -r '.Root.Cid["/"]' "$BATS_TEST_TMPDIR/imported"
}

# All that were started, each by its own process.
kubo_end() {
    local file
    for file in "$kubo_nodes"/*/pid; do
        [[ ! -e $file ]] || kill "$(<"$file")" 2>/dev/null || true
    done
    for file in "$kubo_nodes"/*/pid; do
        [[ ! -e $file ]] || kubo_gone "$(<"$file")"
    done
    rm -rf "$kubo_nodes"
}

kubo_gone() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$1" 2>/dev/null || true
}
