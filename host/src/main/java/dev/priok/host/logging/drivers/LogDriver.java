package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** One kind of target; see the package. Has no state. */
public interface LogDriver {
  /** As users write it. */
  String name();

  /**
   * Refuses options it does not have, and values it does not understand.
   *
   * @param options without those common to all drivers (mode, max-buffer-size, cache-...)
   * @throws dev.priok.model.error.EngineException INVALID, with Docker's sentence
   */
  void check(Map<String, String> options);

  /**
   * Opens the target of one container.
   *
   * @param mark what {@link LogTarget#mark} said last; 0 at first
   * @throws IOException where it cannot be reached
   */
  LogTarget open(LogContext context, long mark) throws IOException;

  /** Whether anything but the local log is to be written. */
  default boolean delivers() {
    return true;
  }

  /**
   * True where the target is opened beside the start, and its failure is no reason to refuse it.
   */
  default boolean opensLater(Map<String, String> options) {
    return false;
  }

  /** What a user wants to happen when the target fails. */
  default RetryPolicy retry(Map<String, String> options) {
    return RetryPolicy.STANDARD;
  }

  /** File that the API tells as {@code LogPath}; only json-file has one. */
  default Optional<String> fileName(String containerId) {
    return Optional.empty();
  }
}
