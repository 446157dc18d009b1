@NullMarked
package dev.priok.tests.fault;

import org.jspecify.annotations.NullMarked;
