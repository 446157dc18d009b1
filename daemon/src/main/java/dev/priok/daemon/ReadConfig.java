package dev.priok.daemon;

import dev.priok.model.api.container.Ulimit;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the daemon's configuration of command line and file, and checks it. */
final class ReadConfig {
  private final SettingValues values;

  private ReadConfig(SettingValues values) {
    this.values = values;
  }

  static DaemonConfig of(SettingValues values) {
    return new ReadConfig(values).join();
  }

  private DaemonConfig join() {
    DaemonConfig.Tls tls = TlsSettings.of(values, System.getenv());
    return new DaemonConfig(
        hosts(tls),
        tls,
        values.path(Setting.DATA_ROOT),
        values.path(Setting.EXEC_ROOT),
        values.path(Setting.PIDFILE),
        values.flag(Setting.DEBUG),
        oneOf(Setting.LOG_LEVEL, "logging level", "debug", "info", "warn", "error", "fatal"),
        oneOf(Setting.LOG_FORMAT, "log format", "text", "json"),
        values.text(Setting.METRICS_ADDRESS),
        values.text(Setting.LOG_DRIVER),
        values.map(Setting.LOG_OPTS),
        values.text(Setting.LOG_CEILING),
        values.text(Setting.DISK_LOW_WATER),
        networks(),
        values.optionalText(Setting.STORAGE_DRIVER),
        values.list(Setting.STORAGE_OPTS),
        values.optionalText(Setting.DEFAULT_RUNTIME),
        values.runtimes(Setting.RUNTIMES),
        registries(),
        labels(),
        values.flag(Setting.LIVE_RESTORE),
        values.number(Setting.SHUTDOWN_TIMEOUT),
        values.text(Setting.GROUP),
        values.optionalText(Setting.USERNS_REMAP),
        values.flag(Setting.EXPERIMENTAL),
        optionalPath(Setting.ROLES),
        optionalPath(Setting.AUDIT_LOG),
        values.list(Setting.AUTHORIZATION_PLUGINS),
        values.switches(Setting.FEATURES),
        containers());
  }

  private List<String> hosts(DaemonConfig.Tls tls) {
    List<String> hosts = values.list(Setting.HOSTS);
    return tls.on() && !values.isGiven(Setting.HOSTS)
        ? List.of(DaemonConfig.DEFAULT_TLS_HOST)
        : hosts;
  }

  private DaemonConfig.Networks networks() {
    int mtu = values.number(Setting.MTU);
    if (mtu < 0 || mtu > 65_535) {
      throw values.invalid("invalid default MTU: " + mtu);
    }
    return new DaemonConfig.Networks(
        values.optionalText(Setting.BIP),
        values.text(Setting.BRIDGE),
        values.pools(Setting.ADDRESS_POOLS),
        values.list(Setting.DNS),
        values.list(Setting.DNS_SEARCH),
        values.list(Setting.DNS_OPTS),
        values.optionalText(Setting.HOST_GATEWAY),
        values.text(Setting.IP),
        values.flag(Setting.IPTABLES),
        values.flag(Setting.IP_FORWARD),
        values.flag(Setting.IP_MASQ),
        values.flag(Setting.ICC),
        values.flag(Setting.USERLAND_PROXY),
        mtu);
  }

  private DaemonConfig.Registries registries() {
    Map<String, String> proxies = new LinkedHashMap<>();
    for (Setting proxy : List.of(Setting.HTTP_PROXY, Setting.HTTPS_PROXY, Setting.NO_PROXY)) {
      String value = values.optionalText(proxy);
      if (value != null) {
        proxies.put(
            String.valueOf(proxy.row().key()).toUpperCase(java.util.Locale.ROOT).replace('-', '_'),
            value);
      }
    }
    List<String> mirrors = values.list(Setting.REGISTRY_MIRRORS);
    mirrors.forEach(this::checkMirror);
    return new DaemonConfig.Registries(
        values.list(Setting.INSECURE_REGISTRIES),
        mirrors,
        limit(Setting.MAX_DOWNLOADS, "concurrent downloads"),
        limit(Setting.MAX_UPLOADS, "concurrent uploads"),
        limit(Setting.MAX_ATTEMPTS, "download attempts"),
        proxies);
  }

  private void checkMirror(String mirror) {
    try {
      URI uri = URI.create(mirror);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw values.invalid("invalid mirror: \"" + mirror + "\" is not a valid URI");
    }
    throw values.invalid(
        "invalid mirror: \"" + mirror + "\" is no address of the form https://host[:port]");
  }

  /** 0 stands for the usual number, as with dockerd. */
  private int limit(Setting setting, String what) {
    int number = values.number(setting);
    if (number < 0) {
      throw values.invalid("invalid max %s: %d".formatted(what, number));
    }
    return number == 0 ? Integer.parseInt(setting.row().initial()) : number;
  }

  private List<String> labels() {
    List<String> labels = values.list(Setting.LABELS);
    Map<String, String> seen = new LinkedHashMap<>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      if (equals <= 0) {
        throw values.invalid("bad attribute format: " + label);
      }
      String key = label.substring(0, equals);
      String value = label.substring(equals + 1);
      String former = seen.putIfAbsent(key, value);
      if (former != null && !former.equals(value)) {
        throw values.invalid(
            "conflict labels for %s=%s and %s=%s".formatted(key, value, key, former));
      }
    }
    return labels.stream().distinct().toList();
  }

  private DaemonConfig.ContainerOptions containers() {
    for (String option : values.list(Setting.EXEC_OPTS)) {
      if (!option.equals("native.cgroupdriver=cgroupfs")) {
        throw new StartRefusedException(
            "--exec-opt=%s is not supported: native.cgroupdriver=cgroupfs is the only one there is"
                .formatted(option));
      }
    }
    return new DaemonConfig.ContainerOptions(
        values.flag(Setting.INIT),
        optionalPath(Setting.INIT_PATH),
        values.text(Setting.SHM_SIZE),
        values.text(Setting.IPC_MODE),
        values.optionalText(Setting.CGROUPNS_MODE),
        values.optionalText(Setting.CGROUP_PARENT),
        values.flag(Setting.NO_NEW_PRIVILEGES),
        values.optionalText(Setting.SECCOMP_PROFILE),
        ulimits(),
        values.list(Setting.CDI_FOLDERS));
  }

  private @Nullable Path optionalPath(Setting setting) {
    String text = values.optionalText(setting);
    return text == null ? null : Path.of(text).toAbsolutePath();
  }

  /**
   * In the file: {@code "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}}.
   */
  private List<Ulimit> ulimits() {
    List<Ulimit> result = new ArrayList<>();
    values
        .given(Setting.ULIMITS_OF_CONTAINERS)
        .forEach(text -> result.add(DefaultUlimit.parse(text)));
    values
        .objects(Setting.ULIMITS_OF_CONTAINERS)
        .forEach((name, limit) -> result.add(DefaultUlimit.of(name, limit)));
    return List.copyOf(result);
  }

  private String oneOf(Setting setting, String what, String... known) {
    String value = values.text(setting);
    if (!List.of(known).contains(value)) {
      throw values.invalid("invalid %s: %s".formatted(what, value));
    }
    return value;
  }
}
