package dev.priok.daemon;

import dev.priok.http.server.ServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code --tls} options come to.
 *
 * <p>As with dockerd: {@code --tlsverify} means TLS, {@code --tls} alone verifies clients too, and
 * {@code --tlsverify=false} is TLS for everybody. Where nothing says where a certificate lies, the
 * last one means plain text as {@code --tls=false} does, in which dockerd does not start.
 */
final class TlsSettings {
  /** Read where the user's folder has no certificates; a service has no home of its own. */
  static final Path SYSTEM_FOLDER = Path.of("/etc/priok/tls");

  private static final String CA = "ca.pem";

  private final SettingValues values;
  private final Path folder;

  private TlsSettings(SettingValues values, Map<String, String> environment) {
    this.values = values;
    this.folder = folder(environment);
  }

  static DaemonConfig.Tls of(SettingValues values, Map<String, String> environment) {
    return new TlsSettings(values, environment).read();
  }

  private DaemonConfig.Tls read() {
    Boolean tls = values.optionalFlag(Setting.TLS);
    Boolean verify = values.optionalFlag(Setting.TLS_VERIFY);
    boolean waived = Boolean.FALSE.equals(tls) || Boolean.FALSE.equals(verify);
    boolean server = Files.exists(folder.resolve("server-cert.pem"));
    Path certificate = file(Setting.TLS_CERTIFICATE, server ? "server-cert.pem" : "cert.pem");
    Path key = file(Setting.TLS_KEY, server ? "server-key.pem" : "key.pem");
    boolean on;
    if (Boolean.TRUE.equals(verify) || Boolean.TRUE.equals(tls)) {
      on = true;
    } else {
      // --tlsverify=false alone.
      on = verify != null && tls == null && (named() || Files.exists(certificate));
    }
    return new DaemonConfig.Tls(
        on,
        on && !Boolean.FALSE.equals(verify),
        waived && !Boolean.TRUE.equals(verify),
        file(Setting.TLS_CA, CA),
        certificate,
        key);
  }

  private boolean named() {
    return values.optionalText(Setting.TLS_CERTIFICATE) != null
        || values.optionalText(Setting.TLS_KEY) != null;
  }

  private Path file(Setting setting, String usual) {
    String given = values.optionalText(setting);
    return given == null ? folder.resolve(usual) : Path.of(given).toAbsolutePath();
  }

  /** dockerd's: {@code DOCKER_CERT_PATH}, else {@code DOCKER_CONFIG}, else {@code ~/.docker}. */
  private static Path folder(Map<String, String> environment) {
    for (String name : new String[] {"DOCKER_CERT_PATH", "DOCKER_CONFIG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return Path.of(value).toAbsolutePath();
      }
    }
    String home = environment.getOrDefault("HOME", "");
    // A service of systemd's has no HOME; the daemon's user is root.
    Path own = Path.of(home.isEmpty() ? "/root" : home, ".docker").toAbsolutePath();
    return !Files.exists(own.resolve(CA)) && Files.exists(SYSTEM_FOLDER.resolve(CA))
        ? SYSTEM_FOLDER
        : own;
  }

  /** Null where connections are in plain text; refuses files that cannot be used. */
  static @Nullable ServerTls open(DaemonConfig.Tls tls) {
    if (!tls.on()) {
      return null;
    }
    try {
      return ServerTls.read(
          new ServerTls.Material(
              tls.certificate(), tls.key(), tls.verify() ? tls.authorities() : null));
    } catch (IOException e) {
      throw new StartRefusedException(
          "invalid TLS configuration: %s (`priok certs` makes certificates, see docs/tls.md)"
              .formatted(sentence(e)),
          e);
    }
  }

  private static String sentence(IOException e) {
    return e instanceof java.nio.file.FileSystemException file && file.getReason() != null
        ? "cannot read %s: %s".formatted(file.getFile(), file.getReason())
        : String.valueOf(e.getMessage());
  }
}
