@NullMarked
package dev.priok.kernel;

import org.jspecify.annotations.NullMarked;
