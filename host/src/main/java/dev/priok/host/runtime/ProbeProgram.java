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
import static dev.priok.kernel.call.SystemCall.WRITE;

import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.program.CallProgram;
import dev.priok.kernel.program.CallProgram.Step;
import dev.priok.kernel.program.CallProgram.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that make a process of a running container, in the order in which runc does them
 * (libcontainer's nsexec.c and setns_init_linux.go): the same cgroups, name spaces, key ring,
 * limits, user, capabilities, filter.
 *
 * <p>The program's first process joins and then makes the command's process as its own sibling, a
 * child of the daemon. It writes that process's id to the complaint descriptor and leaves.
 */
final class ProbeProgram {
  /** Where the first process of the container is given as a descriptor. */
  static final int INIT = 4;

  /** Where complaints, and the id of the new process, are written. */
  static final int COMPLAINTS = 3;

  /** Where the program itself is while it starts. */
  static final int SELF = 5;

  /** The step number that the new process's id comes with. */
  static final long PID = -1;

  private static final long AT_FDCWD = -100;
  // Mount, cgroup, UTS, IPC, PID, network: sched.h.
  private static final long NAMESPACES =
      0x0002_0000L | 0x0200_0000L | 0x0400_0000L | 0x0800_0000L | 0x2000_0000L | 0x4000_0000L;
  private static final long CLONE_PARENT = 0x8000;
  private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
  private static final int CLONE_ARGS = 88;
  private static final int CLONE_ARGS_CGROUP = 80;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_KEEPCAPS = 8;
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
  private final Set<Long> executions = new HashSet<>();

  private ProbeProgram(ProcessDocument process) {
    this.process = process;
  }

  /**
   * A program.
   *
   * @param executions numbers of the steps that execute the command, where failing means that it is
   *     not there
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Built(byte[] image, Set<Long> executions) {}

  /**
   * What the container has besides its document.
   *
   * @param cgroups its directory in each hierarchy
   * @param unified whether there is the unified hierarchy alone, so that the process can be made in
   *     its group
   * @param keyRing of the container; null where the kernel has no key rings
   * @param lastCapability largest number that the kernel knows
   */
  record Place(List<Path> cgroups, boolean unified, @Nullable String keyRing, int lastCapability) {}

  static Built build(ProcessDocument process, Place place, SeccompFilters.@Nullable Filter filter) {
    ProbeProgram program = new ProbeProgram(process);
    program.join(place);
    program.becomeCommand(place, filter);
    return new Built(program.p.image(COMPLAINTS), program.executions);
  }

  private void join(Place place) {
    // Nobody inside may look into this process before it has become the command.
    p.call(PRCTL, p.at(PR_SET_DUMPABLE), p.at(0), p.at(0), p.at(0), p.at(0));
    writeTo("/proc/self/oom_score_adj", Integer.toString(process.oomScoreAdjust()));
    if (place.keyRing() != null) {
      p.call(KEYCTL, p.at(1), p.text(place.keyRing())); // KEYCTL_JOIN_SESSION_KEYRING
    }
    List<Word> fields = new ArrayList<>();
    fields.add(p.at(CLONE_PARENT | (place.unified() ? CLONE_INTO_CGROUP : 0)));
    while (fields.size() < CLONE_ARGS / 8) {
      fields.add(p.at(0)); // exit_signal too: a sibling has that of the process itself
    }
    Word arguments = p.words(fields);
    if (place.unified()) {
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
      String group = place.cgroups().getFirst().toString();
      p.call(OPENAT, p.at(AT_FDCWD), p.text(group), p.at(flags), p.at(0))
          .into(arguments, CLONE_ARGS_CGROUP);
    } else {
      place.cgroups().forEach(d -> writeTo(d.resolve("cgroup.procs").toString(), "0"));
    }
    p.call(SETNS, p.at(INIT), p.at(NAMESPACES));
    Word report = p.words(List.of(p.at(PID), p.at(0)));
    p.call(CLONE3, arguments, p.at(CLONE_ARGS)).zeroGoes("command").into(report, 8);
    p.call(WRITE, p.at(COMPLAINTS), report, p.at(16));
    p.exit(0);
    p.label("command");
  }

  /** The descriptor stays open: this process leaves in a moment, and executing closes it. */
  private void writeTo(String file, String text) {
    int flags = OpenFlags.WRITE_ONLY | OpenFlags.CLOSE_ON_EXEC;
    Step open = p.call(OPENAT, p.at(AT_FDCWD), p.text(file), p.at(flags), p.at(0));
    p.call(WRITE, open.result(), p.text(text), p.at(text.length()));
  }

  private void becomeCommand(Place place, SeccompFilters.@Nullable Filter filter) {
    p.call(SETSID);
    p.call(UMASK, p.at(process.umask()));
    for (ProcessDocument.Limit limit : process.limits()) {
      Word values = p.words(List.of(p.at(limit.soft()), p.at(limit.hard())));
      p.call(PRLIMIT64, p.at(0), p.at(limit.kind()), values, p.at(0));
    }
    // So that the command can open /dev/stdout again.
    p.call(FCHOWN, p.at(1), p.at(process.uid()), p.at(-1));
    p.call(CLOSE_RANGE, p.at(COMPLAINTS), p.at(ALL_DESCRIPTORS), p.at(CLOSE_RANGE_CLOEXEC));
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
    // Cleared by the change of user above. Without it a command would outlive a killed daemon.
    control(PR_SET_PDEATHSIG, KILL, 0);
    if (process.noNewPrivileges() && filter != null) {
      install(filter);
    }
    execute();
  }

  /** The directory may be one that only root, or only the user may enter (NFS): both try. */
  private void becomeUserInDirectory() {
    Word directory = p.text(process.directory().isEmpty() ? "/" : process.directory());
    p.call(CHDIR, directory).orGo("later");
    becomeUser();
    p.go("there");
    p.label("later");
    becomeUser();
    p.call(CHDIR, directory);
    p.label("there");
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

  private void execute() {
    Word arguments = p.strings(process.arguments());
    Word environment = p.strings(process.environment());
    List<String> places = candidates();
    for (int i = 0; i < places.size(); i++) {
      Step execute = p.call(EXECVE, p.text(places.get(i)), arguments, environment);
      executions.add((long) execute.number());
      if (i + 1 < places.size()) {
        execute.orGo("place " + (i + 1));
        p.label("place " + (i + 1));
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
