package dev.priok.host.runtime;

/**
 * A further process in a running container.
 *
 * @param process the runtime specification's process object, as JSON
 */
public record ExecLaunch(
    String containerId,
    String execId,
    String process,
    boolean terminal,
    boolean stdin) {}
