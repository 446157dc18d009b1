/** Commands about checkpoints. */
@NullMarked
package dev.priok.cli.checkpoint;

import org.jspecify.annotations.NullMarked;
