package dev.priok.engine;

import dev.priok.engine.containers.Containers;
import dev.priok.engine.events.Events;
import dev.priok.engine.exec.Execs;
import dev.priok.engine.images.Images;
import dev.priok.engine.networks.Networks;
import dev.priok.engine.system.SystemInformation;
import dev.priok.engine.volumes.Volumes;

/** The rooms of the engine, as the API layer sees them. */
public record Engine(
    Containers containers,
    Execs execs,
    Images images,
    Volumes volumes,
    Networks networks,
    Events events,
    SystemInformation system) {}
