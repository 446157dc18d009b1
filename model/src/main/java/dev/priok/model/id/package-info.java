/** Identifiers as types, so that a container's id cannot be passed for a layer's. */
@NullMarked
package dev.priok.model.id;

import org.jspecify.annotations.NullMarked;
