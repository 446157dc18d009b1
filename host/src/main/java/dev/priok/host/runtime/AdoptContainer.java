package dev.priok.host.runtime;

import dev.priok.host.runtime.ExitDirectory.Exit;
import dev.priok.host.runtime.Supervised.Live;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.process.Pidfd;
import dev.priok.kernel.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Finds out what became of a container while no daemon was there. */
final class AdoptContainer {
  private static final long EXIT_CODE_MILLIS = 10_000;

  private final RuntimeLayout layout;
  private final ExitDirectory exits;

  AdoptContainer(RuntimeLayout layout, ExitDirectory exits) {
    this.layout = layout;
    this.exits = exits;
  }

  /** Takes it back if it runs. */
  Adoption adopt(Supervised container, Connect connect) throws IOException {
    Optional<ExitReport> ended = report(container);
    if (ended.isPresent()) {
      return new Adoption.Ended(ended.get());
    }
    Optional<Integer> pid = BundleConfig.pid(container.bundle());
    if (pid.isEmpty()) {
      return new Adoption.Lost("it was not created to the end");
    }
    Optional<ProcessTable.Entry> process =
        ProcessTable.find(pid.get()).filter(entry -> !entry.isZombie());
    Optional<ProcessTable.Entry> supervisor =
        process.flatMap(entry -> ProcessTable.find(entry.parent())).filter(e -> is(e, container));
    if (supervisor.isEmpty()) {
      return ending(container);
    }
    ProcessTable.Entry first = process.orElseThrow();
    Optional<Pidfd> hold = Pidfd.openIfSame(first.pid(), first.startTime());
    if (hold.isEmpty()) {
      return ending(container);
    }
    try {
      ConmonAttachment attachment = connect.connect(container);
      container.becomes(new Live(hold.get(), supervisor.get().pid(), attachment));
      boolean waiting =
          Files.exists(layout.state(container.runtime(), container.id()).resolve("exec.fifo"));
      return new Adoption.Running(first.pid(), supervisor.get().pid(), !waiting, attachment);
    } catch (LinuxException e) {
      hold.get().close();
      return ending(container); // conmon closes its socket just before it writes the exit code
    }
  }

  /** The end of a container, where its exit code is there. */
  Optional<ExitReport> report(Supervised container) throws IOException {
    Optional<Exit> exit = exits.read(container.id());
    if (exit.isEmpty()) {
      return Optional.empty();
    }
    boolean oom =
        Files.exists(container.bundle().resolve("oom")) || container.cgroup().oomKills() > 0;
    return Optional.of(new ExitReport(container.id(), exit.get().code(), exit.get().time(), oom));
  }

  /** The process is gone: its supervisor, if it lives, will write the code in a moment. */
  private Adoption ending(Supervised container) throws IOException {
    long deadline = System.nanoTime() + EXIT_CODE_MILLIS * 1_000_000;
    do {
      Optional<ExitReport> ended = report(container);
      if (ended.isPresent()) {
        return new Adoption.Ended(ended.get());
      }
      boolean alive =
          ProcessTable.all().stream().anyMatch(entry -> !entry.isZombie() && is(entry, container));
      if (!alive) {
        return report(container)
            .<Adoption>map(Adoption.Ended::new)
            .orElseGet(() -> new Adoption.Lost("its supervisor is gone"));
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for an exit code", e);
      }
    } while (System.nanoTime() < deadline);
    return new Adoption.Lost("its supervisor does not tell its exit code");
  }

  /** Whether a process is this container's conmon, and not that of an exec in it. */
  private static boolean is(ProcessTable.Entry entry, Supervised container) {
    return entry.name().equals("conmon")
        && ProcessTable.arguments(entry.pid()).contains("--bundle=" + container.bundle());
  }

  /** How to reach the streams of a container. */
  @FunctionalInterface
  interface Connect {
    ConmonAttachment connect(Supervised container) throws LinuxException;
  }
}
