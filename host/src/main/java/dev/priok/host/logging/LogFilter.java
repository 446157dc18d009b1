package dev.priok.host.logging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;

/** Decides line by line what goes to the sink, and in which shape. */
final class LogFilter implements LineSink {
  private final LogReadOptions options;
  private final LogSink sink;
  private final long since;
  private final long until;
  private final EnumSet<LogStream> continued = EnumSet.noneOf(LogStream.class);
  private final byte[] details;
  private boolean past;

  LogFilter(LogReadOptions options, LogSink sink) {
    this.options = options;
    this.sink = sink;
    String text = options.details();
    this.details = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    this.since = options.since() == null ? Long.MIN_VALUE : nanos(options.since());
    this.until = options.until() == null ? Long.MAX_VALUE : nanos(options.until());
  }

  /** True once a line later than {@code until} was seen: nothing wanted can follow. */
  @Override
  public boolean enough() {
    return past;
  }

  /** True when nothing that is still to be written can be wanted. */
  boolean past() {
    return past || (until != Long.MAX_VALUE && nanos(Instant.now()) > until);
  }

  /** One line of the file; {@code end} is after its newline. */
  @Override
  public void line(byte[] b, int start, int end, long number, long offset) throws IOException {
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
    int to = partial ? end - 1 : end;
    if (first && details.length > 0 && to > start + K8sLine.HEADER) {
      detailed(b, start, to, time, stream);
      return;
    }
    int from =
        options.timestamps() && first
            ? K8sLine.prependTime(b, start, time)
            : start + K8sLine.HEADER;
    if (to > from) {
      sink.line(time, stream, b, from, to - from);
    }
  }

  private void detailed(byte[] b, int start, int to, long time, LogStream stream)
      throws IOException {
    int text = start + K8sLine.HEADER;
    int before = options.timestamps() ? K8sLine.DOCKER_TIME : 0;
    byte[] line = new byte[before + details.length + to - text];
    System.arraycopy(details, 0, line, before, details.length);
    System.arraycopy(b, text, line, before + details.length, to - text);
    if (before > 0) {
      System.arraycopy(b, K8sLine.prependTime(b, start, time), line, 0, before);
    }
    sink.line(time, stream, line, 0, line.length);
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
