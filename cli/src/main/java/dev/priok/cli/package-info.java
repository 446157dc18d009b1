/** The {@code priok} command: a folder a noun, a file a command. */
@NullMarked
package dev.priok.cli;

import org.jspecify.annotations.NullMarked;
