/** The JSON dialect of the Engine API. */
@NullMarked
package dev.priok.model.api;

import org.jspecify.annotations.NullMarked;
