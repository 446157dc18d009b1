/**
 * Drivers that keep every layer as a whole tree: {@link dev.priok.host.storage.tree.TreeDriver} is
 * the driver, a {@link dev.priok.host.storage.tree.Trees} says how trees are copied.
 */
@NullMarked
package dev.priok.host.storage.tree;

import org.jspecify.annotations.NullMarked;
