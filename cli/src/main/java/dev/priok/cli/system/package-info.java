/** Commands about the engine itself, and inspect, which looks everywhere. */
@NullMarked
package dev.priok.cli.system;

import org.jspecify.annotations.NullMarked;
