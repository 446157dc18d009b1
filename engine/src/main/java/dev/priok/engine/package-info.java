@NullMarked
package dev.priok.engine;

import org.jspecify.annotations.NullMarked;
