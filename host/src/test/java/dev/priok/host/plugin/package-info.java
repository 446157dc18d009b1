@NullMarked
package dev.priok.host.plugin;

import org.jspecify.annotations.NullMarked;
