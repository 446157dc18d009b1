package dev.priok.tests.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Takes syslog lines on loopback and keeps the last word of each. */
final class LineServer implements AutoCloseable {
  private final ServerSocket socket;
  private final java.util.Set<String> words = ConcurrentHashMap.newKeySet();

  LineServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket one = socket.accept();
        Thread.ofVirtual().start(() -> take(one));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  /** How many of these came; half lines at the end of a connection are none. */
  int complete(List<String> wanted) {
    return (int) wanted.stream().filter(words::contains).count();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** A killed daemon leaves half a line at the end of its connection. */
  private void take(Socket one) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(one.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        words.add(line.substring(line.lastIndexOf(' ') + 1));
      }
    } catch (IOException e) {
      return; // the daemon was killed
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
