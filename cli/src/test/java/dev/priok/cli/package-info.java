@NullMarked
package dev.priok.cli;

import org.jspecify.annotations.NullMarked;
