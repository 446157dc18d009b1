# Read by priokd and priok: finds the Java runtime and the class path of a distribution or of a built checkout.
#   launch MODULE MAIN_CLASS HEAP ARGUMENTS...
# In the distribution the runtime lies in runtime/ and every jar in lib/; in a checkout the jars lie in
# MODULE/target and MODULE/target/lib, where `mvnw package` leaves them.
launch() {
    module=$1 main=$2 heap=$3
    shift 3
    if [ -d "$root/runtime" ]; then
        java=$root/runtime/bin/java jars=$root/lib/$module cache=$root/lib/$module.aot
    else
        home=$("$root/bin/find-java") || {
            echo "$(basename "$0"): needs Java 25: set JAVA_HOME or PRIOK_JAVA_HOME, or install one (see README.md)" >&2
            exit 1
        }
        java=$home/bin/java jars=$root/$module/target/lib cache=$root/$module/target/$module.aot
        if [ ! -d "$jars" ]; then
            echo "$(basename "$0"): $root is not built yet: run $root/bin/dev build" >&2
            exit 1
        fi
    fi
    # The order of the class path is part of the AOT cache's key, so it is spelled out and sorted.
    path=
    for jar in "$jars"/*.jar; do path=${path:+$path:}$jar; done
    # docs/decisions/0007-jvm-switches.md has the measurements behind these.
    set -- -cp "$path" "$main" "$@"
    if [ -n "${PRIOK_AOT_TRAIN:-}" ]; then
        set -- "-XX:AOTCacheOutput=$PRIOK_AOT_TRAIN" "$@"
    elif [ -f "$cache" ]; then
        # auto: a cache that does not fit (other JDK, other jars) is passed over in silence.
        set -- "-XX:AOTCache=$cache" -XX:AOTMode=auto -Xlog:aot=off -Xlog:cds=off "$@"
    fi
    # glibc keeps what was freed apart for each thread; two such heaps are enough (mallopt(3), M_ARENA_MAX).
    MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}; export MALLOC_ARENA_MAX
    # shellcheck disable=SC2086 # PRIOK_JAVA_OPTS is a list of switches
    exec "$java" -XX:+UseSerialGC -Xms16m "-Xmx$heap" -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
        -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -XX:-ShrinkHeapInSteps -XX:TrimNativeHeapInterval=60000 \
        --enable-native-access=ALL-UNNAMED ${PRIOK_JAVA_OPTS:-} "$@"
}
