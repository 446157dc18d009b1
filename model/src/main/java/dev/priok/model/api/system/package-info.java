/** Engine API wire records about the system resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.system;

import org.jspecify.annotations.NullMarked;
