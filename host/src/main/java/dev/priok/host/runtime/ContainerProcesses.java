package dev.priok.host.runtime;

import dev.priok.host.runtime.CreateResult.Created;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The processes of containers: making, watching, signalling, ending them.
 *
 * <p>Vocabulary: a <em>bundle</em> is a directory with the configuration of one container; the
 * <em>runtime</em> makes processes from it; the <em>supervisor</em> is a small process beside each
 * container that owns its streams, log and exit code, so that they survive this daemon.
 *
 * <p>Life cycle of one container:
 *
 * <pre>{@code
 * switch (processes.create(supervision, configJson)) {        // exists, waits
 *   case Created c -> {
 *     c.attachment().subscribe(client);                        // nothing is lost before the start
 *     processes.start(id);
 *   }
 *   case Refused r -> refuse(r.message());
 * }
 * // ... later, once, through the listener given to onExit:
 * record.exited(report.code(), report.time());                 // durable first,
 * processes.delete(id);                                        // then cgroups and state go,
 * processes.acknowledge(id);                                   // then the exit code
 * }</pre>
 *
 * <p>After a restart of the daemon {@link #readopt} is asked for every container whose record says
 * that it runs, {@link #leftovers} for what no record knows; {@link #delete} removes such.
 *
 * <p>What must hold: the exit code of a container is kept until it is acknowledged, whatever dies;
 * {@link #create} leaves nothing behind when it refuses; a signal never reaches a process that is
 * not the container's. What must fail: every call but create, readopt, delete and acknowledge with
 * an id that is not supervised, with {@code EngineException} CONFLICT.
 */
public interface ContainerProcesses extends AutoCloseable {
  /** Makes the first process of a container; it waits for {@link #start}. */
  CreateResult create(Supervision supervision, byte[] config);

  /**
   * Makes the first process of a container from a checkpoint: it and its children go on where they
   * were, at once; there is no {@link #start}.
   *
   * @param images what {@link #checkpoint} wrote, of a container with the same configuration
   */
  CreateResult restore(Supervision supervision, byte[] config, Path images);

  /** Lets a created process run its program. */
  void start(String id);

  /**
   * Sends a signal to the first process; false where it has ended. A frozen process takes none
   * before it is resumed, but SIGKILL: that lets go whatever froze it, and it dies before another
   * instruction of its own.
   */
  boolean signal(String id, int signal);

  /** Kills every process of the container. */
  void killAll(String id);

  void pause(String id);

  void resume(String id);

  /**
   * Writes all that the container's processes are, with CRIU, into an empty folder; afterwards they
   * are as they were before: running, or frozen. What must fail, with the processes unharmed: no
   * CRIU on this machine, a runtime without support for it (NOT_IMPLEMENTED), and whatever CRIU
   * cannot write down, an established TCP connection for one.
   */
  void checkpoint(String id, Path images);

  /**
   * Waits for what a former daemon's {@link #checkpoint} into that folder is still doing, as long
   * as it gets on, and lets the container's processes go on where it left them frozen.
   */
  void afterBrokenCheckpoint(String id, Path images);

  /** Changes limits; {@code resources} is the runtime specification's object as JSON. */
  void update(String id, byte[] resources);

  /** Process ids on the host of everything in the container. */
  List<Integer> pids(String id);

  /** Runs a further process. */
  ExecResult exec(ExecLaunch launch);

  /**
   * Runs a short command whose whole output is wanted, many times cheaper than {@link #exec}, with
   * the same rights and limits. It ends with this daemon, whatever ends that.
   */
  Probe probe(ProbeLaunch launch);

  /** Streams of the first process; empty where the container is not supervised. */
  Optional<Attachment> attachment(String id);

  /** What is known of a supervised container. */
  Optional<Created> running(String id);

  /** Takes back a container of an earlier daemon. */
  Adoption readopt(Supervision supervision);

  /** Execs of an earlier daemon in a container that {@link #readopt} took back. */
  List<ExecAdoption> readoptExecs(String containerId);

  /** Forgets an exec that has ended, and its exit code. */
  void forgetExec(String containerId, String execId);

  /** Containers with a bundle here that are not supervised. */
  Set<String> leftovers();

  /**
   * Removes cgroups, runtime state and bundle; kills what still runs. Harmless where there is
   * nothing. The exit code stays until {@link #acknowledge}.
   */
  void delete(String id);

  /** Forgets the exit code. */
  void acknowledge(String id);

  /**
   * Names who is told of ends, on a thread of its own for each. Must be called before the first
   * create or readopt, and once.
   */
  void onExit(Consumer<ExitReport> listener);

  /** Stops watching; containers run on. */
  @Override
  void close();
}
