package dev.priok.host.logging.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.drivers.LogEntry.Partial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that node agents read. */
final class JsonFileTargetTest {
  private static final long TIME = 1_767_323_045_120_000_000L;

  @TempDir private Path dir;

  private Path file() {
    return dir.resolve(Contexts.ID + "-json.log");
  }

  private LogTarget open(Map<String, String> options, long mark) throws IOException {
    new JsonFileDriver().check(options);
    return new JsonFileDriver().open(Contexts.of(dir, options), mark);
  }

  @Test
  void linesAreDockers() throws IOException {
    try (LogTarget target = open(Map.of("labels", "team", "tag", "t"), 0)) {
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "a \"b\" \\ <i>&\t\u2028ä😀"));
      target.deliver(LogEntry.line(TIME + 1, LogStream.STDERR, ""));
      byte[] bad = {'x', (byte) 0xff, (byte) 0xc3, 'y', (byte) 0xe2, (byte) 0x82};
      Partial piece = new Partial("0".repeat(64), 1, false);
      target.deliver(new LogEntry(TIME, LogStream.STDOUT, bad, 0, bad.length, piece));
      target.flush();
      assertThat(target.mark()).isEqualTo(Files.size(file()));
    }
    String rest = ",\"attrs\":{\"tag\":\"t\",\"team\":\"blue\"},\"time\":\"2026-01-02T03:04:05.12";
    assertThat(Files.readString(file()))
        .isEqualTo(
            "{\"log\":\"a \\\"b\\\" \\\\ \\u003ci\\u003e\\u0026\\u0009\\u2028ä😀\\n\","
                + "\"stream\":\"stdout\""
                + rest
                + "Z\"}\n{\"log\":\"\\n\",\"stream\":\"stderr\""
                + rest
                + "0000001Z\"}\n{\"log\":\"x\\ufffd\\ufffdy\\ufffd\\ufffd\",\"stream\":\"stdout\""
                + rest
                + "Z\"}\n");
    assertThat(Files.getPosixFilePermissions(file()).toString()).doesNotContain("OTHERS");
  }

  @Test
  void rotatesAndCompresses() throws IOException {
    Map<String, String> options = Map.of("max-size", "1k", "max-file", "3", "compress", "true");
    try (LogTarget target = open(options, 0)) {
      for (int i = 0; i < 100; i++) {
        target.begin();
        target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "line " + i));
        target.flush();
        assertThat(Files.size(file())).isLessThan(1200);
      }
    }
    assertThat(file()).content().endsWith("Z\"}\n").contains("line 99");
    Path packed = dir.resolve(Contexts.ID + "-json.log.1.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text).hasLineCount(15).doesNotContain("line 99");
    }
    assertThat(dir.resolve(Contexts.ID + "-json.log.2.gz")).exists();
    assertThat(dir.resolve(Contexts.ID + "-json.log.3.gz")).doesNotExist();
    assertThat(dir.resolve(Contexts.ID + "-json.log.1")).doesNotExist();
  }

  @Test
  void whatADeadDaemonDidNotRememberIsCutOff() throws IOException {
    long mark;
    try (LogTarget target = open(Map.of(), 0)) {
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "one"));
      target.flush();
      mark = target.mark();
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "two"));
      target.flush();
    }
    try (LogTarget target = open(Map.of(), mark)) {
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "two"));
      target.flush();
    }
    assertThat(Files.readString(file())).hasLineCount(2).containsOnlyOnce("two");
  }

  @Test
  void aUserMayEmptyOrMoveIt() throws IOException {
    try (LogTarget target = open(Map.of(), 0)) {
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "one"));
      target.flush();
      Files.write(file(), new byte[0]);
      target.begin();
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "two"));
      target.flush();
      assertThat(Files.readString(file())).startsWith("{\"log\":\"two");
      assertThat(target.mark()).isEqualTo(Files.size(file()));
      Files.move(file(), dir.resolve("moved"));
      assertThat(target.begin()).isTrue();
      assertThat(target.mark()).isZero();
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "three"));
      target.flush();
      assertThat(Files.readString(file())).startsWith("{\"log\":\"three");
    }
  }
}
