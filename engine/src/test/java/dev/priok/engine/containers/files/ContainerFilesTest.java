package dev.priok.engine.containers.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.engine.volumes.ResolvedMountBuilder;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.TarReader;
import dev.priok.host.archive.TarWriter;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker cp, export: what they find, what they refuse, and that they stay inside. */
final class ContainerFilesTest {
  private static final WriteArchiveOptions PLAIN = new WriteArchiveOptions(false, false);

  @TempDir Path scratch;
  private Path root;
  private Path volume;
  private Path outside;

  @BeforeEach
  void places() throws IOException {
    root = Files.createDirectory(scratch.resolve("root"));
    volume = Files.createDirectory(scratch.resolve("volume"));
    outside = Files.createDirectory(scratch.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectories(root.resolve("etc/conf"));
    Files.writeString(root.resolve("etc/conf/file"), "content");
    Files.createDirectory(root.resolve("data"));
    Files.writeString(volume.resolve("in-volume"), "v");
    Files.createSymbolicLink(root.resolve("escape"), outside);
    Files.createSymbolicLink(root.resolve("climb"), Path.of("../../../" + outside));
    Files.createSymbolicLink(root.resolve("conf"), Path.of("/etc/conf"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
  }

  private ContainerFileView view() {
    return new ContainerFileView(root, List.of(), false, "box");
  }

  private ContainerFileView withVolume(boolean readOnly, boolean readOnlyRoot) {
    ResolvedMount mount =
        ResolvedMountBuilder.builder()
            .type(ResolvedMount.Type.VOLUME)
            .source(volume.toString())
            .destination("/data")
            .readOnly(readOnly)
            .volume("vol")
            .listed(true)
            .build();
    return new ContainerFileView(root, List.of(mount), readOnlyRoot, "box");
  }

  private static PathStat stat(ContainerFileView view, String path) {
    return new StatPath().of(view, path);
  }

  private static List<String> read(ContainerFileView view, String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ReadArchive().read(view, path, stat -> {}, () -> out);
    return names(out);
  }

  private static List<String> names(ByteArrayOutputStream out) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarReader tar = new TarReader(new ByteArrayInputStream(out.toByteArray()))) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        names.add(entry.name());
      }
    }
    return names;
  }

  private static byte[] tar(String name, String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (TarWriter tar = new TarWriter(out)) {
      tar.begin(TarEntry.file(name, 0644, bytes.length, 1));
      tar.write(bytes, 0, bytes.length);
    }
    return out.toByteArray();
  }

  private static void write(ContainerFileView view, String path, String name, String content)
      throws IOException {
    write(view, path, PLAIN, null, tar(name, content));
  }

  private static void write(
      ContainerFileView view,
      String path,
      WriteArchiveOptions options,
      UnpackOptions.@Nullable Owner owner,
      byte[] tar) {
    new WriteArchive().write(view, path, options, owner, new ByteArrayInputStream(tar));
  }

  private static void kind(org.assertj.core.api.AbstractThrowableAssert<?, ?> thrown, ErrorKind k) {
    thrown.isInstanceOf(EngineException.class);
    thrown.extracting(e -> ((EngineException) e).kind()).isEqualTo(k);
  }

  @Test
  void statTellsWhatGoClientsExpect() {
    PathStat directory = stat(view(), "/etc/conf/");
    assertThat(directory.name()).isEqualTo("conf");
    assertThat(directory.mode()).isEqualTo((1L << 31) | 0755);
    PathStat file = stat(view(), "etc/conf/file");
    assertThat(file.name()).isEqualTo("file");
    assertThat(file.size()).isEqualTo(7);
    assertThat(file.mode()).isEqualTo(0644);
    PathStat link = stat(view(), "/conf");
    assertThat(link.mode() & (1L << 27)).isNotZero();
    assertThat(link.linkTarget()).isEqualTo("/etc/conf");
    assertThat(stat(view(), "/conf/").mode()).isEqualTo((1L << 31) | 0755);
    assertThat(stat(view(), "/dangling").linkTarget()).isEqualTo("/nowhere");
    assertThat(stat(view(), "/").name()).isEqualTo("/");
    assertThat(stat(view(), "/../../etc/conf/file").size()).isEqualTo(7);
  }

  @Test
  void missingFilesAre404InDockersWords() {
    kind(
        assertThatThrownBy(() -> stat(view(), "/no/such"))
            .hasMessage("Could not find the file /no/such in container box"),
        ErrorKind.NOT_FOUND);
    kind(
        assertThatThrownBy(() -> stat(view(), "/etc/conf/file/x"))
            .hasMessage("lstat /etc/conf/file/x: not a directory"),
        ErrorKind.INVALID);
    kind(assertThatThrownBy(() -> stat(view(), "/etc/conf/file/")), ErrorKind.INVALID);
    kind(assertThatThrownBy(() -> read(view(), "/no")), ErrorKind.NOT_FOUND);
    kind(assertThatThrownBy(() -> write(view(), "/no", "f", "x")), ErrorKind.NOT_FOUND);
  }

  @Test
  void linksDoNotLeadOutside() throws IOException {
    kind(assertThatThrownBy(() -> stat(view(), "/escape/secret")), ErrorKind.NOT_FOUND);
    kind(assertThatThrownBy(() -> stat(view(), "/climb/secret")), ErrorKind.NOT_FOUND);
    kind(assertThatThrownBy(() -> read(view(), "/escape/")), ErrorKind.NOT_FOUND);
    kind(assertThatThrownBy(() -> write(view(), "/escape", "evil", "x")), ErrorKind.NOT_FOUND);
    write(view(), "/", "escape/evil", "x");
    write(view(), "/etc", "../../outside/evil".substring(6), "x");
    assertThat(outside.toFile().list()).containsExactly("secret");
    kind(
        assertThatThrownBy(() -> write(view(), "/etc", "../../outside/evil", "x")),
        ErrorKind.INVALID);
    assertThat(outside.toFile().list()).containsExactly("secret");
  }

  @Test
  void archivesBeginWithTheLastNameAskedFor() throws IOException {
    assertThat(read(view(), "/etc/conf")).containsExactly("conf/", "conf/file");
    assertThat(read(view(), "/etc/conf/.")).containsExactly("./", "./file");
    assertThat(read(view(), "/etc/conf/file")).containsExactly("file");
    assertThat(read(view(), "/conf")).containsExactly("conf");
    assertThat(read(view(), "/conf/")).containsExactly("conf/", "conf/file");
  }

  @Test
  void volumesAreSeenAndWritten() throws IOException {
    ContainerFileView view = withVolume(false, true);
    assertThat(stat(view, "/data/in-volume").size()).isEqualTo(1);
    assertThat(read(view, "/data")).containsExactly("data/", "data/in-volume");
    assertThat(read(view, "/")).contains("//data/in-volume".substring(1));
    write(view, "/data", "new", "x");
    assertThat(volume.resolve("new")).hasContent("x");
    assertThat(root.resolve("data")).isEmptyDirectory();
    write(withVolume(false, false), "/", "data/deep/file", "y");
    assertThat(volume.resolve("deep/file")).hasContent("y");
  }

  @Test
  void readOnlyTargetsAreRefused() {
    kind(
        assertThatThrownBy(() -> write(withVolume(true, false), "/data", "f", "x"))
            .hasMessage("mounted volume is marked read-only"),
        ErrorKind.FORBIDDEN);
    kind(
        assertThatThrownBy(() -> write(withVolume(false, true), "/etc", "f", "x"))
            .hasMessage("container rootfs is marked read-only"),
        ErrorKind.FORBIDDEN);
    kind(
        assertThatThrownBy(() -> write(withVolume(true, false), "/", "data/f", "x"))
            .hasMessage("mounted volume is marked read-only"),
        ErrorKind.FORBIDDEN);
  }

  @Test
  void writingKeepsItsRules() throws IOException {
    kind(
        assertThatThrownBy(() -> write(view(), "/etc/conf/file", "f", "x"))
            .hasMessage("extraction point is not a directory"),
        ErrorKind.INVALID);
    WriteArchiveOptions keep = new WriteArchiveOptions(true, false);
    assertThatThrownBy(() -> write(view(), "/etc", keep, null, tar("conf", "x")))
        .hasMessageContaining("cannot overwrite directory");
    write(
        view(),
        "/conf",
        new WriteArchiveOptions(false, true),
        new UnpackOptions.Owner(12, 34),
        tar("mine", "x"));
    assertThat(Files.getAttribute(root.resolve("etc/conf/mine"), "unix:uid")).isEqualTo(12);
    assertThat(Files.getAttribute(root.resolve("etc/conf/mine"), "unix:gid")).isEqualTo(34);
    byte[] broken = java.util.Arrays.copyOf(tar("f", "x".repeat(2000)), 1000);
    kind(assertThatThrownBy(() -> write(view(), "/etc", PLAIN, null, broken)), ErrorKind.INVALID);
  }

  @Test
  void exportHasEverythingButVolumes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ExportContainer().export(withVolume(false, false), () -> out);
    assertThat(names(out))
        .contains("etc/", "etc/conf/file", "data/", "escape")
        .doesNotContain("data/in-volume")
        .isSorted();
  }
}
