/**
 * Hands a container's local log over to its driver, and remembers durably how far it is.
 *
 * <p>conmon writes the local log, whoever else lives or dies; a {@link
 * dev.priok.host.logging.delivery.Delivery} follows it with a thread of its own. The position is
 * written after each batch that the target has taken, so a daemon that is killed hands over again
 * at most the batch it was at: nothing at all twice for files of our own, which are cut back to the
 * position's mark; one packet for journald, syslog over packets, GELF over UDP and acknowledged
 * Fluentd; at most 64 KiB for the protocols that are streams without an answer.
 */
@NullMarked
package dev.priok.host.logging.delivery;

import org.jspecify.annotations.NullMarked;
