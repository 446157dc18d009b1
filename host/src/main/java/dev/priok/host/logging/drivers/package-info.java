/**
 * Log drivers: where a container's output goes besides the local log.
 *
 * <p><b>Vocabulary.</b> Output first goes to the <em>local log</em>, which conmon writes and
 * nothing else depends on. A <em>driver</em> knows one kind of <em>target</em>: a file of JSON
 * lines, a syslog server, journald. A <em>target</em> is opened for one container. A
 * <em>delivery</em> ({@code host.logging.delivery}) reads the local log, hands <em>entries</em> to
 * the target and remembers how far it is. {@code docker logs} reads the local log, whatever the
 * driver is.
 *
 * <p><b>Life of a target.</b> {@code check} of the options when the container is created; {@code
 * open} when it starts, so that a wrong address is told to the user; then batches: {@code begin},
 * some {@code deliver}, {@code flush}. What was flushed is never handed over again, what was not
 * comes again after a failure, to a target that is opened anew. {@code close} at the end.
 *
 * <p><b>Worked example.</b>
 *
 * <pre>{@code
 * LogDriver syslog = LogDrivers.standard().get("syslog");
 * syslog.check(Map.of("syslog-address", "udp://127.0.0.1:514"));
 * try (LogTarget target = syslog.open(context, 0)) {
 *   target.begin();
 *   target.deliver(LogEntry.line(nanos, LogStream.STDOUT, "hello"));
 *   target.flush();
 * }
 * }</pre>
 *
 * <p><b>What must fail.</b> An option that the driver does not have, with Docker's sentence, in
 * {@code check}; an address nobody answers at, in {@code open}; a connection that breaks, in {@code
 * deliver} or {@code flush}, with an IOException: never in silence.
 */
@NullMarked
package dev.priok.host.logging.drivers;

import org.jspecify.annotations.NullMarked;
