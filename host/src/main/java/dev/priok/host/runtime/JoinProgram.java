package dev.priok.host.runtime;

import static dev.priok.kernel.call.SystemCall.CLONE3;
import static dev.priok.kernel.call.SystemCall.CLOSE_RANGE;
import static dev.priok.kernel.call.SystemCall.GETPID;
import static dev.priok.kernel.call.SystemCall.KEYCTL;
import static dev.priok.kernel.call.SystemCall.OPENAT;
import static dev.priok.kernel.call.SystemCall.PRCTL;
import static dev.priok.kernel.call.SystemCall.PWRITE64;
import static dev.priok.kernel.call.SystemCall.SETNS;
import static dev.priok.kernel.call.SystemCall.WAIT4;
import static dev.priok.kernel.call.SystemCall.WRITE;

import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.program.CallProgram;
import dev.priok.kernel.program.CallProgram.Step;
import dev.priok.kernel.program.CallProgram.Word;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that make a process of a running container, in the order in which runc does them
 * (libcontainer's nsexec.c): the same cgroups, name spaces and key ring, and then what {@link
 * CommandSteps} has.
 *
 * <p>Up to three processes:
 *
 * <ol>
 *   <li>the keeper, where the command is to outlive this daemon: it stays outside of the container,
 *       waits for the command, and writes its end into a file (see {@link ExecFile});
 *   <li>the helper joins and makes the command's process as its own sibling, so that the keeper, or
 *       else the daemon, is its parent. It writes that process's id to the complaint descriptor and
 *       leaves;
 *   <li>the command's process, a copy with memory of its own, gives up what it must not have and
 *       executes.
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
  private static final long CLONE_VM = 0x100;
  private static final long CLONE_VFORK = 0x4000;
  private static final long CLONE_PARENT = 0x8000;
  private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
  private static final int CLONE_ARGS = 88;
  private static final int CLONE_ARGS_EXIT_SIGNAL = 32;
  private static final int CLONE_ARGS_CGROUP = 80;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NAME = 15;

  private final CallProgram p = new CallProgram();
  private final ProcessDocument process;
  private final Plan plan;
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
    program.p.call(
        PRCTL, program.p.at(PR_SET_DUMPABLE), program.p.at(0), program.p.at(0), program.p.at(0));
    if (plan.kept()) {
      program.keep();
    }
    program.join(place);
    CommandSteps command = new CommandSteps(program.p, process, plan);
    command.add(place, filter);
    return new Built(
        program.p.image(COMPLAINTS),
        command.executions(),
        command.directories(),
        command.outside(),
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
    List<Step> groups = List.of();
    if (place.unified()) {
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
      String group = place.cgroups().getFirst().toString();
      p.call(OPENAT, p.at(AT_FDCWD), p.text(group), p.at(flags), p.at(0))
          .into(arguments, CLONE_ARGS_CGROUP);
    } else {
      groups =
          place.cgroups().stream()
              .map(d -> openToWrite(d.resolve("cgroup.procs").toString()))
              .toList();
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
      p.call(
          PWRITE64,
          p.at(STATE),
          p.after(report, Long.BYTES),
          p.at(Long.BYTES),
          p.at(ExecFile.COMMAND));
    }
    p.call(WRITE, p.at(COMPLAINTS), report, p.at(16));
    p.exit(0);
    p.label("command");
    // The command enters by itself and the helper stays outside: whoever freezes or kills what is
    // in the groups could catch the helper between making the command and telling of it. Nobody
    // would reap that, and the container's first process waits for all others to be reaped before
    // it can end (pid_namespaces(7)).
    groups.forEach(group -> write(group.result(), "0"));
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

  private void writeTo(String file, String text) {
    write(openToWrite(file).result(), text);
  }

  /** The descriptor stays open: this process leaves in a moment, and executing closes it. */
  private Step openToWrite(String file) {
    int flags = OpenFlags.WRITE_ONLY | OpenFlags.CLOSE_ON_EXEC;
    return p.call(OPENAT, p.at(AT_FDCWD), p.text(file), p.at(flags), p.at(0));
  }

  private void write(Word descriptor, String text) {
    p.call(WRITE, descriptor, p.text(text), p.at(text.length()));
  }
}
