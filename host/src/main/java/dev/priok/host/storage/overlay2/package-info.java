/** Differences laid over each other by the kernel's overlayfs. */
@NullMarked
package dev.priok.host.storage.overlay2;

import org.jspecify.annotations.NullMarked;
