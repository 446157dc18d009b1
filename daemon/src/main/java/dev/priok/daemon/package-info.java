@NullMarked
package dev.priok.daemon;

import org.jspecify.annotations.NullMarked;
