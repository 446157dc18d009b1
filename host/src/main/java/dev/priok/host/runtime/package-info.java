/** OCI runtimes and the monitor that outlives the daemon. */
@NullMarked
package dev.priok.host.runtime;

import org.jspecify.annotations.NullMarked;
