/** One thread that waits for many descriptors: sockets, inotify, pidfds. */
@NullMarked
package dev.priok.kernel.event;

import org.jspecify.annotations.NullMarked;
