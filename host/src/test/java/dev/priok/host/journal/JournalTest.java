package dev.priok.host.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.host.journal.Journal.Entry;
import dev.priok.host.journal.Journal.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Limits SMALL = new Limits(8, 4, 1 << 20);

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(Journal journal, long from) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Entry> page = journal.read(from, 3);
    while (!page.isEmpty()) {
      page.forEach(e -> texts.add(new String(e.bytes(), StandardCharsets.UTF_8)));
      page = journal.read(page.getLast().number() + 1, 3);
    }
    return texts;
  }

  private static void fill(Journal journal, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      assertThat(journal.append(i * 10L, bytes("e" + i))).isEqualTo(i + 1L);
    }
  }

  @Test
  void whatWasAppendedIsThereForTheNextProcess() throws IOException {
    try (Journal journal = Journal.open(folder, SMALL)) {
      fill(journal, 0, 19);
      assertThat(texts(journal, 1)).hasSize(19).startsWith("e0").endsWith("e18");
    }
    try (Journal journal = Journal.open(folder, SMALL)) {
      assertThat(journal.end()).isEqualTo(20);
      assertThat(texts(journal, 1)).hasSize(19);
      fill(journal, 19, 21);
      assertThat(texts(journal, 18)).containsExactly("e17", "e18", "e19", "e20");
    }
  }

  @Test
  void aKilledProcessLosesNothing() throws IOException {
    // Neither closed nor synced, as after a kill -9; a half-written entry follows.
    Journal killed = Journal.open(folder, SMALL);
    fill(killed, 0, 10);
    // Its packing thread lives on, other than after a kill: not beside the next process.
    Path full = folder.resolve("0000000000000000001.log");
    for (int i = 0; i < 500 && Files.exists(full); i++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    Path last = newest(".log");
    Files.write(last, new byte[] {0, 0, 0, 50, 1, 2}, StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(folder, SMALL)) {
      assertThat(texts(journal, 1)).hasSize(10);
      fill(journal, 10, 12);
      assertThat(texts(journal, 10)).containsExactly("e9", "e10", "e11");
    }
  }

  @Test
  void aDamagedEntryEndsTheNewestSegment() throws IOException {
    try (Journal journal = Journal.open(folder, SMALL)) {
      fill(journal, 0, 3);
    }
    Path file = newest(".log");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    try (Journal journal = Journal.open(folder, SMALL)) {
      assertThat(texts(journal, 1)).containsExactly("e0", "e1");
    }
  }

  @Test
  void theOldestGoWhenThereAreTooMany() throws IOException {
    try (Journal journal = Journal.open(folder, SMALL)) {
      fill(journal, 0, 100);
    }
    try (Journal journal = Journal.open(folder, SMALL)) {
      // Four full segments of eight, and the newest of four.
      assertThat(journal.start()).isEqualTo(65);
      assertThat(texts(journal, 1)).hasSize(36).startsWith("e64");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(5);
    }
  }

  @Test
  void timeFindsTheSegment() throws IOException {
    try (Journal journal = Journal.open(folder, SMALL)) {
      fill(journal, 0, 30);
      assertThat(journal.firstSince(0)).isEqualTo(1);
      assertThat(journal.firstSince(100)).isEqualTo(9);
      assertThat(journal.firstSince(250)).isEqualTo(25);
    }
  }

  @Test
  void anInterruptedThreadHarmsNobody() throws Exception {
    try (Journal journal = Journal.open(folder, SMALL)) {
      Thread interrupted =
          Thread.ofPlatform()
              .start(() -> {
                Thread.currentThread().interrupt();
                try {
                  journal.append(1, bytes("e0"));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      interrupted.join();
      fill(journal, 1, 4);
      assertThat(texts(journal, 1)).hasSize(4);
    }
  }

  private Path newest(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList().getLast();
    }
  }
}
