package dev.priok.host.store;

/** A row of the database: a record and the JSON that it is written in. */
record StoredRecord(String key, String json) {}
