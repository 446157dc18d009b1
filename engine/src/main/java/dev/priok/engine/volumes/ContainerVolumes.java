package dev.priok.engine.volumes;

/** TEMP. */
public interface ContainerVolumes {}
