/** Docker's authorization plugins: programs that have to allow each call of the API. */
@NullMarked
package dev.priok.engine.authorization;

import org.jspecify.annotations.NullMarked;
