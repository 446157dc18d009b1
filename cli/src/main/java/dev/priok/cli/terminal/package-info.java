/** The user's terminal: raw mode, size, signals, attached streams. */
@NullMarked
package dev.priok.cli.terminal;

import org.jspecify.annotations.NullMarked;
