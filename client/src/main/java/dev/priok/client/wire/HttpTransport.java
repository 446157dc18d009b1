package dev.priok.client.wire;

import dev.priok.client.Endpoint;
import dev.priok.client.UnreachableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request over one fresh connection.
 *
 * <p>Connections are not kept: on a unix socket a new one costs some 50 microseconds, and an idle
 * one that the engine closed meanwhile would make a POST fail without knowing whether it ran.
 */
public final class HttpTransport {
  private static final int CHUNK = 64 * 1024;

  private final Endpoint endpoint;
  private final @Nullable TlsConnector secure;

  /** Talks to {@code endpoint}. */
  public HttpTransport(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.secure = endpoint instanceof Endpoint.Tls tls ? new TlsConnector(tls) : null;
  }

  /** Where it talks to. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Sends {@code request} and reads the head of the answer; the caller closes the answer.
   *
   * @throws UnreachableException when nobody listens
   * @throws IOException when the connection fails later
   */
  public Response send(Request request) throws IOException {
    Connection connection = dial();
    try {
      AtomicReference<@Nullable IOException> uploadFailure = new AtomicReference<>();
      writeHead(request, connection);
      if (request.body() instanceof Request.Upload upload) {
        startUpload(upload, connection, uploadFailure);
      }
      Head head = readHead(connection, uploadFailure);
      return new Response(head, connection, request.method());
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private Head readHead(Connection connection, AtomicReference<@Nullable IOException> uploadFailure)
      throws IOException {
    try {
      Head head = Head.read(connection.input());
      while (head.status() >= 100 && head.status() < 200 && head.status() != 101) {
        head = Head.read(connection.input());
      }
      return head;
    } catch (IOException e) {
      IOException upload = uploadFailure.get();
      if (upload != null) {
        upload.addSuppressed(e);
        throw upload;
      }
      throw e;
    }
  }

  /**
   * An upload runs beside the reading of the answer, because the engine may answer while it still
   * reads (the progress of a load) or refuse before it has read everything.
   */
  private static void startUpload(
      Request.Upload upload,
      Connection connection,
      AtomicReference<@Nullable IOException> failure) {
    Thread.ofPlatform()
        .daemon()
        .name("upload")
        .start(() -> {
          boolean reading = true;
          try (InputStream content = upload.content()) {
            ChunkedOutput output = new ChunkedOutput(connection.output());
            byte[] buffer = new byte[CHUNK];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
              reading = false;
              if (n > 0) {
                output.chunk(buffer, n);
              }
              reading = true;
            }
            reading = false;
            output.finish();
          } catch (IOException e) {
            failure.set(e);
            if (reading) {
              // The source broke: without the last chunk the engine must not take it as whole.
              closeQuietly(connection, e);
            }
          }
        });
  }

  private static void closeQuietly(Connection connection, IOException reason) {
    try {
      connection.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private void writeHead(Request request, Connection connection) throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(hostHeader()).append("\r\n");
    head.append("User-Agent: priok-client\r\n");
    request
        .headers()
        .forEach((n, v) -> head.append(n).append(": ").append(clean(v)).append("\r\n"));
    byte[] content = new byte[0];
    switch (request.body()) {
      case Request.NoBody none -> {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
          head.append("Content-Length: 0\r\n");
        }
      }
      case Request.Text text -> {
        content = text.content().getBytes(StandardCharsets.UTF_8);
        head.append("Content-Type: ").append(text.type()).append("\r\n");
        head.append("Content-Length: ").append(content.length).append("\r\n");
      }
      case Request.Upload upload ->
          head.append("Content-Type: ")
              .append(upload.type())
              .append("\r\nTransfer-Encoding: chunked\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[start.length + content.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(content, 0, all, start.length, content.length);
    connection.output().write(all);
  }

  /** A line end within a value would begin another header. */
  private static String clean(String value) {
    return value.replace("\r", "").replace("\n", "");
  }

  private String hostHeader() {
    return switch (endpoint) {
      case Endpoint.Unix unix -> "localhost";
      case Endpoint.Ssh ssh -> "localhost";
      case Endpoint.Tcp tcp -> endpoint.toString().substring("tcp://".length());
      case Endpoint.Tls tls -> endpoint.toString().substring("tcp://".length());
    };
  }

  /**
   * A bare connection, for whoever speaks HTTP himself.
   *
   * @throws UnreachableException when nobody listens
   * @throws TlsException when somebody does, and one side does not trust the other
   */
  public Connection dial() throws TlsException {
    try {
      return switch (endpoint) {
        case Endpoint.Unix unix -> unix(unix);
        case Endpoint.Tcp tcp -> tcp(tcp);
        case Endpoint.Tls tls -> new Connection(Objects.requireNonNull(secure).connect());
        case Endpoint.Ssh ssh -> new Connection(SshLink.open(ssh));
      };
    } catch (TlsException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreachableException(endpoint, e);
    }
  }

  private static Connection unix(Endpoint.Unix unix) throws IOException {
    return open(
        SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(unix.socket()));
  }

  private static Connection tcp(Endpoint.Tcp tcp) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(tcp.host())) {
      try {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return open(channel, new InetSocketAddress(address, tcp.port()));
      } catch (IOException e) {
        failures.add(e);
      }
    }
    throw failures.isEmpty() ? new UnknownHostException(tcp.host()) : failures.getFirst();
  }

  private static Connection open(SocketChannel channel, SocketAddress address) throws IOException {
    try {
      channel.connect(address);
      return new Connection(new SocketLink(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
