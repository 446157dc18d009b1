package dev.priok.host.logging.drivers;

import dev.priok.host.logging.LogStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One container's messages to a syslog server: errors with severity 3, output with 6. */
final class SyslogTarget implements LogTarget {
  private static final int ERROR = 3;
  private static final int INFORMATION = 6;

  private final Wire wire;
  private final SyslogFormat format;
  private final int facility;
  private final boolean counted;
  private final String tag;
  private final String host;
  private final long pid = ProcessHandle.current().pid();
  private final ByteText buffer = new ByteText(4 * 1024);
  private long headerTime = Long.MIN_VALUE;
  private int headerSeverity;
  private byte[] header = new byte[0];

  SyslogTarget(LogContext context, Wire wire, SyslogFormat format, int facility, boolean counted) {
    this.wire = wire;
    this.format = format;
    this.facility = facility;
    this.counted = counted;
    this.tag = TagTemplate.of(context, TagTemplate.DEFAULT);
    this.host = context.hostName();
  }

  @Override
  public void deliver(LogEntry entry) {
    if (entry.length() == 0) {
      return; // as Docker: there is nothing to say
    }
    int severity = entry.stream() == LogStream.STDERR ? ERROR : INFORMATION;
    byte[] header = header(severity, entry.epochNanos());
    if (counted) {
      buffer.add((header.length + entry.length() + 1) + " ");
    }
    buffer.add(header).add(entry.bytes(), entry.offset(), entry.length()).add('\n');
  }

  /** Most formats tell seconds: formatting a time costs more than all else here. */
  private byte[] header(int severity, long epochNanos) {
    long unit = format == SyslogFormat.RFC5424MICRO ? 1_000L : 1_000_000_000L;
    long time = Math.floorDiv(epochNanos, unit);
    if (time != headerTime || severity != headerSeverity) {
      headerTime = time;
      headerSeverity = severity;
      header =
          format
              .header(facility * 8 + severity, epochNanos, host, tag, pid)
              .getBytes(StandardCharsets.UTF_8);
    }
    return header;
  }

  @Override
  public boolean full() {
    return buffer.length() > 0 && (wire.sendsPackets() || buffer.length() >= 32 * 1024);
  }

  @Override
  public void flush() throws IOException {
    if (buffer.length() > 0) {
      wire.send(buffer.array(), 0, buffer.length());
      buffer.clear();
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
