package dev.priok.host.runtime;

import static dev.priok.kernel.call.SystemCall.CAPSET;
import static dev.priok.kernel.call.SystemCall.CHDIR;
import static dev.priok.kernel.call.SystemCall.CLOSE_RANGE;
import static dev.priok.kernel.call.SystemCall.DUP3;
import static dev.priok.kernel.call.SystemCall.EXECVE;
import static dev.priok.kernel.call.SystemCall.FACCESSAT;
import static dev.priok.kernel.call.SystemCall.FCHOWN;
import static dev.priok.kernel.call.SystemCall.GETCWD;
import static dev.priok.kernel.call.SystemCall.IOCTL;
import static dev.priok.kernel.call.SystemCall.OPENAT;
import static dev.priok.kernel.call.SystemCall.PRCTL;
import static dev.priok.kernel.call.SystemCall.PRLIMIT64;
import static dev.priok.kernel.call.SystemCall.SECCOMP;
import static dev.priok.kernel.call.SystemCall.SETGROUPS;
import static dev.priok.kernel.call.SystemCall.SETRESGID;
import static dev.priok.kernel.call.SystemCall.SETRESUID;
import static dev.priok.kernel.call.SystemCall.SETSID;
import static dev.priok.kernel.call.SystemCall.UMASK;

import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.program.CallProgram;
import dev.priok.kernel.program.CallProgram.Step;
import dev.priok.kernel.program.CallProgram.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command's process does between its making and the execution of the command: it gives up
 * what it must not have, in the order in which runc does (libcontainer's setns_init_linux.go). It
 * is the last one of a {@link JoinProgram}.
 */
final class CommandSteps {
  private static final long AT_FDCWD = -100;
  private static final long TIOCSCTTY = 0x540e;
  private static final int PATH_MAX = 4096;
  private static final int PR_SET_PDEATHSIG = 1;
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

  private final CallProgram p;
  private final ProcessDocument process;
  private final JoinProgram.Plan plan;
  private final Map<Long, String> executions = new HashMap<>();
  private final Set<Long> directories = new HashSet<>();
  private final Set<Long> outside = new HashSet<>();

  CommandSteps(CallProgram program, ProcessDocument process, JoinProgram.Plan plan) {
    this.p = program;
    this.process = process;
    this.plan = plan;
  }

  /** Steps that execute the command, and the file that each tries. */
  Map<Long, String> executions() {
    return executions;
  }

  /** Steps that enter the working directory. */
  Set<Long> directories() {
    return directories;
  }

  /** Steps that find the working directory to be none of the container's. */
  Set<Long> outside() {
    return outside;
  }

  /** Adds them; the last ones execute. */
  void add(JoinProgram.Place place, SeccompFilters.@Nullable Filter filter) {
    // Closed now, not only when the command is executed: among them are places of the host, which
    // a working directory of /proc/self/fd/N would lead to (CVE-2024-21626).
    p.call(CLOSE_RANGE, p.at(JoinProgram.COMPLAINTS + 1), p.at(ALL_DESCRIPTORS), p.at(0));
    p.call(
        CLOSE_RANGE,
        p.at(JoinProgram.COMPLAINTS),
        p.at(JoinProgram.COMPLAINTS),
        p.at(CLOSE_RANGE_CLOEXEC));
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
   * getcwd(2) gives a path from the root, unless the directory is not below the root, as one
   * reached through another process's {@code root} or {@code cwd} may be: "(unreachable)/..." then.
   * There is no comparing in such a program; but a path from the root is all that can be looked up
   * from descriptor -1.
   */
  private void proveInside() {
    Word path = p.room(PATH_MAX);
    outside.add((long) p.call(GETCWD, path, p.at(PATH_MAX)).number());
    outside.add((long) p.call(FACCESSAT, p.at(-1), path, p.at(0)).number());
  }

  /**
   * The container's own, opened with the command's rights: with the host's one a command could
   * change mode and owner of that. Where there is none, the empty pipe stays that is there
   * meanwhile.
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
