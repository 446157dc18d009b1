/**
 * Drivers that keep differences: {@link dev.priok.host.storage.stack.StackedDriver} is the driver,
 * a {@link dev.priok.host.storage.stack.Stacking} lays the folders over each other.
 */
@NullMarked
package dev.priok.host.storage.stack;

import org.jspecify.annotations.NullMarked;
