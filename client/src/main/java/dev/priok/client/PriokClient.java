package dev.priok.client;

import dev.priok.client.wire.Connection;
import dev.priok.client.wire.HttpTransport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The Engine API, by kinds of objects. Safe for use by many threads; every call has a connection of
 * its own, which is closed when its answer has been read or its stream is closed.
 */
public final class PriokClient implements AutoCloseable {
  private final Calls calls;

  private PriokClient(Calls calls) {
    this.calls = calls;
  }

  /**
   * A client of the engine at {@code endpoint}. Nothing is sent before the first call, which also
   * finds out the newest API version that both sides speak.
   */
  public static PriokClient connect(Endpoint endpoint) {
    return connect(endpoint, null);
  }

  /** As {@link #connect(Endpoint)}, with a fixed API version unless {@code version} is null. */
  public static PriokClient connect(Endpoint endpoint, @Nullable ApiVersion version) {
    return new PriokClient(new Calls(new HttpTransport(endpoint), version));
  }

  /** Where this client talks to. */
  public Endpoint endpoint() {
    return calls.endpoint();
  }

  /**
   * A bare connection to the engine, for whoever speaks HTTP himself; the caller closes it.
   *
   * @throws UnreachableException when nobody listens
   * @throws IOException when the engine or this client is not trusted
   */
  public Connection dial() throws IOException {
    return calls.dial();
  }

  /** The API version in use. */
  public ApiVersion apiVersion() {
    return calls.version();
  }

  /** Containers: their life, streams, files. */
  public ContainersApi containers() {
    return new ContainersApi(calls);
  }

  /** Images: fetching, storing, naming. */
  public ImagesApi images() {
    return new ImagesApi(calls);
  }

  /** Checkpoints of a container. */
  public CheckpointsApi checkpoints(String container) {
    return new CheckpointsApi(calls, container);
  }

  /** Volumes. */
  public VolumesApi volumes() {
    return new VolumesApi(calls);
  }

  /** Networks and who is connected to them. */
  public NetworksApi networks() {
    return new NetworksApi(calls);
  }

  /** Further processes in running containers. */
  public ExecsApi execs() {
    return new ExecsApi(calls);
  }

  /** The engine itself: version, information, events. */
  public SystemApi system() {
    return new SystemApi(calls);
  }

  /** Has nothing to end at present; streams taken from this client are closed by their takers. */
  @Override
  public void close() {}
}
