/** What went wrong, in terms a client can act on. */
@NullMarked
package dev.priok.model.error;

import org.jspecify.annotations.NullMarked;
