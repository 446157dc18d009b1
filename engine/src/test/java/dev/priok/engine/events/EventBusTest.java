package dev.priok.engine.events;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.journal.Journal;
import dev.priok.model.api.system.EventMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventBusTest {
  /** Collects messages; {@code leave} is the client going away. */
  private static class Collector implements MessageSink<EventMessage> {
    final List<String> actions = new CopyOnWriteArrayList<>();
    final CountDownLatch opened = new CountDownLatch(1);
    volatile Runnable leave = () -> {};
    volatile String last = "";
    final AtomicLong missed = new AtomicLong();

    @Override
    public void open() {
      opened.countDown();
    }

    @Override
    public void emit(EventMessage message) {
      actions.add(String.valueOf(message.action()));
      Map<String, String> attributes = requireNonNull(requireNonNull(message.actor()).attributes());
      last = attributes.getOrDefault("n", last);
      missed.addAndGet(Long.parseLong(attributes.getOrDefault("missed", "0")));
    }

    @Override
    public void onGone(Runnable action) {
      leave = action;
    }
  }

  @TempDir Path folder;
  private Journal journal;
  private EventBus bus;

  @BeforeEach
  void open() throws IOException {
    journal = Journal.open(folder, new Journal.Limits(16, 4, 1 << 20));
    bus = new EventBus(journal);
  }

  @AfterEach
  void close() {
    bus.close();
    journal.close();
  }

  @Test
  void tellsAReaderWhatItAskedFor() throws Exception {
    Collector client = new Collector();
    Filters filters = Filters.parse("{\"event\":[\"exec_start\"],\"container\":{\"web\":true}}");
    Thread reader = Thread.ofVirtual().start(() -> bus.stream(null, null, filters, client));
    assertThat(client.opened.await(5, TimeUnit.SECONDS)).isTrue();
    bus.publish(Events.Type.CONTAINER, "start", "id1", Map.of("name", "web"));
    bus.publish(Events.Type.CONTAINER, "exec_start: ls", "id1", Map.of("name", "web"));
    bus.publish(Events.Type.CONTAINER, "exec_start: ls", "id2", Map.of("name", "db"));
    while (client.actions.isEmpty()) {
      Thread.sleep(5);
    }
    client.leave.run();
    assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
    assertThat(client.actions).containsExactly("exec_start: ls");
    assertThat(bus.readers()).isZero();
  }

  @Test
  void theNextDaemonReplaysWhatThisOneSaw() throws Exception {
    bus.publish(Events.Type.VOLUME, "create", "v1", Map.of());
    bus.publish(Events.Type.VOLUME, "create", "v2", Map.of("driver", "local"));
    // A killed daemon closes nothing.
    try (Journal next = Journal.open(folder, new Journal.Limits(16, 4, 1 << 20))) {
      EventBus again = new EventBus(next);
      Collector client = new Collector();
      String now = Long.toString(Instant.now().getEpochSecond() + 1);
      again.publish(Events.Type.VOLUME, "destroy", "v1", Map.of());
      again.stream("0", now, Filters.parse("{\"volume\":[\"v\"]}"), client);
      assertThat(client.actions).containsExactly("create", "create", "destroy");
    }
  }

  @Test
  void aReaderThatStandsStillSlowsNobodyAndIsToldWhatItMissed() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Collector client =
        new Collector() {
          @Override
          public void emit(EventMessage message) {
            stuck.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            super.emit(message);
          }
        };
    Thread reader = Thread.ofVirtual().start(() -> bus.stream(null, null, Filters.NONE, client));
    assertThat(client.opened.await(5, TimeUnit.SECONDS)).isTrue();
    bus.publish(Events.Type.CONTAINER, "create", "c", Map.of());
    assertThat(stuck.await(5, TimeUnit.SECONDS)).isTrue();
    // More than the ring holds (sixteen times four, and the memory of the last thousand).
    for (int i = 0; i < 3_000; i++) {
      bus.publish(Events.Type.CONTAINER, "start", "c", Map.of("n", Integer.toString(i)));
    }
    go.countDown();
    while (!client.last.equals("2999")) {
      Thread.sleep(5);
    }
    client.leave.run();
    assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
    assertThat(client.actions).startsWith("create").contains(EventBus.MISSED);
    assertThat(client.missed.get() + client.actions.stream().filter("start"::equals).count())
        .isEqualTo(3_000);
  }

  @Test
  void severalThreadsPublishAndAReaderSeesEachEventOnce() throws Exception {
    Collector client = new Collector();
    Thread reader = Thread.ofVirtual().start(() -> bus.stream("0", null, Filters.NONE, client));
    assertThat(client.opened.await(5, TimeUnit.SECONDS)).isTrue();
    Thread[] writers = new Thread[4];
    for (int w = 0; w < writers.length; w++) {
      String id = "c" + w;
      writers[w] =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 200; i++) {
                  bus.publish(Events.Type.CONTAINER, "start", id, Map.of());
                }
              });
    }
    for (Thread writer : writers) {
      writer.join();
    }
    while (client.actions.size() < 800) {
      Thread.sleep(5);
    }
    client.leave.run();
    assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
    assertThat(client.actions.size() + client.missed.get()).isEqualTo(800);
  }

  @Test
  void filtersFollowDockersRules() {
    bus.publish(Events.Type.CONTAINER, "start", "id1", Map.of("name", "web2", "image", "a/b:1"));
    bus.publish(Events.Type.CONTAINER, "health_status: healthy", "id1", Map.of("name", "web2"));
    bus.publish(Events.Type.IMAGE, "tag", "sha256:1", Map.of("name", "a/b:1"));
    bus.publish(Events.Type.NETWORK, "connect", "n1", Map.of("name", "bridge", "k", "v"));
    assertThat(replay("{\"container\":[\"web\"]}")).hasSize(2);
    assertThat(replay("{\"container\":[\"id1\"],\"event\":[\"health_status\"]}"))
        .containsExactly("health_status: healthy");
    assertThat(replay("{\"event\":[\"health\"]}")).isEmpty();
    assertThat(replay("{\"image\":[\"a/b\"]}")).containsExactly("start", "tag");
    assertThat(replay("{\"label\":[\"k=v\"]}")).containsExactly("connect");
    assertThat(replay("{\"type\":[\"image\",\"network\"]}")).containsExactly("tag", "connect");
    assertThat(replay("{\"scope\":[\"swarm\"]}")).isEmpty();
    assertThat(replay("{\"scope\":[\"local\"]}")).hasSize(4);
  }

  private List<String> replay(String filters) {
    Collector client = new Collector();
    bus.stream("0", Timestamps.format(Instant.now()), Filters.parse(filters), client);
    return client.actions;
  }

  @Test
  void replaysThePastUpToAnInstant() {
    bus.publish(Events.Type.VOLUME, "create", "v", Map.of());
    Collector client = new Collector();
    String now = Long.toString(Instant.now().getEpochSecond() + 1);
    bus.stream("0", now, Filters.parse("{\"type\":[\"volume\"]}"), client);
    assertThat(client.actions).containsExactly("create");
  }
}
