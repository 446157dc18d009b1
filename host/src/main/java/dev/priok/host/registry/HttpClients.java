package dev.priok.host.registry;

import dev.priok.model.tls.AnyCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** HTTP clients, one a way of trusting; made when first needed, because they cost start time. */
final class HttpClients {
  private final RegistryOptions options;
  private final Map<String, HttpClient> byTrust = new ConcurrentHashMap<>();

  HttpClients(RegistryOptions options) {
    this.options = options;
  }

  /** For one registry; {@code verified} is false only for registries named as insecure. */
  HttpClient client(String domain, boolean verified) {
    if (!verified) {
      return byTrust.computeIfAbsent(":insecure", k -> build(insecureContext()));
    }
    Path folder = options.certificates().resolve(domain.replace("/", "_"));
    return Files.isDirectory(folder)
        ? byTrust.computeIfAbsent(domain, k -> build(contextOf(folder)))
        : byTrust.computeIfAbsent(":default", k -> build(null));
  }

  private Map<String, String> environment() {
    Map<String, String> result = new HashMap<>(System.getenv());
    options
        .proxies()
        .forEach((name, value) -> {
          result.remove(name.toLowerCase(Locale.ROOT));
          result.put(name, value);
        });
    return result;
  }

  private HttpClient build(@Nullable SSLContext context) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(15))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .proxy(new EnvironmentProxies(environment()));
    if (context != null) {
      builder.sslContext(context);
    }
    return builder.build();
  }

  private static SSLContext insecureContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS is not available", e);
    }
  }

  private static SSLContext contextOf(Path folder) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      addSystemRoots(store);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      int number = 0;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.crt")) {
        for (Path file : files) {
          try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate : factory.generateCertificates(in)) {
              store.setCertificateEntry("own-" + number++, certificate);
            }
          }
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates of " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void addSystemRoots(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory system =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    system.init((KeyStore) null);
    int number = 0;
    for (TrustManager manager : system.getTrustManagers()) {
      if (manager instanceof javax.net.ssl.X509TrustManager x509) {
        for (Certificate root : x509.getAcceptedIssuers()) {
          store.setCertificateEntry("system-" + number++, root);
        }
      }
    }
  }

  /**
   * {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, as every Docker host has them.
   */
  static final class EnvironmentProxies extends ProxySelector {
    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI uri) {
      String proxy = variable(uri.getScheme() + "_proxy");
      String host = String.valueOf(uri.getHost());
      if (proxy.isEmpty() || isLoopback(host) || isExcepted(host)) {
        return List.of(Proxy.NO_PROXY);
      }
      URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      int port = address.getPort() < 0 ? 80 : address.getPort();
      return List.of(
          new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port)));
    }

    private String variable(String name) {
      return environment.getOrDefault(
          name.toUpperCase(Locale.ROOT), environment.getOrDefault(name, ""));
    }

    private static boolean isLoopback(String host) {
      return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private boolean isExcepted(String host) {
      for (String entry : variable("no_proxy").split(",", -1)) {
        String name = entry.trim();
        String plain = name.startsWith(".") ? name.substring(1) : name;
        if (name.equals("*")
            || (!plain.isEmpty() && (host.equals(plain) || host.endsWith("." + plain)))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
      // The request itself fails with the same exception and is reported there.
    }
  }
}
