/** Engine API wire records about the exec resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.exec;

import org.jspecify.annotations.NullMarked;
