package dev.priok.kernel.tty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class TerminalsTest {
  @Test
  void resizesAndSwitchesModes() throws Exception {
    try (Terminals.Pair pair = Terminals.openPair()) {
      assertThat(Terminals.isTerminal(pair.slave())).isTrue();
      Terminals.resize(pair.master(), new Terminals.Size(40, 132));
      assertThat(Terminals.size(pair.slave())).isEqualTo(new Terminals.Size(40, 132));
      Io.write(pair.slave(), "a\n");
      assertThat(read(pair.master())).isEqualTo("a\r\n");
      byte[] before = Terminals.makeRaw(pair.slave());
      Io.write(pair.slave(), "a\n");
      assertThat(read(pair.master())).isEqualTo("a\n");
      Io.write(pair.master(), "\u0003");
      assertThat(read(pair.slave())).isEqualTo("\u0003");
      Terminals.restore(pair.slave(), before);
      Io.write(pair.slave(), "b\n");
      assertThat(read(pair.master())).isEqualTo("b\r\n");
      assertThat(Terminals.setEcho(pair.slave(), false)).isEqualTo(before);
      Io.write(pair.master(), "secret\n");
      assertThat(read(pair.slave())).isEqualTo("secret\n");
      assertThat(Io.poll(pair.master(), Io.POLL_IN, 20)).isZero();
    }
    try (Fd file = At.open(Path.of("/dev/null"), OpenFlags.READ_ONLY)) {
      assertThat(Terminals.isTerminal(file)).isFalse();
    }
  }

  private static String read(Fd fd) throws Exception {
    byte[] into = new byte[100];
    assertThat(Io.poll(fd, Io.POLL_IN, 5000)).isEqualTo(Io.POLL_IN);
    return new String(into, 0, Io.read(fd, into, 0, 100), StandardCharsets.UTF_8);
  }
}
