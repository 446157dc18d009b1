package dev.priok.host.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation, packing and dropping, and reading while they happen. */
final class LogFilesTest {
  @TempDir private Path dir;
  private LogFiles files;

  @BeforeEach
  void place() {
    files = new LogFiles(dir.resolve("log"));
  }

  @Test
  void numbersGrowAndStay() throws IOException {
    assertThat(files.number()).isEqualTo(1);
    for (int i = 1; i <= 4; i++) {
      write(i);
      files.rotate();
    }
    write(5);
    assertThat(files.number()).isEqualTo(5);
    files.prune(3);
    assertThat(names()).containsExactly("log", "log.00000003", "log.00000004", "log.tmp");
    files.pack();
    assertThat(names()).containsExactly("log", "log.00000003.zst", "log.00000004.zst", "log.tmp");
    assertThat(read(LogReadOptions.all())).isEqualTo("3\n4\n5\n");
    files.prune(1);
    assertThat(files.number()).as("the newest leaves its number behind").isEqualTo(5);
    assertThat(read(LogReadOptions.all())).isEqualTo("5\n");
    assertThat(files.dropOldest()).isFalse();
  }

  @Test
  void theNextFileIsMadeBeforeTheOldOneIsMoved() throws IOException {
    write(1);
    files.rotate();
    assertThat(dir.resolve("log.tmp")).isEmptyFile();
  }

  @Test
  void nothingIsPackedThatConmonMayStillWriteTo() throws IOException {
    write(1);
    files.rotate();
    files.pack();
    assertThat(names()).contains("log.00000001");
    write(2);
    files.pack();
    assertThat(names()).contains("log.00000001.zst");
  }

  @Test
  void anUnfinishedPackingIsDoneAgain() throws IOException {
    write(1);
    files.rotate();
    write(2);
    Files.write(dir.resolve("log.00000001.zst"), new byte[] {1, 2, 3});
    assertThat(read(LogReadOptions.all())).isEqualTo("1\n2\n");
    files.pack();
    assertThat(names()).contains("log.00000001.zst").doesNotContain("log.00000001");
    assertThat(read(LogReadOptions.all())).isEqualTo("1\n2\n");
  }

  @Test
  void tailLooksIntoPackedFiles() throws IOException {
    for (int file = 0; file < 3; file++) {
      for (int i = 0; i < 1000; i++) {
        write(file * 1000 + i);
      }
      files.rotate();
    }
    write(3000);
    files.pack();
    assertThat(tail(1)).isEqualTo("3000\n");
    assertThat(tail(3)).isEqualTo("2998\n2999\n3000\n");
    assertThat(tail(2001)).startsWith("1000\n").hasLineCount(2001);
    assertThat(tail(5000)).startsWith("0\n").hasLineCount(3001);
    assertThat(tail(0)).isEmpty();
  }

  @Test
  void aWalkSeesEachLineOnceWhateverHappensToTheFiles() throws IOException {
    List<String> seen = new ArrayList<>();
    try (LogWalk walk = new LogWalk(files, LogPlace.START)) {
      int line = 0;
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++) {
          write(line++);
        }
        if (round % 3 == 1) {
          walk.drain(lines(seen, Integer.MAX_VALUE));
        }
        files.rotate();
        if (round % 4 == 2) {
          write(line++);
          files.pack();
        }
      }
      walk.drain(lines(seen, Integer.MAX_VALUE));
      assertThat(seen).hasSize(line).doesNotHaveDuplicates();
      assertThat(seen.getLast()).isEqualTo(Integer.toString(line - 1));
    }
  }

  @Test
  void aPlaceIsFoundAgainByTheNextDaemon() throws IOException {
    for (int i = 0; i < 10; i++) {
      write(i);
    }
    List<String> seen = new ArrayList<>();
    LogPlace place;
    try (LogWalk walk = new LogWalk(files, LogPlace.START)) {
      walk.drain(lines(seen, 4));
      place = walk.place();
    }
    files.rotate();
    write(10);
    files.pack();
    try (LogWalk walk = new LogWalk(files, place)) {
      walk.drain(lines(seen, Integer.MAX_VALUE));
    }
    assertThat(seen).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    assertThat(files.after(new LogPlace(2, 0))).isEqualTo(Files.size(dir.resolve("log")));
  }

  @Test
  void theCeilingTakesFromTheLargestFirst() throws IOException {
    Path loud = Files.createDirectory(dir.resolve("loud"));
    Path quiet = Files.createDirectory(dir.resolve("quiet"));
    LogFiles large = new LogFiles(loud.resolve("loud.log"));
    for (int i = 0; i < 8; i++) {
      Files.writeString(large.base(), "x".repeat(10_000));
      large.rotate();
    }
    LogFiles small = new LogFiles(quiet.resolve("quiet.log"));
    Files.writeString(small.base(), "y".repeat(10_000));
    small.rotate();
    Files.writeString(small.base(), "y".repeat(100));
    new LogCeiling(dir, 50_000).enforce();
    assertThat(large.size()).isLessThanOrEqualTo(35_000).isPositive();
    assertThat(small.size()).isEqualTo(10_100);
    assertThat(new LogCeiling(dir, 40_000).fileLimit(0)).isEqualTo(10_000);
  }

  private static LineSink lines(List<String> into, int most) {
    int before = into.size();
    return new LineSink() {
      @Override
      public void line(byte[] b, int start, int end, long number, long offset) {
        int text = start + K8sLine.HEADER;
        into.add(new String(b, text, end - 1 - text, StandardCharsets.UTF_8));
      }

      @Override
      public boolean enough() {
        return into.size() - before >= most;
      }
    };
  }

  private void write(int line) throws IOException {
    Files.writeString(
        files.base(),
        "2026-11-20T22:35:01.000000001+00:00 stdout F " + line + "\n",
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(dir)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private String tail(long lines) throws IOException {
    return read(LogReadOptionsBuilder.builder(LogReadOptions.all()).tail(lines).build());
  }

  private String read(LogReadOptions options) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ContainerLog(files).read(options, (t, s, b, o, l) -> bytes.write(b, o, l));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
