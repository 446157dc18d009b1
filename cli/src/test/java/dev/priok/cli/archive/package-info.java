@NullMarked
package dev.priok.cli.archive;

import org.jspecify.annotations.NullMarked;
