/** Durable records. */
@NullMarked
package dev.priok.host.store;

import org.jspecify.annotations.NullMarked;
