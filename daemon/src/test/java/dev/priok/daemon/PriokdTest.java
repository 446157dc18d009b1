package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PriokdTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void readsDockersSpellings() {
    DaemonOptions options =
        Objects.requireNonNull(
            Priokd.parse(
                new String[] {
                  "-H",
                  "unix:///a.sock",
                  "--host=tcp://127.0.0.1:1",
                  "-g",
                  "/data",
                  "-D",
                  "--iptables=false",
                  "--live-restore",
                  "--containerd",
                  "/x.sock"
                },
                err));
    assertThat(options.hosts).containsExactly("unix:///a.sock", "tcp://127.0.0.1:1");
    assertThat(options.dataRoot).isEqualTo(Path.of("/data"));
    assertThat(options.debug).isTrue();
    assertThat(options.iptables).isFalse();
    assertThat(options.liveRestore).isTrue();
    assertThat(options.withoutMeaning).containsExactly("/x.sock");
  }

  @Test
  void namesTheNearestOptionForAnUnknownOne() {
    assertThat(Priokd.parse(new String[] {"--data-rot", "/x"}, err)).isNull();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("unknown flag: --data-rot")
        .contains("--data-root")
        .contains("See 'priokd --help'.");
  }
}
