package dev.priok.host.runtime;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The directory where conmon leaves exit codes: a file an id, written whole by renaming. */
final class ExitDirectory implements AutoCloseable {
  private final Path directory;
  private final Inotify inotify;

  /**
   * Watches from now on.
   *
   * @param arrived told the id, on the loop's thread
   */
  ExitDirectory(EventLoop loop, Path directory, Consumer<String> arrived) throws LinuxException {
    this.directory = directory;
    this.inotify = new Inotify(loop);
    inotify.watch(
        directory,
        Inotify.MOVED_TO,
        event -> {
          if (event.isOverflow()) {
            names().forEach(arrived);
          } else {
            arrived.accept(event.name());
          }
        });
  }

  /** The code and its time; empty where there is none yet. */
  Optional<Exit> read(String id) throws IOException {
    Path file = directory.resolve(id);
    try {
      Instant time = Files.getLastModifiedTime(file).toInstant();
      return Optional.of(new Exit(Integer.parseInt(Files.readString(file).strip()), time));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    inotify.close();
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new IllegalStateException("cannot list " + directory, e);
    }
  }

  /** A code and when it was written. */
  record Exit(int code, Instant time) {}
}
