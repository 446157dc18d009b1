/** The name server that containers on user-defined networks find at 127.0.0.11. */
@NullMarked
package dev.priok.host.network.dns;

import org.jspecify.annotations.NullMarked;
