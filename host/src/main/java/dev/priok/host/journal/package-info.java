/** What happened, in the order in which it happened, kept on disk up to a limit. */
@NullMarked
package dev.priok.host.journal;

import org.jspecify.annotations.NullMarked;
