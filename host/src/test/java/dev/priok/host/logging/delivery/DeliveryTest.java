package dev.priok.host.logging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.LogPlace;
import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.drivers.Contexts;
import dev.priok.host.logging.drivers.LogContext;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.host.logging.drivers.LogEntry;
import dev.priok.host.logging.drivers.LogTarget;
import dev.priok.host.logging.drivers.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing lost, nothing doubled, whatever dies in between. */
final class DeliveryTest {
  @TempDir private Path dir;
  private LogFiles files;
  private Path position;
  private final Growing growing = new Growing();

  @BeforeEach
  void place() {
    files = new LogFiles(dir.resolve("id.log"));
    position = dir.resolve("id-log.position");
  }

  /** A log that the test writes. */
  private static final class Growing implements LogFollow {
    private final AtomicLong version = new AtomicLong();
    private volatile boolean ended;

    @Override
    public long version() {
      return version.get();
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public void awaitChange(long seen, long millis) throws InterruptedException {
      for (long i = 0; i < millis && version.get() == seen && !ended; i++) {
        Thread.sleep(1);
      }
    }
  }

  /** Keeps what it is given; fails when told to. */
  private static final class Memory implements LogTarget {
    private final List<String> taken;
    private final List<String> batch = new ArrayList<>();
    private final Random random;
    private final int failOneIn;

    Memory(List<String> taken, Random random, int failOneIn) {
      this.taken = taken;
      this.random = random;
      this.failOneIn = failOneIn;
    }

    @Override
    public void deliver(LogEntry entry) {
      LogEntry.Partial partial = entry.partial();
      String mark = partial == null ? "" : partial.ordinal() + (partial.last() ? "!" : "+");
      batch.add((entry.stream() == LogStream.STDERR ? "E" : "O") + mark + ":" + entry.text());
    }

    @Override
    public boolean full() {
      return batch.size() >= 7;
    }

    @Override
    public void flush() throws IOException {
      if (failOneIn > 0 && random.nextInt(failOneIn) == 0) {
        throw new IOException("refused");
      }
      taken.addAll(batch);
      batch.clear();
    }

    @Override
    public void close() {
      batch.clear();
    }
  }

  private void line(String stream, String tag, String text) throws IOException {
    Files.writeString(
        files.base(),
        "2026-11-20T22:35:01.000000001+00:00 " + stream + " " + tag + " " + text + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    growing.version.incrementAndGet();
  }

  private static void whole(Delivery delivery) throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!delivery.await(20_000)) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(1);
    }
  }

  private Delivery delivery(Delivery.Opening opening, RetryPolicy policy) {
    return new Delivery("id", files, position, opening, policy);
  }

  private List<String> deliverAll() throws Exception {
    List<String> taken = new ArrayList<>();
    growing.ended = true;
    Delivery delivery = delivery(mark -> new Memory(taken, new Random(1), 0), RetryPolicy.STANDARD);
    delivery.begin(growing);
    assertThat(delivery.await(10_000)).isTrue();
    return taken;
  }

  @Test
  void joinsWhatConmonCutAndCutsAsDockerDoes() throws Exception {
    String half = "x".repeat(8192);
    line("stdout", "P", half);
    line("stderr", "F", "error");
    line("stdout", "F", "end");
    line("stdout", "P", half);
    line("stdout", "P", half);
    line("stdout", "P", half);
    line("stdout", "F", "tail");
    line("stdout", "F", "");
    line("stdout", "P", half);
    line("stdout", "P", half);
    line("stdout", "F", "");
    line("stderr", "P", "no end");
    assertThat(deliverAll())
        .containsExactly(
            "E:error",
            "O:" + half + "end",
            "O1+:" + half + half,
            "O2!:" + half + "tail",
            "O:",
            "O1+:" + half + half,
            "O2!:",
            "E1+:no end");
  }

  @Test
  void survivesAKillBetweenAnyTwoEntries() throws Exception {
    String half = "y".repeat(8192);
    Random random = new Random(7);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (i % 20 == 3) {
        line("stdout", "P", half);
        line("stderr", "F", "e" + i);
        line("stdout", "P", half + "z");
        line("stderr", "F", "f" + i);
        line("stdout", "F", "end" + i);
        expected.addAll(List.of("E:e" + i, "O1+:" + half + half, "E:f" + i, "O2!:z" + "end" + i));
      } else {
        line("stdout", "F", "line " + i);
        expected.add("O:line " + i);
      }
      if (i % 50 == 49) {
        files.rotate();
      }
    }
    line("stdout", "F", "last");
    expected.add("O:last");
    files.pack();
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    growing.ended = true;
    int lives = 0;
    boolean through = false;
    while (!through) {
      int most = random.nextInt(1, 12);
      lives++;
      Delivery delivery = delivery(mark -> new Dying(taken, most), RetryPolicy.STANDARD);
      delivery.begin(growing);
      Thread.sleep(2);
      through = delivery.await(20);
      delivery.stop();
    }
    assertThat(lives).isGreaterThan(10);
    for (int i = 0; i < Math.min(taken.size(), expected.size()); i++) {
      assertThat(taken.get(i).equals(expected.get(i))).as("at %d", i).isTrue();
    }
    assertThat(taken).hasSameSizeAs(expected);
  }

  /** Takes some entries one by one, then hangs until it is interrupted, as a dead daemon would. */
  private static final class Dying implements LogTarget {
    private final List<String> taken;
    private int left;
    private String next = "";

    Dying(List<String> taken, int left) {
      this.taken = taken;
      this.left = left;
    }

    @Override
    public void deliver(LogEntry entry) {
      LogEntry.Partial partial = entry.partial();
      String mark = partial == null ? "" : partial.ordinal() + (partial.last() ? "!" : "+");
      next = (entry.stream() == LogStream.STDERR ? "E" : "O") + mark + ":" + entry.text();
    }

    @Override
    public boolean full() {
      return true;
    }

    @Override
    public void flush() throws IOException {
      if (left-- == 0) {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          throw new java.io.InterruptedIOException("killed");
        }
      }
      taken.add(next);
    }

    @Override
    public void close() {
      left = 0;
    }
  }

  @Test
  void aTargetThatFailsGetsEverythingOnceInTheEnd() throws Exception {
    List<String> taken = new ArrayList<>();
    Random random = new Random(3);
    Delivery delivery = delivery(mark -> new Memory(taken, random, 3), new RetryPolicy(1, 2, 0, 0));
    delivery.begin(growing);
    for (int i = 0; i < 500; i++) {
      line("stdout", "F", "line " + i);
    }
    growing.ended = true;
    whole(delivery);
    assertThat(taken).hasSize(500).startsWith("O:line 0").endsWith("O:line 499");
  }

  @Test
  void afterTheAttemptsTheUserWantsTheBatchIsGivenUp() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      line("stdout", "F", "line " + i);
    }
    int[] opened = {0};
    List<String> taken = new ArrayList<>();
    Delivery delivery =
        delivery(
            mark -> {
              if (opened[0]++ < 5) {
                throw new IOException("not there");
              }
              return new Memory(taken, new Random(1), 0);
            },
            new RetryPolicy(1, 1, 5, 0));
    growing.ended = true;
    delivery.begin(growing);
    whole(delivery);
    assertThat(taken).hasSizeBetween(5_000, 9_900).endsWith("O:line 9999");
  }

  @Test
  void nonBlockingKeepsTheYoungestWhileTheTargetFails() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      line("stdout", "F", "line " + i);
    }
    int[] opened = {0};
    List<String> taken = new ArrayList<>();
    Delivery delivery =
        delivery(
            mark -> {
              if (opened[0]++ == 0) {
                throw new IOException("not there");
              }
              return new Memory(taken, new Random(1), 0);
            },
            new RetryPolicy(1, 1, 0, 100_000));
    growing.ended = true;
    delivery.begin(growing);
    whole(delivery);
    assertThat(taken).hasSizeBetween(600, 2_000).endsWith("O:line 19999");
  }

  /** Stops and starts a delivery to json-file while the log grows and both are rotated. */
  @Test
  void jsonFileHasEachLineOnceOverManyLives() throws Exception {
    LogContext context =
        Contexts.of(dir, Map.of("max-size", "20k", "max-file", "1000", "compress", "true"));
    Delivery.Opening opening = mark -> LogDrivers.standard().get("json-file").open(context, mark);
    Random random = new Random(11);
    int written = 0;
    for (int life = 0; life < 40; life++) {
      Delivery delivery = delivery(opening, RetryPolicy.STANDARD);
      delivery.begin(growing);
      int more = random.nextInt(200);
      for (int i = 0; i < more; i++) {
        line("stdout", "F", "line " + written++);
      }
      if (life % 5 == 4) {
        files.rotate();
        line("stdout", "F", "line " + written++);
        files.pack();
      }
      Thread.sleep(random.nextInt(15));
      delivery.stop();
    }
    growing.ended = true;
    Delivery last = delivery(opening, RetryPolicy.STANDARD);
    last.begin(growing);
    assertThat(last.await(20_000)).isTrue();
    List<String> lines = jsonLines();
    for (int i = 0; i < Math.min(lines.size(), written); i++) {
      assertThat(lines.get(i)).as("at %d", i).isEqualTo("line " + i + "\n");
    }
    assertThat(lines).hasSize(written);
  }

  private List<String> jsonLines() throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.list(dir)) {
      all.filter(p -> p.getFileName().toString().contains("-json.log")).forEach(paths::add);
    }
    paths.sort(java.util.Comparator.comparingInt((Path p) -> age(p)).reversed());
    List<String> lines = new ArrayList<>();
    for (Path path : paths) {
      byte[] bytes = Files.readAllBytes(path);
      if (path.toString().endsWith(".gz")) {
        bytes =
            new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(bytes))
                .readAllBytes();
      }
      for (String line :
          new String(bytes, java.nio.charset.StandardCharsets.UTF_8).lines().toList()) {
        lines.add(new ObjectMapper().readTree(line).get("log").asText());
      }
    }
    return lines;
  }

  private static int age(Path path) {
    String rest = path.getFileName().toString().replaceFirst(".*-json\\.log\\.?", "");
    return rest.isEmpty() ? 0 : Integer.parseInt(rest.replace(".gz", ""));
  }

  @Test
  void aTornPositionLeavesTheOneBefore() throws IOException {
    StreamPosition at = new StreamPosition(new LogPlace(3, 17), 5, 2, 99, new LogPlace(2, 1));
    try (PositionFile file = new PositionFile(position)) {
      file.write(new Position(at, StreamPosition.START, 1));
      file.write(new Position(at, at, 2));
    }
    try (PositionFile file = new PositionFile(position)) {
      assertThat(file.position()).isEqualTo(new Position(at, at, 2));
    }
    byte[] bytes = Files.readAllBytes(position);
    bytes[20] ^= 1; // in the slot of the second
    Files.write(position, bytes);
    try (PositionFile file = new PositionFile(position)) {
      assertThat(file.position()).isEqualTo(new Position(at, StreamPosition.START, 1));
    }
  }
}
