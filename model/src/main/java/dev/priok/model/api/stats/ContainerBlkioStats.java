package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ContainerBlkioStats} of the Engine API. An absent field is null, and Docker says so:
 * clients look the names up.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@RecordBuilder
public record ContainerBlkioStats(
    @JsonProperty("io_service_bytes_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServiceBytesRecursive,
    @JsonProperty("io_serviced_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServicedRecursive,
    @JsonProperty("io_queue_recursive") @Nullable List<ContainerBlkioStatEntry> ioQueueRecursive,
    @JsonProperty("io_service_time_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServiceTimeRecursive,
    @JsonProperty("io_wait_time_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioWaitTimeRecursive,
    @JsonProperty("io_merged_recursive") @Nullable List<ContainerBlkioStatEntry> ioMergedRecursive,
    @JsonProperty("io_time_recursive") @Nullable List<ContainerBlkioStatEntry> ioTimeRecursive,
    @JsonProperty("sectors_recursive") @Nullable List<ContainerBlkioStatEntry> sectorsRecursive) {}
