"""The requests that create.py compares."""

STRINGS = "Hostname Domainname User Image WorkingDir MacAddress StopSignal".split()
BOOLEANS = "AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled".split()
LISTS = "Env Cmd Entrypoint OnBuild Shell".split()
MAPS = "ExposedPorts Volumes Labels".split()
NUMBERS = "StopTimeout".split()
HOST_NUMBERS = """CpuShares Memory BlkioWeight CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime KernelMemoryTCP
MemoryReservation MemorySwap MemorySwappiness NanoCpus PidsLimit CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth
OomScoreAdj ShmSize KernelMemory""".split()
HOST_STRINGS = """CgroupParent CpusetCpus CpusetMems ContainerIDFile NetworkMode VolumeDriver CgroupnsMode IpcMode Cgroup PidMode
UTSMode UsernsMode Runtime Isolation""".split()
HOST_BOOLEANS = "OomKillDisable Init AutoRemove Privileged PublishAllPorts ReadonlyRootfs".split()
HOST_LISTS = """DeviceCgroupRules Binds VolumesFrom CapAdd CapDrop Dns DnsOptions DnsSearch ExtraHosts GroupAdd Links SecurityOpt
MaskedPaths ReadonlyPaths""".split()
HOST_OBJECT_LISTS = """BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps Devices
DeviceRequests Ulimits Mounts""".split()
HOST_MAPS = "Annotations StorageOpt Tmpfs Sysctls".split()
HOST_OBJECTS = "LogConfig PortBindings RestartPolicy".split()


def values(kind):
    """Values that are not of a kind, and odd ones that are."""
    return {
        "string": [7, True, [], {}, "", "\u0000", "x" * 300],
        "boolean": [7, "true", [], {}, None],
        "number": ["7", True, [], {}, 1.5, -1, -2, 0, 1, 2**31, 2**63 - 1, 2**63, -2**63],
        "list": [7, "x", {}, [7], [{}], [""], [], None],
        "objects": [7, "x", {}, [7], ["x"], [{}], [None], []],
        "map": [7, "x", [], {"a": 7}, {"": ""}, {"a": ""}, None],
        "object": [7, "x", [], {}, None],
    }[kind]


def generated():
    for kind, names in (("string", STRINGS), ("boolean", BOOLEANS), ("list", LISTS), ("map", MAPS), ("number", NUMBERS)):
        for name in names:
            for value in values(kind):
                yield dict(name=f"gen {name} {str(value)[:20]!r}", body={name: value})
    for kind, names in (("number", HOST_NUMBERS), ("string", HOST_STRINGS), ("boolean", HOST_BOOLEANS),
                        ("list", HOST_LISTS), ("objects", HOST_OBJECT_LISTS), ("map", HOST_MAPS), ("object", HOST_OBJECTS)):
        for name in names:
            for value in values(kind):
                yield dict(name=f"gen HostConfig.{name} {str(value)[:20]!r}", body={"HostConfig": {name: value}})
    for name in ("LogConfig", "PortBindings", "RestartPolicy"):
        for value in ({"Type": 7}, {"Config": 7}, {"Name": 7}, {"80": 7}, {"80/tcp": [7]}, {"80/tcp": [{"HostPort": 80}]}):
            yield dict(name=f"gen HostConfig.{name} {value}", body={"HostConfig": {name: value}})
    for raw in ("", "{", "[]", "null", "7", '"x"', "{}{}", '{"Image":"busybox"} x', '{"Image":"busybox","HostConfig":[]}',
                '{"NetworkingConfig":[]}', '{"NetworkingConfig":{"EndpointsConfig":[]}}',
                '{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":7}}}', '{"Healthcheck":7}',
                '{"Healthcheck":{"Interval":"1s"}}', "not json", '{"Image":}', '{"Image":"a",}', "{'Image':1}"):
        yield dict(name=f"gen raw {raw}", body={}, raw=raw)


def host(name, start=False, show=(), config=None, **fields):
    body = dict(config or {})
    body["HostConfig"] = fields
    return dict(name=name, body=body, start=start, show=[("HostConfig." + s if s in fields else s) for s in show])


def conf(name, start=False, show=(), **fields):
    return dict(name=name, body=fields, start=start, show=list(show))


def sh(script):
    return {"Cmd": ["sh", "-c", script]}


def hand():
    MB = 1 << 20
    # memory
    yield host("memory too small", Memory=4 * MB)
    yield host("memory negative", Memory=-5)
    yield host("swap below memory", Memory=64 * MB, MemorySwap=32 * MB)
    yield host("swap alone", MemorySwap=64 * MB)
    yield host("swap -1", Memory=64 * MB, MemorySwap=-1, show=["MemorySwap"], start=True)
    yield host("swap -2", Memory=64 * MB, MemorySwap=-2, start=True)
    yield host("swap -1 alone", MemorySwap=-1, start=True, show=["MemorySwap"])
    yield host("reservation small", MemoryReservation=1)
    yield host("reservation negative", MemoryReservation=-1, start=True)
    yield host("reservation above memory", Memory=64 * MB, MemoryReservation=65 * MB)
    yield host("swappiness 101", MemorySwappiness=101)
    yield host("swappiness -1", MemorySwappiness=-1, show=["MemorySwappiness"])
    yield host("swappiness -2", MemorySwappiness=-2)
    yield host("swappiness 60", MemorySwappiness=60, start=True, show=["MemorySwappiness"],
               config=sh("cat /sys/fs/cgroup/memory/memory.swappiness"))
    yield host("oom kill disable", OomKillDisable=True, Memory=64 * MB, start=True,
               config=sh("head -1 /sys/fs/cgroup/memory/memory.oom_control"))
    yield host("oom kill disable without memory", OomKillDisable=True)
    yield host("kernel memory", KernelMemory=64 * MB, start=True)
    yield host("kernel memory tcp", KernelMemoryTCP=64 * MB, start=True,
               config=sh("cat /sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes"))
    yield host("memory numbers", Memory=64 * MB, MemorySwap=96 * MB, MemoryReservation=32 * MB, start=True,
               config=sh("cd /sys/fs/cgroup/memory; cat memory.limit_in_bytes memory.memsw.limit_in_bytes memory.soft_limit_in_bytes"))
    yield host("memory default swap", Memory=64 * MB, show=["Memory", "HostConfig.MemorySwap"], start=True,
               config=sh("cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"))
    # cpu
    yield host("shares 1", CpuShares=1, start=True, config=sh("cat /sys/fs/cgroup/cpu/cpu.shares"))
    yield host("shares 512", CpuShares=512, start=True, config=sh("cat /sys/fs/cgroup/cpu/cpu.shares"))
    yield host("shares huge", CpuShares=1 << 40, start=True, config=sh("cat /sys/fs/cgroup/cpu/cpu.shares"))
    yield host("shares negative", CpuShares=-1)
    yield host("quota and period", CpuQuota=20000, CpuPeriod=50000, start=True,
               config=sh("cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    yield host("quota small", CpuQuota=999)
    yield host("quota negative", CpuQuota=-5, start=True)
    yield host("period small", CpuPeriod=5)
    yield host("period large", CpuPeriod=1000001)
    yield host("period negative", CpuPeriod=-1)
    yield host("nano and period", NanoCpus=500000000, CpuPeriod=100000)
    yield host("nano and quota", NanoCpus=500000000, CpuQuota=100000)
    yield host("nano many", NanoCpus=900 * 10**9)
    yield host("nano negative", NanoCpus=-1)
    yield host("nano tiny", NanoCpus=1, start=True)
    yield host("nano half", NanoCpus=500000000, start=True,
               config=sh("cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    yield host("cpuset", CpusetCpus="0", CpusetMems="0", start=True,
               config=sh("cat /sys/fs/cgroup/cpuset/cpuset.cpus /sys/fs/cgroup/cpuset/cpuset.mems"))
    for value in ("9", "0-99", "x", "0,", "-1", "1-0", "0-", " 0", "0 ,1", "99999", "0--1", "0-0-0"):
        yield host(f"cpuset cpus {value!r}", CpusetCpus=value)
        yield host(f"cpuset mems {value!r}", CpusetMems=value)
    yield host("rt runtime", CpuRealtimeRuntime=1000)
    yield host("rt period", CpuRealtimePeriod=1000)
    yield host("rt both", CpuRealtimeRuntime=2000, CpuRealtimePeriod=1000)
    yield host("cpu count", CpuCount=1, show=["CpuCount"])
    yield host("cpu percent", CpuPercent=50, show=["CpuPercent"])
    yield host("io bandwidth", IOMaximumBandwidth=1)
    yield host("io iops", IOMaximumIOps=1)
    # block io
    for w in (1, 9, 10, 1000, 1001, -1):
        yield host(f"blkio weight {w}", BlkioWeight=w, show=["BlkioWeight"])
    yield host("weight device", BlkioWeightDevice=[{"Path": "/dev/vda", "Weight": 500}], show=["BlkioWeightDevice"])
    for kind in ("BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps"):
        f = {"BlkioDeviceReadBps": "read_bps", "BlkioDeviceWriteBps": "write_bps", "BlkioDeviceReadIOps": "read_iops",
             "BlkioDeviceWriteIOps": "write_iops"}[kind]
        yield host(f"throttle {kind}", start=True, **{kind: [{"Path": "/dev/vda", "Rate": 1 << 20}]},
                   config=sh(f"cat /sys/fs/cgroup/blkio/blkio.throttle.{f}_device"))
        yield host(f"throttle {kind} no such", start=True, **{kind: [{"Path": "/dev/nope", "Rate": 1 << 20}]})
        yield host(f"throttle {kind} char device", start=True, **{kind: [{"Path": "/dev/null", "Rate": 1 << 20}]})
        yield host(f"throttle {kind} negative", start=True, **{kind: [{"Path": "/dev/vda", "Rate": -1}]})
        yield host(f"throttle {kind} empty path", start=True, **{kind: [{"Rate": 5}]})
    # pids, ulimits
    for n in (-1, 0, 1, 100):
        yield host(f"pids {n}", PidsLimit=n, show=["PidsLimit"], start=True, config=sh("cat /sys/fs/cgroup/pids/pids.max"))
    for u in ({"Name": "nofile", "Soft": 100, "Hard": 200}, {"Name": "nofile", "Soft": 100}, {"Name": "nofile", "Soft": 200, "Hard": 100},
              {"Name": "nofile", "Soft": -1, "Hard": -1}, {"Name": "nope", "Soft": 1, "Hard": 1}, {"Soft": 1, "Hard": 1},
              {"Name": "NOFILE", "Soft": 100, "Hard": 100}, {"Name": "core", "Soft": -1, "Hard": 100}, {"Name": "core", "Hard": 100},
              {"Name": "nofile", "Soft": 1 << 40, "Hard": 1 << 40}, {"Name": "RLIMIT_NOFILE", "Soft": 100, "Hard": 100}):
        yield host(f"ulimit {u}", Ulimits=[u], start=True, config=sh("ulimit -S -n; ulimit -H -n"), show=["Ulimits"])
    yield host("ulimit twice", Ulimits=[{"Name": "nofile", "Soft": 100, "Hard": 200}, {"Name": "nofile", "Soft": 50, "Hard": 60}],
               start=True, config=sh("ulimit -S -n; ulimit -H -n"))
    # oom score, shm
    for n in (-1001, 1001, -1000, 1000, 500):
        yield host(f"oom score {n}", OomScoreAdj=n, start=True, config=sh("cat /proc/self/oom_score_adj"))
    yield host("shm negative", ShmSize=-1)
    yield host("shm 1m", ShmSize=MB, start=True, config=sh("df -k /dev/shm | tail -1 | awk '{print $2}'"))
    # namespaces
    for mode in ("host", "private", "shareable", "none", "container:", "container:nope", "sideways", "", "container:a:b", "HOST"):
        for field in ("IpcMode", "PidMode", "UTSMode", "UsernsMode", "CgroupnsMode", "NetworkMode", "Cgroup"):
            yield host(f"{field} {mode!r}", start=mode in ("host", "private", "shareable", "none", ""), show=[field], **{field: mode})
    yield host("uts host with hostname", UTSMode="host", config={"Hostname": "x"})
    yield host("net host with links", NetworkMode="host", Links=["a:b"])
    yield host("net host with ports", NetworkMode="host", PortBindings={"80/tcp": [{"HostPort": "80"}]})
    yield host("net host with hostname", NetworkMode="host", config={"Hostname": "x", **sh("hostname")}, start=True)
    yield host("net container with hostname", NetworkMode="container:x", config={"Hostname": "x"})
    yield host("net container with dns", NetworkMode="container:x", Dns=["1.1.1.1"])
    yield host("net container with links", NetworkMode="container:x", Links=["a:b"])
    yield host("net container with extra hosts", NetworkMode="container:x", ExtraHosts=["a:1.1.1.1"])
    yield host("net container with ports", NetworkMode="container:x", PortBindings={"80/tcp": []})
    yield host("net container with publish all", NetworkMode="container:x", PublishAllPorts=True)
    yield host("net container with exposed", NetworkMode="container:x", config={"ExposedPorts": {"80/tcp": {}}})
    yield host("net container with mac", NetworkMode="container:x", config={"MacAddress": "02:42:ac:11:00:02"})
    yield host("net nope", NetworkMode="nope", start=True)
    yield host("ipc none shm", IpcMode="none", start=True, config=sh("grep -c /dev/shm /proc/mounts"))
    # restart, autoremove
    for policy in ({"Name": "sometimes"}, {"Name": "always", "MaximumRetryCount": 3}, {"Name": "on-failure", "MaximumRetryCount": -1},
                   {"Name": "no", "MaximumRetryCount": 3}, {"Name": "unless-stopped", "MaximumRetryCount": -3}, {"Name": "", "MaximumRetryCount": 3},
                   {"Name": "Always"}, {"MaximumRetryCount": 5}, {"Name": "on-failure", "MaximumRetryCount": 3}):
        yield host(f"restart {policy}", RestartPolicy=policy, show=["RestartPolicy"])
        yield host(f"autoremove and restart {policy}", RestartPolicy=policy, AutoRemove=True)
    # capabilities
    for caps in (["NET_ADMIN"], ["net_admin"], ["CAP_NET_ADMIN"], ["cap_net_admin"], ["ALL"], ["all"], ["CAP_ALL"], ["NOPE"], [""], ["SYS_ADMIN", "SYS_ADMIN"],
                 ["CAP_CAP_CHOWN"], [" CHOWN"]):
        yield host(f"cap add {caps}", CapAdd=caps, show=["CapAdd"], start=True, config=sh("grep Cap /proc/self/status"))
        yield host(f"cap drop {caps}", CapDrop=caps, show=["CapDrop"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("cap add all drop one", CapAdd=["ALL"], CapDrop=["SYS_ADMIN"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("cap drop all add one", CapAdd=["CHOWN"], CapDrop=["ALL"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("cap add and drop the same", CapAdd=["CHOWN"], CapDrop=["CHOWN"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("cap add all drop all", CapAdd=["ALL"], CapDrop=["ALL"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("privileged with caps", Privileged=True, CapDrop=["CHOWN"], start=True, config=sh("grep Cap /proc/self/status"))
    yield host("caps of a user", CapAdd=["NET_ADMIN"], start=True, config={"User": "33", **sh("grep Cap /proc/self/status")})
    # security options
    for opt in ("no-new-privileges", "no-new-privileges=true", "no-new-privileges:true", "no-new-privileges=false", "no-new-privileges:false",
                "no-new-privileges=maybe", "seccomp=unconfined", "seccomp=builtin", "seccomp=", "seccomp", "seccomp={}", "seccomp=nonsense", "seccomp:unconfined",
                'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}', 'seccomp={"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}',
                'seccomp={"defaultAction":"SCMP_ACT_NOPE"}', 'seccomp={"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"archMap":[{"architecture":"SCMP_ARCH_X86_64"}]}',
                'seccomp={"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"mkdir","names":["rmdir"],"action":"SCMP_ACT_ERRNO"}]}',
                'seccomp={"defaultAction":7}',
                "apparmor=unconfined", "apparmor=docker-default", "apparmor=nope", "apparmor=", "apparmor", "label=disable", "label=user:x", "label=type:x_t", "label=level:s0",
                "label=nope", "label=nope:x", "label", "label:disable", "disable", "systempaths=unconfined", "systempaths=x", "x=y", "x", "", "writable-cgroups", "writable-cgroups=true", "writable-cgroups=x",
                "=", "credentialspec=file://x"):
        yield host(f"security {opt}", SecurityOpt=[opt], start=True, show=["SecurityOpt"],
                   config=sh("grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; mkdir /x && echo made"))
    yield host("privileged seccomp", Privileged=True, start=True, config=sh("grep -E 'NoNewPrivs|Seccomp:' /proc/self/status"))
    yield host("privileged sys", Privileged=True, start=True, config=sh("grep -E ' /(sys|proc)[ /]' /proc/mounts | awk '{print $2,$3}' | sort; ls /dev | wc -l"))
    yield host("plain sys", start=True, config=sh("grep -E ' /(sys|proc|dev)[ /]' /proc/mounts | awk '{print $2,$3,$4}' | sort; ls /dev"))
    yield host("masked paths", MaskedPaths=["/etc/passwd"], start=True, config=sh("wc -c < /etc/passwd; wc -l < /proc/kcore | head -c 1"), show=["MaskedPaths", "ReadonlyPaths"])
    yield host("no masked paths", MaskedPaths=[], ReadonlyPaths=[], start=True, config=sh("grep -c ' /proc/' /proc/mounts"), show=["MaskedPaths", "ReadonlyPaths"])
    yield host("readonly paths", ReadonlyPaths=["/etc"], start=True, config=sh("echo x > /etc/x"))
    yield host("masked default", show=["HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths"])
    yield host("masked privileged", Privileged=True, show=["HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths"])
    yield host("read-only root", ReadonlyRootfs=True, start=True, config=sh("touch /x; touch /dev/shm/x && echo shm; touch /etc/hosts"))
    # sysctls
    for k, v in (("net.ipv4.ip_forward", "1"), ("kernel.shmmax", "100000"), ("kernel.domainname", "x"), ("fs.mqueue.msg_max", "20"), ("kernel.panic", "1"),
                 ("", ""), ("net.nope", "1"), ("kernel.sem", "1 2 3 4"), ("vm.swappiness", "1"), ("net/ipv4/ip_forward", "1"), ("kernel.hostname", "x"), ("kernel.msgmax", "8000")):
        yield host(f"sysctl {k}={v}", Sysctls={k: v}, start=True, config=sh("cat /proc/sys/net/ipv4/ip_forward"))
    yield host("sysctl with host net", Sysctls={"net.ipv4.ip_forward": "1"}, NetworkMode="host", start=True)
    yield host("sysctl with host ipc", Sysctls={"kernel.shmmax": "1000"}, IpcMode="host", start=True)
    yield host("sysctl with host uts", Sysctls={"kernel.domainname": "x"}, UTSMode="host", start=True)
    # devices
    for dev in ({"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}, {"PathOnHost": "/dev/nope", "PathInContainer": "/dev/nope", "CgroupPermissions": "rwm"},
                {"PathOnHost": "/etc/passwd", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}, {"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "q"},
                {"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": ""}, {"PathOnHost": "/dev/null"}, {"PathInContainer": "/dev/x"}, {},
                {"PathOnHost": "/dev/null", "PathInContainer": "x", "CgroupPermissions": "r"}, {"PathOnHost": "/dev/net", "PathInContainer": "/dev/net", "CgroupPermissions": "rwm"},
                {"PathOnHost": "/tmp", "PathInContainer": "/dev/tmp", "CgroupPermissions": "rwm"}, {"PathOnHost": "/dev/vda", "PathInContainer": "/dev/disk", "CgroupPermissions": "r"},
                {"PathOnHost": "/dev/fd", "PathInContainer": "/dev/fd2", "CgroupPermissions": "r"}):
        yield host(f"device {dev}", Devices=[dev], start=True, config=sh("ls -l /dev/x /dev/net /dev/disk /dev/tmp x 2>/dev/null; cat /sys/fs/cgroup/devices/devices.list"))
    for rule in ("c 1:3 rwm", "c 1:3 r", "a *:* rwm", "x 1:3 r", "c 1:3", "", "c 1:3 rwmx", "b *:* m", "c 1:3 rr", "c  1:3 r", "c 1:99999999999 r"):
        yield host(f"device rule {rule!r}", DeviceCgroupRules=[rule], start=True, config=sh("cat /sys/fs/cgroup/devices/devices.list"))
    for req in ({"Driver": "nvidia", "Count": -1, "Capabilities": [["gpu"]]}, {"Count": -1, "Capabilities": [["gpu"]]}, {"Driver": "x"}, {},
                {"Driver": "cdi", "DeviceIDs": ["vendor.com/class=name"]}, {"Count": 1, "DeviceIDs": ["0"], "Capabilities": [["gpu"]]},
                {"Capabilities": [["gpu", "nvidia"], ["compute"]]}, {"Driver": "cdi"}, {"Driver": "cdi", "DeviceIDs": ["nonsense"]}):
        yield host(f"device request {req}", DeviceRequests=[req], start=True, show=["DeviceRequests"])
    # users and groups
    for user in ("33", "www-data", "33:33", "nobody:operator", "nope", ":", "0:nope", "33:", ":33", "-1", "4294967296", "www-data:www-data:x", "4000:4000"):
        yield conf(f"user {user!r}", User=user, Cmd=["sh", "-c", "id"], start=True, show=["Config.User"])
    for group in (["50"], ["operator"], ["nope"], ["-1"], [""], ["4000", "operator"], ["99999999999"], ["50", "50"]):
        yield host(f"group add {group}", GroupAdd=group, start=True, config=sh("id; grep Groups /proc/self/status"))
    # config
    for name in ("x" * 64, "x" * 65, "UPPER", "has space", "-x", "a.b.c", "under_score", "é"):
        yield conf(f"hostname {name}", Hostname=name, Domainname="dom", Cmd=["sh", "-c", "hostname; cat /etc/hostname; cat /proc/sys/kernel/domainname; tail -1 /etc/hosts | cut -f2"], start=True,
                   show=["Config.Hostname", "Config.Domainname"])
    for d in ("rel", "/a/../b", "/", "/etc/passwd", "/new/dir"):
        yield conf(f"workdir {d}", WorkingDir=d, Cmd=["pwd"], start=True, show=["Config.WorkingDir"])
    for s in ("SIGNOPE", "9", "SIGKILL", "kill", "0", "99", "-1", "SIGRTMIN+3", "RTMAX-1", ""):
        yield conf(f"stop signal {s}", StopSignal=s, show=["Config.StopSignal"])
    for e in (["A"], [""], ["=x"], ["A=b", "A=c"], ["A=b=c"], ["A B=c"], ["PATH"], ["HOSTNAME=z"], ["\u0000=a"]):
        yield conf(f"env {e}", Env=e, Cmd=["env"], start=True, show=["Config.Env"])
    for m in ("02:42:ac:11:00:99", "nonsense", "02-42-ac-11-00-98", "0242.ac11.0097", "00:00:00:00:00:00", "01:00:5e:00:00:01", "02:42:ac:11:00:99:00:00"):
        yield conf(f"mac {m}", MacAddress=m, Cmd=["sh", "-c", "cat /sys/class/net/eth0/address"], start=True, show=["Config.MacAddress"])
    yield conf("network disabled", NetworkDisabled=True, Cmd=["sh", "-c", "ls /sys/class/net"], start=True, show=["Config.NetworkDisabled", "HostConfig.NetworkMode", "NetworkSettings.Networks"])
    for p in ("80", "80/tcp", "80/udp", "80/sctp", "80/x", "0/tcp", "65536/tcp", "x", "80-82/tcp", "82-80", "", "/tcp", "80/TCP", "80/tcp/udp", "-1"):
        yield conf(f"exposed {p!r}", ExposedPorts={p: {}}, show=["Config.ExposedPorts"])
        yield host(f"bound {p!r}", PortBindings={p: [{"HostPort": ""}]}, show=["PortBindings"])
    for b in ({"HostPort": "99999"}, {"HostPort": "x"}, {"HostPort": "8000-8010"}, {"HostIp": "nope", "HostPort": "8081"}, {"HostIp": "1.2.3.4.5"}, {"HostPort": "0"}, {"HostPort": "-1"}, {"HostPort": "9000-8000"}):
        yield host(f"binding {b}", PortBindings={"80/tcp": [b]})
    yield conf("stop timeout negative", StopTimeout=-5, show=["Config.StopTimeout"])
    yield conf("stop timeout zero", StopTimeout=0, show=["Config.StopTimeout"])
    yield conf("no command", Image="busybox", Cmd=[], Entrypoint=[""])
    yield conf("cmd string", Cmd="echo hi", start=True, show=["Config.Cmd"])
    yield conf("entrypoint string", Entrypoint="echo", Cmd=["a"], start=True, show=["Config.Entrypoint"])
    yield conf("cmd empty string", Cmd="", show=["Config.Cmd"])
    yield conf("cmd of empty", Cmd=[""], start=True)
    yield conf("entrypoint empty string", Entrypoint="", Cmd=["true"], show=["Config.Entrypoint"])
    yield conf("args escaped", ArgsEscaped=True, show=["Config.ArgsEscaped"])
    yield conf("onbuild and shell", OnBuild=["RUN x"], Shell=["/bin/bash", "-c"], show=["Config.OnBuild", "Config.Shell"])
    yield conf("labels", Labels={"a": "b", "": "x"}, show=["Config.Labels"])
    yield conf("no image", Image="")
    yield conf("image nope", Image="nope:nope")
    yield conf("image invalid", Image="UPPER//x")
    yield conf("image with signs", Image="a b")
    yield conf("attach flags", AttachStdin=True, AttachStdout=True, OpenStdin=True, StdinOnce=True, Tty=True, show=["Config.AttachStdin", "Config.StdinOnce", "Config.Tty"])
    yield conf("health negative", Healthcheck={"Test": ["CMD", "true"], "Interval": -1})
    yield conf("health retries", Healthcheck={"Test": ["CMD", "true"], "Retries": -1})
    yield host("console size", ConsoleSize=[10, 20], config={"Tty": True, "Cmd": ["stty", "size"]}, start=True, show=["ConsoleSize"])
    yield host("console size one", ConsoleSize=[10], show=["ConsoleSize"])
    yield host("console size three", ConsoleSize=[10, 20, 30], show=["ConsoleSize"])
    yield host("console size negative", ConsoleSize=[-1, 20])
    # the rest of HostConfig
    for iso in ("default", "DEFAULT", "process", "hyperv", "x", ""):
        yield host(f"isolation {iso!r}", Isolation=iso, show=["Isolation"])
    for rt in ("runc", "nope", "", "io.containerd.runc.v2", "io.containerd.nope.v1", "/usr/bin/x"):
        yield host(f"runtime {rt!r}", Runtime=rt)
    for so in ({"size": "10G"}, {"size": "x"}, {"nope": "x"}, {"size": ""}, {"": "x"}):
        yield host(f"storage {so}", StorageOpt=so)
    for a in ({"": "x"}, {"a": ""}, {"a.b/c": "d"}):
        yield host(f"annotation {a}", Annotations=a, show=["Annotations"])
    for h in ("a:1.2.3.4", "a", "a:", ":1.2.3.4", "a:nope", "a:::1", "a=1.2.3.4", "a:host-gateway", "a:[::1]", "a:1.2.3.4:5", "a=b=c", "a=host-gateway"):
        yield host(f"extra host {h}", ExtraHosts=[h], start=True, config=sh("grep -w a /etc/hosts"), show=["ExtraHosts"])
    for dns in (["1.1.1.1"], ["nope"], ["::1"], [""], ["1.1.1.1", "1.1.1.1"]):
        yield host(f"dns {dns}", Dns=dns, start=True, config=sh("grep nameserver /etc/resolv.conf"))
    yield host("dns options", DnsOptions=["ndots:3", "timeout:1"], DnsSearch=["example.com", "b"], Dns=["1.1.1.1"], start=True, config=sh("grep -v '^#' /etc/resolv.conf"))
    yield host("dns search dot", DnsSearch=["."], Dns=["1.1.1.1"], start=True, config=sh("grep -v '^#' /etc/resolv.conf"))
    yield host("dns search odd", DnsSearch=["a b", "-"], start=True)
    yield host("init", Init=True, start=True, config=sh("cat /proc/1/comm"), show=["Init"])
    yield host("init with host pid", Init=True, PidMode="host", start=True, config=sh("true"))
    for p in ("x", "/x", "/a/b", "../up", "a/../../b", "x.slice"):
        yield host(f"cgroup parent {p}", CgroupParent=p, start=not ".." in p, config=sh("grep pids /proc/self/cgroup | sed 's/.*://;s/[0-9a-f]\\{64\\}/<id>/'"))
    yield host("links nope", Links=["nope:x"])
    yield host("links empty", Links=[""])
    yield host("links odd", Links=["a:b:c"])
    yield host("publish all", PublishAllPorts=True, config={"ExposedPorts": {"80/tcp": {}}}, show=["PublishAllPorts"])
    yield host("container id file", ContainerIDFile="/tmp/x", show=["ContainerIDFile"])
    yield host("volume driver nope", VolumeDriver="nope", Binds=["v:/x"])
    yield host("volumes from nope", VolumesFrom=["nope"])
    yield host("tmpfs relative", Tmpfs={"x": ""})
    yield host("tmpfs root", Tmpfs={"/": ""})
    yield host("userns private", UsernsMode="private")
    yield host("cgroupns private", CgroupnsMode="private", start=True, config=sh("grep pids /proc/self/cgroup"))
    yield host("cgroupns host", CgroupnsMode="host", start=True, config=sh("grep pids /proc/self/cgroup | sed 's/[0-9a-f]\\{64\\}/<id>/' | grep -c '<id>'"))
    # networking
    for ep in ({"bridge": {"IPAMConfig": {"IPv4Address": "172.29.0.77"}}}, {"bridge": {"Aliases": ["x"]}}, {"nope": {}}, {"bridge": {}, "nope": {}}, {"bridge": {"MacAddress": "nonsense"}},
               {"bridge": {"IPAMConfig": {"IPv4Address": "nope"}}}, {"bridge": {"IPAMConfig": {"IPv6Address": "nope"}}}, {"bridge": {"IPAMConfig": {"LinkLocalIPs": ["nope"]}}},
               {"bridge": {"Links": ["nope:x"]}}, {"bridge": {"DriverOpts": {"a": "b"}}}, {"host": {}}, {"none": {}}, {"bridge": None}, {"": {}}, {"default": {}},
               {"bridge": {"IPAMConfig": {}}}, {"bridge": {"MacAddress": "02:42:ac:11:00:99"}}, {"bridge": {"IPAddress": "1.2.3.4", "Gateway": "1.1.1.1"}}):
        yield dict(name=f"endpoint {ep}", body={"NetworkingConfig": {"EndpointsConfig": ep}}, start=True)
    yield dict(name="endpoint two with mode", body={"HostConfig": {"NetworkMode": "host"}, "NetworkingConfig": {"EndpointsConfig": {"bridge": {}}}}, start=True)
    yield dict(name="endpoint container mode", body={"HostConfig": {"NetworkMode": "none"}, "NetworkingConfig": {"EndpointsConfig": {"bridge": {}}}}, start=True)


def update():
    sleep = {"Cmd": ["sleep", "30"]}
    MB = 1 << 20
    for name, host_config, change in (
            ("nothing", {}, {}), ("memory", {}, {"Memory": 64 * MB}), ("memory over swap", {"Memory": 32 * MB, "MemorySwap": 32 * MB}, {"Memory": 64 * MB}),
            ("small memory", {}, {"Memory": 5}), ("swap alone", {"Memory": 32 * MB}, {"MemorySwap": 128 * MB}), ("swap without memory", {}, {"MemorySwap": 128 * MB}),
            ("reservation", {}, {"MemoryReservation": 32 * MB}), ("kernel memory", {}, {"KernelMemory": 32 * MB}), ("kernel memory tcp", {}, {"KernelMemoryTCP": 32 * MB}),
            ("swappiness", {}, {"MemorySwappiness": 10}), ("shares", {}, {"CpuShares": 300}), ("negative shares", {}, {"CpuShares": -300}), ("quota", {}, {"CpuQuota": 50000}), ("period", {}, {"CpuPeriod": 50000}),
            ("quota small", {}, {"CpuQuota": 1}), ("nano", {}, {"NanoCpus": 500000000}), ("nano after quota", {"CpuQuota": 50000}, {"NanoCpus": 500000000}),
            ("quota after nano", {"NanoCpus": 500000000}, {"CpuQuota": 50000}), ("period after nano", {"NanoCpus": 500000000}, {"CpuPeriod": 50000}), ("nano and quota", {}, {"NanoCpus": 1, "CpuQuota": 5000}),
            ("cpuset", {}, {"CpusetCpus": "0"}), ("cpuset nope", {}, {"CpusetCpus": "99"}), ("mems", {}, {"CpusetMems": "0"}), ("pids", {}, {"PidsLimit": 50}), ("pids -1", {"PidsLimit": 5}, {"PidsLimit": -1}),
            ("pids 0", {"PidsLimit": 5}, {"PidsLimit": 0}), ("blkio weight", {}, {"BlkioWeight": 300}), ("rt", {}, {"CpuRealtimeRuntime": 1000}), ("restart", {}, {"RestartPolicy": {"Name": "always"}}),
            ("restart nope", {}, {"RestartPolicy": {"Name": "nope"}}), ("restart retries", {}, {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 5}}),
            ("restart on autoremove", {"AutoRemove": True}, {"RestartPolicy": {"Name": "always"}}), ("restart no on autoremove", {"AutoRemove": True}, {"RestartPolicy": {"Name": "no"}}),
            ("oom kill disable", {}, {"OomKillDisable": True}), ("ulimits", {}, {"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 1}]}), ("devices", {}, {"Devices": [{"PathOnHost": "/dev/null"}]}),
            ("cgroup parent", {}, {"CgroupParent": "/x"}), ("init", {}, {"Init": True}), ("device rules", {}, {"DeviceCgroupRules": ["c 1:3 r"]}), ("device requests", {}, {"DeviceRequests": [{"Driver": "x"}]}),
            ("cpu count", {}, {"CpuCount": 1}), ("cpu percent", {}, {"CpuPercent": 1}), ("io", {}, {"IOMaximumIOps": 1}), ("wrong type", {}, {"Memory": "1"}), ("list", {}, [])):
        for running in (True, False):
            yield dict(name=f"update {name} {'running' if running else 'created'}", body={"HostConfig": host_config, **sleep}, start=running, update=change)


def all():
    yield from hand()
    yield from update()
    yield from generated()
