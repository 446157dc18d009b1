package dev.priok.host.runtime;

import java.time.Instant;

/**
 * The end of a container's first process.
 *
 * @param code exit code, or 128 and the signal
 * @param oomKilled whether the kernel killed a process of it for want of memory
 */
public record ExitReport(String id, int code, Instant time, boolean oomKilled) {}
