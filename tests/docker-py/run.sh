#!/bin/bash
# docker-py's own integration tests against a throw-away priokd: all files but those about builds, networks, plugins, swarm,
# services, secrets and configs.      tests/docker-py/run.sh [pytest arguments; with a path among them just those files]
# DOCKER_PY: a checkout of docker-py 7.1 or newer, or whatever git clones (a repository, an address); without it
# /var/tmp/priok-docker-py. No package carries these tests (Debian's sources and the Python index leave them out).
# Known failures with their reasons: tests/docker-py/known-failures.txt. Exit code 1 on any other, and on one that passes;
# 77 where the tests are not to be had.
set -u
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
work=$(mktemp -d /tmp/priok-dockerpy.XXXXXX)
if [ -z "${PRIOK_DOCKERPY_INSIDE:-}" ]; then
    # Everything happens in name spaces of its own: nothing can be left over.
    export PRIOK_DOCKERPY_INSIDE=1
    trap 'rm -rf "$work"' EXIT
    from=${DOCKER_PY:-/var/tmp/priok-docker-py}
    if [ -d "$from/tests/integration" ]; then cp -a "$from" "$work/docker-py"
    elif [ -n "${DOCKER_PY:-}" ]; then git clone -q --depth 1 "$from" "$work/docker-py" || exit 1
    else
        echo "docker-py's tests are not here: set DOCKER_PY to a checkout of docker/docker-py or to where git clones it from,"
        echo "or keep a checkout in $from"
        exit 77
    fi
    "$here/../isolated/run" "$0" "$work" "$@"
    exit
fi
rmdir "$work"; work=$1; shift
# The tests about the propagation of mounts want sources on a shared mount, as a machine's / is one.
mount --bind "$work" "$work"; mount --make-shared "$work"
socket=$work/d.sock
registry() { # a registry on loopback with the images that the tests pull, given to the daemon as a mirror
    mkdir -p "$work/registry"
    printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:5000"}\n' "$work/registry" >"$work/registry.yml"
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
}
registry
# One test expects that runc is the default.
"$root/bin/priokd" -H "unix://$socket" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
    --default-runtime runc --registry-mirror http://127.0.0.1:5000 >"$work/priokd.log" 2>&1 &
daemon=$!
for _ in $(seq 300); do [ -S "$socket" ] && curl -fs -o /dev/null --unix-socket "$socket" http://d/_ping && break; sleep 0.1; done
export DOCKER_HOST=unix://$socket TMPDIR=$work
"$here/images.sh" "$DOCKER_HOST" "$work/images" >/dev/null || exit 1
for image in busybox:latest alpine:3.10 alpine:latest hello-world:latest; do
    docker tag "$image" "127.0.0.1:5000/library/$image" && docker push -q "127.0.0.1:5000/library/$image" >/dev/null && docker rmi "127.0.0.1:5000/library/$image" >/dev/null
done
export PYTHONPATH=$work/docker-py PYTHONDONTWRITEBYTECODE=1 HOME=$work/home DOCKER_TEST_API_VERSION=1.45
mkdir -p "$HOME/.docker"; echo '{}' >"$HOME/.docker/config.json"
cd "$work/docker-py" || exit 1
case " $*" in
    *tests/integration*) files=();;
    *) files=(); for f in api_client api_container api_exec api_healthcheck api_image api_volume client context_api errors \
        models_containers models_images models_resources models_volumes regression; do files+=("tests/integration/${f}_test.py"); done;;
esac
timeout -k 10 "${TOTAL:-1500}" /usr/bin/python3 -m pytest -p no:cacheprovider -q -rA --timeout 60 -p no:unraisableexception --durations=15 "${files[@]}" "$@" >"$work/result" 2>&1
code=$?
# The reports of failures and the summary, without what passing tests printed.
sed -n '/^=*.* FAILURES =*$/,/^=* PASSES =*$/p; /^=*.* ERRORS =*$/,/^=* \(FAILURES\|PASSES\) =*$/p; /^=* slowest/,$p' "$work/result" | grep -v '^PASSED'
[ -z "${KEEP:-}" ] || { mkdir -p "$KEEP"; cp "$work/priokd.log" "$work/result" "$KEEP"; }
kill -TERM $daemon; wait $daemon
# What fails and is not known to fail makes this fail, and so does a run that was cut off or had no result.
[ $code -lt 2 ] && grep -qE '[0-9]+ passed' "$work/result" || { tail -n 20 "$work/result"; echo "pytest ended with $code"; exit 1; }
known=$(sed 's/ *#.*//; /^$/d' "$here/known-failures.txt")
unknown=$(sed -n 's/^\(FAILED\|ERROR\) \(tests[^ ]*\).*/\2/p' "$work/result" | sort -u | grep -vxFf <(echo "$known"))
cured=$(sed -n 's/^PASSED \(tests[^ ]*\).*/\1/p' "$work/result" | sort -u | grep -xFf <(echo "$known"))
[ -z "$cured" ] || printf 'Pass now, so they must leave known-failures.txt:\n%s\n' "$cured"
[ -z "$unknown" ] || printf 'Not among the known failures:\n%s\n' "$unknown"
[ -z "$cured$unknown" ]
