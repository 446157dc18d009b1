@NullMarked
package dev.priok.host;

import org.jspecify.annotations.NullMarked;
