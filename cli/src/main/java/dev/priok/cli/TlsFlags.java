package dev.priok.cli;

import dev.priok.client.TlsFiles;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code --tls} options, null where not given. As with docker, {@code --tlsverify} means TLS
 * whatever its value is, and files count only together with one of these two or their variables.
 */
record TlsFlags(
    @Nullable Boolean tls,
    @Nullable Boolean verify,
    @Nullable String authorities,
    @Nullable String certificate,
    @Nullable String key) {
  static final TlsFlags NONE = new TlsFlags(null, null, null, null, null);

  /** The same with one more of them, by its name on the command line. */
  TlsFlags with(String name, String value) {
    return switch (name) {
      case "--tls" -> new TlsFlags(truth(name, value), verify, authorities, certificate, key);
      case "--tlsverify" -> new TlsFlags(tls, truth(name, value), authorities, certificate, key);
      case "--tlscacert" -> new TlsFlags(tls, verify, value, certificate, key);
      case "--tlscert" -> new TlsFlags(tls, verify, authorities, value, key);
      case "--tlskey" -> new TlsFlags(tls, verify, authorities, certificate, value);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Boolean truth(String name, String value) {
    return switch (value) {
      case "true", "1", "t", "T", "TRUE", "True" -> true;
      case "false", "0", "f", "F", "FALSE", "False" -> false;
      default ->
          throw new CliException(
              125,
              "invalid argument \"%s\" for \"%s\" flag: expected true or false"
                  .formatted(value, name));
    };
  }

  boolean isGiven() {
    return !equals(NONE);
  }

  /** With what the environment says besides; null: no TLS. */
  @Nullable TlsFiles files(Map<String, String> environment) {
    boolean verifies =
        verify == null ? !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty() : verify;
    boolean plain = tls == null ? environment.getOrDefault("DOCKER_TLS", "").isEmpty() : !tls;
    if (plain && verify == null && !verifies) {
      if (authorities != null || certificate != null || key != null) {
        throw CliException.failure(
            "--tlscacert, --tlscert and --tlskey need --tlsverify or --tls: nothing is encrypted"
                + " without");
      }
      return null;
    }
    TlsFiles usual = TlsFiles.usual(TlsFiles.folder(environment), verifies);
    return new TlsFiles(
        authorities == null ? usual.authorities() : Path.of(authorities).toAbsolutePath(),
        certificate == null ? usual.certificate() : Path.of(certificate).toAbsolutePath(),
        key == null ? usual.key() : Path.of(key).toAbsolutePath(),
        verifies);
  }
}
