/**
 * From what a client asked for to what an OCI runtime runs: validation of a create request, and the
 * {@code config.json} of the bundle.
 */
@NullMarked
package dev.priok.engine.containers.spec;

import org.jspecify.annotations.NullMarked;
