/** Docker's first overlay driver: one lower directory, made of hard links. */
@NullMarked
package dev.priok.host.storage.overlay;

import org.jspecify.annotations.NullMarked;
