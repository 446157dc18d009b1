/** Whether containers do what they are for: commands run inside them from time to time. */
@NullMarked
package dev.priok.engine.health;

import org.jspecify.annotations.NullMarked;
