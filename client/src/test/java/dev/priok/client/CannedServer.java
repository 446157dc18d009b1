package dev.priok.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A unix socket that plays given conversations, one a connection, and keeps what it was sent. */
final class CannedServer implements AutoCloseable {
  private final Path directory;
  private final ServerSocketChannel server;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;

  /** What happens on one connection after the request's head has come. */
  interface Conversation {
    void talk(String head, Peer peer) throws IOException;
  }

  /** The server's side of a connection. */
  record Peer(SocketChannel channel, StringBuilder received) {
    void send(String text) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    /** Reads until {@code end} has come, or the client has ended its side. */
    String readUntil(String end) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (received.indexOf(end) < 0 && channel.read(buffer) >= 0) {
        received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
      int at = received.indexOf(end);
      int stop = at < 0 || end.isEmpty() ? received.length() : at + end.length();
      String text = received.substring(0, stop);
      received.delete(0, stop);
      return text;
    }

    /** Reads until the client has ended its side. */
    String readAll() throws IOException {
      return readUntil("\u0001never\u0001");
    }
  }

  CannedServer(Conversation... conversations) throws IOException {
    directory = Files.createTempDirectory("priok-client");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
    thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              for (Conversation conversation : conversations) {
                try (SocketChannel channel = server.accept()) {
                  Peer peer = new Peer(channel, new StringBuilder());
                  String head = peer.readUntil("\r\n\r\n");
                  requests.add(head);
                  conversation.talk(head, peer);
                } catch (IOException e) {
                  requests.add("failed: " + e);
                }
              }
            });
  }

  static Conversation answer(String response) {
    return (head, peer) -> peer.send(response);
  }

  static Conversation json(int status, String body) {
    return answer(
        "HTTP/1.1 "
            + status
            + " X\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  Endpoint endpoint() {
    return new Endpoint.Unix(directory.resolve("s"));
  }

  PriokClient client() {
    return PriokClient.connect(endpoint(), ApiVersion.NEWEST);
  }

  List<String> requests() throws InterruptedException {
    thread.join(5000);
    return requests;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(directory.resolve("s"));
    Files.deleteIfExists(directory);
  }
}
