/**
 * What is done with the storage as a whole while no daemon runs: which drivers there are, taking
 * everything along to another one, finding and curing what differs from the records.
 */
@NullMarked
package dev.priok.engine.storage;

import org.jspecify.annotations.NullMarked;
