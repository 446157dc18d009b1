package dev.priok.host.logging.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.drivers.LogEntry.Partial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names and values of fields, driver by driver, beside Docker's; options and templates. */
final class DriverDetailsTest {
  private static final long TIME = 1_767_323_045_123_456_000L;

  @TempDir private Path dir;

  private static Map<String, String> withAttributes(Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("labels", "team,missing");
    all.put("labels-regex", "^ti");
    all.put("env", "COLOR");
    all.put("env-regex", "^EMP");
    all.put("tag", "{{.Name}}/{{.ImageName}}");
    return all;
  }

  private LogTarget open(LogDriver driver, Map<String, String> options) throws IOException {
    driver.check(options);
    return driver.open(Contexts.of(dir, options), 0);
  }

  /** Backtracking would take longer than the world has been there. */
  @Test
  @Timeout(5)
  void anExpressionNeverTakesLong() throws IOException {
    LogContext context =
        Contexts.of(dir, Map.of("labels-regex", "^(a+)+$"), Map.of("a".repeat(5_000) + "!", "x"));
    assertThat(LogAttributes.of(context, UnaryOperator.identity())).isEmpty();
  }

  @Test
  void journald() throws IOException {
    Path path = dir.resolve("journal");
    try (Receivers.UnixPackets server = new Receivers.UnixPackets(path);
        LogTarget target = open(new JournaldDriver(path), withAttributes(Map.of()))) {
      target.deliver(LogEntry.line(TIME, LogStream.STDERR, "two\nlines"));
      target.flush();
      Partial piece = new Partial("e".repeat(64), 2, false);
      target.deliver(new LogEntry(TIME, LogStream.STDOUT, new byte[] {'x'}, 0, 1, piece));
      target.flush();
      assertThat(target.mark()).isEqualTo(2);
      server.await(r -> r.packets().size() == 2);
      Map<String, String> first = Decoders.journal(server.packets().get(0));
      assertThat(first)
          .containsEntry("MESSAGE", "two\nlines")
          .containsEntry("PRIORITY", "3")
          .containsEntry("CONTAINER_ID", Contexts.ID.substring(0, 12))
          .containsEntry("CONTAINER_ID_FULL", Contexts.ID)
          .containsEntry("CONTAINER_NAME", "web")
          .containsEntry("CONTAINER_TAG", "web/busybox:latest")
          .containsEntry("SYSLOG_IDENTIFIER", "web/busybox:latest")
          .containsEntry("SYSLOG_TIMESTAMP", "2026-01-02T03:04:05.123456Z")
          .containsEntry("IMAGE_NAME", "busybox:latest")
          .containsEntry("TEAM", "blue")
          .containsEntry("TIER", "1")
          .containsEntry("COLOR", "red")
          .containsEntry("EMPTY", "")
          .containsEntry("CONTAINER_LOG_ORDINAL", "1")
          .containsKey("CONTAINER_LOG_EPOCH")
          .doesNotContainKeys("CONTAINER_PARTIAL_MESSAGE", "SECRET", "OTHER", "MISSING");
      assertThat(Decoders.journal(server.packets().get(1)))
          .containsEntry("PRIORITY", "6")
          .containsEntry("CONTAINER_PARTIAL_MESSAGE", "true")
          .containsEntry("CONTAINER_PARTIAL_ID", "e".repeat(64))
          .containsEntry("CONTAINER_PARTIAL_ORDINAL", "2")
          .containsEntry("CONTAINER_PARTIAL_LAST", "false");
    }
  }

  @Test
  void journaldSendsLargeEntriesThroughASealedFile() throws IOException {
    Path path = dir.resolve("journal");
    Map<String, String> options = new HashMap<>(Map.of("labels", "huge"));
    LogContext small = Contexts.of(dir, options);
    LogContext context =
        LogContextBuilder.builder(small).labels(Map.of("huge", "h".repeat(300_000))).build();
    try (Receivers.UnixPackets server = new Receivers.UnixPackets(path);
        LogTarget target = new JournaldDriver(path).open(context, 0)) {
      target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "x"));
      target.flush();
      server.await(r -> r.packets().size() == 1);
      assertThat(server.descriptors()).isEqualTo(1);
      assertThat(Decoders.journal(server.packets().getFirst()).get("HUGE")).hasSize(300_000);
    }
    assertThat(JournaldTarget.fieldName("_io.x-y/ä1")).isEqualTo("IO_X_Y__1");
  }

  @Test
  void fluentd() throws IOException {
    try (Receivers.Tcp server = new Receivers.Tcp()) {
      Map<String, String> options =
          withAttributes(
              Map.of(
                  "fluentd-address",
                  "tcp://127.0.0.1:" + server.port(),
                  "fluentd-sub-second-precision",
                  "true"));
      try (LogTarget target = open(new FluentdDriver(), options)) {
        Partial piece = new Partial("e".repeat(64), 1, false);
        target.deliver(new LogEntry(TIME, LogStream.STDERR, new byte[] {'x'}, 0, 1, piece));
        target.flush();
        server.await(r -> !Decoders.fluentd(r.received()).isEmpty());
      }
      List<Object> message = Decoders.fluentd(server.received()).getFirst();
      assertThat(message.get(0)).isEqualTo("web/busybox:latest");
      assertThat(message.get(1)).isEqualTo(new MessagePackReader.Time(1_767_323_045, 123_456_000));
      assertThat(message.get(2))
          .isEqualTo(
              Map.ofEntries(
                  Map.entry("container_id", Contexts.ID),
                  Map.entry("container_name", "/web"),
                  Map.entry("source", "stderr"),
                  Map.entry("log", "x"),
                  Map.entry("team", "blue"),
                  Map.entry("tier", "1"),
                  Map.entry("COLOR", "red"),
                  Map.entry("EMPTY", ""),
                  Map.entry("partial_message", "true"),
                  Map.entry("partial_id", "e".repeat(64)),
                  Map.entry("partial_ordinal", "1"),
                  Map.entry("partial_last", "false")));
    }
  }

  @Test
  void fluentdWaitsForAcknowledgements() throws IOException {
    Receivers.Answer answer =
        (data, length, out) -> {
          for (List<Object> m : Decoders.fluentd(java.util.Arrays.copyOf(data, length))) {
            String chunk = String.valueOf(((Map<?, ?>) m.get(3)).get("chunk"));
            ByteText text = new ByteText(64);
            new MessagePack(text).map(1).text("ack").text(chunk);
            out.write(text.array(), 0, text.length());
          }
        };
    try (Receivers.Tcp server = new Receivers.Tcp(listener(), answer)) {
      LogTarget target = acknowledged(server.port());
      try (target) {
        target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "x"));
        target.flush();
      }
    }
    try (Receivers.Tcp silent = new Receivers.Tcp()) {
      try (LogTarget target = acknowledged(silent.port())) {
        target.deliver(LogEntry.line(TIME, LogStream.STDOUT, "x"));
        assertThatThrownBy(target::flush).isInstanceOf(IOException.class);
      }
    }
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private LogTarget acknowledged(int port) throws IOException {
    return open(
        new FluentdDriver(),
        Map.of(
            "fluentd-address", "127.0.0.1:" + port,
            "fluentd-request-ack", "true",
            "fluentd-read-timeout", "300ms"));
  }

  /** Byte for byte as the specification of MessagePack writes these values. */
  @Test
  void messagePack() {
    ByteText text = new ByteText(16);
    new MessagePack(text).array(2).map(1).text("a").number(5).eventTime(1, 2).text("é".repeat(20));
    ByteBuffer expected = ByteBuffer.allocate(100);
    expected.put(new byte[] {(byte) 0x92, (byte) 0x81, (byte) 0xa1, 'a'});
    expected.put((byte) 0xcf).putLong(5);
    expected.put((byte) 0xd7).put((byte) 0).putInt(1).putInt(2);
    expected.put((byte) 0xd9).put((byte) 40).put("é".repeat(20).getBytes(StandardCharsets.UTF_8));
    byte[] bytes = java.util.Arrays.copyOf(expected.array(), expected.position());
    assertThat(text.copy()).isEqualTo(bytes);
  }

  @Test
  void gelf() throws IOException {
    try (Receivers.Udp server = new Receivers.Udp()) {
      Map<String, String> options =
          withAttributes(Map.of("gelf-address", "udp://127.0.0.1:" + server.port()));
      try (LogTarget target = open(new GelfDriver(), options)) {
        target.deliver(LogEntry.line(TIME, LogStream.STDERR, ""));
        target.flush();
        target.deliver(LogEntry.line(TIME, LogStream.STDERR, "bad"));
        target.flush();
      }
      server.await(r -> !r.packets().isEmpty());
      JsonNode message = Decoders.gelf(server).getFirst();
      assertThat(message.get("version").asText()).isEqualTo("1.1");
      assertThat(message.get("host").asText()).isEqualTo("host1");
      assertThat(message.get("short_message").asText()).isEqualTo("bad");
      assertThat(message.get("timestamp").asText()).isEqualTo("1.767323045123E9");
      assertThat(message.get("level").asInt()).isEqualTo(3);
      assertThat(message.get("_container_id").asText()).isEqualTo(Contexts.ID);
      assertThat(message.get("_container_name").asText()).isEqualTo("web");
      assertThat(message.get("_image_id").asText()).startsWith("sha256:abab");
      assertThat(message.get("_command").asText()).isEqualTo("sh -c true");
      assertThat(message.get("_tag").asText()).isEqualTo("web/busybox:latest");
      assertThat(message.get("_created").asText()).isEqualTo("2026-01-02T03:04:05.500Z");
      assertThat(message.get("_team").asText()).isEqualTo("blue");
      assertThat(message.get("_COLOR").asText()).isEqualTo("red");
    }
  }

  @Test
  void syslogFormats() {
    assertThat(SyslogFormat.parse("").header(30, TIME, "h", "t", 7))
        .matches("<30>Jan  2 \\d\\d:\\d\\d:05 t\\[7]: ");
    assertThat(SyslogFormat.parse("rfc3164").header(30, TIME, "h", "t", 7))
        .matches("<30>Jan  2 \\d\\d:\\d\\d:05 h t\\[7]: ");
    assertThat(SyslogFormat.parse("rfc5424").header(30, TIME, "h", "t", 7))
        .matches("<30>1 2026-01-02T\\d\\d:\\d\\d:05(Z|[+-]\\d\\d:\\d\\d) h t 7 t - ");
    assertThat(SyslogFormat.parse("rfc5424micro").header(30, TIME, "h", "t", 7))
        .matches("<30>1 2026-01-02T\\d\\d:\\d\\d:05\\.123456(Z|[+-]\\d\\d:\\d\\d) h t 7 t - ");
    refused("syslog", Map.of("syslog-format", "x"), "Invalid syslog format");
    refused("syslog", Map.of("syslog-facility", "24"), "invalid syslog facility");
    refused("syslog", Map.of("syslog-address", "http://x"), "unsupported scheme: 'http'");
    refused(
        "syslog",
        Map.of("syslog-address", "unix:///no/such"),
        "stat /no/such: no such file or directory");
  }

  @Test
  void optionsOfAllDrivers() {
    refused("syslog", Map.of("mode", "x"), "logger: logging mode not supported: x");
    refused(
        "syslog",
        Map.of("max-buffer-size", "1m"),
        "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    refused(
        "syslog",
        Map.of("cache-disabled", "perhaps"),
        "invalid value for option cache-disabled: perhaps");
    refused("gelf", Map.of(), "gelf-address is a required parameter");
    refused(
        "gelf",
        Map.of("gelf-address", "tcp://x:1", "gelf-compression-type", "gzip"),
        "compression is only supported on UDP");
    refused(
        "json-file",
        Map.of("max-size", "1k", "compress", "true"),
        "compress cannot be true when max-file is less than 2 or max-size is not set");
    refused(
        "json-file", Map.of("max-size", "abc"), "invalid value for max-size: invalid size: 'abc'");
    refused("json-file", Map.of("max-file", "0"), "max-file cannot be less than 1");
    refused(
        "fluentd",
        Map.of("fluentd-address", "udp://x"),
        "invalid fluentd-address (udp://x): unsupported scheme: 'udp'");
    refused(
        "none-such",
        Map.of(),
        "error looking up logging plugin none-such: plugin \"none-such\" not found");
    LogDrivers drivers = LogDrivers.standard();
    drivers.check("none", Map.of("anything", "goes"));
    drivers.check("local", Map.of("max-size", "1m", "max-file", "3", "tag", "x", "labels", "a"));
    assertThat(drivers.retry("syslog", Map.of("mode", "non-blocking")).mostBacklog())
        .isEqualTo(1_000_000);
    assertThat(drivers.retry("fluentd", Map.of("fluentd-max-retries", "2")).attempts())
        .isEqualTo(3);
  }

  private static void refused(String driver, Map<String, String> options, String sentence) {
    assertThatThrownBy(() -> LogDrivers.standard().check(driver, options)).hasMessage(sentence);
  }

  @Test
  void tags() {
    assertThat(tag("{{.ID}} {{.FullID}} {{.Name}}"))
        .isEqualTo(Contexts.ID.substring(0, 12) + " " + Contexts.ID + " web");
    assertThat(tag("{{.ImageID}} {{.ImageFullID}} {{.ImageName}} {{.DaemonName}}"))
        .isEqualTo("ab".repeat(6) + " sha256:" + "ab".repeat(32) + " busybox:latest docker");
    assertThat(tag("a {{- .Name -}} b")).isEqualTo("awebb");
    assertThat(tag("{{upper .Name}} {{.Name | upper | lower | title}} {{truncate .ID 3}}"))
        .isEqualTo("WEB Web 012");
    assertThat(tag("plain")).isEqualTo("plain");
    for (String bad : List.of("{{.Nothing}}", "{{.Name", "{{foo .Name}}", "{{}}", "{{.ID 1}}")) {
      assertThatThrownBy(() -> TagTemplate.check(bad)).as(bad).hasMessageContaining("log-tag");
    }
  }

  private String tag(String template) {
    TagTemplate.check(template);
    return TagTemplate.of(Contexts.of(dir, Map.of("tag", template)), "");
  }
}
