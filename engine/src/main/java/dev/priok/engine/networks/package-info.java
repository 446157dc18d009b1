/** Networks and the containers on them. */
@NullMarked
package dev.priok.engine.networks;

import org.jspecify.annotations.NullMarked;
