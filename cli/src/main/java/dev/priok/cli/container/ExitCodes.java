package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Failures;
import dev.priok.client.ApiException;
import dev.priok.model.api.container.ContainerWaitExitError;
import dev.priok.model.api.container.ContainerWaitResponse;
import java.util.Locale;

/** Exit codes of run: the container's own, 125 for the engine, 126 and 127 for its program. */
final class ExitCodes {
  private ExitCodes() {}

  /** The failure of a run with the code that the shells use for it. */
  static CliException ofRun(Exception failure) {
    int code = failure instanceof CliException said && said.exitCode() != 1 ? said.exitCode() : 125;
    if (failure instanceof ApiException refused) {
      String reason = refused.reason().toLowerCase(Locale.ROOT);
      if (reason.contains("executable file not found")
          || reason.contains("no such file or directory")) {
        code = 127;
      } else if (reason.contains("permission denied") || reason.contains("is a directory")) {
        code = 126;
      }
    }
    return new CliException(
        code,
        "priok: " + Failures.describe(failure) + "\n\nRun 'priok run --help' for more information");
  }

  /** The container's exit code. */
  static int of(ContainerWaitResponse result) {
    ContainerWaitExitError error = result.error();
    if (error != null && error.message() != null && !error.message().isEmpty()) {
      throw new CliException(125, "Error waiting for container: " + error.message());
    }
    return result.statusCode() == null ? 125 : Math.toIntExact(result.statusCode());
  }
}
