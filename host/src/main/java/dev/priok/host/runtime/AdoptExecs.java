package dev.priok.host.runtime;

import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.process.Pidfd;
import dev.priok.kernel.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what became of a container's execs while no daemon was there. */
final class AdoptExecs {
  private static final Logger LOG = LoggerFactory.getLogger(AdoptExecs.class);

  private final EventLoop loop;

  AdoptExecs(EventLoop loop) {
    this.loop = loop;
  }

  /** Those whose start was completed; what is left of others is removed. */
  List<ExecAdoption> adopt(Supervised container) throws IOException {
    List<ExecAdoption> result = new ArrayList<>();
    for (Path directory : folders(container.bundle().resolve(RuntimeLayout.EXECS))) {
      if (Files.isRegularFile(directory)) {
        adoptKept(new ExecFile(directory)).ifPresent(result::add);
        continue;
      }
      Path note = directory.resolve(ExecFolder.NOTE);
      if (!Files.exists(note)) {
        RuntimeLayout.removeTree(directory);
        continue;
      }
      ExecFolder folder = new ExecFolder(directory, container.id());
      CompletableFuture<Integer> exit = new CompletableFuture<>();
      int pid = folder.exitCode().isPresent() ? 0 : BundleConfig.pid(directory).orElse(0);
      watch(folder, exit);
      result.add(
          new ExecAdoption(
              directory.getFileName().toString(),
              Files.readString(note),
              exit.isDone() ? 0 : pid,
              exit));
    }
    return result;
  }

  private static List<Path> folders(Path execs) throws IOException {
    try (Stream<Path> entries = Files.list(execs)) {
      return entries.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Completes with the code when the supervisor has ended: it writes the code before. */
  private void watch(ExecFolder folder, CompletableFuture<Integer> exit) throws IOException {
    Optional<Integer> known = folder.exitCode();
    Optional<ProcessTable.Entry> supervisor =
        known.isPresent() ? Optional.empty() : supervisor(folder.directory());
    Optional<Pidfd> held =
        supervisor.isEmpty()
            ? Optional.empty()
            : Pidfd.openIfSame(supervisor.get().pid(), supervisor.get().startTime());
    if (held.isEmpty()) {
      end(folder, exit);
      return;
    }
    onEnd(held.get(), () -> end(folder, exit));
  }

  /** One that a keeper watches; empty where it was never begun, and then it is removed. */
  private Optional<ExecAdoption> adoptKept(ExecFile file) throws IOException {
    ExecFile.State state = file.read();
    if (state.keeper() == 0) {
      Files.deleteIfExists(file.path());
      return Optional.empty();
    }
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Optional<Pidfd> keeper = state.exitCode().isPresent() ? Optional.empty() : file.keeper(state);
    if (keeper.isPresent()) {
      List<DroppedOutput> outputs = DroppedOutput.of(loop, keeper.get());
      onEnd(
          keeper.get(),
          () -> {
            outputs.forEach(DroppedOutput::close);
            exit.complete(exitCode(file));
          });
    } else {
      exit.complete(exitCode(file)); // read again: it may have ended meanwhile
    }
    return Optional.of(
        new ExecAdoption(
            file.path().getFileName().toString(),
            state.note(),
            exit.isDone() ? 0 : state.command(),
            exit));
  }

  private static int exitCode(ExecFile file) {
    try {
      return file.read().exitCode().orElse(ExecFile.UNKNOWN);
    } catch (IOException e) {
      LOG.warn("the exit code in {} cannot be read", file.path(), e);
      return ExecFile.UNKNOWN;
    }
  }

  /** Once, on the loop's thread; the hold is given up then. */
  private void onEnd(Pidfd hold, Runnable told) throws IOException {
    AtomicReference<@Nullable Registration> registration = new AtomicReference<>();
    registration.set(
        loop.register(
            hold.fd(),
            EventLoop.READ,
            events -> {
              Registration own = registration.get();
              if (own != null) { // else it is told again: an ended process stays readable
                own.cancel();
                hold.close();
                told.run();
              }
            }));
  }

  private static void end(ExecFolder folder, CompletableFuture<Integer> exit) {
    try {
      exit.complete(folder.exitCode().orElse(ExecFolder.UNKNOWN));
      folder.keepExitCodeOnly();
    } catch (IOException e) {
      LOG.warn("the exit code in {} cannot be read", folder.directory(), e);
      exit.complete(ExecFolder.UNKNOWN);
    }
  }

  private static Optional<ProcessTable.Entry> supervisor(Path directory) {
    return ProcessTable.all().stream()
        .filter(entry -> entry.name().equals("conmon") && !entry.isZombie())
        .filter(entry -> ProcessTable.arguments(entry.pid()).contains("--bundle=" + directory))
        .findFirst();
  }
}
