/** Pseudo terminals and the modes of a terminal. */
@NullMarked
package dev.priok.kernel.tty;

import org.jspecify.annotations.NullMarked;
