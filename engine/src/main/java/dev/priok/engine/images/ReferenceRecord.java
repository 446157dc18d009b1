package dev.priok.engine.images;

import dev.priok.model.id.Digest;

/** What a name points to; kept by the full name with its tag or digest. */
record ReferenceRecord(Digest image) {}
