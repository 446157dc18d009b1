/** Engine API wire records about the container resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.container;

import org.jspecify.annotations.NullMarked;
