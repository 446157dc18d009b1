/** Engine API wire records about the image resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.image;

import org.jspecify.annotations.NullMarked;
