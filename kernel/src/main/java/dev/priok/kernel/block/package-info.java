/** Block devices: device-mapper, loop devices. */
@NullMarked
package dev.priok.kernel.block;

import org.jspecify.annotations.NullMarked;
