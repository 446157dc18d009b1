package dev.priok.host.runtime;

/**
 * A further process in a running container.
 *
 * @param attached whether the output waits for its first subscriber, who must come; otherwise it is
 *     dropped while nobody has subscribed
 * @param process the runtime specification's process object, as JSON
 */
public record ExecLaunch(
    String containerId,
    String execId,
    String process,
    boolean attached,
    boolean terminal,
    boolean stdin) {}
