/** Whole trees by copying. */
@NullMarked
package dev.priok.host.storage.vfs;

import org.jspecify.annotations.NullMarked;
