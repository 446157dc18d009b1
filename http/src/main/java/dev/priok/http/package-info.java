@NullMarked
package dev.priok.http;

import org.jspecify.annotations.NullMarked;
