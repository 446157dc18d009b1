/** Tar archives, made and unpacked without leaving the root. */
@NullMarked
package dev.priok.host.archive;

import org.jspecify.annotations.NullMarked;
