/** Facts about this machine. */
@NullMarked
package dev.priok.kernel.host;

import org.jspecify.annotations.NullMarked;
