/** Differences laid over each other by the program fuse-overlayfs. */
@NullMarked
package dev.priok.host.storage.fuse;

import org.jspecify.annotations.NullMarked;
