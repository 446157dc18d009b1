/** Storage drivers: layers, their mounts and their differences. */
@NullMarked
package dev.priok.host.storage;

import org.jspecify.annotations.NullMarked;
