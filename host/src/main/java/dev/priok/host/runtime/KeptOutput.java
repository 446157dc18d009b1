package dev.priok.host.runtime;

import java.io.ByteArrayOutputStream;

/** The beginning of a command's output; what comes after is dropped. */
final class KeptOutput {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  /** Keeps so many bytes. */
  KeptOutput(int limit) {
    this.limit = limit;
  }

  synchronized void add(byte[] bytes, int offset, int length) {
    kept.write(bytes, offset, Math.min(length, limit - Math.min(limit, kept.size())));
  }

  synchronized boolean isFull() {
    return kept.size() >= limit;
  }

  synchronized byte[] bytes() {
    return kept.toByteArray();
  }
}
