/** The daemon about itself. */
@NullMarked
package dev.priok.engine.system;

import org.jspecify.annotations.NullMarked;
