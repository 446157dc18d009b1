package dev.priok.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarTest {
  @TempDir Path temp;

  @Test
  void whatIsPackedIsUnpacked() throws IOException {
    Path source = Files.createDirectories(temp.resolve("source/deep"));
    String longName = "ä".repeat(100);
    Files.writeString(source.resolve(longName), "long");
    Files.write(source.resolve("big"), new byte[100_000]);
    Files.createSymbolicLink(source.resolve("link"), Path.of("big"));
    Files.setPosixFilePermissions(
        source.resolve("big"), PosixFilePermissions.fromString("rwxr-x---"));
    Path target = Files.createDirectory(temp.resolve("target"));
    try (TarSource tar = new TarSource(temp.resolve("source"), "source")) {
      new Unpacker(target, "renamed", true).unpack(tar);
    }
    Path deep = target.resolve("renamed/deep");
    assertThat(deep.resolve(longName)).hasContent("long");
    assertThat(Files.size(deep.resolve("big"))).isEqualTo(100_000);
    assertThat(Files.readSymbolicLink(deep.resolve("link"))).isEqualTo(Path.of("big"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolve("big"))))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void tarReadsWhatWePack() throws Exception {
    Path source = Files.createDirectories(temp.resolve("s"));
    Files.writeString(source.resolve("a"), "content");
    Path file = temp.resolve("x.tar");
    try (TarSource tar = new TarSource(source, "s")) {
      Files.copy(tar, file);
    }
    Process list = new ProcessBuilder("tar", "tf", file.toString()).start();
    assertThat(new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .containsExactly("s/", "s/a");
    assertThat(list.waitFor()).isZero();
  }

  @Test
  void nothingLeavesTheTarget() throws IOException {
    Path target = Files.createDirectory(temp.resolve("t"));
    Path outside = Files.createDirectory(temp.resolve("outside"));
    byte[] throughLink =
        tar(
            entry("x/l", outside.toString(), TarEntry.SYMLINK),
            entry("x/l/evil", "", TarEntry.FILE));
    assertThatThrownBy(
            () -> new Unpacker(target, "x", false).unpack(new ByteArrayInputStream(throughLink)))
        .isInstanceOf(IOException.class);
    byte[] climbing = tar(entry("x/../../outside/evil", "", TarEntry.FILE));
    assertThatThrownBy(
            () -> new Unpacker(target, "x", false).unpack(new ByteArrayInputStream(climbing)))
        .isInstanceOf(IOException.class);
    byte[] hardLink = tar(entry("x/h", "../outside", TarEntry.HARD_LINK));
    assertThatThrownBy(
            () -> new Unpacker(target, "x", false).unpack(new ByteArrayInputStream(hardLink)))
        .isInstanceOf(IOException.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aFileReplacesALinkAndDoesNotWriteThroughIt() throws IOException {
    Path target = Files.createDirectory(temp.resolve("t"));
    Path victim = Files.writeString(temp.resolve("victim"), "safe");
    Files.createSymbolicLink(target.resolve("f"), victim);
    new Unpacker(target, "f", false)
        .unpack(new ByteArrayInputStream(tar(entry("f", "", TarEntry.FILE))));
    assertThat(victim).hasContent("safe");
    assertThat(Files.isSymbolicLink(target.resolve("f"))).isFalse();
    assertThat(Files.exists(target.resolve("f"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void garbageIsRefused() {
    byte[] garbage = "x".repeat(2048).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () -> new Unpacker(temp, null, false).unpack(new ByteArrayInputStream(garbage)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
  }

  private static TarEntry entry(String name, String link, char type) {
    return new TarEntry(name, link, type, 0644, 0, 0, 0, 0);
  }

  private static byte[] tar(TarEntry... entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (TarEntry entry : entries) {
      bytes.writeBytes(TarHeaders.of(entry));
    }
    bytes.writeBytes(new byte[1024]);
    return bytes.toByteArray();
  }
}
