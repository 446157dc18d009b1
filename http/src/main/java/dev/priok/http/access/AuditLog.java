package dev.priok.http.access;

import dev.priok.model.api.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what: one line of JSON a call, appended in one write, so that lines of a daemon that is
 * killed are whole or absent. The file is opened anew where it was moved away, as logrotate does.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final Path file;
  private final Object lock = new Object();

  // No channel: an interrupt of the thread that writes, as departed clients cause, would close it.
  private FileOutputStream out;

  private Object key;

  /** One call. */
  record Line(
      Instant time,
      String caller,
      String role,
      String operation,
      String target,
      String verdict,
      String reason,
      int status,
      long micros) {}

  public AuditLog(Path file) throws IOException {
    this.file = file;
    this.out = open();
    this.key = key();
  }

  private FileOutputStream open() throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    }
    return new FileOutputStream(file.toFile(), true);
  }

  private Object key() throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  void write(Line line) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("time", line.time().toString());
    members.put("caller", line.caller());
    members.put("role", line.role());
    members.put("operation", line.operation());
    members.put("target", line.target());
    members.put("verdict", line.verdict());
    if (!line.reason().isEmpty()) {
      members.put("reason", line.reason());
    }
    if (line.status() > 0) {
      members.put("status", line.status());
    }
    members.put("micros", line.micros());
    synchronized (lock) {
      try {
        byte[] json = Json.mapper().writeValueAsBytes(members);
        byte[] bytes = java.util.Arrays.copyOf(json, json.length + 1);
        bytes[json.length] = '\n';
        reopenIfMoved();
        out.write(bytes);
      } catch (IOException e) {
        LOG.error("the audit log {} cannot be written: {}", file, e.getMessage());
      }
    }
  }

  private void reopenIfMoved() throws IOException {
    boolean there = Files.exists(file);
    if (!there || !key().equals(key)) {
      out.close();
      out = open();
      key = key();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (lock) {
      out.close();
    }
  }
}
