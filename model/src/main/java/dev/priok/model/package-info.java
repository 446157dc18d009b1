@NullMarked
package dev.priok.model;

import org.jspecify.annotations.NullMarked;
