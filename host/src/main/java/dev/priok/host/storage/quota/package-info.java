/** Size limits of folders, where the file system keeps project quotas. */
@NullMarked
package dev.priok.host.storage.quota;

import org.jspecify.annotations.NullMarked;
