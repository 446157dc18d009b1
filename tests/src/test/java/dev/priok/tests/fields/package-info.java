/** The promise that no field of a request is read and dropped, and the page that shows it. */
@NullMarked
package dev.priok.tests.fields;

import org.jspecify.annotations.NullMarked;
