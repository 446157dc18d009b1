package dev.priok.engine.networks;

import dev.priok.engine.metrics.Histograms;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.id.ContainerId;

/** Measures how long networks take to be given and to be taken back, for who wants to know. */
public final class TimedNetworks implements ContainerNetworks {
  private final ContainerNetworks networks;
  private final Histograms times;

  /** {@code times} has one label, the action. */
  public TimedNetworks(ContainerNetworks networks, Histograms times) {
    this.networks = networks;
    this.times = times;
  }

  private void allocated(long began) {
    times.of("allocate").record(System.nanoTime() - began);
  }

  @Override
  public boolean hasDefaultBridge() {
    return networks.hasDefaultBridge();
  }

  @Override
  public void validate(Attachment attachment) {
    networks.validate(attachment);
  }

  @Override
  public Plugged plug(Attachment attachment) {
    long began = System.nanoTime();
    Plugged plugged = networks.plug(attachment);
    allocated(began);
    return plugged;
  }

  @Override
  public Plugged plugInto(Attachment attachment, long pid) {
    long began = System.nanoTime();
    Plugged plugged = networks.plugInto(attachment, pid);
    allocated(began);
    return plugged;
  }

  @Override
  public EndpointSettings join(Plugged plugged, Attachment attachment, String network) {
    return networks.join(plugged, attachment, network);
  }

  @Override
  public void leave(Plugged plugged, ContainerId container, String network) {
    networks.leave(plugged, container, network);
  }

  @Override
  public void unplug(ContainerId container) {
    long began = System.nanoTime();
    networks.unplug(container);
    times.of("release").record(System.nanoTime() - began);
  }

  @Override
  public Plugged readopt(Attachment attachment, Plugged recorded, int pid) {
    return networks.readopt(attachment, recorded, pid);
  }

  @Override
  public void rename(ContainerId container, String name) {
    networks.rename(container, name);
  }

  @Override
  public void reconcile() {
    networks.reconcile();
  }
}
