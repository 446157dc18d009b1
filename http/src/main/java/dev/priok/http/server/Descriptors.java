package dev.priok.http.server;

import java.io.IOException;

/** What a connection asks of the kernel that Netty has no call for. */
public interface Descriptors {
  /** Gives a second descriptor for an open file, as {@code dup(2)} does; the caller closes it. */
  int duplicate(int descriptor) throws IOException;

  /** Bytes that were written to a unix socket and that its other end has not read (unix(7)). */
  int unread(int descriptor) throws IOException;
}
