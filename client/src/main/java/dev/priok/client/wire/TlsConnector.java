package dev.priok.client.wire;

import dev.priok.client.Endpoint;
import dev.priok.client.TlsFiles;
import dev.priok.model.tls.AnyCertificate;
import dev.priok.model.tls.Authorities;
import dev.priok.model.tls.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Connects over TLS 1.3 or 1.2; later connections resume the session of the first. */
final class TlsConnector {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final int HANDSHAKE_MILLIS = 30_000;

  private final Endpoint.Tls endpoint;
  private @Nullable SSLContext context;

  TlsConnector(Endpoint.Tls endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Connects.
   *
   * @throws TlsException where somebody listens, but one side does not trust the other
   */
  Link connect() throws IOException {
    SSLContext prepared = context();
    List<IOException> failures = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, endpoint.port()));
      } catch (IOException e) {
        socket.close();
        failures.add(e);
        continue;
      }
      return secured(prepared, socket);
    }
    throw failures.isEmpty() ? new UnknownHostException(endpoint.host()) : failures.getFirst();
  }

  private Link secured(SSLContext prepared, Socket socket) throws IOException {
    try {
      SSLSocket secure =
          (SSLSocket)
              prepared
                  .getSocketFactory()
                  .createSocket(socket, endpoint.host(), endpoint.port(), true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      if (endpoint.files().verify()) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      secure.setSSLParameters(parameters);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      secure.startHandshake();
      socket.setSoTimeout(0);
      return new TlsLink(endpoint, secure, socket);
    } catch (SSLException e) {
      socket.close();
      throw TlsException.of(endpoint, e);
    } catch (IOException e) {
      socket.close();
      // Somebody listens, so this is not a daemon that is not there.
      throw new TlsException(
          "the connection to %s broke in the TLS handshake: %s".formatted(endpoint, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private synchronized SSLContext context() throws TlsException {
    SSLContext known = context;
    if (known == null) {
      try {
        known = SSLContext.getInstance("TLS");
        known.init(keys(endpoint.files()), trust(endpoint.files()), null);
        context = known;
      } catch (FileSystemException e) {
        throw new TlsException("cannot read " + e.getFile() + ": " + e.getReason(), e);
      } catch (IOException e) {
        throw new TlsException(String.valueOf(e.getMessage()), e);
      } catch (GeneralSecurityException e) {
        throw new TlsException("TLS is not available: " + e.getMessage(), e);
      }
    }
    return known;
  }

  private static KeyManager @Nullable [] keys(TlsFiles files) throws IOException {
    Path certificate = files.certificate();
    Path key = files.key();
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IOException(
          key == null
              ? "the certificate " + certificate + " needs its key (--tlskey)"
              : "the key " + key + " needs its certificate (--tlscert)");
    }
    return Identity.read(certificate, key).keyManagers();
  }

  private static TrustManager @Nullable [] trust(TlsFiles files) throws IOException {
    if (!files.verify()) {
      return new TrustManager[] {new AnyCertificate()};
    }
    Path authorities = files.authorities();
    return authorities == null ? null : Authorities.only(authorities); // null: the system's
  }
}
