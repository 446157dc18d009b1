/** Mounts, extended attributes, file system facts and advisory locks. */
@NullMarked
package dev.priok.kernel.fs;

import org.jspecify.annotations.NullMarked;
