package dev.priok.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The contexts that {@code docker context create} keeps: a name for an engine's address.
 *
 * <p>Read only. A context lies in {@code contexts/meta/SHA256-OF-ITS-NAME/meta.json} below the
 * folder of Docker's configuration, its certificates in {@code contexts/tls} beside it.
 */
public final class Contexts {
  /** The context that means no context: the environment, or the standard socket. */
  public static final String DEFAULT = "default";

  private final Path folder;

  /** The contexts below {@code folder}, which need not exist. */
  public Contexts(Path folder) {
    this.folder = folder;
  }

  /** Those of {@code DOCKER_CONFIG}, else of {@code ~/.docker}. */
  public static Contexts of(Map<String, String> environment) {
    String named = environment.getOrDefault("DOCKER_CONFIG", "");
    if (!named.isEmpty()) {
      return new Contexts(Path.of(named));
    }
    String home = environment.getOrDefault("HOME", "");
    return new Contexts(Path.of(home.isEmpty() ? "/" : home, ".docker"));
  }

  /**
   * What {@code docker context use} chose; empty where nothing was chosen.
   *
   * @throws IOException for a configuration file that cannot be read: to go on would talk to
   *     another engine than the one chosen
   */
  public Optional<String> current() throws IOException {
    Path file = folder.resolve("config.json");
    try {
      String name = read(file).path("currentContext").asText();
      return name.isEmpty() ? Optional.empty() : Optional.of(name);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  /**
   * Where the engine of a context listens.
   *
   * @throws IOException for a context that is not there or cannot be read
   * @throws IllegalArgumentException for an address this client does not understand
   */
  public Endpoint endpoint(String name) throws IOException {
    String id = sha256(name);
    Path file = folder.resolve("contexts/meta").resolve(id).resolve("meta.json");
    JsonNode docker;
    try {
      docker = read(file).path("Endpoints").path("docker");
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new IOException(
          "context \"%s\": context not found: open %s: no such file or directory"
              .formatted(name, file),
          e);
    }
    if (!docker.isObject()) {
      throw new IOException("context \"%s\": no docker endpoint in %s".formatted(name, file));
    }
    String host = docker.path("Host").asText();
    if (host.isEmpty()) {
      return new Endpoint.Unix(Endpoint.STANDARD_SOCKET);
    }
    boolean skip = docker.path("SkipTLSVerify").asBoolean();
    Path certificates = folder.resolve("contexts/tls").resolve(id).resolve("docker");
    boolean tls = skip || Files.exists(certificates);
    return Endpoint.parse(host, tls ? TlsFiles.in(certificates, !skip) : null);
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return Json.mapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "cannot read %s: line %d, column %d: %s"
              .formatted(
                  file,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    }
  }

  private static String sha256(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
