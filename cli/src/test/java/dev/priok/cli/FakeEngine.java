package dev.priok.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine of a few answers on a unix socket, a thread a connection. */
final class FakeEngine implements AutoCloseable {
  private final Path directory;
  private final ServerSocketChannel server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** Answers a request by its first line, such as {@code POST /v1.51/containers/x/start}. */
  interface Routes {
    void answer(String request, Peer peer) throws IOException, InterruptedException;
  }

  /** The engine's side of a connection. */
  record Peer(SocketChannel channel) {
    void send(String text) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    void json(int status, String body) throws IOException {
      send("HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }
  }

  FakeEngine(Routes routes) throws IOException {
    directory = Files.createTempDirectory("priok-cli");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
    Thread.ofPlatform().daemon().start(() -> accept(routes));
  }

  String host() {
    return "unix://" + directory.resolve("s");
  }

  List<String> requests() {
    return requests;
  }

  private void accept(Routes routes) {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        Thread.ofPlatform().daemon().start(() -> talk(channel, routes));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(SocketChannel channel, Routes routes) {
    try (channel) {
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      StringBuilder received = new StringBuilder();
      while (received.indexOf("\r\n\r\n") < 0 && channel.read(buffer) >= 0) {
        received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
      String request = received.substring(0, received.indexOf(" HTTP/1.1"));
      requests.add(request);
      routes.answer(request, new Peer(channel));
    } catch (IOException e) {
      requests.add("failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(directory.resolve("s"));
    Files.deleteIfExists(directory);
  }
}
