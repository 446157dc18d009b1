/** The registry protocol, client side. */
@NullMarked
package dev.priok.host.registry;

import org.jspecify.annotations.NullMarked;
