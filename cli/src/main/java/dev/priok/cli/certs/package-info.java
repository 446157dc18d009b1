/** {@code priok certs}: an authority of one's own, and certificates for the daemon and clients. */
@NullMarked
package dev.priok.cli.certs;

import org.jspecify.annotations.NullMarked;
