/** Commands about volumes. */
@NullMarked
package dev.priok.cli.volume;

import org.jspecify.annotations.NullMarked;
