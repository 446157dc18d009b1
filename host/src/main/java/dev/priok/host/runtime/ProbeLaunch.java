package dev.priok.host.runtime;

/**
 * A short command in a running container, whose output is wanted as a whole: a health check.
 *
 * @param process the runtime specification's process object, as JSON, without a terminal
 * @param outputLimit bytes of output to keep; what comes after is read and dropped
 */
public record ProbeLaunch(String containerId, String process, int outputLimit) {}
