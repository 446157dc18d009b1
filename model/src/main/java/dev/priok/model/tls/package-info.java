/**
 * Certificates and keys as everybody keeps them, in PEM files; for the server, the client and
 * whatever connects elsewhere.
 */
@NullMarked
package dev.priok.model.tls;

import org.jspecify.annotations.NullMarked;
