/** Engine API wire records about the stats resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.stats;

import org.jspecify.annotations.NullMarked;
