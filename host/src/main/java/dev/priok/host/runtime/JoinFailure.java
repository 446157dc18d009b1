package dev.priok.host.runtime;

import dev.priok.host.runtime.JoinReport.Complaint;
import dev.priok.kernel.call.Errno;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says what a {@link JoinProgram} complained of, in the sentences of runc, which Docker passes on.
 */
final class JoinFailure {
  /** Errors of one place of PATH that leave hope for the next; as Go's exec.LookPath. */
  private static final Set<Integer> ELSEWHERE =
      Set.of(Errno.ENOENT.number(), Errno.EACCES.number(), Errno.ENOTDIR.number());

  private final JoinProgram.Built built;
  private final String name;
  private final String directory;
  private final long lastExecution;

  JoinFailure(JoinProgram.Built built, List<String> arguments, String directory) {
    this.built = built;
    this.name = arguments.getFirst();
    this.directory = directory;
    this.lastExecution = Collections.max(built.executions().keySet());
  }

  /**
   * Empty where the command runs.
   *
   * <p>A file that is there and cannot be executed is told of as runc's first process does, which
   * has left by then: Docker's users see its bare words, and exit code 1.
   *
   * @param pid of the command's process; 0 where it was never made
   */
  Optional<RuntimeFailure> of(List<Complaint> complaints, int pid) {
    if (complaints.isEmpty()) {
      return pid > 0
          ? Optional.empty()
          : Optional.of(RuntimeFailure.ofExec("the process that makes it was killed"));
    }
    if (complaints.getLast().step() < lastExecution
        && built.executions().containsKey(complaints.getLast().step())) {
      return Optional.empty(); // it was there when it was looked for once more
    }
    return Optional.of(failure(complaints));
  }

  /** Whether the profile of AppArmor could not be taken. The command has not been executed then. */
  boolean isOfProfile(List<Complaint> complaints) {
    return complaints.stream().anyMatch(c -> built.profiles().contains(c.step()));
  }

  private RuntimeFailure failure(List<Complaint> complaints) {
    for (Complaint c : complaints) {
      if (built.executions().containsKey(c.step()) && !ELSEWHERE.contains(c.errno())) {
        return new RuntimeFailure(
            "exec " + built.executions().get(c.step()) + ": " + text(c.errno()), 1);
      }
    }
    Complaint last = complaints.getLast();
    return RuntimeFailure.ofExec("unable to start container process: " + reason(last));
  }

  private String reason(Complaint complaint) {
    String error = text(complaint.errno());
    String shown = "exec: \"" + name + "\": ";
    if (built.executions().containsKey(complaint.step())) {
      if (name.indexOf('/') < 0) {
        return shown + "executable file not found in $PATH";
      }
      boolean missing = complaint.errno() != Errno.EACCES.number();
      return shown + (missing ? "stat " + name + ": " : "") + error;
    }
    if (built.directories().contains(complaint.step())) {
      return "chdir to cwd (\"" + directory + "\") set in config.json failed: " + error;
    }
    if (built.outside().contains(complaint.step())) {
      return "current working directory is outside of container mount namespace root -- possible"
          + " container breakout detected";
    }
    if (built.profiles().contains(complaint.step())) {
      return "unable to apply apparmor profile: " + error;
    }
    return "step %d: %s".formatted(complaint.step(), error);
  }

  /** As Go spells it. */
  private static String text(int errno) {
    return Errno.of(errno).text().toLowerCase(Locale.ROOT);
  }
}
