/** Commands about images. */
@NullMarked
package dev.priok.cli.image;

import org.jspecify.annotations.NullMarked;
