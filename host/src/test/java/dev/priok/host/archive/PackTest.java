package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was unpacked comes out the same when packed, and the other way round. */
final class PackTest {
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path scratch;

  private static TarEntry entry(
      String name, char type, int mode, int nanos, Map<String, byte[]> xattrs) {
    return new TarEntry(name, type, "", mode, 12, 34, 0, 1_600_000_000, nanos, 0, 0, xattrs);
  }

  @Test
  void everyKindSurvives() throws IOException {
    String longName = "long/" + "n".repeat(120) + "/" + "m".repeat(240);
    byte[] binary = {0, (byte) 0xff, (byte) 0xfe, '=', '\n'};
    TarEntry device =
        new TarEntry("zero", TarEntry.CHARACTER, "", 0666, 0, 0, 0, 9, 0, 1, 5, Map.of());
    byte[] tar =
        Tars.tar()
            .entry(entry("suid", TarEntry.FILE, 06755, 123456789, Map.of()), new byte[0])
            .entry(
                entry("cap", TarEntry.FILE, 0755, 0, Map.of("security.capability", CAPABILITY)),
                new byte[0])
            .entry(entry("x", TarEntry.FILE, 0600, 0, Map.of("user.bin", binary)), new byte[0])
            .entry(entry("pipe", TarEntry.FIFO, 0622, 5, Map.of()), new byte[0])
            .entry(device, new byte[0])
            .entry(entry("sticky", TarEntry.DIRECTORY, 01777, 42, Map.of()), new byte[0])
            .file("sticky/file", "content")
            .hardLink("sticky/second", "sticky/file")
            .symlink("link", "../../etc/passwd")
            .file(longName, "deep")
            .file("n\u00e4me \u4f60", "unicode")
            .file("bytes-\udcff\udc80", "no UTF-8")
            .entry(
                new TarEntry(
                    "big-ids",
                    TarEntry.FILE,
                    "",
                    0644,
                    3_000_000_000L,
                    4_000_000_000L,
                    0,
                    -5,
                    500_000_000,
                    0,
                    0,
                    Map.of()),
                new byte[0])
            .bytes();
    Path first = Files.createDirectory(scratch.resolve("first"));
    Unpack.into(first, new ByteArrayInputStream(tar), UnpackOptions.PLAIN);
    byte[] packed = pack(first);
    Path second = Files.createDirectory(scratch.resolve("second"));
    Unpack.into(second, new ByteArrayInputStream(packed), UnpackOptions.PLAIN);
    byte[] again = pack(second);

    assertThat(again).isEqualTo(packed);
    assertThat(Tars.names(again)).isSorted();
    try (Fd root = At.open(second, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      FileStat suid = At.stat(root, "suid");
      assertThat(suid.permissions()).isEqualTo(06755);
      assertThat(suid.uid()).isEqualTo(12);
      assertThat(suid.gid()).isEqualTo(34);
      assertThat(suid.modified())
          .isEqualTo(java.time.Instant.ofEpochSecond(1_600_000_000, 123456789));
      assertThat(At.stat(root, "sticky").permissions()).isEqualTo(01777);
      assertThat(At.stat(root, "sticky").modified())
          .isEqualTo(java.time.Instant.ofEpochSecond(1_600_000_000, 42));
      assertThat(At.stat(root, "pipe").type()).isEqualTo(FileStat.FIFO);
      assertThat(At.stat(root, "zero").rdev()).isEqualTo(dev.priok.kernel.call.Device.of(1, 5));
      assertThat(At.stat(root, "big-ids").uid()).isEqualTo((int) 3_000_000_000L);
      assertThat(At.stat(root, "big-ids").modified().getEpochSecond()).isEqualTo(-5);
      assertThat(At.stat(root, "bytes-\udcff\udc80").size()).isEqualTo(8);
    }
    assertThat(Xattrs.get(second.resolve("cap"), "security.capability")).contains(CAPABILITY);
    assertThat(Xattrs.get(second.resolve("x"), "user.bin")).contains(binary);
    assertThat(Files.getAttribute(second.resolve("sticky/file"), "unix:nlink")).isEqualTo(2);
    assertThat(second.resolve(longName)).hasContent("deep");
    assertThat(Files.readSymbolicLink(second.resolve("link")).toString())
        .isEqualTo("../../etc/passwd");
  }

  private static byte[] pack(Path directory) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out);
        Fd root = At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      new Pack(tar, PackOptions.LAYER).below(root, "");
    }
    return out.toByteArray();
  }

  @Test
  void gnuTarReadsWhatWeWriteAndWeReadItsFormats() throws Exception {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    Files.createDirectories(tree.resolve("a/" + "b".repeat(200)));
    Files.writeString(tree.resolve("a/" + "b".repeat(200) + "/c"), "deep");
    Files.createSymbolicLink(tree.resolve("l"), Path.of("x".repeat(300)));
    run(tree, "truncate", "-s", "3000000", "sparse");
    run(tree, "sh", "-c", "printf tail | dd of=sparse bs=1 seek=2000000 conv=notrunc 2>/dev/null");
    for (String format : new String[] {"gnu", "posix", "oldgnu"}) {
      Path archive = scratch.resolve(format + ".tar");
      run(tree, "tar", "-cSf", archive.toString(), "--format=" + format, ".");
      Path target = Files.createDirectory(scratch.resolve(format));
      try (var in = Files.newInputStream(archive)) {
        Unpack.into(target, in, UnpackOptions.PLAIN);
      }
      run(scratch, "diff", "-r", "--no-dereference", tree.toString(), target.toString());
    }
    Path ours = scratch.resolve("ours.tar");
    Files.write(ours, pack(tree));
    Path target = Files.createDirectory(scratch.resolve("by-tar"));
    run(target, "tar", "-xf", ours.toString());
    run(scratch, "diff", "-r", "--no-dereference", tree.toString(), target.toString());
  }

  private static void run(Path directory, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void socketsStayOut() throws Exception {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    try (var server =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      server.bind(java.net.UnixDomainSocketAddress.of(tree.resolve("sock")));
      Files.writeString(tree.resolve("file"), "x");
      assertThat(Tars.names(pack(tree))).containsExactly("file");
    }
    assertThat(Files.exists(tree.resolve("file"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void compressionIsToldByTheFirstBytes() throws IOException {
    byte[] plain = Tars.tar().file("f", "hello".repeat(1000)).bytes();
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(plain);
    }
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    try (var out = new com.github.luben.zstd.ZstdOutputStream(zstd)) {
      out.write(plain);
    }
    ByteArrayOutputStream xz = new ByteArrayOutputStream();
    try (var out = new org.tukaani.xz.XZOutputStream(xz, new org.tukaani.xz.LZMA2Options(1))) {
      out.write(plain);
    }
    ByteArrayOutputStream bzip = new ByteArrayOutputStream();
    try (var out =
        new org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream(bzip)) {
      out.write(plain);
    }
    for (byte[] packed :
        new byte[][] {
          plain, gzip.toByteArray(), zstd.toByteArray(), xz.toByteArray(), bzip.toByteArray()
        }) {
      try (var in = Compression.decompress(new ByteArrayInputStream(packed))) {
        assertThat(in.readAllBytes()).isEqualTo(plain);
      }
    }
    try (var in = Compression.decompress(new ByteArrayInputStream(new byte[0]))) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }
}
