package dev.priok.model.error;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import org.jspecify.annotations.Nullable;

/**
 * A refusal with a sentence for the user.
 *
 * <p>The message goes to the client word for word as {@code {"message": ...}}; where scripts read
 * it, it is Docker's sentence.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public EngineException(ErrorKind kind, String message) {
    this(kind, message, null);
  }

  public EngineException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public ErrorKind kind() {
    return kind;
  }

  /** The sentence for the user; never null. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? kind.name() : message;
  }

  @FormatMethod
  public static EngineException invalid(@FormatString String format, @Nullable Object... args) {
    return new EngineException(ErrorKind.INVALID, format.formatted(args));
  }

  @FormatMethod
  public static EngineException notFound(@FormatString String format, @Nullable Object... args) {
    return new EngineException(ErrorKind.NOT_FOUND, format.formatted(args));
  }

  @FormatMethod
  public static EngineException conflict(@FormatString String format, @Nullable Object... args) {
    return new EngineException(ErrorKind.CONFLICT, format.formatted(args));
  }

  @FormatMethod
  public static EngineException forbidden(@FormatString String format, @Nullable Object... args) {
    return new EngineException(ErrorKind.FORBIDDEN, format.formatted(args));
  }

  @FormatMethod
  public static EngineException notImplemented(
      @FormatString String format, @Nullable Object... args) {
    return new EngineException(ErrorKind.NOT_IMPLEMENTED, format.formatted(args));
  }

  public static EngineException notModified() {
    return new EngineException(ErrorKind.NOT_MODIFIED, "");
  }

  /** A failure of the host or the daemon itself; {@code cause} is logged, the message is sent. */
  public static EngineException internal(String message, @Nullable Throwable cause) {
    return new EngineException(ErrorKind.INTERNAL, message, cause);
  }
}
