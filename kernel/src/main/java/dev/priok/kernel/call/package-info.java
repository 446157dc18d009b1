/** The one door to the C library: system calls, descriptors, errors and the memory they need. */
@NullMarked
package dev.priok.kernel.call;

import org.jspecify.annotations.NullMarked;
