/** Containers and everything that is done to one. */
@NullMarked
package dev.priok.engine.containers;

import org.jspecify.annotations.NullMarked;
