/** Further processes inside running containers. */
@NullMarked
package dev.priok.engine.exec;

import org.jspecify.annotations.NullMarked;
