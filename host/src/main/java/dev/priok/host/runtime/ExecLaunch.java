package dev.priok.host.runtime;

/**
 * A further process in a running container.
 *
 * @param process the runtime specification's process object, as JSON
 * @param attached whether somebody wants its output or gives it input
 */
public record ExecLaunch(
    String containerId,
    String execId,
    String process,
    boolean attached,
    boolean terminal,
    boolean stdin) {}
