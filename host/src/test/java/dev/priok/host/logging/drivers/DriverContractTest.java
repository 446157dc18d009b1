package dev.priok.host.logging.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.drivers.LogEntry.Partial;
import dev.priok.host.logging.drivers.Receivers.Receiver;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What must hold for every driver, each with a server of its own kind. */
final class DriverContractTest {
  private static final long TIME = 1_767_323_045_123_456_789L;

  @TempDir private Path dir;

  /**
   * A driver and its receiver.
   *
   * @param reader what was received as texts of entries
   */
  private record Case(
      String name,
      LogDriver driver,
      Map<String, String> options,
      Receiver receiver,
      Reader reader) {}

  private interface Reader {
    List<String> texts(Receiver receiver);
  }

  private Stream<Case> cases() throws Exception {
    TlsServer tls = new TlsServer(Files.createTempDirectory(dir, "tls"));
    Receivers.Udp udp = new Receivers.Udp();
    Receivers.Tcp tcp = new Receivers.Tcp();
    Receivers.Tcp secure = new Receivers.Tcp(tls.listen(true), (d, n, out) -> {});
    Path stream = dir.resolve("stream.sock");
    Path packets = dir.resolve("packets.sock");
    Path journal = dir.resolve("journal.sock");
    Receivers.Udp gelfUdp = new Receivers.Udp();
    Receivers.Tcp gelfTcp = new Receivers.Tcp();
    Receivers.Tcp fluentd = new Receivers.Tcp();
    Path fluentdPath = dir.resolve("fluentd.sock");
    return Stream.of(
        syslog("udp", new SyslogDriver(), "udp://127.0.0.1:" + udp.port(), udp),
        syslog("tcp", new SyslogDriver(), "tcp://127.0.0.1:" + tcp.port(), tcp),
        new Case(
            "syslog tcp+tls",
            new SyslogDriver(),
            Map.of(
                "syslog-address", "tcp+tls://127.0.0.1:" + secure.port(),
                "syslog-format", "rfc5424micro",
                "syslog-tls-ca-cert", tls.certificate().toString(),
                "syslog-tls-cert", tls.certificate().toString(),
                "syslog-tls-key", tls.key().toString()),
            secure,
            Decoders::syslogCounted),
        syslog("unix", new SyslogDriver(), "unix://" + stream, new Receivers.Unix(stream)),
        syslog(
            "unixgram",
            new SyslogDriver(),
            "unixgram://" + packets,
            new Receivers.UnixPackets(packets)),
        new Case(
            "journald",
            new JournaldDriver(journal),
            Map.of(),
            new Receivers.UnixPackets(journal),
            r -> r.packets().stream().map(p -> Decoders.journal(p).get("MESSAGE")).toList()),
        gelf("udp", gelfUdp.port(), gelfUdp, Map.of(), Decoders::gelfPackets),
        gelf(
            "udp zlib",
            gelfUdp.port(),
            gelfUdp,
            Map.of("gelf-compression-type", "zlib", "gelf-compression-level", "9"),
            Decoders::gelfPackets),
        gelf(
            "udp none",
            gelfUdp.port(),
            gelfUdp,
            Map.of("gelf-compression-type", "none"),
            Decoders::gelfPackets),
        gelf("tcp", gelfTcp.port(), gelfTcp, Map.of(), Decoders::gelfStream),
        new Case(
            "fluentd tcp",
            new FluentdDriver(),
            Map.of("fluentd-address", "127.0.0.1:" + fluentd.port()),
            fluentd,
            Decoders::fluentdLogs),
        new Case(
            "fluentd unix",
            new FluentdDriver(),
            Map.of(
                "fluentd-address", "unix://" + fluentdPath, "fluentd-sub-second-precision", "true"),
            new Receivers.Unix(fluentdPath),
            Decoders::fluentdLogs));
  }

  private static Case syslog(String name, LogDriver driver, String address, Receiver receiver) {
    return new Case(
        "syslog " + name, driver, Map.of("syslog-address", address), receiver, Decoders::syslog);
  }

  private static Case gelf(
      String name, int port, Receiver receiver, Map<String, String> more, Reader reader) {
    Map<String, String> options = new HashMap<>(more);
    options.put("gelf-address", name.substring(0, 3) + "://127.0.0.1:" + port);
    return new Case("gelf " + name, new GelfDriver(), options, receiver, reader);
  }

  @TestFactory
  Stream<DynamicTest> handsOverEachEntryOnceAndInOrder() throws Exception {
    return cases()
        .map(c ->
            DynamicTest.dynamicTest(
                c.name(),
                () -> {
                  c.driver().check(c.options());
                  int before = c.reader().texts(c.receiver()).size();
                  try (LogTarget target = c.driver().open(Contexts.of(dir, c.options()), 0)) {
                    send(target, LogEntry.line(TIME, LogStream.STDOUT, "one"));
                    send(target, LogEntry.line(TIME + 1, LogStream.STDERR, "two ä <&> \"'\\"));
                    String longest = noise(LogEntry.LONGEST);
                    byte[] bytes = longest.getBytes(StandardCharsets.US_ASCII);
                    Partial piece = new Partial("f".repeat(64), 1, false);
                    send(
                        target,
                        new LogEntry(TIME, LogStream.STDOUT, bytes, 0, bytes.length, piece));
                    for (int i = 0; i < 50; i++) {
                      send(target, LogEntry.line(TIME, LogStream.STDOUT, "line " + i));
                    }
                    c.receiver().await(r -> c.reader().texts(r).size() >= before + 53);
                    List<String> texts = c.reader().texts(c.receiver());
                    texts = texts.subList(before, texts.size());
                    assertThat(texts).hasSize(53).startsWith("one", "two ä <&> \"'\\", longest);
                    assertThat(texts.get(52)).isEqualTo("line 49");
                  } finally {
                    if (!c.name().startsWith("gelf udp")) {
                      c.receiver().close();
                    }
                  }
                }));
  }

  /** Text that compression cannot make small: chunks are needed. */
  private static String noise(int length) {
    StringBuilder text = new StringBuilder();
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static void send(LogTarget target, LogEntry entry) throws IOException {
    target.begin();
    target.deliver(entry);
    target.flush();
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatItDoesNotKnow() {
    String gelf = "unknown log opt \"surprise\" for gelf log driver";
    Map<String, String> sentences =
        Map.of(
            "json-file", "unknown log opt 'surprise' for json-file log driver",
            "local", "unknown log opt 'surprise' for log driver local",
            "journald", "unknown log opt 'surprise' for journald log driver",
            "syslog", "unknown log opt 'surprise' for syslog log driver",
            "fluentd", "unknown log opt 'surprise' for fluentd log driver",
            "gelf", gelf);
    LogDrivers drivers = LogDrivers.standard();
    assertThat(sentences.keySet()).containsExactlyInAnyOrderElementsOf(drivers.names());
    return drivers.names().stream()
        .map(name ->
            DynamicTest.dynamicTest(
                name,
                () -> {
                  Map<String, String> options = new HashMap<>(Map.of("surprise", "1"));
                  if (name.equals("gelf")) {
                    options.put("gelf-address", "udp://127.0.0.1:1");
                  }
                  assertThatThrownBy(() -> drivers.check(name, options))
                      .isInstanceOf(EngineException.class)
                      .hasMessage(sentences.get(name));
                }));
  }

  @Test
  void tellsOfAnAddressThatNobodyAnswersAt() {
    for (String address : List.of("tcp://127.0.0.1:1", "tcp+tls://127.0.0.1:1")) {
      Map<String, String> options = Map.of("syslog-address", address);
      assertThatThrownBy(() -> new SyslogDriver().open(Contexts.of(dir, options), 0))
          .isInstanceOf(IOException.class)
          .hasMessage("dial tcp 127.0.0.1:1: connect: connection refused");
    }
    assertThatThrownBy(
            () -> new JournaldDriver(dir.resolve("none")).open(Contexts.of(dir, Map.of()), 0))
        .hasMessage("journald is not enabled on this host");
  }

  @Test
  void aServerThatNobodyVouchesForIsRefusedUnlessTheUserSaysSo() throws Exception {
    TlsServer tls = new TlsServer(dir);
    try (Receivers.Tcp server = new Receivers.Tcp(tls.listen(false), (d, n, out) -> {})) {
      String address = "tcp+tls://127.0.0.1:" + server.port();
      Map<String, String> strict = Map.of("syslog-address", address);
      assertThatThrownBy(() -> new SyslogDriver().open(Contexts.of(dir, strict), 0))
          .isInstanceOf(IOException.class);
      Map<String, String> lax = Map.of("syslog-address", address, "syslog-tls-skip-verify", "1");
      try (LogTarget target = new SyslogDriver().open(Contexts.of(dir, lax), 0)) {
        send(target, LogEntry.line(TIME, LogStream.STDOUT, "hello"));
        server.await(r -> new String(r.received(), StandardCharsets.UTF_8).endsWith("hello\n"));
      }
    }
  }
}
