/** Room on the disk: who takes how much of it, and what happens when it runs out. */
@NullMarked
package dev.priok.engine.disk;

import org.jspecify.annotations.NullMarked;
