package dev.priok.host.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerLogTest {
  private static final String T = "2026-11-20T22:35:";

  @TempDir private Path dir;
  private Path base;

  @BeforeEach
  void place() {
    base = dir.resolve("log");
  }

  @Test
  void joinsPiecesAndTellsStreamsApart() throws IOException {
    Files.writeString(
        base,
        out("11", "P", "a") + err("11", "F", "oops") + out("12", "F", "b") + out("13", "P", "c"));
    assertThat(read(LogReadOptions.all())).isEqualTo("aoops\nb\nc");
    LogReadOptions output =
        LogReadOptionsBuilder.builder(LogReadOptions.all()).stderr(false).timestamps(true).build();
    assertThat(read(output)).isEqualTo(T + "11.000000001Z ab\n" + T + "13.000000001Z c");
  }

  @Test
  void convertsOtherTimeZones() throws IOException {
    Files.writeString(base, "2026-01-01T00:30:00.123456789+01:00 stdout F x\n");
    LogReadOptions times =
        LogReadOptionsBuilder.builder(LogReadOptions.all()).timestamps(true).build();
    assertThat(read(times)).isEqualTo("2025-12-31T23:30:00.123456789Z x\n");
    AtomicLong nanos = new AtomicLong();
    new ContainerLog(new LogFiles(base))
        .read(LogReadOptions.all(), (t, s, b, o, l) -> nanos.set(t));
    assertThat(Instant.ofEpochSecond(0, nanos.get()))
        .isEqualTo(Instant.parse("2025-12-31T23:30:00.123456789Z"));
  }

  @Test
  void findsTheTailOverRotatedFiles() throws IOException {
    Files.writeString(dir.resolve("log.00000001"), out("01", "F", "1") + out("02", "F", "2"));
    Files.writeString(dir.resolve("log.00000002"), out("03", "F", "3") + out("04", "P", "4"));
    Files.writeString(base, out("05", "F", "5") + out("06", "F", "6"));
    assertThat(tail(0)).isEmpty();
    assertThat(tail(1)).isEqualTo("6\n");
    assertThat(tail(2)).isEqualTo("5\n6\n");
    assertThat(tail(100)).isEqualTo("1\n2\n3\n45\n6\n");
    assertThat(read(LogReadOptions.all())).isEqualTo("1\n2\n3\n45\n6\n");
  }

  @Test
  void keepsPiecesOfTheLastLinesTogether() throws IOException {
    Files.writeString(
        base,
        out("01", "F", "1") + out("02", "P", "a") + out("02", "F", "b") + out("03", "P", "c"));
    assertThat(tail(1)).isEqualTo("c");
    assertThat(tail(2)).isEqualTo("ab\nc");
  }

  @Test
  void selectsByTime() throws IOException {
    Files.writeString(base, out("01", "F", "1") + out("02", "F", "2") + out("03", "F", "3"));
    LogReadOptions some =
        LogReadOptionsBuilder.builder(LogReadOptions.all())
            .since(Instant.parse(T + "02Z"))
            .until(Instant.parse(T + "03Z"))
            .build();
    assertThat(read(some)).isEqualTo("2\n");
  }

  @Test
  void isFastAndSkipsRubbish() throws IOException {
    StringBuilder text = new StringBuilder("rubbish\n");
    for (int i = 0; i < 200_000; i++) {
      text.append(out("01", "F", "line " + i));
    }
    Files.writeString(base, text);
    LogReadOptions times =
        LogReadOptionsBuilder.builder(LogReadOptions.all()).timestamps(true).build();
    AtomicLong lines = new AtomicLong();
    long start = System.nanoTime();
    new ContainerLog(new LogFiles(base)).read(times, (t, s, b, o, l) -> lines.incrementAndGet());
    System.out.println("200,000 lines: " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(lines.get()).isEqualTo(200_000);
    assertThat(tail(3)).isEqualTo("line 199997\nline 199998\nline 199999\n");
    assertThat(tail(150_000)).startsWith("line 50000\n");
  }

  private String tail(long lines) throws IOException {
    return read(LogReadOptionsBuilder.builder(LogReadOptions.all()).tail(lines).build());
  }

  private String read(LogReadOptions options) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ContainerLog(new LogFiles(base)).read(options, (t, s, b, o, l) -> bytes.write(b, o, l));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String out(String seconds, String tag, String text) {
    return T + seconds + ".000000001+00:00 stdout " + tag + " " + text + "\n";
  }

  private static String err(String seconds, String tag, String text) {
    return T + seconds + ".000000001+00:00 stderr " + tag + " " + text + "\n";
  }
}
