@NullMarked
package dev.priok.cli.format;

import org.jspecify.annotations.NullMarked;
