package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;

/** A piece of output. */
record Chunk(LogStream stream, byte[] bytes) {}
