package dev.priok.daemon;

import dev.priok.http.server.Descriptors;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.Sockets;
import java.io.IOException;

/** What connections of the API ask of the kernel. */
final class KernelDescriptors implements Descriptors {
  private static final int NOT_STANDARD = 3;

  @Override
  public int duplicate(int descriptor) throws IOException {
    return Io.duplicate(descriptor, NOT_STANDARD).release();
  }

  @Override
  public int unread(int descriptor) throws IOException {
    return Sockets.unread(descriptor);
  }
}
