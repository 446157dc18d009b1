package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.ExecResult.Refused;
import dev.priok.host.runtime.Supervised.Live;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Spawn;
import dev.priok.kernel.tty.Terminals;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs further processes in containers, without a supervisor program and without a run of the OCI
 * runtime: each under a keeper of its own (decision 0023).
 */
final class DirectExecs {
  private static final Logger LOG = LoggerFactory.getLogger(DirectExecs.class);

  /** What shells return for what cannot be executed. */
  private static final int NOT_EXECUTED = 126;

  private final EventLoop loop;
  private final RuntimeLayout layout;
  private final JoinPrograms programs;

  DirectExecs(EventLoop loop, RuntimeLayout layout, JoinPrograms programs) {
    this.loop = loop;
    this.layout = layout;
    this.programs = programs;
  }

  /**
   * Returns when the program runs, or was refused; empty where the container or the process needs
   * what only the OCI runtime does. Nothing of the command has run then.
   */
  Optional<ExecResult> launch(Supervised container, ExecLaunch launch) {
    Live live = container.live();
    if (live == null) {
      return Optional.empty();
    }
    JoinProgram.Plan plan =
        new JoinProgram.Plan(
            true,
            launch.stdin() || launch.terminal(),
            launch.attached() || launch.terminal(),
            launch.terminal());
    try {
      Optional<JoinPrograms.Prepared> ready =
          programs.prepare(container, live, launch.process(), plan);
      if (ready.isEmpty()) {
        return Optional.empty();
      }
      try (JoinPrograms.Prepared program = ready.get()) {
        if (!program.document().directory().startsWith("/")) {
          String message = RuntimeFailure.ofExec("Cwd must be an absolute path").message();
          return Optional.of(new Refused(message, NOT_EXECUTED));
        }
        return start(container, live, launch, program);
      }
    } catch (IOException e) {
      throw EngineException.internal("OCI runtime exec failed: " + e.getMessage(), e);
    }
  }

  private Optional<ExecResult> start(
      Supervised container, Live live, ExecLaunch launch, JoinPrograms.Prepared program)
      throws IOException {
    ExecFile file = new ExecFile(layout.exec(container.id(), launch.execId()));
    List<Fd> ours = new ArrayList<>();
    List<Fd> theirs = new ArrayList<>();
    boolean running = false;
    boolean written = false;
    try {
      Files.createDirectories(container.bundle().resolve(RuntimeLayout.EXECS));
      Streams streams =
          launch.terminal()
              ? terminal(live, program.document(), ours, theirs)
              : pipes(launch, ours, theirs);
      Io.Pipe report = Io.pipe();
      ours.add(report.reader());
      theirs.add(report.writer());
      Io.setNonBlocking(report.reader(), true);
      Fd state = file.create(launch.note());
      ours.add(state);
      written = true;
      Spawn spawn =
          program
              .program()
              .spawn(JoinProgram.SELF)
              .descriptor(0, streams.theirs().get(0))
              .descriptor(1, streams.theirs().get(1))
              .descriptor(2, streams.theirs().get(2))
              .descriptor(JoinProgram.COMPLAINTS, report.writer())
              .descriptor(JoinProgram.INIT, live.hold().fd())
              .descriptor(JoinProgram.STATE, state)
              .newSession();
      for (int i = 0; i < streams.outputs().size(); i++) {
        spawn.descriptor(JoinProgram.OUTPUT + i, streams.outputs().get(i).fd());
      }
      int keeper = spawn.start();
      theirs.forEach(Fd::close);
      PipeAttachment attachment =
          new PipeAttachment(
              loop, container.bundle(), streams.outputs(), streams.input(), streams.terminal());
      DirectExec exec =
          new DirectExec(loop, keeper, state, attachment, !launch.attached(), program.words());
      ours.clear(); // the exec's from here on
      Optional<ExecResult> result = exec.watch(report.reader());
      running = result.orElse(null) instanceof ExecResult.Running;
      return result;
    } finally {
      theirs.forEach(Fd::close);
      ours.forEach(Fd::close);
      if (!running && written) {
        forget(file);
      }
    }
  }

  /**
   * Both sides of what the command gets.
   *
   * @param theirs descriptors 0, 1 and 2
   */
  private record Streams(
      List<Fd> theirs,
      List<PipeAttachment.Output> outputs,
      @Nullable Fd input,
      @Nullable Fd terminal) {}

  /** What is not there is an empty pipe until the command's process has its null device. */
  private static Streams pipes(ExecLaunch launch, List<Fd> ours, List<Fd> theirs)
      throws LinuxException {
    Io.Pipe in = pipe(theirs);
    Fd input = null;
    if (launch.stdin()) {
      Io.setNonBlocking(in.writer(), true);
      theirs.remove(in.writer());
      ours.add(in.writer());
      input = in.writer();
    }
    List<Fd> standard = new ArrayList<>(List.of(in.reader()));
    List<PipeAttachment.Output> outputs = new ArrayList<>();
    for (LogStream stream : List.of(LogStream.STDOUT, LogStream.STDERR)) {
      if (launch.attached()) {
        Io.Pipe out = pipe(theirs);
        Io.setNonBlocking(out.reader(), true);
        theirs.remove(out.reader());
        ours.add(out.reader());
        outputs.add(new PipeAttachment.Output(out.reader(), stream));
        standard.add(out.writer());
      } else {
        standard.add(in.reader());
      }
    }
    return new Streams(standard, outputs, input, null);
  }

  private static Io.Pipe pipe(List<Fd> opened) throws LinuxException {
    Io.Pipe pipe = Io.pipe();
    opened.add(pipe.reader());
    opened.add(pipe.writer());
    return pipe;
  }

  /** One of the container's own terminals, so that its name there is right. */
  private static Streams terminal(
      Live live, ProcessDocument process, List<Fd> ours, List<Fd> theirs) throws LinuxException {
    Path root = Path.of("/proc", Integer.toString(live.pid()), "root");
    Terminals.Pair pair;
    try (Fd directory = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      pair = Terminals.openPairIn(directory);
    }
    theirs.add(pair.slave());
    ours.add(pair.master());
    Io.setNonBlocking(pair.master(), true);
    if (process.rows() > 0 && process.columns() > 0) {
      Terminals.resize(pair.master(), new Terminals.Size(process.rows(), process.columns()));
    }
    // Descriptors of their own, for the loop watches each for one thing.
    Fd input = Io.duplicate(pair.master());
    ours.add(input);
    Fd size = Io.duplicate(pair.master());
    ours.add(size);
    return new Streams(
        List.of(pair.slave(), pair.slave(), pair.slave()),
        List.of(new PipeAttachment.Output(pair.master(), LogStream.STDOUT)),
        input,
        size);
  }

  private static void forget(ExecFile file) {
    try {
      Files.deleteIfExists(file.path());
    } catch (IOException e) {
      LOG.warn("cannot remove {}", file.path(), e);
    }
  }
}
