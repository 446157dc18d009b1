@NullMarked
package dev.priok.tests.blackbox;

import org.jspecify.annotations.NullMarked;
