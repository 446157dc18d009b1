/** Starting, watching, signalling and reading about processes. */
@NullMarked
package dev.priok.kernel.process;

import org.jspecify.annotations.NullMarked;
