package dev.priok.host.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.network.PortAllocator.Wish;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Loopback only; ports that the kernel chooses. */
final class PortAllocatorTest {
  private final PortAllocator allocator = new PortAllocator(true);

  private static Wish wish(int first, int last, int target) {
    return new Wish(Transport.TCP, Ipv4.LOOPBACK, first, last, Ipv4.LOOPBACK, target);
  }

  @Test
  void withoutARuleTheProxyPassesConnectionsOn() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        PublishedPort port = allocator.claim(wish(0, 0, server.getLocalPort()))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = server.accept()) {
                  byte[] question = client.getInputStream().readAllBytes();
                  client.getOutputStream().write(question);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(5000);
        socket.connect(
            new InetSocketAddress(Ipv4.LOOPBACK.inet(), port.mapping().hostPort()), 2000);
        socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("ping");
      }
    }
  }

  @Test
  void conflictsHaveDockersSentences() throws Exception {
    try (ServerSocket foreign = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      int taken = foreign.getLocalPort();
      assertThatThrownBy(() -> allocator.claim(wish(taken, taken, 80)))
          .hasMessage(
              "failed to bind host port for 127.0.0.1:%d:127.0.0.1:80/tcp: address already in use",
              taken);
    }
    try (PublishedPort own = allocator.claim(wish(0, 0, 80))) {
      int port = own.mapping().hostPort();
      assertThatThrownBy(() -> allocator.claim(wish(port, port, 80)))
          .hasMessage("Bind for 127.0.0.1:%d failed: port is already allocated", port);
      try (PublishedPort next = allocator.claim(wish(port, port + 20, 80))) {
        assertThat(next.mapping().hostPort()).isGreaterThan(port);
      }
    }
  }

  @Test
  void aPortIsFreeAgainWhenClosed() {
    PublishedPort first = allocator.claim(wish(0, 0, 80));
    int port = first.mapping().hostPort();
    first.close();
    first.close();
    allocator.claim(wish(port, port, 80)).close();
  }
}
