package dev.priok.kernel.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.NativeCalls;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program with posix_spawn(3), a quarter of the time that {@code ProcessBuilder} takes.
 *
 * <pre>{@code
 * int pid = new Spawn(Path.of("/usr/bin/conmon"))
 *     .arguments("--cid", id)
 *     .environment(Map.of("PATH", path))
 *     .descriptor(1, pipe.writer())
 *     .descriptor(3, sync.writer())
 *     .newSession()
 *     .start();
 * ExitStatus end = Children.waitFor(pid);
 * }</pre>
 *
 * <p>The child gets exactly the descriptors named; 0, 1 and 2 are {@code /dev/null} unless named.
 * Its environment is empty unless given. Signals are unblocked and have their defaults, whatever
 * the JVM's threads block or ignore. It inherits the namespaces of the calling thread. Each child
 * must be waited for, see {@link Children}.
 */
public final class Spawn {
  private static final int SET_PGROUP = 0x02;
  private static final int SET_SIGDEF = 0x04;
  private static final int SET_SIGMASK = 0x08;
  private static final int SET_SID = 0x80;
  // posix_spawnattr_t has 336 bytes, posix_spawn_file_actions_t 80 (glibc and musl, 64 bit).
  private static final int ATTRIBUTES_SIZE = 512;
  private static final int ACTIONS_SIZE = 256;
  private static final int SIGNAL_SET_SIZE = 128;
  // Sources are copied up here first, so that no move overwrites the source of a later one.
  private static final int PARKING = 64;

  private final Path program;
  private final List<String> arguments = new ArrayList<>();
  private final List<String> environment = new ArrayList<>();
  private final SortedMap<Integer, Integer> descriptors = new TreeMap<>();
  private @Nullable Path directory;
  private String name;
  private int flags = SET_SIGDEF | SET_SIGMASK;

  /** Prepares to start the program at this path; the PATH variable is not searched. */
  public Spawn(Path program) {
    this.program = program;
    this.name = program.toString();
  }

  /** Another name for the program to see as its argument zero. */
  @CanIgnoreReturnValue
  public Spawn name(String zero) {
    name = zero;
    return this;
  }

  /** Adds arguments, after the program's name. */
  @CanIgnoreReturnValue
  public Spawn arguments(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** Adds arguments, after the program's name. */
  @CanIgnoreReturnValue
  public Spawn arguments(Collection<String> more) {
    arguments.addAll(more);
    return this;
  }

  /** Adds variables. */
  @CanIgnoreReturnValue
  public Spawn environment(Map<String, String> variables) {
    variables.forEach((key, value) -> environment.add(key + "=" + value));
    return this;
  }

  /** Adds the variables of this process. */
  @CanIgnoreReturnValue
  public Spawn inheritEnvironment() {
    return environment(System.getenv());
  }

  /** Sets the working directory. */
  @CanIgnoreReturnValue
  public Spawn directory(Path path) {
    directory = path;
    return this;
  }

  /** Gives the child a descriptor under this number; ours stays open and ours. */
  @CanIgnoreReturnValue
  public Spawn descriptor(int childNumber, Fd fd) {
    if (childNumber < 0 || childNumber >= PARKING) {
      throw new IllegalArgumentException("Descriptors of children go from 0 to 63");
    }
    descriptors.put(childNumber, fd.number());
    return this;
  }

  /** Lets the child have our own standard input (0), output (1) or error (2). */
  @CanIgnoreReturnValue
  public Spawn inherit(int standard) {
    if (standard < 0 || standard > 2) {
      throw new IllegalArgumentException("Not a standard descriptor: " + standard);
    }
    descriptors.put(standard, standard);
    return this;
  }

  /** Makes it the leader of a new session: no signal of our terminal reaches it. */
  @CanIgnoreReturnValue
  public Spawn newSession() {
    flags |= SET_SID;
    return this;
  }

  /** Makes it the leader of a new process group. */
  @CanIgnoreReturnValue
  public Spawn newProcessGroup() {
    flags |= SET_PGROUP;
    return this;
  }

  /**
   * Starts it.
   *
   * @return the process id
   * @throws LinuxException if the program could not be executed (ENOENT, EACCES, ...)
   */
  public int start() throws LinuxException {
    List<Fd> parked = new ArrayList<>();
    try (Scratch s = Scratch.borrow()) {
      MemorySegment actions = s.take(ACTIONS_SIZE);
      MemorySegment attributes = s.take(ATTRIBUTES_SIZE);
      check(s.library(Functions.ACTIONS_INIT, actions.address(), 0, 0, 0, 0, 0, 0));
      try {
        check(s.library(Functions.ATTR_INIT, attributes.address(), 0, 0, 0, 0, 0, 0));
        try {
          fillActions(s, actions.address(), parked);
          fillAttributes(s, attributes.address());
          return spawn(s, actions, attributes);
        } finally {
          int ignored = s.library(Functions.ATTR_DESTROY, attributes.address(), 0, 0, 0, 0, 0, 0);
          assert ignored == 0 : "destroying never fails";
        }
      } finally {
        int ignored = s.library(Functions.ACTIONS_DESTROY, actions.address(), 0, 0, 0, 0, 0, 0);
        assert ignored == 0 : "destroying never fails";
      }
    } finally {
      parked.forEach(Fd::close);
    }
  }

  private int spawn(Scratch s, MemorySegment actions, MemorySegment attributes)
      throws LinuxException {
    List<String> all = new ArrayList<>();
    all.add(name);
    all.addAll(arguments);
    MemorySegment pid = s.take(4);
    long path = s.text(program.toString());
    long argv = strings(s, all);
    long envp = strings(s, environment);
    // Returns the error; errno is left alone.
    check(
        s.library(
            Functions.SPAWN,
            pid.address(),
            path,
            actions.address(),
            attributes.address(),
            argv,
            envp,
            0));
    return pid.get(JAVA_INT, 0);
  }

  private void fillActions(Scratch s, long actions, List<Fd> parked) throws LinuxException {
    if (directory != null) {
      long path = s.text(directory.toString());
      check(s.library(Functions.ADD_CHDIR, actions, path, 0, 0, 0, 0, 0));
    }
    int next = 0;
    long devNull = s.text("/dev/null");
    SortedMap<Integer, Integer> moves = new TreeMap<>(descriptors);
    for (int standard = 0; standard <= 2; standard++) {
      moves.putIfAbsent(standard, -1);
    }
    for (Map.Entry<Integer, Integer> move : moves.entrySet()) {
      int target = move.getKey();
      for (; next < target; next++) {
        check(s.library(Functions.ADD_CLOSE, actions, next, 0, 0, 0, 0, 0));
      }
      next = target + 1;
      if (move.getValue() < 0) {
        int mode = target == 0 ? OpenFlags.READ_ONLY : OpenFlags.WRITE_ONLY;
        check(s.library(Functions.ADD_OPEN, actions, target, devNull, mode, 0, 0, 0));
      } else {
        Fd copy = Io.duplicate(move.getValue(), PARKING);
        parked.add(copy);
        check(s.library(Functions.ADD_DUP2, actions, copy.number(), target, 0, 0, 0, 0));
      }
    }
    check(s.library(Functions.ADD_CLOSEFROM, actions, next, 0, 0, 0, 0, 0));
  }

  private void fillAttributes(Scratch s, long attributes) throws LinuxException {
    MemorySegment none = s.take(SIGNAL_SET_SIZE);
    MemorySegment all = s.take(SIGNAL_SET_SIZE).fill((byte) 0xff);
    check(s.library(Functions.SET_SIGMASK, attributes, none.address(), 0, 0, 0, 0, 0));
    check(s.library(Functions.SET_SIGDEFAULT, attributes, all.address(), 0, 0, 0, 0, 0));
    check(s.library(Functions.SET_FLAGS, attributes, flags, 0, 0, 0, 0, 0));
  }

  private static long strings(Scratch s, List<String> values) throws LinuxException {
    MemorySegment array = s.take((values.size() + 1) * 8L);
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(ADDRESS, i, MemorySegment.ofAddress(s.text(values.get(i))));
    }
    return array.address();
  }

  private void check(int error) throws LinuxException {
    if (error != 0) {
      throw new LinuxException("posix_spawn", error, program);
    }
  }

  /** The addresses, looked up at the first start. */
  private static final class Functions {
    private static final MemorySegment SPAWN = NativeCalls.symbol("posix_spawn");
    private static final MemorySegment ACTIONS_INIT = actions("init");
    private static final MemorySegment ACTIONS_DESTROY = actions("destroy");
    private static final MemorySegment ADD_CHDIR = actions("addchdir_np");
    private static final MemorySegment ADD_CLOSE = actions("addclose");
    private static final MemorySegment ADD_CLOSEFROM = actions("addclosefrom_np");
    private static final MemorySegment ADD_DUP2 = actions("adddup2");
    private static final MemorySegment ADD_OPEN = actions("addopen");
    private static final MemorySegment ATTR_INIT = NativeCalls.symbol("posix_spawnattr_init");
    private static final MemorySegment ATTR_DESTROY = NativeCalls.symbol("posix_spawnattr_destroy");
    private static final MemorySegment SET_FLAGS = NativeCalls.symbol("posix_spawnattr_setflags");
    private static final MemorySegment SET_SIGMASK =
        NativeCalls.symbol("posix_spawnattr_setsigmask");
    private static final MemorySegment SET_SIGDEFAULT =
        NativeCalls.symbol("posix_spawnattr_setsigdefault");

    private Functions() {}

    private static MemorySegment actions(String name) {
      return NativeCalls.symbol("posix_spawn_file_actions_" + name);
    }
  }
}
