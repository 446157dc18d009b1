/** Control groups of both generations, read and driven alike. */
@NullMarked
package dev.priok.kernel.cgroup;

import org.jspecify.annotations.NullMarked;
