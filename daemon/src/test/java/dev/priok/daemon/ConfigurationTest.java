package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command line and configuration file together. */
final class ConfigurationTest {
  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

  @TempDir private Path dir;

  static Configuration read(String... arguments) {
    PrintStream err = new PrintStream(PRINTED, true, StandardCharsets.UTF_8);
    return Configuration.read(Objects.requireNonNull(CommandLineOptions.parse(arguments, err)));
  }

  private DaemonConfig file(String json, String... more) throws IOException {
    Path file = dir.resolve("daemon.json");
    Files.writeString(file, json);
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--config-file";
    arguments[1] = file.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return read(arguments).config();
  }

  private void refused(String json, String why, String... more) {
    assertThatThrownBy(() -> file(json, more))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(why);
  }

  private static String unparsable(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
    assertThat(CommandLineOptions.parse(arguments, err)).isNull();
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void readsDockersSpellings() throws IOException {
    DaemonConfig config =
        file(
            "",
            "-H",
            "unix:///a.sock",
            "--host=tcp://127.0.0.1:1",
            "-g",
            "/data",
            "-D",
            "--iptables=false",
            "--live-restore",
            "--containerd",
            "/x.sock",
            "--add-runtime",
            "mine=/bin/runc",
            "--default-address-pool",
            "base=10.0.0.0/8,size=24");
    assertThat(config.hosts()).containsExactly("unix:///a.sock", "tcp://127.0.0.1:1");
    assertThat(config.dataRoot()).isEqualTo(Path.of("/data"));
    assertThat(config.debug()).isTrue();
    assertThat(config.networks().iptables()).isFalse();
    assertThat(config.liveRestore()).isTrue();
    assertThat(config.runtimes()).isEqualTo(Map.of("mine", "/bin/runc"));
    assertThat(NetworkSettings.options(config).pools()).hasSize(1);
  }

  @Test
  void defaultsHoldWhereNobodySaysAnything() throws IOException {
    DaemonConfig config = file("{}");
    assertThat(config.hosts()).containsExactly("unix:///var/run/docker.sock");
    assertThat(config.logDriver()).isEqualTo("json-file");
    assertThat(config.shutdownTimeout()).isEqualTo(15);
    assertThat(config.registries().downloads()).isEqualTo(3);
    assertThat(config.networks().icc()).isTrue();
    assertThat(config.containers().initPath()).isNull();
  }

  @Test
  void everyTypeOfTheFile() throws IOException {
    DaemonConfig config =
        file(
            """
            {"debug": true, "labels": ["a=b"], "max-concurrent-downloads": 7, "mtu": 1400,
             "log-opts": {"max-size": "1m"}, "features": {"buildkit": true},
             "runtimes": {"mine": {"path": "/bin/runc"}}, "proxies": {"http-proxy": "http://p:1"},
             "default-address-pools": [{"base": "10.1.0.0/16", "size": 20}],
             "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}}
            """,
            "--add-runtime",
            "other=/bin/crun");
    assertThat(config.debug()).isTrue();
    assertThat(config.labels()).containsExactly("a=b");
    assertThat(config.registries().downloads()).isEqualTo(7);
    assertThat(config.registries().proxies()).isEqualTo(Map.of("HTTP_PROXY", "http://p:1"));
    assertThat(config.features()).isEqualTo(Map.of("buildkit", true));
    assertThat(config.runtimes()).containsOnlyKeys("mine", "other");
    assertThat(config.networks().pools()).containsExactly("base=10.1.0.0/16,size=20");
    assertThat(config.containers().ulimits()).hasSize(1);
  }

  @Test
  void whatIsWrongIsNamed() {
    refused("{\"debug\": tru}", "line 1, column 11");
    refused("{\n  \"debug\": true,\n}", "line 3, column 1");
    refused("{\"debug\": true} {", "line 1, column 17");
    refused("{\"debug\": true, \"debug\": false}", "line 1, column 24");
    refused("[]", "not a JSON object");
    refused(
        "{\"hots\": []}",
        "the following directives don't match any configuration option: hots (did you mean hosts?)");
    refused("{\"debug\": \"yes\"}", "debug is not true or false");
    refused("{\"mtu\": 1.5}", "mtu is not a whole number");
    refused("{\"labels\": [1]}", "labels is not a list of strings");
    refused("{\"labels\": [\"a\"]}", "bad attribute format: a");
    refused("{\"labels\": [\"a=1\", \"a=2\"]}", "conflict labels for a=2 and a=1");
    refused("{\"max-concurrent-downloads\": -3}", "invalid max concurrent downloads: -3");
    refused("{\"registry-mirrors\": [\"ftp://x\"]}", "invalid mirror");
    refused("{\"log-format\": \"xml\"}", "invalid log format: xml");
    refused("{\"exec-opts\": [\"native.cgroupdriver=systemd\"]}", "is not supported");
    refused("{\"ipv6\": true}", "--ipv6=true is not supported: there is no IPv6 on bridges");
  }

  @Test
  void whatSaysWhatHoldsAnywayIsTaken() throws IOException {
    assertThat(file("{\"ipv6\": false, \"experimental\": true}", "--rootless=false")).isNotNull();
  }

  /** Sentences of dockerd 26. */
  @Test
  void oneSettingInBothPlaces() {
    refused(
        "{\"debug\": true, \"labels\": [\"a=b\"]}",
        "the following directives are specified both as a flag and in the configuration file: debug:"
            + " (from flag: false, from file: true), labels: (from flag: [q=r], from file: [a=b])",
        "--debug=false",
        "--label",
        "q=r");
    refused(
        "{\"http-proxy\": \"http://u:secret@h\"}",
        "from file: http://xxxxx:xxxxx@h",
        "--http-proxy",
        "http://x");
  }

  @Test
  void badCommandLines() {
    assertThat(unparsable("--data-rot", "/x"))
        .contains("unknown flag: --data-rot", "Did you mean --data-root?", "See 'priokd --help'.");
    assertThat(unparsable("--mtu", "x")).contains("invalid argument \"x\" for \"--mtu\" flag");
    assertThat(unparsable("--debug=maybe")).contains("for \"--debug\" flag");
    assertThat(unparsable("--log-opt", "x")).contains("key=value is needed");
    assertThat(unparsable("serve")).contains("unexpected argument: serve");
  }
}
