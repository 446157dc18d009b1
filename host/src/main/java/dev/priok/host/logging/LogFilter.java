package dev.priok.host.logging;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;

/** Decides line by line what goes to the sink, and in which shape. */
final class LogFilter {
  private final LogReadOptions options;
  private final LogSink sink;
  private final long since;
  private final long until;
  private final EnumSet<LogStream> continued = EnumSet.noneOf(LogStream.class);
  private boolean past;

  LogFilter(LogReadOptions options, LogSink sink) {
    this.options = options;
    this.sink = sink;
    this.since = options.since() == null ? Long.MIN_VALUE : nanos(options.since());
    this.until = options.until() == null ? Long.MAX_VALUE : nanos(options.until());
  }

  /** True once a line later than {@code until} was seen: nothing wanted can follow. */
  boolean pastLine() {
    return past;
  }

  /** True when nothing that is still to be written can be wanted. */
  boolean past() {
    return past || (until != Long.MAX_VALUE && nanos(Instant.now()) > until);
  }

  /** One line of the file; {@code end} is after its newline. */
  void accept(byte[] b, int start, int end) throws IOException {
    if (!K8sLine.valid(b, start, end)) {
      return;
    }
    LogStream stream = K8sLine.stream(b, start);
    boolean partial = K8sLine.partial(b, start);
    boolean first = !continued.contains(stream);
    if (partial && first) {
      continued.add(stream);
    } else if (!partial && !first) {
      continued.remove(stream);
    }
    if (stream == LogStream.STDOUT ? !options.stdout() : !options.stderr()) {
      return;
    }
    long time = K8sLine.epochNanos(b, start);
    if (time > until) {
      past = true;
      return;
    }
    if (time < since) {
      return;
    }
    int from =
        options.timestamps() && first
            ? K8sLine.prependTime(b, start, time)
            : start + K8sLine.HEADER;
    int to = partial ? end - 1 : end;
    if (to > from) {
      sink.line(time, stream, b, from, to - from);
    }
  }

  private static long nanos(Instant time) {
    try {
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (ArithmeticException e) {
      return time.getEpochSecond() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
  }
}
