package dev.priok.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Broken and hostile requests to every operation: each is answered within five seconds, by no
 * status above 499 that the specification does not name and by no exception of our own; the daemon
 * lives, and holds nothing more at the end.
 *
 * <p>{@code -Dpriok.fuzz.requests=100000} is the long form ({@code ./check --soak}).
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "reads /proc")
final class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("priok.fuzz.requests", 3_000);
  private static final long SEED = Long.getLong("priok.fuzz.seed", System.nanoTime());
  private static final int HANDS = 4;
  private static final int LIMIT_MILLIS = Integer.getInteger("priok.fuzz.limit", 5_000);
  private static final Pattern ID = Pattern.compile("\"(?:Id|ID|Name)\":\"([^\"]{1,80})\"");

  /** Not done yet: refused with the reason. */
  private static final int NOT_IMPLEMENTED = 501;

  private final List<Operation> operations = Operation.all();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<String, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final Known known = new Known();

  @Test
  void everyRequestIsAnsweredAndNothingStays() throws IOException {
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage("--experimental");
    try (ScheduledExecutorService timer = Executors.newScheduledThreadPool(1)) {
      Path folder = daemon.scratch();
      long descriptors = descriptors(daemon);
      List<Thread> hands = new ArrayList<>();
      AtomicInteger left = new AtomicInteger(REQUESTS);
      for (int hand = 0; hand < HANDS; hand++) {
        Random random = new Random(SEED + hand);
        hands.add(
            Thread.ofPlatform()
                .name("hand-" + hand)
                .start(() -> work(daemon, folder, random, left, timer)));
      }
      while (left.get() > 0 && faults.size() < 20 && hands.stream().anyMatch(Thread::isAlive)) {
        Eventually.pause(Duration.ofSeconds(2));
        tidy(daemon);
      }
      left.set(0);
      for (Thread hand : hands) {
        join(hand);
      }
      System.out.printf("seed %d, statuses %s%n", SEED, statuses);
      failures.forEach((sentence, times) -> System.out.printf("%5d %s%n", times.get(), sentence));
      assertThat(faults).as("faults of seed %d", SEED).isEmpty();
      assertThat(exceptions(daemon)).as("exceptions in the log, seed %d", SEED).isEmpty();
      daemon.removeEverything();
      Eventually.holds(
          "connections and what they held are closed",
          Duration.ofSeconds(60),
          () -> descriptors(daemon) <= descriptors + 30);
    } finally {
      daemon.closeAndExpect(before);
    }
  }

  private void work(
      DaemonUnderTest daemon,
      Path folder,
      Random random,
      AtomicInteger left,
      ScheduledExecutorService timer) {
    HostileValues values = new HostileValues(random, folder, known);
    Requests requests = new Requests(values);
    while (left.getAndDecrement() > 0) {
      Operation operation = values.one(operations);
      while (operation.isOfSwarm() && values.chance(0.85)) {
        operation = values.one(operations);
      }
      byte[] request = requests.next(operation);
      Exchange.Answer answer =
          Exchange.of(daemon.socket(), request, operation.isEndless(), LIMIT_MILLIS, timer);
      statuses
          .computeIfAbsent(Integer.toString(answer.status()), s -> new AtomicInteger())
          .incrementAndGet();
      judge(operation, request, answer);
      if (status500(answer)) {
        failures
            .computeIfAbsent(sentence(operation, answer), f -> new AtomicInteger())
            .incrementAndGet();
      }
      if (answer.status() == 200 || answer.status() == 201) {
        Matcher id = ID.matcher(answer.text());
        if (id.find()) {
          known.add(id.group(1));
        }
      }
    }
  }

  private static boolean status500(Exchange.Answer answer) {
    return answer.status() == 500;
  }

  /** What a user reads, without names. */
  private static String sentence(Operation operation, Exchange.Answer answer) {
    String body = answer.text().substring(Math.max(0, answer.text().indexOf("\r\n\r\n"))).strip();
    String brief = body.replaceAll("[0-9a-f]{12,}", "ID").replaceAll("x{50,}", "xx");
    return operation + ": " + brief.substring(0, Math.min(200, brief.length()));
  }

  private void judge(Operation operation, byte[] request, Exchange.Answer answer) {
    int status = answer.status();
    if (!answer.inTime() && !(operation.isEndless() && status == 0 && waits(operation))) {
      fault("no whole answer after " + answer.millis() + " ms", operation, request, answer);
    } else if (status == 0 && answer.inTime()) {
      fault("cut off without an answer", operation, request, answer);
    } else if (status >= 500
        && status != NOT_IMPLEMENTED
        && !operation.statuses().contains(status)) {
      fault("a status that the specification does not name", operation, request, answer);
    } else if (status >= 500 && answer.text().matches("(?s).*\\b(java|dev\\.priok)\\.[a-z].*")) {
      fault("an exception for the user", operation, request, answer);
    }
  }

  /** Waiting for a container's end, or for one to be read from, says nothing for a while. */
  private static boolean waits(Operation operation) {
    return operation.path().endsWith("/wait") || operation.path().endsWith("/attach");
  }

  private void fault(String what, Operation operation, byte[] request, Exchange.Answer answer) {
    String text = new String(request, StandardCharsets.UTF_8);
    faults.add(
        "%s: %s%n%s%n-> %s%n"
            .formatted(
                what,
                operation,
                text.substring(0, Math.min(text.length(), 3_000)),
                answer.text().substring(0, Math.min(answer.text().length(), 1_000))));
  }

  /** What was made goes from time to time: the machine has an end. */
  private void tidy(DaemonUnderTest daemon) {
    known.forget();
    daemon.docker("ps", "-aq").lines().forEach(id -> daemon.docker("rm", "-f", "-v", id));
    daemon.docker("network", "prune", "-f");
    if (daemon.docker("image", "inspect", "busybox").exit() != 0) {
      daemon.importStarterImage();
    }
  }

  /** Lines of the daemon's log that tell of a fault of its own, with the first of the stack. */
  private static List<String> exceptions(DaemonUnderTest daemon) throws IOException {
    List<String> lines = Files.readAllLines(daemon.log());
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines
          .get(i)
          .matches(
              "(Caused by: )?java\\.(lang\\.\\w*(Exception|Error)|nio\\.file\\.Invalid|util\\.\\w*Exception).*")) {
        found.add(
            String.join("\n", lines.subList(Math.max(0, i - 1), Math.min(lines.size(), i + 6))));
      }
    }
    return found.stream().limit(10).toList();
  }

  private static long descriptors(DaemonUnderTest daemon) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + daemon.pid() + "/fd"))) {
      return open.collect(Collectors.counting());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
