/** What flows over a connection: attached stdio, its framing, and streams of JSON messages. */
@NullMarked
package dev.priok.client.streams;

import org.jspecify.annotations.NullMarked;
