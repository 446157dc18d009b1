/** What drivers have in common: a layer's folder, its lock, its children, the init layer. */
@NullMarked
package dev.priok.host.storage.layer;

import org.jspecify.annotations.NullMarked;
