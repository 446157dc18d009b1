/** The engine's streams and sinks on top of an HTTP exchange. */
@NullMarked
package dev.priok.http.streams;

import org.jspecify.annotations.NullMarked;
