package dev.priok.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.engine.Filters;
import dev.priok.engine.streams.MessageSink;
import dev.priok.model.api.system.EventMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventBusTest {
  /** Collects messages; {@code leave} is the client going away. */
  private static final class Collector implements MessageSink<EventMessage> {
    final List<String> actions = new CopyOnWriteArrayList<>();
    final CountDownLatch opened = new CountDownLatch(1);
    volatile Runnable leave = () -> {};

    @Override
    public void open() {
      opened.countDown();
    }

    @Override
    public void emit(EventMessage message) {
      actions.add(String.valueOf(message.action()));
    }

    @Override
    public void onGone(Runnable action) {
      leave = action;
    }
  }

  private final EventBus bus = new EventBus();

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
  void replaysThePastUpToAnInstant() {
    bus.publish(Events.Type.VOLUME, "create", "v", Map.of());
    Collector client = new Collector();
    String now = Long.toString(Instant.now().getEpochSecond() + 1);
    bus.stream("0", now, Filters.parse("{\"type\":[\"volume\"]}"), client);
    assertThat(client.actions).containsExactly("create");
  }
}
