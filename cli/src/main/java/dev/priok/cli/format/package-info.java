/** How answers are shown: tables, sizes, ages, templates. */
@NullMarked
package dev.priok.cli.format;

import org.jspecify.annotations.NullMarked;
