package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.RawHttp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** So many containers of every sort that come, are looked at, and go while others stay. */
final class Crowd {
  private static final int HANDS = 4;
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  /** Bodies of create: what holds a resource of the daemon while it lives. */
  private static final List<String> SORTS =
      List.of(
          "\"Cmd\":[\"sleep\",\"10000\"]",
          "\"Cmd\":[\"sleep\",\"10000\"],\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],"
              + "\"Interval\":3000000000}",
          "\"Cmd\":[\"sleep\",\"10000\"],\"Volumes\":{\"/kept\":{}}",
          "\"Cmd\":[\"httpd\",\"-f\"],\"ExposedPorts\":{\"80/tcp\":{}},"
              + "\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{}]}}",
          "\"Cmd\":[\"sh\",\"-c\",\"while :; do echo line; sleep 1; done\"],\"HostConfig\":"
              + "{\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10k\"}}}",
          "\"Cmd\":[\"sh\",\"-c\",\"sleep 5; exit 3\"],"
              + "\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"}}",
          "\"Cmd\":[\"sleep\",\"10000\"],\"HostConfig\":{\"NetworkMode\":\"none\"}",
          "\"Cmd\":[\"sleep\",\"10000\"],\"Tty\":true,\"OpenStdin\":true,"
              + "\"HostConfig\":{\"AutoRemove\":true,\"Tmpfs\":{\"/t\":\"size=1m\"}}");

  private final DaemonUnderTest daemon;
  private final int size;
  private final AtomicInteger came = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> hands = new ArrayList<>();

  /** Hands work with the read lock: who has the other one sees a crowd that stands still. */
  private final ReentrantReadWriteLock still = new ReentrantReadWriteLock(true);

  private volatile boolean over;

  Crowd(DaemonUnderTest daemon, int size) {
    this.daemon = daemon;
    this.size = size;
  }

  /** Lets them come and go until {@link #end}. */
  void begin() {
    for (int hand = 0; hand < HANDS; hand++) {
      int quota = size / HANDS;
      hands.add(Thread.ofPlatform().name("hand-" + hand).start(() -> comeAndGo(quota)));
    }
  }

  /** How many have come so far. */
  int came() {
    return came.get();
  }

  /** Looks at the daemon while the whole crowd is there and nobody comes or goes. */
  Appetite whileStill() {
    still.writeLock().lock();
    try {
      throwFailure();
      return Appetite.of(daemon.pid());
    } finally {
      still.writeLock().unlock();
    }
  }

  /** Nobody comes or goes any more; what is there stays. */
  void end() {
    over = true;
    for (Thread hand : hands) {
      try {
        hand.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  void throwFailure() {
    Throwable failure = failures.peek();
    if (failure != null) {
      throw new AssertionError("a client of the crowd failed", failure);
    }
  }

  private void comeAndGo(int quota) {
    ArrayDeque<String> mine = new ArrayDeque<>();
    try {
      while (!over && failures.isEmpty()) {
        still.readLock().lock();
        try {
          if (mine.size() >= quota) {
            goes(mine.removeFirst());
          }
          mine.addLast(comes(came.incrementAndGet()));
        } finally {
          still.readLock().unlock();
        }
      }
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  private String comes(int number) {
    String sort = SORTS.get(number % SORTS.size());
    String made = ask("POST", "/containers/create", "{\"Image\":\"busybox\"," + sort + "}", 201);
    Matcher id = ID.matcher(made);
    assertThat(id.find()).as(made).isTrue();
    String container = "/containers/" + id.group(1);
    ask("POST", container + "/start", "", 204);
    look(container, number);
    return container;
  }

  /** A tenth of all that come are asked each of these. */
  private void look(String container, int number) {
    switch (number % 10) {
      case 0 -> ask("GET", container + "/json", "", 200);
      case 1 -> ask("GET", container + "/stats?stream=0", "", 200);
      case 2 -> ask("GET", container + "/logs?stdout=1", "", 200);
      case 3 -> ask("GET", container + "/top", "", 200);
      case 4 -> ask("GET", container + "/changes", "", 200);
      case 5 -> ask("GET", container + "/archive?path=/etc", "", 200);
      case 6 -> ask("GET", "/containers/json?all=1", "", 200);
      case 7 -> exec(container);
      case 8 -> // leaves in the middle of an attach
          http()
              .exchange(
                  "POST /v1.45"
                      + container
                      + "/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\n"
                      + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
                  true);
      default -> ask("GET", "/events?since=0&until=1", "", 200);
    }
  }

  private void exec(String container) {
    String state = ask("GET", container + "/json", "", 200);
    if (!state.contains("\"Running\":true")) {
      return; // between two restarts
    }
    RawHttp.Answer made = http().post("/v1.45" + container + "/exec", "{\"Cmd\":[\"true\"]}");
    Matcher id = ID.matcher(made.body());
    if (made.status() == 409) {
      return; // it has just ended
    }
    assertThat(id.find()).as(made.body()).isTrue();
    http().post("/v1.45/exec/" + id.group(1) + "/start", "{\"Detach\":true}");
  }

  private void goes(String container) {
    ask("DELETE", container + "?force=1&v=1", "", 204);
  }

  private String ask(String method, String path, String json, int wanted) {
    RawHttp.Answer answer = http().send(method, "/v1.45" + path, json);
    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isEqualTo(wanted);
    return answer.body();
  }

  private RawHttp http() {
    return daemon.http();
  }
}
