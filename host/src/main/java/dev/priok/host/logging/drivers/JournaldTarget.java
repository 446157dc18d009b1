package dev.priok.host.logging.drivers;

import dev.priok.host.logging.LogStream;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * One container's entries to the journal: a packet each, with Docker's names of fields. An entry
 * that is too large for a packet goes through a file in memory.
 *
 * <p>The mark counts the entries, for {@code CONTAINER_LOG_ORDINAL}.
 */
final class JournaldTarget implements LogTarget {
  private static final int ERROR = 3;
  private static final int INFORMATION = 6;

  /** The kernel's buffers take about 200 KiB a packet by default; ours one of 64 KiB. */
  private static final int LARGEST_PACKET = 48 * 1024;

  private final Wire.UnixPackets wire;
  private final byte[] common;
  private final ByteText packet = new ByteText(4 * 1024);
  private final ByteText time = new ByteText(64);
  private final LogTimes times = new LogTimes();
  private long sent;

  JournaldTarget(LogContext context, Wire.UnixPackets wire, long mark) {
    this.wire = wire;
    this.sent = mark;
    String tag = TagTemplate.of(context, TagTemplate.DEFAULT);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("CONTAINER_ID", context.shortId());
    fields.put("CONTAINER_ID_FULL", context.id());
    fields.put("CONTAINER_NAME", context.name());
    fields.put("CONTAINER_TAG", tag);
    fields.put("IMAGE_NAME", context.imageName());
    fields.put("SYSLOG_IDENTIFIER", tag);
    fields.put("CONTAINER_LOG_EPOCH", epoch());
    fields.putAll(LogAttributes.of(context, JournaldTarget::fieldName));
    ByteText text = new ByteText(1024);
    fields.forEach((name, value) -> field(text, name, value.getBytes(StandardCharsets.UTF_8)));
    this.common = text.copy();
  }

  /** Tells the ordinals of this run of the driver from others, 64 digits. */
  private static String epoch() {
    return (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
  }

  /**
   * Upper case letters, digits and underscores, none of these in front (systemd.journal-fields).
   */
  static String fieldName(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_").replaceFirst("^_+", "");
  }

  private static void field(ByteText into, String name, byte[] value) {
    field(into, name, value, 0, value.length);
  }

  private static void field(ByteText into, String name, byte[] value, int offset, int length) {
    if (name.isEmpty()) {
      return; // nothing was left of it
    }
    boolean lines = false;
    for (int i = offset; i < offset + length; i++) {
      lines |= value[i] == '\n';
    }
    into.add(name);
    if (lines) {
      byte[] size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      into.add('\n').add(size);
    } else {
      into.add('=');
    }
    into.add(value, offset, length).add('\n');
  }

  private static void field(ByteText into, String name, String value) {
    field(into, name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void deliver(LogEntry entry) {
    field(packet, "PRIORITY", entry.stream() == LogStream.STDERR ? "" + ERROR : "" + INFORMATION);
    field(packet, "MESSAGE", entry.bytes(), entry.offset(), entry.length());
    packet.add(common);
    time.clear();
    times.rfc3339Nano(entry.epochNanos(), time);
    field(packet, "SYSLOG_TIMESTAMP", time.array(), 0, time.length());
    LogEntry.Partial partial = entry.partial();
    if (partial != null) {
      field(packet, "CONTAINER_PARTIAL_ID", partial.id());
      field(packet, "CONTAINER_PARTIAL_ORDINAL", Integer.toString(partial.ordinal()));
      field(packet, "CONTAINER_PARTIAL_LAST", Boolean.toString(partial.last()));
      if (!partial.last()) {
        field(packet, "CONTAINER_PARTIAL_MESSAGE", "true");
      }
    }
    field(packet, "CONTAINER_LOG_ORDINAL", Long.toString(sent + 1));
  }

  @Override
  public boolean full() {
    return packet.length() > 0;
  }

  @Override
  public void flush() throws IOException {
    if (packet.length() == 0) {
      return;
    }
    if (packet.length() > LARGEST_PACKET || !sentAsPacket()) {
      try (Fd file = MemoryFile.sealed("priok-log-entry", packet.copy())) {
        wire.sendDescriptor(file);
      }
    }
    packet.clear();
    sent++;
  }

  private boolean sentAsPacket() throws IOException {
    try {
      wire.send(packet.array(), 0, packet.length());
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.EMSGSIZE) || e.is(Errno.ENOBUFS)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public long mark() {
    return sent;
  }

  @Override
  public void close() {
    wire.close();
  }
}
