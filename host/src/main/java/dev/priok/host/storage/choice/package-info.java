/** All storage drivers, and the choice among them. */
@NullMarked
package dev.priok.host.storage.choice;

import org.jspecify.annotations.NullMarked;
