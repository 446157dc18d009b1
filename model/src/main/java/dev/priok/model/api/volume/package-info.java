/** Engine API wire records about the volume resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.volume;

import org.jspecify.annotations.NullMarked;
