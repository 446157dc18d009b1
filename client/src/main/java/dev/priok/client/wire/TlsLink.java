package dev.priok.client.wire;

import dev.priok.client.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A TCP socket under TLS. */
final class TlsLink implements Link {
  private final Endpoint.Tls endpoint;
  private final SSLSocket secure;
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;

  TlsLink(Endpoint.Tls endpoint, SSLSocket secure, Socket socket) throws IOException {
    this.endpoint = endpoint;
    this.secure = secure;
    this.socket = socket;
    this.input = new Input(secure.getInputStream());
    this.output = secure.getOutputStream();
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  /** Sends close_notify, which with TLS 1.3 ends one direction only. */
  @Override
  public void shutdownOutput() throws IOException {
    secure.shutdownOutput();
  }

  /** The socket beneath: SSLSocket.close waits for a thread that is stuck in writing. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** With TLS 1.3 an engine's refusal comes after the handshake, with the first bytes read. */
  private final class Input extends InputStream {
    private final InputStream source;

    Input(InputStream source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return source.read(target, offset, length);
      } catch (SSLException e) {
        throw TlsException.of(endpoint, e);
      }
    }
  }
}
