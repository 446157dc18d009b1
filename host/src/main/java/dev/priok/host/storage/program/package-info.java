/** Programs of the system that drivers run. */
@NullMarked
package dev.priok.host.storage.program;

import org.jspecify.annotations.NullMarked;
