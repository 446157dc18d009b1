/** Bridges, addresses, published ports, names. */
@NullMarked
package dev.priok.host.network;

import org.jspecify.annotations.NullMarked;
