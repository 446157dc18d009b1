package dev.priok.host.runtime;

/**
 * A further process in a running container.
 *
 * @param attached whether the output waits for its first subscriber, who must come; otherwise it is
 *     dropped while nobody has subscribed
 * @param note what the caller wants to be told by {@link ContainerProcesses#readoptExecs}
 * @param process the runtime specification's process object, as JSON
 */
public record ExecLaunch(
    String containerId,
    String execId,
    String process,
    boolean attached,
    boolean terminal,
    boolean stdin,
    String note) {}
