@NullMarked
package dev.priok.tests;

import org.jspecify.annotations.NullMarked;
