package dev.priok.host.logging;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log that conmon writes for a container.
 *
 * <p>Worked example: the last ten lines, then whatever comes until the container ends:
 *
 * <pre>{@code
 * new ContainerLog(new LogFiles(dir.resolve("log")))
 *     .follow(LogReadOptionsBuilder.builder(LogReadOptions.all()).tail(10).build(), sink, hook);
 * }</pre>
 *
 * <p>Pieces of one line keep together as they are: a piece has no newline, so a reader that writes
 * them out one after the other restores the line; only the first piece gets a timestamp. {@code
 * tail} counts lines, of both streams whatever the options select, as Docker does. A rotation while
 * reading neither loses nor repeats a line.
 */
public final class ContainerLog {
  /** Backstop for a follower whose hook missed a change. */
  private static final long LOOK_AGAIN_MILLIS = 1000;

  private final LogFiles files;

  public ContainerLog(LogFiles files) {
    this.files = files;
  }

  /** Reads what is there now. */
  public void read(LogReadOptions options, LogSink sink) throws IOException {
    try (LogCursor cursor = start(options, sink)) {
      if (cursor != null) {
        cursor.drain();
      }
    }
  }

  /** Reads what is there, and goes on until the hook says that the container has ended. */
  public void follow(LogReadOptions options, LogSink sink, LogFollow hook)
      throws IOException, InterruptedException {
    long seen = hook.version();
    LogCursor cursor = start(options, sink);
    try {
      while (true) {
        // Asked before reading: what was written before the end is read after it.
        boolean ended = hook.ended();
        if (cursor == null && Files.exists(files.base())) {
          cursor = Opened.at(files.base()).cursor(0, new LogFilter(options, sink));
        }
        if (cursor != null) {
          cursor.drain();
          LogCursor successor = successor(cursor);
          if (successor != null) {
            cursor.close();
            cursor = successor;
            continue;
          }
          if (cursor.filter().past()) {
            return;
          }
        }
        if (ended) {
          return;
        }
        hook.awaitChange(seen, LOOK_AGAIN_MILLIS);
        seen = hook.version();
      }
    } finally {
      if (cursor != null) {
        cursor.close();
      }
    }
  }

  /** Reads the older files and returns a cursor in the youngest; null if there is none. */
  private @Nullable LogCursor start(LogReadOptions options, LogSink sink) throws IOException {
    List<Opened> opened = new ArrayList<>();
    try {
      for (Path path : files.oldestFirst()) {
        Optional<Opened> file = Opened.ifThere(path);
        // A rotation between listing and opening shows one file under two names.
        if (file.isPresent()
            && !opened.isEmpty()
            && opened.getLast().key().equals(file.get().key())) {
          file.get().channel().close();
        } else {
          file.ifPresent(opened::add);
        }
      }
      if (opened.isEmpty()) {
        return null;
      }
      int first = 0;
      long position = 0;
      if (options.tail() >= 0) {
        long missing = options.tail();
        first = opened.size();
        do {
          first--;
          LogTail.Start start = LogTail.find(opened.get(first).channel(), missing);
          position = start.position();
          missing = start.missing();
        } while (missing > 0 && first > 0);
      }
      LogFilter filter = new LogFilter(options, sink);
      for (int i = first; i < opened.size() - 1; i++) {
        opened.get(i).cursor(i == first ? position : 0, filter).drain();
      }
      Opened last = opened.removeLast();
      return last.cursor(first == opened.size() ? position : 0, filter);
    } finally {
      for (Opened file : opened) {
        file.channel().close();
      }
    }
  }

  /**
   * The file after this one, where this one has been rotated. What the writer put into the old file
   * between its renaming and the opening of the new one is read first.
   */
  private @Nullable LogCursor successor(LogCursor cursor) throws IOException {
    Object current;
    try {
      current = identity(files.base());
    } catch (NoSuchFileException e) {
      return null; // renamed, and not opened anew yet
    }
    Path next = files.base();
    int age = 1;
    if (cursor.is(current)) {
      return null;
    }
    while (Files.exists(files.rotated(age))) {
      if (cursor.is(identity(files.rotated(age)))) {
        break;
      }
      next = files.rotated(age);
      age++;
    }
    cursor.drain();
    return Opened.at(next).cursor(0, cursor.filter());
  }

  /** A file and its identity. */
  private record Opened(FileChannel channel, Object key) {
    static Opened at(Path path) throws IOException {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new Opened(channel, identity(path));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    /** Empty where a rotation has dropped it. */
    static Optional<Opened> ifThere(Path path) throws IOException {
      try {
        return Optional.of(at(path));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    }

    LogCursor cursor(long position, LogFilter filter) {
      return new LogCursor(channel, key, position, filter);
    }
  }

  private static Object identity(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? path : key;
  }
}
