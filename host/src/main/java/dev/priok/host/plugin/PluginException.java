package dev.priok.host.plugin;

import java.io.IOException;

/** A plugin could not be asked, or refused; the message is for the user. */
public final class PluginException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** No plugin of that name is registered. */
    NOT_FOUND,
    /** It is registered and does not answer. */
    UNREACHABLE,
    /** It answered, and the answer is no. */
    REFUSED
  }

  PluginException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  PluginException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Where no plugin of a name is registered. */
  public static PluginException notFound(String message) {
    return new PluginException(Reason.NOT_FOUND, message);
  }

  public Reason reason() {
    return reason;
  }
}
