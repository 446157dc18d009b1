package dev.priok.client;

import dev.priok.client.wire.Response;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A tar archive on its way from the engine, and what it was made of. */
public final class Archive implements Closeable {
  private final PathStat stat;
  private final Response response;

  Archive(PathStat stat, Response response) {
    this.stat = stat;
    this.response = response;
  }

  /** What lies at the path that was asked for. */
  public PathStat stat() {
    return stat;
  }

  /** The archive's bytes. */
  public InputStream tar() {
    return response.body();
  }

  @Override
  public void close() throws IOException {
    response.close();
  }
}
