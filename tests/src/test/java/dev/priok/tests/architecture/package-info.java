@NullMarked
package dev.priok.tests.architecture;

import org.jspecify.annotations.NullMarked;
