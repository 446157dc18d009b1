package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsSettingsTest {
  @TempDir private Path folder;

  private DaemonConfig.Tls read(String... options) throws IOException {
    Path file = folder.resolve("daemon.json");
    if (!Files.exists(file)) {
      Files.writeString(file, "{}");
    }
    List<String> line = new ArrayList<>(List.of("--config-file", file.toString()));
    line.addAll(List.of(options));
    SettingValues values =
        SettingValues.read(
            Objects.requireNonNull(
                CommandLineOptions.parse(line.toArray(String[]::new), System.err)));
    return TlsSettings.of(values, Map.of("DOCKER_CERT_PATH", folder.toString()));
  }

  private String modes(String... options) throws IOException {
    DaemonConfig.Tls tls = read(options);
    return (tls.on() ? "tls" : "plain")
        + (tls.verify() ? " verified" : "")
        + (tls.waived() ? " waived" : "");
  }

  @Test
  void optionsMeanWhatTheyMeanToDockerd() throws IOException {
    assertThat(modes()).isEqualTo("plain");
    assertThat(modes("--tls")).isEqualTo("tls verified");
    assertThat(modes("--tlsverify")).isEqualTo("tls verified");
    assertThat(modes("--tls=false")).isEqualTo("plain waived");
    assertThat(modes("--tls", "--tlsverify=false")).isEqualTo("tls waived");
    assertThat(modes("--tls=false", "--tlsverify")).isEqualTo("tls verified");
    assertThat(modes("--tlsverify=false", "--tlscert", "x")).isEqualTo("tls waived");
    Files.writeString(folder.resolve("daemon.json"), "{\"tlsverify\": true}");
    assertThat(modes()).isEqualTo("tls verified");
  }

  @Test
  void withoutACertificateNotToVerifyIsPlainText() throws IOException {
    assertThat(modes("--tlsverify=false")).isEqualTo("plain waived");
    Files.writeString(folder.resolve("cert.pem"), "");
    assertThat(modes("--tlsverify=false")).isEqualTo("tls waived");
    assertThat(modes("--tls=false", "--tlsverify=false")).isEqualTo("plain waived");
  }

  @Test
  void theServersFilesGoBeforeTheClients() throws IOException {
    assertThat(read("--tls").certificate()).isEqualTo(folder.resolve("cert.pem"));
    assertThat(read("--tls").key()).isEqualTo(folder.resolve("key.pem"));
    Files.writeString(folder.resolve("server-cert.pem"), "");
    assertThat(read("--tls").certificate()).isEqualTo(folder.resolve("server-cert.pem"));
    assertThat(read("--tls").key()).isEqualTo(folder.resolve("server-key.pem"));
    assertThat(read("--tls", "--tlscert", "/x/y").certificate()).isEqualTo(Path.of("/x/y"));
  }

  @Test
  void whatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> TlsSettings.open(read("--tls")))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("cannot read " + folder.resolve("cert.pem") + ": no such file");
  }
}
