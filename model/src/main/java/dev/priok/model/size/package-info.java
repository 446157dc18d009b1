/** Sizes as users write them. */
@NullMarked
package dev.priok.model.size;

import org.jspecify.annotations.NullMarked;
