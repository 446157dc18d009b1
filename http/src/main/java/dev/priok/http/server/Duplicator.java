package dev.priok.http.server;

import java.io.IOException;

/** Gives a second descriptor for an open file, as {@code dup(2)} does; the caller closes it. */
@FunctionalInterface
public interface Duplicator {
  int duplicate(int descriptor) throws IOException;
}
