/** Volumes and binds. */
@NullMarked
package dev.priok.engine.volumes;

import org.jspecify.annotations.NullMarked;
