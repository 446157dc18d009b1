/**
 * Long-lived answers: byte streams, framed output, progress; the engine writes, the API layer
 * frames.
 */
@NullMarked
package dev.priok.engine.streams;

import org.jspecify.annotations.NullMarked;
