/** The client's own small HTTP/1.1: connections, requests, answers, bodies. */
@NullMarked
package dev.priok.client.wire;

import org.jspecify.annotations.NullMarked;
