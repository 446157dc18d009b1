package dev.priok.host.runtime;

import java.util.concurrent.CompletionStage;

/**
 * An exec of an earlier daemon, in a container that still runs. Its client went with that daemon,
 * so nobody reads its output any more; its exit code counts.
 *
 * @param note what {@link ExecLaunch#note} was
 * @param pid on the host; 0 where it has ended
 * @param exit completes with the exit code, at once where it has ended
 */
public record ExecAdoption(String execId, String note, int pid, CompletionStage<Integer> exit) {}
