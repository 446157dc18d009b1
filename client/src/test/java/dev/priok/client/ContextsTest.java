package dev.priok.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContextsTest {
  // printf far | sha256sum
  private static final String FAR =
      "512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868";

  @TempDir Path folder;

  private void far(String endpoint) throws IOException {
    Path meta = Files.createDirectories(folder.resolve("contexts/meta").resolve(FAR));
    Files.writeString(
        meta.resolve("meta.json"),
        "{\"Name\":\"far\",\"Metadata\":{},\"Endpoints\":{\"docker\":" + endpoint + "}}");
  }

  @Test
  void readsWhatDockerWrote() throws IOException {
    far("{\"Host\":\"tcp://127.0.0.1:2375\",\"SkipTLSVerify\":false}");
    Files.writeString(folder.resolve("config.json"), "{\"currentContext\": \"far\"}");
    Contexts contexts = Contexts.of(Map.of("DOCKER_CONFIG", folder.toString()));
    assertThat(contexts.current()).contains("far");
    assertThat(contexts.endpoint("far")).isEqualTo(new Endpoint.Tcp("127.0.0.1", 2375));
  }

  @Test
  void nothingChosenIsNoFailureAndAMissingContextIs() throws IOException {
    Contexts contexts = new Contexts(folder.resolve("nowhere"));
    assertThat(contexts.current()).isEmpty();
    assertThatThrownBy(() -> contexts.endpoint("far"))
        .hasMessageStartingWith("context \"far\": context not found: open ")
        .hasMessageEndingWith(FAR + "/meta.json: no such file or directory");
  }

  @Test
  void certificatesOfAContextMeanTls() throws IOException {
    far("{\"Host\":\"tcp://127.0.0.1\",\"SkipTLSVerify\":false}");
    Path tls =
        Files.createDirectories(folder.resolve("contexts/tls").resolve(FAR).resolve("docker"));
    Path ca = Files.writeString(tls.resolve("ca.pem"), "");
    assertThat(new Contexts(folder).endpoint("far"))
        .isEqualTo(new Endpoint.Tls("127.0.0.1", 2376, new TlsFiles(ca, null, null, true)));
    far("{\"Host\":\"tcp://127.0.0.1:1\",\"SkipTLSVerify\":true}");
    assertThat(new Contexts(folder).endpoint("far"))
        .isEqualTo(new Endpoint.Tls("127.0.0.1", 1, new TlsFiles(ca, null, null, false)));
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\n  oops");
    assertThatThrownBy(() -> new Contexts(folder).current())
        .hasMessageContaining(folder + "/config.json: line 2, column");
  }
}
