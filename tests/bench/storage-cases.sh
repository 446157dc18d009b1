#!/bin/sh
# What a storage driver does for a user, on the daemon of one socket; a line "case seconds" each. Needs curl and a shell, so
# that it runs in the virtual machine of tests/vm as well.
#   storage-cases.sh SOCKET FOLDER [ROUNDS [WARM]]
# Before the first is timed, WARM containers were made and removed: a daemon runs for weeks, and Java is slow in its first minute.
# FOLDER was made by storage-images.sh. Requests are timed as curl sees them; what containers do is timed inside them.
set -eu
socket=$1 folder=$2 rounds=${3:-15} warm=${4:-200}
answer=$(mktemp); trap 'rm -f "$answer"' EXIT
fail() { echo "storage-cases: $*: $(head -c 500 "$answer")" >&2; exit 1; }

# request METHOD PATH [CURL OPTION]...: seconds; the answer is in $answer
request() {
    method=$1 path=$2; shift 2
    curl -sS --unix-socket "$socket" -X "$method" -o "$answer" -w '%{http_code} %{time_total}\n' "$@" "http://d/v1.43$path" >"$answer.code"
    read -r code seconds <"$answer.code"; rm -f "$answer.code"
    case $code in 2* | 304) ;; *) fail "$method $path: $code";; esac
    ! grep -q '"errorDetail"' "$answer" || fail "$method $path"
}
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
create() { # create IMAGE COMMAND: the id is in $id
    request POST /containers/create -H 'Content-Type: application/json' \
        -d "{\"Image\":\"priok-bench:$1\",\"Cmd\":[\"sh\",\"-c\",\"$2\"],\"Tty\":true,\"HostConfig\":{\"NetworkMode\":\"none\"}}"
    id=$(sed 's/.*"Id":"\([0-9a-f]*\)".*/\1/' "$answer")
}
# took IMAGE COMMAND: seconds that a command takes in a fresh container, as busybox' time tells
took() {
    create "$1" "time -f took=%e $2"
    request POST "/containers/$id/start"; request POST "/containers/$id/wait"
    request GET "/containers/$id/logs?stdout=1&stderr=1"
    tr -d '\r' <"$answer" | sed -n 's/^took=//p' | grep . || fail "$2 in $1"
    request DELETE "/containers/$id?force=1"
}

for name in layers-5 layers-100 big; do
    request POST /images/load -H 'Content-Type: application/x-tar' -T "$folder/$name.tar"
done
sync # what was loaded: no case waits for another's blocks to be written
for _ in $(seq "$warm"); do create layers-5 true; request DELETE "/containers/$id"; done
for count in 5 100; do
    create "layers-$count" true; request DELETE "/containers/$id" # what an image needs once
    for _ in $(seq "$rounds"); do
        create "layers-$count" true; made=$seconds
        request DELETE "/containers/$id"
        awk "BEGIN { print $made + $seconds }" </dev/null
    done | middle | sed "s/^/create_remove_$count /"
done
for _ in 1 2 3; do
    request POST "/images/create?fromSrc=-&repo=priok-bench&tag=tree" -H 'Content-Type: application/x-tar' -T "$folder/tree.tar"
    echo "$seconds"
    request DELETE "/images/priok-bench:tree?force=1"
done | middle | sed 's/^/import_20000 /'
request POST "/images/create?fromSrc=-&repo=priok-bench&tag=tree" -H 'Content-Type: application/x-tar' -T "$folder/tree.tar"
sync
for _ in 1 2 3; do took big 'dd if=/dev/zero of=/big bs=4096 count=1 seek=1000 conv=notrunc,fsync'; done | middle | sed 's/^/first_write /'
for _ in 1 2 3; do took tree "sh -c 'find /tree -type f | head -n 10000 | xargs cat >/dev/null'"; done | middle | sed 's/^/read_10000 /'
for name in tree big layers-100 layers-5; do request DELETE "/images/priok-bench:$name?force=1"; done
