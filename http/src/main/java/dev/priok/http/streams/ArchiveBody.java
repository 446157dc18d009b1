package dev.priok.http.streams;

import dev.priok.engine.streams.ByteSink;
import dev.priok.http.routing.Call;
import java.io.IOException;
import java.io.OutputStream;

/** A tar as a response's body. */
public final class ArchiveBody implements ByteSink {
  private final Call call;
  private final String contentType;

  public ArchiveBody(Call call, String contentType) {
    this.call = call;
    this.contentType = contentType;
  }

  @Override
  public OutputStream open() throws IOException {
    return call.stream(contentType);
  }
}
