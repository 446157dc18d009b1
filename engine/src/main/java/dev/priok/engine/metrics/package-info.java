/** Counting and timing, and telling of it in Prometheus' text format. */
@NullMarked
package dev.priok.engine.metrics;

import org.jspecify.annotations.NullMarked;
