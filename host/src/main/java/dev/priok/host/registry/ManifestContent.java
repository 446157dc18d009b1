package dev.priok.host.registry;

import dev.priok.model.id.Digest;

/** A manifest or an index as a registry sent it: the bytes count, their digest is verified. */
@SuppressWarnings("ArrayRecordComponent") // Bytes to be stored; nobody compares these records.
public record ManifestContent(String mediaType, Digest digest, byte[] bytes) {}
