/** What {@code docker cp}, {@code export} and {@code diff} do to a container's files. */
@NullMarked
package dev.priok.engine.containers.files;

import org.jspecify.annotations.NullMarked;
