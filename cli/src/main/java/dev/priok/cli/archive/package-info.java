/** Tar archives for cp: written from and unpacked into the user's own files. */
@NullMarked
package dev.priok.cli.archive;

import org.jspecify.annotations.NullMarked;
