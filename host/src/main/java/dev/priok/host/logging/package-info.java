/** Container logs. */
@NullMarked
package dev.priok.host.logging;

import org.jspecify.annotations.NullMarked;
