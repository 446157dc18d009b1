/** Whole trees by the snapshots and clones of ZFS. */
@NullMarked
package dev.priok.host.storage.zfs;

import org.jspecify.annotations.NullMarked;
