@NullMarked
package dev.priok.client;

import org.jspecify.annotations.NullMarked;
