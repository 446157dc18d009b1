package dev.priok.host.storage.devicemapper;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a thin device, in Docker's words.
 *
 * @param deviceId its number in the pool
 * @param size bytes
 * @param transactionId the pool's number of steps when it was made
 * @param parent the layer that it began as a copy of
 */
record ThinLayer(
    @JsonProperty("device_id") int deviceId,
    @JsonProperty("size") long size,
    @JsonProperty("transaction_id") long transactionId,
    @JsonProperty("parent") @Nullable String parent) {
  ThinLayer {
    if (deviceId <= 0 || size <= 0) {
      throw new IllegalArgumentException("a thin device has a number and a size");
    }
  }
}
