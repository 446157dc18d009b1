package dev.priok.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows and whom it trusts: PEM files, read at the first connection.
 *
 * @param authorities who may sign the engine's certificate; null: the authorities of the system
 * @param certificate of this client; null with {@code key}: it has none
 * @param key of that certificate
 * @param verify false: any engine will do, also an impostor
 */
public record TlsFiles(
    @Nullable Path authorities, @Nullable Path certificate, @Nullable Path key, boolean verify) {

  /** {@code ca.pem}, {@code cert.pem} and {@code key.pem} of a folder, those that are there. */
  public static TlsFiles in(Path folder, boolean verify) {
    return new TlsFiles(
        ifThere(folder.resolve("ca.pem")),
        ifThere(folder.resolve("cert.pem")),
        ifThere(folder.resolve("key.pem")),
        verify);
  }

  /**
   * As the docker command has it: {@code DOCKER_TLS_VERIFY} and {@code DOCKER_TLS} ask for TLS
   * where they are not empty. Null where neither does.
   */
  public static @Nullable TlsFiles fromEnvironment(Map<String, String> environment) {
    boolean verify = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
    boolean tls = verify || !environment.getOrDefault("DOCKER_TLS", "").isEmpty();
    return tls ? usual(folder(environment), verify) : null;
  }

  /**
   * As {@link #in}, for a folder that need not have a certificate of this client but must have that
   * of the authority where the engine is verified: what is missing is named then.
   */
  public static TlsFiles usual(Path folder, boolean verify) {
    TlsFiles there = in(folder, verify);
    return new TlsFiles(folder.resolve("ca.pem"), there.certificate, there.key, verify);
  }

  /** {@code DOCKER_CERT_PATH}, else {@code DOCKER_CONFIG}, else {@code ~/.docker}. */
  public static Path folder(Map<String, String> environment) {
    for (String name : new String[] {"DOCKER_CERT_PATH", "DOCKER_CONFIG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return Path.of(value).toAbsolutePath();
      }
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? "/" : home, ".docker").toAbsolutePath();
  }

  private static @Nullable Path ifThere(Path file) {
    return Files.exists(file) ? file : null;
  }
}
