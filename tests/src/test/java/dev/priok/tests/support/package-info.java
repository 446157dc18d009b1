@NullMarked
package dev.priok.tests.support;

import org.jspecify.annotations.NullMarked;
