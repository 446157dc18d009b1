/** One file of routes per resource of the Engine API. */
@NullMarked
package dev.priok.http.routes;

import org.jspecify.annotations.NullMarked;
