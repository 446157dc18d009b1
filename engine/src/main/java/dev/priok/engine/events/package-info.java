/** What happened, as it happens. */
@NullMarked
package dev.priok.engine.events;

import org.jspecify.annotations.NullMarked;
