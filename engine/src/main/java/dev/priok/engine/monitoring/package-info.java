/** What containers use of the host: sampled cheaply, answered at once. */
@NullMarked
package dev.priok.engine.monitoring;

import org.jspecify.annotations.NullMarked;
