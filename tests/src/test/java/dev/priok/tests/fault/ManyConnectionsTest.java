package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Clients that connect and say nothing more: the daemon serves the others as before. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "own daemons")
final class ManyConnectionsTest {
  private static final int MANY = 10_000;
  private static final byte[] PING =
      "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8);

  private final List<SocketChannel> idle = new ArrayList<>();
  private DaemonUnderTest d = DaemonUnderTest.start("-b", "none");

  @BeforeEach
  void warm() {
    d.docker("info").ok();
  }

  @AfterEach
  void end() throws IOException {
    hangUp();
    d.close();
  }

  private void connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    idle.add(channel);
    channel.connect(UnixDomainSocketAddress.of(d.socket()));
    if (idle.size() % 10 == 0) { // one that has asked already, and keeps its connection
      channel.write(ByteBuffer.wrap(PING));
      assertThat(channel.read(ByteBuffer.allocate(1000))).isPositive();
    }
  }

  private void hangUp() throws IOException {
    for (SocketChannel channel : idle) {
      channel.close();
    }
    idle.clear();
  }

  private long status(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + d.pid() + "/status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private int descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/" + d.pid() + "/fd"))) {
      return (int) all.count();
    }
  }

  private void isServed() {
    long began = System.nanoTime();
    d.docker("ps").ok();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void tenThousandThatSayNothingAreInNobodysWay() throws IOException {
    long threads = status("Threads");
    long memory = status("VmRSS");
    int open = descriptors();
    for (int i = 0; i < MANY; i++) {
      connect();
    }
    isServed();
    assertThat(status("Threads")).as("threads").isLessThan(threads + 20);
    assertThat(status("VmRSS")).as("kB resident").isLessThan(memory + (150 << 10));
    hangUp();
    Eventually.holds(
        "their descriptors are free",
        Duration.ofSeconds(20),
        () -> {
          try {
            return descriptors() < open + 50;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    isServed();
  }

  @Test
  void withoutDescriptorsItWaitsAndGoesOn() throws IOException {
    int most = descriptors() + 100;
    d.shell().run("prlimit", "--pid", Long.toString(d.pid()), "--nofile=" + most + ":" + most).ok();
    for (int i = 0; i < 300; i++) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      idle.add(channel);
      channel.connect(UnixDomainSocketAddress.of(d.socket()));
    }
    long before = processor();
    Eventually.holds(
        "the log tells of it",
        Duration.ofSeconds(10),
        () -> d.tail().contains("Too many open files"));
    pause(Duration.ofSeconds(5));
    assertThat(processor() - before).as("ticks of a processor in 5 s").isLessThan(150);
    assertThat(Files.size(d.log())).as("bytes of log").isLessThan(200_000);
    hangUp();
    Eventually.holds("it serves again", Duration.ofSeconds(20), () -> d.docker("ps").exit() == 0);
  }

  /** User and system time of the daemon, in ticks of 10 ms (proc_pid_stat(5)). */
  private long processor() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + d.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
