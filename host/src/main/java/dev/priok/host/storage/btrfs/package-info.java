/** Whole trees by the snapshots of btrfs. */
@NullMarked
package dev.priok.host.storage.btrfs;

import org.jspecify.annotations.NullMarked;
