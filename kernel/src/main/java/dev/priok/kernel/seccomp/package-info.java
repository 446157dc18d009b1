/** System call filters (seccomp(2)). */
@NullMarked
package dev.priok.kernel.seccomp;

import org.jspecify.annotations.NullMarked;
