package dev.priok.engine.volumes;

/** TEMP. */
public record ResolvedMount(String destination) {}
