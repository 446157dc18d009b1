@NullMarked
package dev.priok.cli.terminal;

import org.jspecify.annotations.NullMarked;
