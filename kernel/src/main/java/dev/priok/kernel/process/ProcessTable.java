package dev.priok.kernel.process;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reading {@code /proc}; processes may vanish at any moment, so the answers are optional. */
public final class ProcessTable {
  private ProcessTable() {}

  /**
   * A process (proc_pid_stat(5)).
   *
   * @param pid its id
   * @param name the short name, at most 15 bytes
   * @param state {@code R}, {@code S}, {@code D}, {@code T}, {@code Z}, ...
   * @param parent the id of its parent
   * @param session its session
   * @param startTime clock ticks after boot; with the id it names a process for ever
   */
  public record Entry(int pid, String name, char state, int parent, int session, long startTime) {
    /** Whether it has ended and waits for its parent to notice. */
    public boolean isZombie() {
      return state == 'Z' || state == 'X';
    }
  }

  /** The process of that id. */
  public static Optional<Entry> find(int pid) {
    return read(Path.of("/proc", Integer.toString(pid), "stat")).map(ProcessTable::parse);
  }

  /** Whether a process of that id is there and not a zombie. */
  public static boolean isAlive(int pid) {
    return find(pid).filter(entry -> !entry.isZombie()).isPresent();
  }

  /** Whether it is still that process. */
  public static boolean isAlive(int pid, long startTime) {
    return find(pid)
        .filter(entry -> !entry.isZombie() && entry.startTime() == startTime)
        .isPresent();
  }

  /**
   * Its arguments; none for kernel threads and zombies, nor for a moment after a start: posix_spawn
   * returns while the child is still inside execve.
   */
  public static List<String> arguments(int pid) {
    return zeroSeparated(pid, "cmdline");
  }

  /** Its environment as it was at the start, {@code NAME=value} each. */
  public static List<String> environment(int pid) {
    return zeroSeparated(pid, "environ");
  }

  /** All processes that were there while reading. */
  public static List<Entry> all() {
    try (Stream<Path> names = Files.list(Path.of("/proc"))) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> Character.isDigit(name.charAt(0)))
          .flatMap(name -> find(Integer.parseInt(name)).stream())
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The children of a process. */
  public static List<Entry> children(int pid) {
    return all().stream().filter(entry -> entry.parent() == pid).toList();
  }

  /**
   * Sends a signal by number. Prefer {@link Pidfd}; this is for a process that is surely ours.
   *
   * @return false if there is no such process
   */
  public static boolean signal(int pid, int signal) throws LinuxException {
    if (pid <= 1) {
      throw new IllegalArgumentException("Groups and init get no signals, not " + pid);
    }
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.KILL, pid, signal);
      if (r == -Errno.ESRCH.number()) {
        return false;
      }
      LinuxException.check(r, SystemCall.KILL, pid);
      return true;
    }
  }

  private static List<String> zeroSeparated(int pid, String file) {
    byte[] raw = bytes(Path.of("/proc", Integer.toString(pid), file));
    if (raw == null) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == 0) {
        values.add(PathText.decode(raw, start, i - start));
        start = i + 1;
      }
    }
    if (start < raw.length) {
      values.add(PathText.decode(raw, start, raw.length - start));
    }
    return values;
  }

  private static Optional<String> read(Path file) {
    byte[] raw = bytes(file);
    return raw == null || raw.length == 0
        ? Optional.empty()
        : Optional.of(new String(raw, StandardCharsets.UTF_8));
  }

  /** The contents, or null: the process is gone (ENOENT, or ESRCH while reading). */
  private static byte @Nullable [] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException gone) {
      return null;
    }
  }

  // The name stands in brackets and may itself hold brackets and spaces: the last one counts.
  private static Entry parse(String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    List<String> rest = List.of(stat.substring(close + 2).strip().split(" ", -1));
    return new Entry(
        Integer.parseInt(stat.substring(0, open - 1)),
        stat.substring(open + 1, close),
        rest.get(0).charAt(0),
        Integer.parseInt(rest.get(1)),
        Integer.parseInt(rest.get(3)),
        Long.parseLong(rest.get(19)));
  }
}
