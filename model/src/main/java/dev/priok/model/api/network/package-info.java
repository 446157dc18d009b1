/** Engine API wire records about the network resource; shapes from the API specification. */
@NullMarked
package dev.priok.model.api.network;

import org.jspecify.annotations.NullMarked;
