package dev.priok.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
  private static final String D = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox, busybox",
    "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
    "a/b, docker.io/a/b, a/b",
    "docker.io/busybox, docker.io/library/busybox, busybox",
    "index.docker.io/library/busybox:x, docker.io/library/busybox:x, busybox:x",
    "localhost/a, localhost/a, localhost/a",
    "localhost:5000/a/b:T_1.x, localhost:5000/a/b:T_1.x, localhost:5000/a/b:T_1.x",
    "[::1]:5000/a, [::1]:5000/a, [::1]:5000/a",
    "ghcr.io/o/x__y-z.w, ghcr.io/o/x__y-z.w, ghcr.io/o/x__y-z.w",
    "Uppercase.io/a, Uppercase.io/a, Uppercase.io/a",
  })
  void readsAndWritesBothForms(String text, String full, String familiar) {
    ImageReference reference = ImageReference.parse(text);
    assertThat(reference.full()).isEqualTo(full);
    assertThat(reference.familiar()).isEqualTo(familiar);
    assertThat(ImageReference.parse(full)).isEqualTo(reference);
  }

  @Test
  void keepsTagAndDigest() {
    ImageReference reference = ImageReference.parse("a:1@" + D);
    assertThat(reference.tag()).isEqualTo("1");
    assertThat(reference.target()).isEqualTo(D);
    assertThat(reference.familiar()).isEqualTo("a:1@" + D);
    assertThat(ImageReference.parse("a").withDefaultTag().familiar()).isEqualTo("a:latest");
    assertThat(ImageReference.parse("a@" + D).withDefaultTag().familiar()).isEqualTo("a@" + D);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a:",
        "a@",
        "a@sha256:12",
        "-a",
        "a//b",
        "a/",
        "/a",
        "a b",
        "a:b c",
        "a:-b",
        "a..b",
        "a___b",
        "localhost:xx/a",
        "../etc/passwd",
        "a/../b",
        "a\n",
        "a:\n",
        "a@md5:12"
      })
  void refusesWithDockersSentence(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text)).hasMessage("invalid reference format");
  }

  @Test
  void refusesCapitals() {
    assertThatThrownBy(() -> ImageReference.parse("BusyBox:1"))
        .hasMessage(
            "invalid reference format: repository name (library/BusyBox) must be lowercase");
  }

  @Test
  void refusesAnIdAsAName() {
    assertThatThrownBy(() -> ImageReference.parse("a".repeat(64)))
        .hasMessageContaining("cannot specify 64-byte hexadecimal strings");
  }

  @Test
  void platformsMatchByNormalisedNames() {
    assertThat(Platform.parse("linux/x86_64").accepts(Platform.parse("linux/amd64"))).isTrue();
    assertThat(Platform.parse("linux/arm64").accepts(Platform.parse("linux/arm64/v8"))).isTrue();
    assertThat(Platform.parse("linux/arm/v6").accepts(Platform.parse("linux/arm"))).isFalse();
    assertThatThrownBy(() -> Platform.parse("linux/a/b/c"))
        .hasMessageContaining("cannot parse platform specifier");
  }

  @Test
  void aConfigIsReadAndWritten() {
    byte[] json =
        """
        {"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z","future":{"a":1},
         "config":{"Cmd":["sh"],"OnBuild":["RUN x"],"ExposedPorts":{"80/tcp":{}}},
         "history":[{"created_by":"x","empty_layer":true}],
         "rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(D)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ImageDocument document = ImageDocument.parse(json);
    assertThat(document.rootfs().diffIds()).hasSize(1);
    assertThat(document.historyOrEmpty().getFirst().isEmptyLayer()).isTrue();
    assertThat(new String(document.toJson(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"diff_ids\":[\"" + D, "\"OnBuild\":[\"RUN x\"]", "\"80/tcp\":{}");
    assertThatThrownBy(
            () -> ImageDocument.parse("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .hasMessage("invalid image JSON, no RootFS key");
  }
}
