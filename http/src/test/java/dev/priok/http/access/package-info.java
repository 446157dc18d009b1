@NullMarked
package dev.priok.http.access;

import org.jspecify.annotations.NullMarked;
