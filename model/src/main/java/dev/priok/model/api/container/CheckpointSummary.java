package dev.priok.model.api.container;

/** One of {@code GET /containers/{id}/checkpoints}. */
public record CheckpointSummary(String name) {}
