package dev.priok.host.logging;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the lines of a log from a place on, from file to file, to the present end; and
 * further, where it is asked again later. Files may be rotated, packed and dropped meanwhile.
 */
public final class LogWalk implements Closeable {
  private static final int SMALL = 8 * 1024;
  private static final int LARGE = 128 * 1024;

  private final LogFiles files;
  private @Nullable LogSource source;

  /** Identity of the file on its file system, where it was opened as the one being written. */
  private @Nullable Object written;

  private long number;
  private long position;
  private byte[] buffer = new byte[0];

  /** Of the buffer: from here on nothing was handed out yet, and {@code filled} is its end. */
  private int taken;

  private int filled;

  /** Starts there, or at the oldest place after it that still exists. */
  public LogWalk(LogFiles files, LogPlace from) {
    this.files = files;
    this.number = from.number();
    this.position = from.offset();
  }

  /** Where the first line is that was not handed out. */
  public LogPlace place() {
    return new LogPlace(number, position - (filled - taken));
  }

  /**
   * Hands out lines to the present end of the log, or until the sink has enough. A line that is
   * still being written stays for the next call.
   *
   * @return whether the end was reached
   */
  public boolean drain(LineSink sink) throws IOException {
    while (true) {
      if (source == null && !open()) {
        return true;
      }
      if (!drainFile(sink)) {
        return false;
      }
      if (!hasSuccessor()) {
        if (taken == filled && buffer.length > SMALL) {
          buffer = new byte[0]; // followers wait most of their time
        }
        return true;
      }
      // What was written between the look and the end of the writing is read before going on.
      if (!drainFile(sink)) {
        return false;
      }
      next();
    }
  }

  private boolean drainFile(LineSink sink) throws IOException {
    LogSource from = source;
    if (from == null) {
      return true;
    }
    while (true) {
      int scanned = taken;
      for (int i = scanned; i < filled; i++) {
        if (buffer[i] == '\n') {
          int start = taken;
          taken = i + 1;
          sink.line(buffer, start, taken, number, position - filled + start);
          if (sink.enough()) {
            return false;
          }
        }
      }
      makeRoom();
      int n = from.read(buffer, filled, buffer.length - filled, position);
      if (n <= 0) {
        return true;
      }
      position += n;
      filled += n;
    }
  }

  private void makeRoom() {
    System.arraycopy(buffer, taken, buffer, 0, filled - taken);
    filled -= taken;
    taken = 0;
    if (buffer.length == 0) {
      buffer = new byte[SMALL];
    } else if (filled == buffer.length || (buffer.length < LARGE && position > 4 * SMALL)) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, LARGE));
    }
  }

  /** True once a newer file exists: then the present one is complete. */
  private boolean hasSuccessor() throws IOException {
    if (written != null && written.equals(identity(files.base()))) {
      return false; // one stat(2) at most looks; the file is open, so its number is not used again
    }
    NavigableMap<Long, LogFiles.Rotated> older = files.rotated();
    if (older.isEmpty() || older.lastKey() < number) {
      return false;
    }
    return older.lastKey() > number || Files.exists(files.base());
  }

  private void next() throws IOException {
    close();
    number++;
    position = 0;
  }

  /** Opens the file of that number, or the oldest after it; false where there is none yet. */
  private boolean open() throws IOException {
    while (true) {
      NavigableMap<Long, LogFiles.Rotated> older = files.rotated();
      Map.Entry<Long, LogFiles.Rotated> found = older.ceilingEntry(number);
      try {
        if (found != null) {
          begin(LogSource.open(found.getValue()), found.getKey());
          return true;
        }
        long last = older.isEmpty() ? 1 : older.lastKey() + 1;
        LogSource base = LogSource.plain(files.base());
        Object key = identity(files.base());
        if (files.number() == last) {
          begin(base, last);
          written = key;
          return true;
        }
        base.close(); // rotated between the two looks: which one it is nobody knows
      } catch (NoSuchFileException e) {
        if (found == null) {
          return false; // nothing was written yet, or it is just being opened anew
        }
      }
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void begin(LogSource opened, long its) throws IOException {
    source = opened;
    written = null;
    if (number != its) {
      number = its;
      position = 0;
    }
    if (opened instanceof LogSource.Plain plain && plain.channel().size() < position) {
      position = plain.channel().size(); // somebody has shortened it
    }
    taken = 0;
    filled = 0;
  }

  @Override
  public void close() throws IOException {
    LogSource open = source;
    source = null;
    // What was read and not handed out is read again.
    position -= filled - taken;
    taken = 0;
    filled = 0;
    if (open != null) {
      open.close();
    }
  }
}
