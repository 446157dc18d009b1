package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code json-file}: lines of JSON at {@code <folder>/<id>-json.log}, where node agents look for
 * them.
 */
final class JsonFileDriver implements LogDriver {
  @Override
  public String name() {
    return "json-file";
  }

  @Override
  public void check(Map<String, String> options) {
    LogOptions.onlyKnown(
        options,
        List.of("max-file", "max-size", "compress"),
        "unknown log opt '%s' for json-file log driver");
    FileLimits.jsonFile(options);
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    try {
      FileLimits limits = FileLimits.jsonFile(context.options()).under(context.largestFile());
      return new JsonFileTarget(context, limits, mark);
    } catch (EngineException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Not on the way of a start: there is nobody to be reached, and a full disk passes. */
  @Override
  public boolean opensLater(Map<String, String> options) {
    return true;
  }

  @Override
  public Optional<String> fileName(String containerId) {
    return Optional.of(containerId + "-json.log");
  }
}
