package dev.priok.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventTest {
  @TempDir Path temp;

  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private EventLoop loop;

  @BeforeEach
  void start() throws Exception {
    loop = EventLoop.start("test", failures::add);
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void callsHandlersAndTasks() throws Exception {
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    try (Io.Pipe pipe = Io.pipe()) {
      Registration registration =
          loop.register(
              pipe.reader(),
              EventLoop.READ,
              events -> {
                assertThat(loop.isLoopThread()).isTrue();
                sizes.add(Io.read(pipe.reader(), new byte[10], 0, 10));
              });
      Io.write(pipe.writer(), "abc");
      assertThat(sizes.poll(5, TimeUnit.SECONDS)).isEqualTo(3);
      registration.modify(0);
      Io.write(pipe.writer(), "ab");
      assertThat(sizes.poll(50, TimeUnit.MILLISECONDS)).isNull();
      registration.modify(EventLoop.READ);
      assertThat(sizes.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
      registration.cancel();
      registration.cancel();
    }
    CountDownLatch ran = new CountDownLatch(1000);
    for (int i = 0; i < 1000; i++) {
      loop.execute(ran::countDown);
    }
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).isEmpty();
  }

  @Test
  void survivesHandlersThatThrow() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    loop.execute(() -> {
      throw new IllegalStateException("on purpose");
    });
    loop.execute(ran::countDown);
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void watchesDirectories() throws Exception {
    BlockingQueue<Inotify.Event> events = new LinkedBlockingQueue<>();
    BlockingQueue<Inotify.Event> others = new LinkedBlockingQueue<>();
    try (Inotify inotify = new Inotify(loop)) {
      var watch = inotify.watch(temp, Inotify.CREATE | Inotify.MOVED_TO, events::add);
      var other = inotify.watch(temp, Inotify.CLOSE_WRITE, others::add);
      Files.writeString(temp.resolve("a"), "x");
      Files.move(temp.resolve("a"), temp.resolve("\u00e4"));
      Inotify.Event first = events.poll(5, TimeUnit.SECONDS);
      assertThat(first).isNotNull();
      assertThat(first.name()).isEqualTo("a");
      assertThat(first.has(Inotify.CREATE)).isTrue();
      Inotify.Event second = events.poll(5, TimeUnit.SECONDS);
      assertThat(second).isNotNull();
      assertThat(second.name()).isEqualTo("\u00e4");
      assertThat(second.has(Inotify.MOVED_TO)).isTrue();
      assertThat(others.poll(5, TimeUnit.SECONDS)).isNotNull();
      watch.close();
      Files.writeString(temp.resolve("b"), "x");
      assertThat(others.poll(5, TimeUnit.SECONDS)).isNotNull();
      assertThat(events).isEmpty();
      other.close();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void connectsOverLongPathsWithPackets() throws Exception {
    Path deep = Files.createDirectories(temp.resolve("d".repeat(100)).resolve("e".repeat(60)));
    Path path = deep.resolve("attach");
    try (Fd server = Sockets.listenUnix(path, Sockets.SEQPACKET | Sockets.NON_BLOCKING, 8)) {
      assertThat(Sockets.accept(server, 0)).isEmpty();
      try (Fd client = Sockets.connectUnix(path, Sockets.SEQPACKET);
          Fd accepted = Sockets.accept(server, Sockets.NON_BLOCKING).orElseThrow()) {
        byte[] one = "one".getBytes(StandardCharsets.UTF_8);
        assertThat(Sockets.send(client, one, 0, 3)).isEqualTo(3);
        assertThat(Sockets.send(client, one, 0, 2)).isEqualTo(2);
        byte[] into = new byte[100];
        assertThat(Sockets.receive(accepted, into)).isEqualTo(3);
        assertThat(Sockets.receive(accepted, into)).isEqualTo(2);
        assertThat(Sockets.receive(accepted, into)).isEqualTo(-1);
        Sockets.shutdownOutput(client);
        assertThat(Sockets.receive(accepted, into)).isZero();
      }
    }
  }

  @Test
  void exchangesPacketsOnLoopback() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    int type = Sockets.DATAGRAM | Sockets.NON_BLOCKING;
    try (Fd a = Sockets.open(Sockets.INET, type, 0);
        Fd b = Sockets.open(Sockets.INET, type, 0)) {
      Sockets.bind(a, any);
      Sockets.bind(b, any);
      assertThat(Sockets.receivePacket(b)).isEmpty();
      assertThat(Sockets.sendPacket(a, new byte[] {1, 2}, Sockets.localAddress(b))).isTrue();
      assertThat(Io.poll(b, Io.POLL_IN, 5000)).isEqualTo(Io.POLL_IN);
      Sockets.From<byte[]> got = Sockets.receivePacket(b).orElseThrow();
      assertThat(got.value()).containsExactly(1, 2);
      assertThat(got.address()).isEqualTo(Sockets.localAddress(a));
    }
    try (Fd server = Sockets.open(Sockets.INET, Sockets.STREAM, 0);
        Fd client = Sockets.open(Sockets.INET, Sockets.STREAM | Sockets.NON_BLOCKING, 0)) {
      Sockets.setOption(server, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
      assertThat(Sockets.option(server, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR)).isEqualTo(1);
      Sockets.bind(server, any);
      Sockets.listen(server, 5);
      InetSocketAddress address = Sockets.localAddress(server);
      boolean at = Sockets.connect(client, address);
      assertThat(at || Io.poll(client, Io.POLL_OUT, 5000) == Io.POLL_OUT).isTrue();
      assertThat(Sockets.option(client, Sockets.SOL_SOCKET, Sockets.SO_ERROR)).isZero();
      try (Fd accepted = Sockets.accept(server, 0).orElseThrow()) {
        assertThat(Sockets.localAddress(accepted)).isEqualTo(address);
        assertThat(Sockets.remoteAddress(client)).isEqualTo(address);
      }
    }
  }
}
