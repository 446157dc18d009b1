/** Broken and hostile requests to every operation of the API. */
@NullMarked
package dev.priok.tests.fuzz;

import org.jspecify.annotations.NullMarked;
