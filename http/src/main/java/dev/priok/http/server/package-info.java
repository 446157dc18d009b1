/**
 * HTTP/1.1 on Netty's transports; the only package that knows Netty. A connection is a virtual
 * thread that reads and writes blocking streams.
 */
@NullMarked
package dev.priok.http.server;

import org.jspecify.annotations.NullMarked;
