/** Branches laid over each other by aufs, a file system outside of the main kernel. */
@NullMarked
package dev.priok.host.storage.aufs;

import org.jspecify.annotations.NullMarked;
