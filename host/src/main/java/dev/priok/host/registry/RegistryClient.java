package dev.priok.host.registry;

import dev.priok.model.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds registries and opens their repositories (OCI distribution specification, the client's
 * side).
 *
 * <p>Example: {@code client.withRepository(reference, credentials, Access.PULL, r ->
 * r.manifest("latest"))} asks the mirrors, then the registry itself, https first; plain http only
 * on loopback and where the user allowed it.
 */
public final class RegistryClient {
  /** A host, or an address in brackets, and perhaps a port. */
  private static final Pattern DOMAIN =
      Pattern.compile("([A-Za-z0-9_]([A-Za-z0-9_.-]*)|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");

  /** What tokens are asked for. */
  public enum Access {
    PULL("pull"),
    PUSH("pull,push");

    private final String actions;

    Access(String actions) {
      this.actions = actions;
    }
  }

  /** Something to do with a repository, wherever it is. */
  @FunctionalInterface
  public interface Action<T> {
    T apply(Repository repository) throws IOException;
  }

  private static final String HUB_HOST = "registry-1.docker.io";

  private volatile RegistryOptions options;
  private final HttpClients clients;

  public RegistryClient(RegistryOptions options) {
    this.options = options;
    this.clients = new HttpClients(options);
  }

  /**
   * From the next call on; the folder of certificates and the proxies stay as they were at first.
   */
  public void use(RegistryOptions changed) {
    options = changed;
  }

  /**
   * Does it at the first address that answers. The next address is tried where one cannot be
   * reached, and after a mirror that refuses, whatever it says.
   *
   * @throws RegistryException what the last address said
   */
  public <T> T withRepository(
      ImageReference reference, Credentials credentials, Access access, Action<T> action)
      throws IOException {
    return withRepository(reference, credentials, access, List.of(), action);
  }

  /**
   * Likewise, with the right to read other repositories of the same registry, for mounts of blobs.
   */
  public <T> T withRepository(
      ImageReference reference,
      Credentials credentials,
      Access access,
      List<String> readable,
      Action<T> action)
      throws IOException {
    List<String> scopes = new ArrayList<>();
    scopes.add("repository:" + reference.path() + ":" + access.actions);
    readable.forEach(path -> scopes.add("repository:" + path + ":pull"));
    RegistryException last = null;
    for (Endpoint endpoint : endpoints(reference.domain(), access)) {
      // What the user gave for Docker Hub is no mirror's business.
      Connection connection =
          new Connection(endpoint, endpoint.mirror() ? Credentials.NONE : credentials, scopes);
      try {
        connection.ping();
        return action.apply(new Repository(connection, reference.path(), options.attempts()));
      } catch (RegistryException e) {
        if (e.reason() != RegistryException.Reason.UNREACHABLE && !endpoint.mirror()) {
          throw e;
        }
        last = preferred(last, e);
      }
    }
    throw last == null
        ? new RegistryException(
            RegistryException.Reason.OTHER, 0, "no endpoint for " + reference.domain(), null)
        : last;
  }

  /** Is this user known there? For {@code docker login}; an empty answer is a success. */
  public void login(String server, Credentials credentials) throws IOException {
    String domain = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    if (domain.isEmpty() || domain.equals("index.docker.io")) {
      domain = ImageReference.DEFAULT_DOMAIN;
    }
    // It also names a folder of certificates.
    if (!DOMAIN.matcher(domain).matches()) {
      throw new RegistryException(
          RegistryException.Reason.OTHER, 0, "invalid registry address: " + domain, null);
    }
    RegistryException last = null;
    for (Endpoint endpoint : endpoints(domain, Access.PUSH)) {
      try {
        new Connection(endpoint, credentials, List.of()).ping();
        return;
      } catch (RegistryException e) {
        if (e.reason() != RegistryException.Reason.UNREACHABLE) {
          throw e;
        }
        last = preferred(last, e);
      }
    }
    if (last != null) {
      throw last;
    }
  }

  /**
   * Of two refusals the one that tells more: "not a TLS server" and the refused http attempt after
   * it are both about the address, the latter is what the user can check.
   */
  private static RegistryException preferred(
      @org.jspecify.annotations.Nullable RegistryException before, RegistryException now) {
    if (before != null
        && now.reason() == RegistryException.Reason.UNREACHABLE
        && before.reason() != RegistryException.Reason.UNREACHABLE) {
      return before;
    }
    return now;
  }

  private List<Endpoint> endpoints(String domain, Access access) {
    List<Endpoint> result = new ArrayList<>();
    if (domain.equals(ImageReference.DEFAULT_DOMAIN)) {
      if (access == Access.PULL) {
        for (URI mirror : options.mirrors()) {
          String base = mirror.toString().replaceFirst("/+$", "");
          boolean verified = !options.isInsecure(mirror.getRawAuthority());
          result.add(new Endpoint(base, clients.client(mirror.getRawAuthority(), verified), true));
        }
      }
      result.add(new Endpoint("https://" + HUB_HOST, clients.client(domain, true), false));
      return result;
    }
    boolean insecure = options.isInsecure(domain);
    result.add(new Endpoint("https://" + domain, clients.client(domain, !insecure), false));
    if (insecure) {
      result.add(new Endpoint("http://" + domain, clients.client(domain, false), false));
    }
    return result;
  }
}
