package dev.priok.host.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A registry refused or could not be reached; the message is in Docker's form. */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as callers act on it. */
  public enum Reason {
    /** No connection, no name, no TLS: another address may do better. */
    UNREACHABLE,
    UNAUTHORIZED,
    DENIED,
    MANIFEST_UNKNOWN,
    NAME_UNKNOWN,
    OTHER
  }

  private final Reason reason;
  private final int status;

  public RegistryException(Reason reason, int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.status = status;
  }

  public Reason reason() {
    return reason;
  }

  /** The HTTP status, 0 where there was no answer. */
  public int status() {
    return status;
  }

  /** True where the same request may do better in a moment. */
  public boolean isTransient() {
    return reason == Reason.UNREACHABLE || status >= 500 || status == 429;
  }
}
