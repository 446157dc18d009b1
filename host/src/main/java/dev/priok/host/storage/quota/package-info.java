/** Size limits of folders, in the way that the file system below them has. */
@NullMarked
package dev.priok.host.storage.quota;

import org.jspecify.annotations.NullMarked;
