package dev.priok.engine.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.Filters;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImagesTest {
  private static final byte[] ROOTFS =
      ImagesFixture.tar("etc/hostname", "priok\n", "bin/sh", ImagesFixture.noise(5000, 1));

  @TempDir private Path folder;
  private ImagesFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new ImagesFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anImportedTarIsAnImage() throws IOException {
    String id = fixture.importTar("box", ROOTFS, "CMD [\"sh\"]", "ENV A=1 B=\"x y\"", "EXPOSE 80");
    assertThat(id).startsWith("sha256:");
    ImageInspect image = fixture.images.inspect("box");
    assertThat(image.id()).isEqualTo(id);
    assertThat(image.repoTags()).containsExactly("box:latest");
    assertThat(image.size()).isEqualTo(5006);
    var config = Objects.requireNonNull(image.config());
    assertThat(config.cmd()).containsExactly("sh");
    assertThat(config.env()).containsExactly("A=1", "B=x y");
    assertThat(config.exposedPorts()).containsOnlyKeys("80/tcp");
    assertThat(Objects.requireNonNull(image.rootFS()).layers())
        .containsExactly(Digest.of(ROOTFS).value());
    assertThat(fixture.images.history("box").getFirst().comment()).isEqualTo("Imported from -");
    assertThat(fixture.events).containsExactly("tag box:latest", "import " + id);
    assertThat(content("box", "etc/hostname")).isEqualTo("priok\n");
  }

  private String content(String image, String path) throws IOException {
    LayerId top = Objects.requireNonNull(fixture.store.resolve(image).topLayer());
    LayerId layer = LayerId.random();
    fixture.driver.createWritable(layer, top, StorageDriver.WritableOptions.DEFAULT);
    try {
      return Files.readString(fixture.driver.mount(layer).resolve(path));
    } finally {
      fixture.driver.unmount(layer);
      fixture.driver.remove(layer);
    }
  }

  @Test
  void imagesAreFoundByIdPrefixAndNames() {
    String id = fixture.importTar("a/b:1", ROOTFS);
    String hex = id.substring(7);
    for (String name :
        List.of(id, hex, hex.substring(0, 12), id.substring(0, 20), "a/b:1", "docker.io/a/b:1")) {
      assertThat(fixture.images.inspect(name).id()).isEqualTo(id);
    }
    assertThatThrownBy(() -> fixture.images.inspect("a/b")).hasMessage("No such image: a/b:latest");
    assertThatThrownBy(() -> fixture.images.inspect("UP"))
        .hasMessage("invalid reference format: repository name (library/UP) must be lowercase");
  }

  @Test
  void aRestartKeepsImagesAndSweepsTheRest() throws IOException {
    String id = fixture.importTar("box", ROOTFS);
    LayerId stray = LayerId.random();
    fixture.driver.create(stray, null);
    Files.writeString(folder.resolve("content/tmp/half"), "x");
    Files.writeString(folder.resolve("content/sha256/" + "0".repeat(64)), "x");
    fixture.restart();
    assertThat(fixture.images.inspect("box").id()).isEqualTo(id);
    assertThat(fixture.leftovers()).hasSize(3);
    assertThat(fixture.driver.exists(stray)).isFalse();
    assertThat(content("box", "etc/hostname")).isEqualTo("priok\n");
  }

  @Test
  void aLayerThatTheDriverLostIsFilledAgain() throws IOException {
    fixture.importTar("box", ROOTFS);
    for (LayerId layer : fixture.driver.layers()) {
      fixture.driver.remove(layer);
    }
    assertThat(content("box", "etc/hostname")).isEqualTo("priok\n");
  }

  @Test
  void savedImagesAreLoadedAndEqual() throws IOException {
    String id = fixture.importTar("box:1", ROOTFS, "LABEL a=b");
    fixture.images.tag("box:1", "other/name", "x");
    byte[] saved = fixture.save("box:1", "other/name:x");
    assertThat(fixture.save("box:1", "other/name:x")).isEqualTo(saved);
    fixture.images.remove(id.substring(7), true, true);
    assertThat(fixture.leftovers()).isEmpty();

    List<ProgressMessage> lines = fixture.load(gzip(saved));
    assertThat(lines.stream().map(ProgressMessage::stream).filter(Objects::nonNull))
        .containsExactly("Loaded image: box:1\n", "Loaded image: other/name:x\n");
    assertThat(fixture.images.inspect("box:1").id()).isEqualTo(id);
    assertThat(fixture.save("box:1", "other/name:x")).isEqualTo(saved);
    assertThat(fixture.events).contains("load " + id, "save " + id);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void aCommitIsAnImageOnTopOfItsParent() throws IOException {
    String parent = fixture.importTar("base", ROOTFS, "CMD [\"sh\"]");
    byte[] diff = ImagesFixture.tar("new", "n");
    Digest id = commit(parent, diff, "made");
    ImageInspect image = fixture.images.inspect("made");
    assertThat(image.id()).isEqualTo(id.value());
    assertThat(image.parent()).isEqualTo(parent);
    assertThat(Objects.requireNonNull(image.rootFS()).layers())
        .containsExactly(Digest.of(ROOTFS).value(), Digest.of(diff).value());
    assertThat(fixture.images.history("made").stream().map(h -> h.id()))
        .containsExactly(id.value(), parent);
    assertThat(content("made", "etc/hostname")).isEqualTo("priok\n");
    assertThat(content("made", "new")).isEqualTo("n");

    assertThatThrownBy(() -> fixture.images.remove(parent, true, true))
        .hasMessageMatching(
            "conflict: unable to delete [0-9a-f]{12} \\(cannot be forced\\) - image has dependent"
                + " child images");
    Digest empty = commit(parent, new byte[1024], "same");
    assertThat(Objects.requireNonNull(fixture.images.inspect(empty.value()).rootFS()).layers())
        .hasSize(1);
    fixture.images.remove("base", false, true);
    fixture.images.remove("same", false, true);
    assertThat(fixture.images.remove("made", false, true).stream().map(i -> i.deleted()))
        .contains(id.value(), parent);
    assertThat(fixture.leftovers()).isEmpty();
  }

  private Digest commit(String parent, byte[] diff, String name) throws IOException {
    return fixture
        .images
        .commit()
        .commit(
            new CommitImage.Request(
                new Digest(parent),
                ConfigChanges.apply(
                    Objects.requireNonNull(fixture.store.resolve(parent).document().config()),
                    List.of("WORKDIR /x")),
                "me",
                "because",
                "sh",
                ImageReference.parse(name).withDefaultTag()),
            out -> out.write(diff));
  }

  @Test
  void removingSaysWhatItDidAndWhyNot() {
    String id = fixture.importTar("box", ROOTFS);
    fixture.images.tag("box", "box", "2");
    assertThat(fixture.images.remove("box:2", false, true))
        .containsExactly(new ImageDeleteResponseItem("box:2", null));

    ContainerId container = ContainerId.random();
    fixture.users.add(new ImageUsers.User(container, false));
    assertThatThrownBy(() -> fixture.images.remove("box", false, true))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "conflict: unable to remove repository reference \"box\" (must force) - container %s is"
                + " using its referenced image %s",
            container.shortForm(), id.substring(7, 19));
    assertThatThrownBy(() -> fixture.images.remove(id, false, true))
        .hasMessage(
            "conflict: unable to delete %s (must be forced) - image is being used by stopped"
                + " container %s",
            id.substring(7, 19), container.shortForm());
    fixture.images.tag("box", "elsewhere", "1");
    assertThatThrownBy(() -> fixture.images.remove(id, false, true))
        .hasMessage(
            "conflict: unable to delete %s (must be forced) - image is referenced in multiple"
                + " repositories",
            id.substring(7, 19));
    fixture.images.remove("elsewhere:1", false, true);

    fixture.users.set(0, new ImageUsers.User(container, true));
    assertThatThrownBy(() -> fixture.images.remove(id, true, true))
        .hasMessageContaining("(cannot be forced) - image is being used by running container");
    assertThat(fixture.images.remove("box", true, true))
        .containsExactly(new ImageDeleteResponseItem("box:latest", null));
    assertThat(fixture.images.inspect(id).repoTags()).isEmpty();
  }

  @Test
  void aForcedRemovalKeepsTheLayersOfAContainer() throws IOException {
    String id = fixture.importTar("box", ROOTFS);
    fixture.users.add(new ImageUsers.User(ContainerId.random(), false));
    List<ImageDeleteResponseItem> items = fixture.images.remove("box", true, true);
    assertThat(items)
        .containsExactly(
            new ImageDeleteResponseItem("box:latest", null), new ImageDeleteResponseItem(null, id));
    assertThat(fixture.list()).isEmpty();
    assertThat(fixture.store.layersInUse()).hasSize(1);
    fixture.restart();
    assertThat(fixture.store.layersInUse()).hasSize(1);
    fixture.users.clear();
    fixture.store.containerRemoved(new Digest(id));
    assertThat(fixture.leftovers()).isEmpty();
  }

  @Test
  void aHeldImageLosesItsNameButNotItsLayers() throws IOException {
    fixture.importTar("box", ROOTFS);
    try (ImageHold hold = fixture.store.hold("box")) {
      fixture.images.remove("box", true, true);
      assertThat(fixture.driver.exists(Objects.requireNonNull(hold.image().topLayer()))).isTrue();
    }
    assertThat(fixture.leftovers()).isEmpty();
  }

  @Test
  void listsByFilters() {
    fixture.importTar("app/web:1", ROOTFS, "LABEL tier=front");
    fixture.importTar("db:2", ImagesFixture.tar("x", "y"));
    fixture.importTar("", ImagesFixture.tar("z", "w"));
    assertThat(fixture.list()).hasSize(3);
    assertThat(names("{\"reference\":[\"app/*\"]}")).containsExactly("app/web:1");
    assertThat(names("{\"reference\":[\"d?:2\"]}")).containsExactly("db:2");
    assertThat(names("{\"label\":[\"tier=front\"]}")).containsExactly("app/web:1");
    assertThat(names("{\"dangling\":[\"false\"]}")).containsExactly("db:2", "app/web:1");
    assertThat(images("{\"dangling\":[\"true\"]}")).isEqualTo(1);
    assertThat(names("{\"since\":[\"app/web:1\"],\"dangling\":[\"false\"]}"))
        .containsExactly("db:2");
    assertThat(names("{\"before\":[\"db:2\"]}")).containsExactly("app/web:1");
    assertThatThrownBy(() -> images("{\"color\":[\"x\"]}")).hasMessage("invalid filter 'color'");
    assertThatThrownBy(() -> images("{\"before\":[\"nope\"]}"))
        .hasMessage("No such image: nope:latest");
    assertThat(fixture.images.prune(Filters.NONE).imagesDeleted()).hasSize(2);
    assertThat(fixture.images.prune(Filters.parse("{\"dangling\":[\"false\"]}")).spaceReclaimed())
        .isEqualTo(5007);
    assertThat(fixture.list()).isEmpty();
  }

  private List<String> names(String filters) {
    return fixture.images.list(false, Filters.parse(filters), false, true).stream()
        .flatMap(i -> Objects.requireNonNull(i.repoTags()).stream())
        .toList();
  }

  private int images(String filters) {
    return fixture.images.list(false, Filters.parse(filters), false, true).size();
  }

  @Test
  void aBadUploadLeavesNothing() throws IOException {
    byte[] broken = gzip(ROOTFS);
    assertThatThrownBy(
            () -> fixture.importTar("x", java.util.Arrays.copyOf(broken, broken.length / 2)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("EOF");
    assertThatThrownBy(
            () -> fixture.importTar("x", java.util.Arrays.copyOf(ROOTFS, ROOTFS.length - 4000)))
        .isInstanceOf(EngineException.class);
    assertThatThrownBy(() -> fixture.importTar("x", ROOTFS, "RUN x"))
        .hasMessage("RUN is not a valid change command");
    assertThatThrownBy(() -> fixture.importTar("BAD", ROOTFS))
        .hasMessageContaining("must be lowercase");
    assertThat(fixture.leftovers()).isEmpty();
    assertThat(fixture.list()).isEmpty();
  }

  @Test
  void twentyThousandSmallFilesTakeSeconds() {
    String[] files = new String[40_000];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "d" + i % 100 + "/f" + i;
      files[i + 1] = "content " + i;
    }
    byte[] tar = ImagesFixture.tar(files);
    long start = System.nanoTime();
    fixture.images.importRootfs(
        new Images.ImportOptions("many", "", null, List.of(), null),
        new ByteArrayInputStream(tar),
        new ImagesFixture.Lines());
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(20_000);
    System.err.println("20,000 files: " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  @Test
  void hostileArchivesAreRefused() throws IOException {
    String[][] archives = {
      {"manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]"},
      {"manifest.json", "null"},
      {"manifest.json", "{"},
      {"manifest.json", "[null]"},
      {"manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"l\"]}]", "c", "{}"},
      {"manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]", "c", "{\"rootfs\":{\"type\":\"l\"}}"},
      {"other", "x"},
      {
        "manifest.json",
        "[{\"Config\":\"c\",\"Layers\":[\"l\"]}]",
        "c",
        config("0".repeat(64)),
        "l",
        "not a tar at all"
      },
      {
        "index.json",
        "{\"manifests\":[{\"mediaType\":\"m\",\"size\":1,\"digest\":\"sha256:"
            + "0".repeat(64)
            + "\"}]}",
        "blobs/sha256/" + "0".repeat(64),
        "x"
      },
    };
    for (String[] archive : archives) {
      assertThatThrownBy(() -> fixture.load(ImagesFixture.tar(archive)))
          .as(archive[1])
          .isInstanceOf(EngineException.class);
      assertThat(fixture.leftovers()).isEmpty();
    }
    assertThatThrownBy(() -> fixture.load("abc".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EngineException.class);
    assertThatThrownBy(() -> fixture.load(new byte[0])).isInstanceOf(EngineException.class);
    assertThat(fixture.leftovers()).isEmpty();
  }

  @Test
  void aWrongLayerIsRefusedByItsDigest() throws IOException {
    byte[] layer = ImagesFixture.tar("a", "b");
    String[] archive = {
      "manifest.json",
      "[{\"Config\":\"c\",\"RepoTags\":[\"x:1\"],\"Layers\":[\"l\"]}]",
      "c",
      config("1".repeat(64)),
      "l",
      new String(layer, StandardCharsets.ISO_8859_1)
    };
    assertThatThrownBy(() -> fixture.load(ImagesFixture.tar(archive)))
        .hasMessageContaining("layer verification failed for digest sha256:1111");
    assertThat(fixture.leftovers()).isEmpty();
  }

  private static String config(String diffHex) {
    return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
        + diffHex
        + "\"]}}";
  }
}
