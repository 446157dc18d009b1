package dev.priok.host.runtime;

import static dev.priok.kernel.call.SystemCall.CAPSET;
import static dev.priok.kernel.call.SystemCall.CHDIR;
import static dev.priok.kernel.call.SystemCall.CLONE3;
import static dev.priok.kernel.call.SystemCall.CLOSE_RANGE;
import static dev.priok.kernel.call.SystemCall.EXECVE;
import static dev.priok.kernel.call.SystemCall.FCHOWN;
import static dev.priok.kernel.call.SystemCall.KEYCTL;
import static dev.priok.kernel.call.SystemCall.OPENAT;
import static dev.priok.kernel.call.SystemCall.PRCTL;
import static dev.priok.kernel.call.SystemCall.PRLIMIT64;
import static dev.priok.kernel.call.SystemCall.SECCOMP;
import static dev.priok.kernel.call.SystemCall.SETGROUPS;
import static dev.priok.kernel.call.SystemCall.SETNS;
import static dev.priok.kernel.call.SystemCall.SETRESGID;
import static dev.priok.kernel.call.SystemCall.SETRESUID;
import static dev.priok.kernel.call.SystemCall.SETSID;
import static dev.priok.kernel.call.SystemCall.UMASK;
import static dev.priok.kernel.call.SystemCall.DUP3;
import static dev.priok.kernel.call.SystemCall.FACCESSAT;
import static dev.priok.kernel.call.SystemCall.GETCWD;
import static dev.priok.kernel.call.SystemCall.GETPID;
import static dev.priok.kernel.call.SystemCall.IOCTL;
import static dev.priok.kernel.call.SystemCall.PWRITE64;
import static dev.priok.kernel.call.SystemCall.WAIT4;
import static dev.priok.kernel.call.SystemCall.WRITE;

import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.program.CallProgram;
import dev.priok.kernel.program.CallProgram.Step;
import dev.priok.kernel.program.CallProgram.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that make a process of a running container, in the order in which runc does them
 * (libcontainer's nsexec.c and setns_init_linux.go): the same cgroups, name spaces, key ring,
 * limits, user, capabilities, filter.
 *
 * <p>Up to three processes, each a copy of the one before it:
 *
 * <ol>
 *   <li>the keeper, where the command is to outlive this daemon: it stays outside of the container,
 *       waits for the command, and writes its end into a file (see {@link ExecFile});
 *   <li>the helper joins and makes the command's process as its own sibling, so that the keeper, or
 *       else the daemon, is its parent. It writes that process's id to the complaint descriptor and
 *       leaves;
 *   <li>the command's process gives up what it must not have and executes.
 * </ol>
 */
final class JoinProgram {
  /** The keeper's name as a process. */
  static final String KEEPER_NAME = "priok-exec";

  /** Where complaints, and the id of the new process, are written. */
  static final int COMPLAINTS = 3;

  /** Where the first process of the container is given as a descriptor. */
  static final int INIT = 4;

  /** Where the program itself is while it starts. */
  static final int SELF = 5;

  /** Where the keeper has the file that it writes to. */
  static final int STATE = 6;

  /**
   * Where the keeper holds what the daemon reads the output from, so that a command is not killed
   * for writing (SIGPIPE, SIGHUP) when the daemon is gone, and the next daemon finds it. The second
   * one follows.
   */
  static final int OUTPUT = 7;

  /** The step number that the new process's id comes with. */
  static final long PID = -1;

  private static final long AT_FDCWD = -100;
  // Mount, cgroup, UTS, IPC, PID, network: sched.h.
  private static final long NAMESPACES =
      0x0002_0000L | 0x0200_0000L | 0x0400_0000L | 0x0800_0000L | 0x2000_0000L | 0x4000_0000L;
  private static final int SIGCHLD = 17;
  private static final long TIOCSCTTY = 0x540e;
  private static final long CLONE_VM = 0x100;
  private static final long CLONE_VFORK = 0x4000;
  private static final long CLONE_PARENT = 0x8000;
  private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
  private static final int CLONE_ARGS = 88;
  private static final int CLONE_ARGS_EXIT_SIGNAL = 32;
  private static final int CLONE_ARGS_CGROUP = 80;
  private static final int PATH_MAX = 4096;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int PR_SET_NAME = 15;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int AMBIENT_RAISE = 2;
  private static final int AMBIENT_CLEAR_ALL = 4;
  private static final int KILL = 9;
  private static final long ALL_DESCRIPTORS = 0xffffffffL;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;

  private final CallProgram p = new CallProgram();
  private final ProcessDocument process;
  private final Plan plan;
  private final Map<Long, String> executions = new HashMap<>();
  private final Set<Long> directories = new HashSet<>();
  private final Set<Long> outside = new HashSet<>();
  private final Set<Long> profiles = new HashSet<>();

  private JoinProgram(ProcessDocument process, Plan plan) {
    this.process = process;
    this.plan = plan;
  }

  /**
   * What is made.
   *
   * @param kept whether it has a keeper; otherwise it is a child of the thread that starts it, and
   *     is killed when that ends
   * @param input whether descriptor 0 is for it to read; otherwise it reads the null device
   * @param output whether 1 and 2 are for it to write to; otherwise it writes to the null device
   * @param terminal whether 0, 1 and 2 are a terminal, to become its controlling one
   */
  record Plan(boolean kept, boolean input, boolean output, boolean terminal) {
    /** A health check. */
    static final Plan PROBE = new Plan(false, false, true, false);
  }

  /**
   * A program, and which of its steps say what when they fail.
   *
   * @param executions steps that execute the command, and the file that each tries
   * @param directories steps that enter the working directory
   * @param outside steps that find the working directory to be none of the container's
   * @param profiles steps that take the profile of AppArmor
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Built(
      byte[] image,
      Map<Long, String> executions,
      Set<Long> directories,
      Set<Long> outside,
      Set<Long> profiles) {}

  /**
   * What the container has besides its document.
   *
   * @param cgroups its directory in each hierarchy
   * @param unified whether there is the unified hierarchy alone, so that the process can be made in
   *     its group
   * @param keyRing of the container; null where the kernel has no key rings
   * @param lastCapability largest number that the kernel knows
   * @param apparmorFolder whether AppArmor's files of a process are apart from other modules'
   */
  record Place(
      List<Path> cgroups,
      boolean unified,
      @Nullable String keyRing,
      int lastCapability,
      boolean apparmorFolder) {}

  static Built build(
      ProcessDocument process, Plan plan, Place place, SeccompFilters.@Nullable Filter filter) {
    JoinProgram program = new JoinProgram(process, plan);
    // Nobody inside may look into these processes before the last has become the command.
    program.control(PR_SET_DUMPABLE, 0, 0);
    if (plan.kept()) {
      program.keep();
    }
    program.join(place);
    program.becomeCommand(place, filter);
    return new Built(
        program.p.image(COMPLAINTS),
        program.executions,
        program.directories,
        program.outside,
        program.profiles);
  }

  /** See {@link ExecFile} for what is written. */
  private void keep() {
    p.call(PRCTL, p.at(PR_SET_NAME), p.text(KEEPER_NAME)); // for ps
    // The helper uses the keeper's memory, and the keeper waits until it has left: no copy is made.
    Word arguments = cloneArguments(CLONE_VM | CLONE_VFORK, SIGCHLD);
    Word self = p.room(Long.BYTES);
    Word end = p.room(2 * Long.BYTES);
    Word status = p.words(List.of(p.at(0)));
    p.call(GETPID).into(self, 0);
    p.call(PWRITE64, p.at(STATE), self, p.at(Long.BYTES), p.at(ExecFile.KEEPER));
    Step clone = p.call(CLONE3, arguments, p.at(CLONE_ARGS)).zeroGoes("helper");
    // Whoever holds these keeps the other side from seeing an end.
    p.call(CLOSE_RANGE, p.at(0), p.at(SELF), p.at(0));
    p.call(WAIT4, clone.result(), p.at(0), p.at(0), p.at(0));
    p.call(WAIT4, p.at(-1), status, p.at(0), p.at(0)).orGo("nothing made").into(end, 0);
    p.call(PWRITE64, p.at(STATE), status, p.at(Long.BYTES), p.at(ExecFile.STATUS));
    p.call(PWRITE64, p.at(STATE), end, p.at(Long.BYTES), p.at(ExecFile.ENDED));
    p.label("nothing made");
    p.exit(0);
    p.label("helper");
  }

  private Word cloneArguments(long flags, int exitSignal) {
    Word[] fields = new Word[CLONE_ARGS / Long.BYTES];
    Arrays.fill(fields, p.at(0));
    fields[0] = p.at(flags);
    fields[CLONE_ARGS_EXIT_SIGNAL / Long.BYTES] = p.at(exitSignal);
    return p.words(List.of(fields));
  }

  private void join(Place place) {
    writeTo("/proc/self/oom_score_adj", Integer.toString(process.oomScoreAdjust()));
    if (place.keyRing() != null) {
      p.call(KEYCTL, p.at(1), p.text(place.keyRing())); // KEYCTL_JOIN_SESSION_KEYRING
    }
    // A sibling has the exit signal of the process itself, and must not be given one.
    Word arguments = cloneArguments(CLONE_PARENT | (place.unified() ? CLONE_INTO_CGROUP : 0), 0);
    if (place.unified()) {
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
      String group = place.cgroups().getFirst().toString();
      p.call(OPENAT, p.at(AT_FDCWD), p.text(group), p.at(flags), p.at(0))
          .into(arguments, CLONE_ARGS_CGROUP);
    } else {
      place.cgroups().forEach(d -> writeTo(d.resolve("cgroup.procs").toString(), "0"));
    }
    Step hostProcesses = null;
    if (!process.profile().isEmpty()) {
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
      hostProcesses = p.call(OPENAT, p.at(AT_FDCWD), p.text("/proc"), p.at(flags), p.at(0));
    }
    p.call(SETNS, p.at(INIT), p.at(NAMESPACES));
    Word report = p.words(List.of(p.at(PID), p.at(0)));
    p.call(CLONE3, arguments, p.at(CLONE_ARGS)).zeroGoes("command").into(report, 8);
    if (plan.kept()) {
      p.call(PWRITE64, p.at(STATE), p.after(report, Long.BYTES), p.at(Long.BYTES), p.at(ExecFile.COMMAND));
    }
    p.call(WRITE, p.at(COMPLAINTS), report, p.at(16));
    p.exit(0);
    p.label("command");
    if (hostProcesses != null) {
      takeProfile(hostProcesses.result(), place);
    }
  }

  /**
   * Takes effect when the command is executed (aa_change_onexec(2)). Through the host's /proc: what
   * is mounted there in the container may be a fake that takes the words and does nothing.
   */
  private void takeProfile(Word hostProcesses, Place place) {
    Word file = p.text("self/attr/" + (place.apparmorFolder() ? "apparmor/" : "") + "exec");
    String words = "exec " + process.profile();
    Step open = p.call(OPENAT, hostProcesses, file, p.at(OpenFlags.WRITE_ONLY), p.at(0));
    Step write = p.call(WRITE, open.result(), p.text(words), p.at(words.length()));
    profiles.add((long) open.number());
    profiles.add((long) write.number());
  }

  /** The descriptor stays open: this process leaves in a moment, and executing closes it. */
  private void writeTo(String file, String text) {
    int flags = OpenFlags.WRITE_ONLY | OpenFlags.CLOSE_ON_EXEC;
    Step open = p.call(OPENAT, p.at(AT_FDCWD), p.text(file), p.at(flags), p.at(0));
    p.call(WRITE, open.result(), p.text(text), p.at(text.length()));
  }

  private void becomeCommand(Place place, SeccompFilters.@Nullable Filter filter) {
    // Closed now, not only when the command is executed: among them are places of the host, which
    // a working directory of /proc/self/fd/N would lead to (CVE-2024-21626).
    p.call(CLOSE_RANGE, p.at(COMPLAINTS + 1), p.at(ALL_DESCRIPTORS), p.at(0));
    p.call(CLOSE_RANGE, p.at(COMPLAINTS), p.at(COMPLAINTS), p.at(CLOSE_RANGE_CLOEXEC));
    p.call(SETSID);
    if (plan.terminal()) {
      p.call(IOCTL, p.at(0), p.at(TIOCSCTTY), p.at(0));
    }
    p.call(UMASK, p.at(process.umask()));
    for (ProcessDocument.Limit limit : process.limits()) {
      Word values = p.words(List.of(p.at(limit.soft()), p.at(limit.hard())));
      p.call(PRLIMIT64, p.at(0), p.at(limit.kind()), values, p.at(0));
    }
    // So that the command can open /dev/stdout again.
    for (int standard = 0; standard <= 2; standard++) {
      p.call(FCHOWN, p.at(standard), p.at(process.uid()), p.at(-1));
    }
    if (process.noNewPrivileges()) {
      control(PR_SET_NO_NEW_PRIVS, 1, 0);
    } else if (filter != null) {
      install(filter); // needs CAP_SYS_ADMIN, which is about to go
    }
    for (int capability = 0; capability <= place.lastCapability(); capability++) {
      if ((process.bounding() >> capability & 1) == 0) {
        control(PR_CAPBSET_DROP, capability, 0);
      }
    }
    control(PR_SET_KEEPCAPS, 1, 0);
    becomeUserInDirectory();
    control(PR_SET_KEEPCAPS, 0, 0);
    setCapabilities();
    openNullDevice();
    if (!plan.kept()) {
      // Cleared by the change of user above. Without it a command would outlive a killed daemon.
      control(PR_SET_PDEATHSIG, KILL, 0);
    }
    if (process.noNewPrivileges() && filter != null) {
      install(filter);
    }
    execute();
  }

  /** The directory may be one that only root, or only the user may enter (NFS): both try. */
  private void becomeUserInDirectory() {
    Word directory = p.text(process.directory().isEmpty() ? "/" : process.directory());
    p.call(CHDIR, directory).orGo("later");
    proveInside();
    becomeUser();
    p.go("there");
    p.label("later");
    becomeUser();
    directories.add((long) p.call(CHDIR, directory).number());
    proveInside();
    p.label("there");
  }

  /**
   * getcwd(2) gives a path from the root, unless the directory is not below the root, as one reached
   * through another process's {@code root} or {@code cwd} may be: "(unreachable)/..." then. There is
   * no comparing in such a program; but a path from the root is all that can be looked up from
   * descriptor -1.
   */
  private void proveInside() {
    Word path = p.room(PATH_MAX);
    outside.add((long) p.call(GETCWD, path, p.at(PATH_MAX)).number());
    outside.add((long) p.call(FACCESSAT, p.at(-1), path, p.at(0)).number());
  }

  /**
   * The container's own, opened with the command's rights: with the host's one a command could change
   * mode and owner of that. Where there is none, the empty pipe stays that is there meanwhile.
   */
  private void openNullDevice() {
    Word device = p.text("/dev/null");
    for (int standard = 0; standard <= 2; standard++) {
      if (standard == 0 ? !plan.input() : !plan.output()) {
        int flags = OpenFlags.READ_WRITE | OpenFlags.CLOSE_ON_EXEC | OpenFlags.NO_CTTY;
        Step open = p.call(OPENAT, p.at(AT_FDCWD), device, p.at(flags), p.at(0));
        open.orGo("no null device");
        p.call(DUP3, open.result(), p.at(standard), p.at(0)).orGo("no null device");
      }
    }
    p.label("no null device");
  }

  private void becomeUser() {
    List<Long> groups = process.groups();
    ByteBuffer list = ByteBuffer.allocate(4 * groups.size()).order(ByteOrder.LITTLE_ENDIAN);
    groups.forEach(g -> list.putInt(g.intValue()));
    p.call(SETGROUPS, p.at(groups.size()), p.bytes(list.array()));
    p.call(SETRESGID, p.at(process.gid()), p.at(process.gid()), p.at(process.gid()));
    p.call(SETRESUID, p.at(process.uid()), p.at(process.uid()), p.at(process.uid()));
  }

  /** Three sets of 64 bits, as two structures of low and high halves (capget(2)). */
  private void setCapabilities() {
    ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(CAPABILITY_VERSION_3);
    ByteBuffer sets = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int shift = 0; shift <= 32; shift += 32) {
      sets.putInt((int) (process.effective() >> shift));
      sets.putInt((int) (process.permitted() >> shift));
      sets.putInt((int) (process.inheritable() >> shift));
    }
    p.call(CAPSET, p.bytes(header.array()), p.bytes(sets.array()));
    control(PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0);
    for (int capability = 0; capability < 64; capability++) {
      if ((process.ambient() >> capability & 1) != 0) {
        control(PR_CAP_AMBIENT, AMBIENT_RAISE, capability);
      }
    }
  }

  private void install(SeccompFilters.Filter filter) {
    byte[] instructions = filter.instructions();
    // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    Word program = p.words(List.of(p.at(instructions.length / 8), p.bytes(instructions)));
    p.call(SECCOMP, p.at(1), p.at(filter.flags()), program);
  }

  /**
   * Tries all places silently: most of PATH is in vain. Where none was good, each says why: the
   * second complaint may be the one that matters.
   */
  private void execute() {
    Word arguments = p.strings(process.arguments());
    Word environment = p.strings(process.environment());
    List<String> places = candidates();
    List<Word> paths = places.stream().map(p::text).toList();
    for (Word path : paths) {
      String next = "after step " + p.size();
      p.call(EXECVE, path, arguments, environment).orGo(next);
      p.label(next);
    }
    for (int i = 0; i < places.size(); i++) {
      Step execute = p.call(EXECVE, paths.get(i), arguments, environment);
      executions.put((long) execute.number(), places.get(i));
      if (i + 1 < places.size()) {
        String next = "after step " + execute.number();
        execute.orSay(next);
        p.label(next);
      }
    }
  }

  /** Where the command may be, in the order of looking. */
  private List<String> candidates() {
    String name = process.arguments().getFirst();
    if (name.indexOf('/') >= 0) {
      return List.of(name);
    }
    List<String> found = new ArrayList<>();
    for (String variable : process.environment()) {
      if (variable.startsWith("PATH=")) {
        for (String directory : variable.substring("PATH=".length()).split(":", -1)) {
          found.add((directory.isEmpty() ? "." : directory) + "/" + name);
        }
      }
    }
    return found.isEmpty() ? List.of("/nonexistent/" + name) : found;
  }

  private void control(int option, long first, long second) {
    p.call(PRCTL, p.at(option), p.at(first), p.at(second), p.at(0), p.at(0));
  }
}
