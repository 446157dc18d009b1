/** From a request to the route that answers it: versions, paths, parameters, JSON, errors. */
@NullMarked
package dev.priok.http.routing;

import org.jspecify.annotations.NullMarked;
