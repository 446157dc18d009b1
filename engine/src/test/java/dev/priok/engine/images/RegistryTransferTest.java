package dev.priok.engine.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("dev.priok.engine.images.LoopbackRegistry#isInstalled")
final class RegistryTransferTest {
  @TempDir private Path folder;
  private ImagesFixture fixture;
  private LoopbackRegistry registry;
  private String name;
  private String id;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    fixture = new ImagesFixture(Files.createDirectory(folder.resolve("data")));
    registry = new LoopbackRegistry(folder);
    name = "localhost:" + registry.port + "/team/box";
    String base =
        fixture.importTar("base", ImagesFixture.tar("a", ImagesFixture.noise(300_000, 1)));
    Digest made =
        fixture
            .images
            .commit()
            .commit(
                new CommitImage.Request(
                    new Digest(base),
                    ConfigChanges.apply(
                        Objects.requireNonNull(fixture.store.resolve("base").document().config()),
                        List.of("CMD sh")),
                    "",
                    "",
                    "sh",
                    ImageReference.parse(name).withTag("1")),
                out -> out.write(ImagesFixture.tar("b", ImagesFixture.noise(200_000, 2))));
    id = made.value();
  }

  @AfterEach
  void close() {
    registry.close();
    fixture.close();
  }

  private List<String> push(String tag) {
    ImagesFixture.Lines lines = new ImagesFixture.Lines();
    fixture.images.push(name, tag, null, lines);
    return lines.texts();
  }

  private List<String> pull(String image, String target) {
    ImagesFixture.Lines lines = new ImagesFixture.Lines();
    fixture.images.pull(image, target, null, null, lines);
    return lines.texts();
  }

  private void forget() throws IOException {
    fixture.images.prune(dev.priok.engine.Filters.parse("{\"dangling\":[\"false\"]}"));
    assertThat(fixture.leftovers()).isEmpty();
  }

  @Test
  void whatIsPushedIsPulledByTagAndDigest() throws IOException {
    List<String> pushed = push("1");
    assertThat(pushed.getFirst()).isEqualTo("The push refers to repository [" + name + "]");
    assertThat(pushed).anyMatch(l -> l.endsWith(": Pushed"));
    String last =
        pushed.stream().filter(l -> l.startsWith("1: digest: ")).findFirst().orElseThrow();
    String digest = last.replaceFirst(".*digest: (\\S+) .*", "$1");
    assertThat(push("1")).noneMatch(l -> l.endsWith(": Pushed"));
    assertThat(fixture.images.inspect(id).repoDigests()).containsExactly(name + "@" + digest);
    forget();

    List<String> pulled = pull(name, "1");
    assertThat(pulled.getFirst()).isEqualTo("1: Pulling from " + name.replaceFirst("^[^/]*/", ""));
    assertThat(pulled.stream().filter(l -> l.endsWith(": Pull complete"))).hasSize(2);
    assertThat(pulled).contains("Digest: " + digest);
    assertThat(pulled.getLast()).isEqualTo("Status: Downloaded newer image for " + name + ":1");
    assertThat(fixture.images.inspect(name + ":1").id()).isEqualTo(id);
    assertThat(pull(name, "1").getLast())
        .isEqualTo("Status: Image is up to date for " + name + ":1");
    assertThat(
            Objects.requireNonNull(fixture.images.distribution(name + ":1", null).descriptor())
                .digest())
        .isEqualTo(digest);
    forget();
    pull(name, digest);
    assertThat(fixture.images.inspect(name + "@" + digest).repoTags()).isEmpty();
    assertThat(fixture.events).contains("push " + name, "pull " + name);
  }

  @Test
  void allTagsArePushedAndPulled() throws IOException {
    fixture.images.tag(id, name, "2");
    push("");
    forget();
    pull(name, "");
    assertThat(fixture.images.inspect(id).repoTags()).containsExactly(name + ":1", name + ":2");
  }

  @Test
  void aBlobIsMountedFromAnotherRepository() {
    push("1");
    String other = "localhost:" + registry.port + "/team/copy";
    fixture.images.tag(id, other, "1");
    ImagesFixture.Lines lines = new ImagesFixture.Lines();
    fixture.images.push(other, "1", null, lines);
    assertThat(lines.texts().stream().filter(l -> l.endsWith(": Mounted from " + name))).hasSize(2);
  }

  @Test
  void whatIsNotThereIsRefusedWithDockersSentences() {
    assertThatThrownBy(() -> pull(name, "nope"))
        .hasMessage("manifest for " + name + ":nope not found: manifest unknown: manifest unknown");
    assertThatThrownBy(() -> pull("localhost:1/x", "y"))
        .hasMessageMatching(
            "Get \"http://localhost:1/v2/\": dial tcp \\S+:1: connect: connection refused");
    assertThatThrownBy(() -> push("none"))
        .hasMessage("An image does not exist locally with the tag: " + name);
  }

  @Test
  void aDamagedLayerIsRefusedAndNothingStays() throws IOException {
    push("1");
    forget();
    try (Stream<Path> files = Files.walk(folder.resolve("registry"))) {
      for (Path file : files.filter(f -> f.endsWith("data")).toList()) {
        byte[] content = Files.readAllBytes(file);
        if (content.length > 50_000) {
          content[content.length / 2] ^= 1;
          Files.write(file, content);
        }
      }
    }
    assertThatThrownBy(() -> pull(name, "1"))
        .hasMessageContaining("layer verification failed for digest sha256:");
    assertThat(fixture.leftovers()).isEmpty();
  }

  @Test
  void aClientThatLeavesEndsItsPull() throws IOException {
    push("1");
    forget();
    ImagesFixture.Lines lines = new ImagesFixture.Lines();
    lines.leaveAfter = 4;
    assertThatThrownBy(() -> fixture.images.pull(name, "1", null, null, lines))
        .hasMessageContaining("context canceled");
    assertThat(fixture.leftovers()).isEmpty();
  }
}
