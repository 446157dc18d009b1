#!/bin/bash
# docker-py's own integration tests against a throw-away priokd: all files but those about builds, networks, plugins, swarm,
# services, secrets and configs.      tests/docker-py/run.sh [pytest arguments; with a path among them just those files]
# DOCKER_PY names a checkout of docker-py; without it, the source package of Debian's python3-docker is fetched.
# Known failures with their reasons: tests/docker-py/known-failures.txt. Exit code 1 on any other, and on one that passes;
# 77 where the tests are not to be had. The suite is 7.1 or newer: Debian 13's, also on Debian 12, whose own is five years old.
set -u
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
work=$(mktemp -d /tmp/priok-dockerpy.XXXXXX)
if [ -z "${PRIOK_DOCKERPY_INSIDE:-}" ]; then
    # Everything happens in name spaces of its own: nothing can be left over.
    export PRIOK_DOCKERPY_INSIDE=1
    trap 'rm -rf "$work"' EXIT
    if [ -n "${DOCKER_PY:-}" ]; then
        cp -a "$DOCKER_PY" "$work/docker-py"
    else
        # A list of sources of its own: the machine's is left as it is.
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep '/debian/$' | head -n 1)
        release=$(. /etc/os-release && echo "$VERSION_CODENAME"); [ "$release" != bookworm ] || release=trixie
        mkdir -p "$work/apt/lists/partial"
        echo "deb-src [trusted=no] ${mirror:-none} $release main" >"$work/apt/sources.list"
        options=(-o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/apt/lists" -o APT::Sandbox::User=root)
        (cd "$work" && apt-get -qq "${options[@]}" update && apt-get -qq "${options[@]}" --download-only source python-docker) >"$work/apt.log" 2>&1
        mkdir "$work/docker-py"
        original=$(ls "$work"/python-docker_*.orig.tar.* 2>/dev/null | head -n 1)
        if [ -z "$original" ] || ! tar -xf "$original" -C "$work/docker-py" --strip-components=1 || [ ! -d "$work/docker-py/tests/integration" ]; then
            echo "SKIPPED: docker-py's tests: no DOCKER_PY given, and Debian's source package of python-docker is not to be had here:"
            tail -n 3 "$work/apt.log"; exit 77
        fi
    fi
    unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc "$0" "$work" "$@"
    exit
fi
rmdir "$work"; work=$1; shift
ip link set lo up
socket=$work/d.sock
registry() { # a registry on loopback with the images that the tests pull, given to the daemon as a mirror
    mkdir -p "$work/registry"
    printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:5000"}\n' "$work/registry" >"$work/registry.yml"
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
}
registry
"$root/bin/priokd" -H "unix://$socket" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
    --registry-mirror http://127.0.0.1:5000 >"$work/priokd.log" 2>&1 &
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
