/** Images, where they come from and where they go. */
@NullMarked
package dev.priok.engine.images;

import org.jspecify.annotations.NullMarked;
