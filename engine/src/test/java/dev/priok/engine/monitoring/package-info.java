@NullMarked
package dev.priok.engine.monitoring;

import org.jspecify.annotations.NullMarked;
