/** Pages whose lines are run: what they show is what happens. */
@NullMarked
package dev.priok.tests.pages;

import org.jspecify.annotations.NullMarked;
