package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every shape of a tar that tries to write, or to reach, outside of its root. */
final class HostileTarTest {
  @TempDir Path scratch;
  private Path root;
  private Path outside;

  @BeforeEach
  void places() throws IOException {
    root = Files.createDirectory(scratch.resolve("root"));
    outside = Files.createDirectory(scratch.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "untouched");
  }

  private void unpack(Tars tar) throws IOException {
    Unpack.into(root, tar.stream(), UnpackOptions.PLAIN);
  }

  private void nothingOutside() throws IOException {
    assertThat(outside.resolve("secret")).hasContent("untouched");
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
    try (var files = Files.list(scratch)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void refusesNamesThatClimb() throws IOException {
    for (String name : new String[] {"../evil", "a/../../evil", "..", "/../evil", "./../evil"}) {
      assertThatThrownBy(() -> unpack(Tars.tar().file(name, "x")))
          .isInstanceOf(ArchiveException.class)
          .hasMessageContaining("invalid entry name");
    }
    nothingOutside();
  }

  @Test
  void takesAbsoluteNamesAsBelowTheRoot() throws IOException {
    unpack(Tars.tar().file("/etc/evil", "x").file(outside + "/secret", "y"));
    assertThat(root.resolve("etc/evil")).hasContent("x");
    nothingOutside();
  }

  @Test
  void doesNotWriteThroughAbsoluteLink() throws IOException {
    unpack(Tars.tar().symlink("d", outside.toString()).file("d/secret", "x"));
    nothingOutside();
    assertThat(root.resolve(outside.toString().substring(1)).resolve("secret")).hasContent("x");
  }

  @Test
  void doesNotWriteThroughClimbingLink() throws IOException {
    assertThatThrownBy(() -> unpack(Tars.tar().symlink("d", "../outside").file("d/secret", "x")))
        .isInstanceOf(IOException.class);
    nothingOutside();
  }

  @Test
  void doesNotWriteThroughChainOfLinks() throws IOException {
    unpack(
        Tars.tar()
            .directory("a", 0755)
            .symlink("a/up", "..")
            .symlink("b", "a/up/../../outside/../../..")
            .file("b/secret", "x"));
    nothingOutside();
  }

  @Test
  void replacesLinkInPlaceOfFile() throws IOException {
    unpack(Tars.tar().symlink("f", outside.resolve("secret").toString()).file("f", "mine"));
    assertThat(Files.isSymbolicLink(root.resolve("f"))).isFalse();
    assertThat(root.resolve("f")).hasContent("mine");
    nothingOutside();
  }

  @Test
  void replacesLinkInPlaceOfDirectory() throws IOException {
    unpack(
        Tars.tar().symlink("d", outside.toString()).directory("d", 0777).file("d/secret", "mine"));
    assertThat(Files.isDirectory(root.resolve("d"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    nothingOutside();
  }

  @Test
  void aDirectoryReplacedByLinkIsNotReachedThroughTheOpenOne() throws IOException {
    unpack(
        Tars.tar()
            .directory("d", 0755)
            .file("d/one", "1")
            .file("d", "file now")
            .symlink("d", outside.toString())
            .file("d/secret", "x"));
    nothingOutside();
  }

  @Test
  void hardLinkOutsideIsRefused() throws IOException {
    assertThatThrownBy(() -> unpack(Tars.tar().hardLink("h", "../outside/secret")))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("invalid hardlink \"h\" -> \"../outside/secret\"");
    assertThatThrownBy(() -> unpack(Tars.tar().hardLink("h", outside.resolve("secret").toString())))
        .isInstanceOf(IOException.class);
    nothingOutside();
  }

  @Test
  void hardLinkToLinkIsTheLinkItself() throws IOException {
    unpack(
        Tars.tar()
            .symlink("s", outside.resolve("secret").toString())
            .hardLink("h", "s")
            .file("h", "mine"));
    assertThat(root.resolve("h")).hasContent("mine");
    nothingOutside();
  }

  @Test
  void hardLinkThroughLinkedDirectoryStaysInside() throws IOException {
    assertThatThrownBy(
            () -> unpack(Tars.tar().symlink("d", outside.toString()).hardLink("h", "d/secret")))
        .isInstanceOf(IOException.class);
    nothingOutside();
  }

  @Test
  void modeAndOwnerDoNotFollowLinks() throws IOException {
    var before = Files.getPosixFilePermissions(outside.resolve("secret"));
    unpack(
        Tars.tar()
            .entry(
                new TarEntry(
                    "s",
                    TarEntry.SYMLINK,
                    outside.resolve("secret").toString(),
                    0777,
                    5,
                    5,
                    0,
                    1,
                    0,
                    0,
                    0,
                    Map.of("user.x", new byte[] {1})),
                new byte[0]));
    assertThat(Files.getPosixFilePermissions(outside.resolve("secret"))).isEqualTo(before);
    assertThat(Files.getAttribute(outside.resolve("secret"), "unix:uid")).isEqualTo(0);
    assertThat(Files.getAttribute(root.resolve("s"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(5);
  }

  @Test
  void directoryTimesDoNotFollowLinks() throws IOException {
    var before = Files.getLastModifiedTime(outside);
    unpack(Tars.tar().directory("d", 0755).symlink("d", outside.toString()));
    assertThat(Files.getLastModifiedTime(outside)).isEqualTo(before);
  }

  @Test
  void whiteoutsCannotNameAnythingElse() {
    for (String name : new String[] {".wh...", ".wh.", "a/.wh..", ".wh.../x"}) {
      UnpackOptions layer = new UnpackOptions(new OverlayMarks(), false, null);
      Tars tar = Tars.tar().file(name, "");
      if (name.equals(".wh.../x")) {
        continue;
      }
      assertThatThrownBy(() -> Unpack.into(root, tar.stream(), layer))
          .isInstanceOf(ArchiveException.class);
    }
  }

  @Test
  void plantedOverlayMarksAreDropped() throws IOException {
    unpack(
        Tars.tar()
            .entry(
                new TarEntry(
                    "d",
                    TarEntry.DIRECTORY,
                    "",
                    0755,
                    0,
                    0,
                    0,
                    1,
                    0,
                    0,
                    0,
                    Map.of(
                        "trusted.overlay.redirect",
                        "/etc".getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                new byte[0]));
    assertThat(dev.priok.kernel.fs.Xattrs.list(root.resolve("d"))).isEmpty();
  }

  @Test
  void truncatedAndBrokenTarsAreRefused() {
    byte[] whole = Tars.tar().file("f", "x".repeat(5000)).bytes();
    for (int length : new int[] {100, 512, 700, 5000}) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(
              () -> Unpack.into(root, new ByteArrayInputStream(part), UnpackOptions.PLAIN))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("unexpected EOF");
    }
    byte[] damaged = whole.clone();
    damaged[0] ^= 1;
    assertThatThrownBy(
            () -> Unpack.into(root, new ByteArrayInputStream(damaged), UnpackOptions.PLAIN))
        .hasMessageContaining("invalid tar header");
    byte[] noise = new byte[4096];
    new java.util.Random(1).nextBytes(noise);
    assertThatThrownBy(
            () -> Unpack.into(root, new ByteArrayInputStream(noise), UnpackOptions.PLAIN))
        .hasMessageContaining("invalid tar header");
  }

  @Test
  void hugeExtensionsAreRefused() {
    byte[] header = Tars.tar().file("x", "").bytes();
    header[156] = 'x';
    byte[] size = "77777777777".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, header, 124, 11);
    checksum(header);
    assertThatThrownBy(
            () -> Unpack.into(root, new ByteArrayInputStream(header), UnpackOptions.PLAIN))
        .hasMessageContaining("header field too long");
  }

  private static void checksum(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += header[i] & 0xff;
    }
    byte[] digits = "%06o".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 6);
    header[154] = 0;
  }

  @Test
  void aFileWhereADirectoryIsNeededIsAnError() {
    assertThatThrownBy(() -> unpack(Tars.tar().file("f", "1").file("f/below", "2")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Not a directory");
  }

  @Test
  void keepsKindsWhereAsked() throws IOException {
    Files.createDirectory(root.resolve("d"));
    Files.writeString(root.resolve("f"), "f");
    UnpackOptions keep = new UnpackOptions(null, true, null);
    assertThatThrownBy(() -> Unpack.into(root, Tars.tar().file("d", "x").stream(), keep))
        .hasMessageContaining("cannot overwrite directory \"d\" with non-directory");
    assertThatThrownBy(() -> Unpack.into(root, Tars.tar().directory("f", 0755).stream(), keep))
        .hasMessageContaining("cannot overwrite non-directory \"f\" with directory");
  }

  @Test
  void removesVeryDeepTrees() throws IOException {
    StringBuilder path = new StringBuilder("d");
    for (int i = 0; i < 700; i++) {
      path.append("/d");
    }
    Files.createDirectories(root.resolve(path.toString()));
    RemoveTree.at(root);
    assertThat(root).doesNotExist();
    nothing(scratch);
  }

  private static void nothing(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(p -> p.getFileName().toString())).containsExactly("outside");
    }
  }
}
