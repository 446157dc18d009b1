package dev.priok.host.logging.drivers;

import dev.priok.host.logging.LogStream;
import dev.priok.model.api.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * One container's messages to Graylog: a JSON object each. Over UDP a message larger than a packet
 * goes in at most 128 chunks; over TCP a zero byte ends each.
 */
final class GelfTarget implements LogTarget {
  private static final int ERROR = 3;
  private static final int INFORMATION = 6;

  /** Bytes of a packet that every network passes, as Graylog's own library has it. */
  private static final int CHUNK = 1420;

  private static final int CHUNK_HEADER = 12;
  private static final int MOST_CHUNKS = 128;

  private final Wire wire;
  private final String compression;
  private final int level;
  private final byte[] begin;
  private final byte[] end;
  private final ByteText buffer = new ByteText(4 * 1024);

  GelfTarget(LogContext context, Wire wire, String compression, int level) throws IOException {
    this.wire = wire;
    this.compression = compression;
    this.level = level;
    this.begin =
        bytes(
            "{\"version\":\"1.1\",\"host\":"
                + Json.mapper().writeValueAsString(context.hostName())
                + ",\"short_message\":\"");
    Map<String, Object> extra = new LinkedHashMap<>();
    extra.put("_command", String.join(" ", context.command()));
    extra.put("_container_id", context.id());
    extra.put("_container_name", context.name());
    extra.put("_created", context.created().toString());
    extra.put("_image_id", context.imageId());
    extra.put("_image_name", context.imageName());
    extra.put("_tag", TagTemplate.of(context, TagTemplate.DEFAULT));
    extra.putAll(LogAttributes.of(context, name -> name.startsWith("_") ? name : "_" + name));
    String members = Json.mapper().writeValueAsString(extra);
    this.end = bytes("," + members.substring(1));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void deliver(LogEntry entry) {
    if (entry.length() == 0) {
      return; // a message without text is not GELF
    }
    long millis = Math.floorDiv(entry.epochNanos(), 1_000_000L);
    int severity = entry.stream() == LogStream.STDERR ? ERROR : INFORMATION;
    buffer
        .add(begin)
        .json(entry.bytes(), entry.offset(), entry.length())
        .add(
            "\",\"timestamp\":%d.%03d,\"level\":%d"
                .formatted(millis / 1000, millis % 1000, severity))
        .add(end);
    if (!wire.sendsPackets()) {
      buffer.add(0);
    }
  }

  @Override
  public boolean full() {
    return buffer.length() > 0 && (wire.sendsPackets() || buffer.length() >= 32 * 1024);
  }

  @Override
  public void flush() throws IOException {
    if (buffer.length() == 0) {
      return;
    }
    if (wire.sendsPackets()) {
      packets(compressed());
    } else {
      wire.send(buffer.array(), 0, buffer.length());
    }
    buffer.clear();
  }

  private byte[] compressed() throws IOException {
    if (compression.equals("none") || level == 0) {
      return buffer.copy();
    }
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    try (OutputStream out = compression.equals("gzip") ? new Gzip(result, level) : zlib(result)) {
      out.write(buffer.array(), 0, buffer.length());
    }
    return result.toByteArray();
  }

  private OutputStream zlib(OutputStream out) {
    return new ZlibStream(out, level);
  }

  private void packets(byte[] message) throws IOException {
    if (message.length <= CHUNK) {
      wire.send(message, 0, message.length);
      return;
    }
    int room = CHUNK - CHUNK_HEADER;
    int count = (message.length + room - 1) / room;
    if (count > MOST_CHUNKS) {
      // Cannot be: the longest piece of a line is 16 KiB; attributes of 160 KB could.
      throw new IOException("msg too large, would need " + count + " chunks");
    }
    long id = ThreadLocalRandom.current().nextLong();
    ByteText packet = new ByteText(CHUNK);
    for (int i = 0; i < count; i++) {
      packet.clear();
      packet.add(0x1e).add(0x0f);
      for (int shift = 56; shift >= 0; shift -= 8) {
        packet.add((int) (id >>> shift));
      }
      packet.add(i).add(count);
      packet.add(message, i * room, Math.min(room, message.length - i * room));
      wire.send(packet.array(), 0, packet.length());
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }

  /** gzip at a chosen level. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }

  /** zlib at a chosen level; frees its native memory. */
  private static final class ZlibStream extends DeflaterOutputStream {
    ZlibStream(OutputStream out, int level) {
      super(out, new Deflater(level));
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        def.end();
      }
    }
  }
}
