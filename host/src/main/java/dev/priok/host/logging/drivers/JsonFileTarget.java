package dev.priok.host.logging.drivers;

import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Docker's JSON lines: {@code {"log":"text\n","stream":"stdout","attrs":{...},"time":"..."}}.
 *
 * <p>The mark is the length of the file. A daemon that was killed between writing a batch and
 * remembering it finds a file longer than the mark, and cuts it there: no line is there twice. A
 * file shorter than the mark was emptied by its user and is left as it is.
 */
final class JsonFileTarget implements LogTarget {
  private static final int BATCH = 64 * 1024;
  private static final byte[] BEGIN = bytes("{\"log\":\"");
  private static final byte[] NEWLINE = bytes("\\n");
  private static final byte[] END = bytes("\"}\n");

  private final JsonFileRotation rotation;
  private final Path path;
  private final long maxBytes;
  private final byte[] stdout;
  private final byte[] stderr;
  private final ByteText buffer = new ByteText(8 * 1024);
  private final LogTimes times = new LogTimes();
  private FileChannel file;
  private long size;

  JsonFileTarget(LogContext context, FileLimits limits, long mark) throws IOException {
    this.path = context.folder().resolve(context.id() + "-json.log");
    this.rotation = new JsonFileRotation(path, limits);
    this.maxBytes = limits.maxBytes();
    Map<String, String> attributes = LogAttributes.withTag(context);
    String middle =
        attributes.isEmpty() ? "" : ",\"attrs\":" + Json.mapper().writeValueAsString(attributes);
    this.stdout = bytes("\",\"stream\":\"stdout\"" + middle + ",\"time\":\"");
    this.stderr = bytes("\",\"stream\":\"stderr\"" + middle + ",\"time\":\"");
    this.file = open();
    this.size = file.size();
    if (size > mark) {
      file.truncate(mark);
      size = mark;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private FileChannel open() throws IOException {
    Set<StandardOpenOption> how =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    return FileChannel.open(
        path,
        how,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
  }

  /** Rotates a file that is full, or opens another where somebody has moved it away. */
  @Override
  public boolean begin() throws IOException {
    boolean there = Files.exists(path);
    if (there && !(maxBytes > 0 && size >= maxBytes)) {
      return false;
    }
    file.close();
    if (there) {
      rotation.rotate();
    }
    file = open();
    size = file.size();
    return true;
  }

  @Override
  public void deliver(LogEntry entry) {
    buffer.add(BEGIN).json(entry.bytes(), entry.offset(), entry.length());
    if (entry.endsLine()) {
      buffer.add(NEWLINE);
    }
    buffer.add("stderr".equals(entry.source()) ? stderr : stdout);
    times.rfc3339Nano(entry.epochNanos(), buffer);
    buffer.add(END);
  }

  @Override
  public boolean full() {
    return buffer.length() >= BATCH || (maxBytes > 0 && size + buffer.length() >= maxBytes);
  }

  @Override
  public void flush() throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), 0, buffer.length());
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      size = file.size();
    } catch (IOException e) {
      cutBack();
      throw e;
    } finally {
      buffer.clear();
    }
    rotation.packed();
  }

  /** A line that a full disk has torn must not stay: the whole batch comes again. */
  private void cutBack() {
    try {
      if (file.size() > size) {
        file.truncate(size);
      }
    } catch (IOException e) {
      // The next open cuts at the mark, which is the same place.
      return;
    }
  }

  @Override
  public long mark() {
    return size;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
