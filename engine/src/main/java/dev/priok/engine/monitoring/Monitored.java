package dev.priok.engine.monitoring;

import java.time.Instant;

/**
 * A container that runs, as this room needs to know it.
 *
 * @param cgroup its control group's path
 * @param startedAt tells one run of the container from the next
 * @param networkPid a process in its network namespace whose counters are the container's; 0 where
 *     it has none of its own (host network, no network)
 */
public record Monitored(String id, String cgroup, Instant startedAt, int networkPid) {}
