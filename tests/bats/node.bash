# What tests of nodes, clusters and pinning services share: tests/support/fake-node on loopback, with what it has in
# node/ of the test's folder.
#
#     node_start
#     msh-put --ipfs "$node/ok" encrypted.ndjson
#     same "$(blocks_sent)" 6

# node_start [CERTIFICATE]: $host is where it listens, $node the beginning of its URLs.
node_start() {
    mkdir node
    "$root/tests/support/fake-node" node "$@" 2>node.log 3>&- &
    server=$!
    until [[ -e node/port ]]; do
        kill -0 "$server" || { cat node.log && return 1; }
        sleep 0.01
    done
    host=127.0.0.1:$(<node/port)
    # shellcheck disable=SC2034
    node=http://$host
}

# It has met nothing that it does not understand.
node_end() {
    kill "$server"
    ! grep FAULT node/asked
}

# What it has got in imports since its log was emptied.
blocks_sent() {
    awk '/dag\/import/ { sub("blocks=", "", $2); sum += $2 } END { print sum + 0 }' node/asked
}

# imports_sent: how many imports there were.
imports_sent() {
    grep -c dag/import node/asked || true
}

# The CIDs that it keeps: kept pins, kept blocks, ...
kept() {
    # shellcheck disable=SC2012
    ls "node/$1" | sort
}

# The CIDs of the records in a file, or with - those that come in.
cids() {
    jq -r .payload.cid "$1" | sort
}

# The CIDs that the records of encrypted.ndjson will have, without the keystore learning them.
cids_to_be() {
    cp -r "$MSH_HOME" copy
    msh-put -q --home copy --payloads "$MSH_HOME/spool" --store copy.store encrypted.ndjson | cids -
    rm -r copy copy.store
}

# What has to be so after a run of which no record left: no CID is remembered to be anywhere, and no file is gone.
nothing_left() {
    same "$output" ''
    same "$(stored)" ''
    spool_is_whole encrypted.ndjson
}

# What the keystore remembers of nodes and services.
stored() {
    sqlite3 "$MSH_HOME/keystore.db" "SELECT DISTINCT name FROM stored JOIN target ON number = target ORDER BY name"
}

# spool_is_whole FILE: the payload of each record is where it was; spool_is_empty FILE: not one is.
spool_is_whole() {
    local path
    jq -r .payload.path "$1" | while read -r path; do [[ -e $path ]] || differs "no $path" 'a file'; done
}

spool_is_empty() {
    local path
    jq -r .payload.path "$1" | while read -r path; do [[ ! -e $path ]] || differs "$path" 'no file'; done
}
