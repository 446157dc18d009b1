package dev.priok.cli;

import dev.priok.client.ApiException;
import dev.priok.client.Endpoint;
import dev.priok.client.UnreachableException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Failures in the words of docker, which scripts compare. */
public final class Failures {
  private Failures() {}

  /** One message for the user. */
  public static String describe(Throwable failure) {
    return switch (failure) {
      case ApiException refused -> "Error response from daemon: " + refused.reason();
      case UnreachableException unreachable -> unreachable(unreachable);
      case CliException said -> said.text();
      case UncheckedIOException wrapped -> describe(cause(wrapped));
      case IOException io -> "error during connect: " + text(io);
      case IllegalArgumentException wrong -> text(wrong);
      default -> "internal error: " + failure;
    };
  }

  private static String unreachable(UnreachableException failure) {
    if (failure.isPermissionDenied()) {
      return "permission denied while trying to connect to the priok daemon socket at "
          + failure.endpoint()
          + ": are you root or in the group of the socket?";
    }
    if (failure.endpoint() instanceof Endpoint.Ssh) {
      return text(failure);
    }
    return "Cannot connect to the priok daemon at " + failure.endpoint() + ". Is priokd running?";
  }

  private static Throwable cause(Throwable wrapper) {
    Throwable cause = wrapper.getCause();
    return cause == null ? wrapper : cause;
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
