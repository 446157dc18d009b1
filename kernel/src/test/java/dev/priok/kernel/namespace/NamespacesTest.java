package dev.priok.kernel.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.fs.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamespacesTest {
  @TempDir Path temp;

  @Test
  void makesEntersAndForgetsNetworks() throws Exception {
    long ours = inode();
    try (Fd net = Namespaces.newNetwork()) {
      long fresh = At.stat(net).inode();
      assertThat(fresh).isNotEqualTo(ours);
      assertThat(Namespaces.run(net, Namespaces.NETWORK, NamespacesTest::inode)).isEqualTo(fresh);
      // procfs shows the namespace of the reader
      String devices =
          Namespaces.run(
              net,
              Namespaces.NETWORK,
              () -> Files.readString(Path.of("/proc/thread-self/net/dev")));
      assertThat(devices.lines().filter(line -> line.contains(":")))
          .allMatch(line -> line.strip().startsWith("lo:"));
    }
    assertThat(inode()).isEqualTo(ours);
  }

  @Test
  void pinsAndUnpins() throws Exception {
    Path file = temp.resolve("net");
    long fresh;
    try (Fd net = Namespaces.newNetwork()) {
      fresh = At.stat(net).inode();
      Namespaces.pin(net, file);
    }
    try {
      long seen = Namespaces.run(file, Namespaces.NETWORK, NamespacesTest::inode);
      assertThat(seen).isEqualTo(fresh);
    } finally {
      Namespaces.unpin(file);
    }
    assertThat(file).doesNotExist();
    assertThat(MountInfo.at(file)).isEmpty();
    Namespaces.unpin(file);
  }

  @Test
  void passesFailuresOn() throws Exception {
    try (Fd net = Namespaces.newNetwork()) {
      assertThatThrownBy(() ->
              Namespaces.run(
                  net,
                  Namespaces.NETWORK,
                  () -> {
                    throw new IOException("on purpose");
                  }))
          .isInstanceOf(IOException.class)
          .hasMessage("on purpose");
      assertThatThrownBy(() -> Namespaces.run(net, Namespaces.UTS, () -> 1))
          .hasMessageContaining("EINVAL");
    }
  }

  private static long inode() throws IOException {
    try (Fd own = Namespaces.own("net")) {
      return At.stat(own).inode();
    }
  }
}
