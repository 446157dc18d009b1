package dev.priok.host.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

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
    try (LogWalk walk = new LogWalk(files, start(options))) {
      walk.drain(new LogFilter(options, sink));
    }
  }

  /** Reads what is there, and goes on until the hook says that the container has ended. */
  public void follow(LogReadOptions options, LogSink sink, LogFollow hook)
      throws IOException, InterruptedException {
    long seen = hook.version();
    LogFilter filter = new LogFilter(options, sink);
    try (LogWalk walk = new LogWalk(files, start(options))) {
      while (true) {
        // Asked before reading: what was written before the end is read after it.
        boolean ended = hook.ended();
        walk.drain(filter);
        if (ended || filter.past()) {
          return;
        }
        hook.awaitChange(seen, LOOK_AGAIN_MILLIS);
        seen = hook.version();
      }
    }
  }

  private LogPlace start(LogReadOptions options) throws IOException {
    LogPlace place = LogPlace.START;
    boolean found = options.tail() < 0;
    while (!found) {
      try {
        place = tail(options.tail());
        found = true;
      } catch (NoSuchFileException e) {
        found = false; // a file was rotated or packed between the listing and the look into it
      }
    }
    return place;
  }

  private LogPlace tail(long wanted) throws IOException {
    List<LogFiles.Rotated> all = new ArrayList<>(files.rotated().values());
    long number = all.isEmpty() ? 1 : all.getLast().number() + 1;
    if (Files.exists(files.base())) {
      all.add(new LogFiles.Rotated(number, files.base(), false));
    }
    LogTail.Start start = new LogTail.Start(0, wanted);
    for (LogFiles.Rotated file : all.reversed()) {
      number = file.number();
      try (LogSource source = LogSource.open(file)) {
        start = LogTail.find(source, start.missing());
      }
      if (start.missing() <= 0) {
        break;
      }
    }
    return new LogPlace(number, start.position());
  }
}
