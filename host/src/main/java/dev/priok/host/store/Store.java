package dev.priok.host.store;

/** All durable records of a daemon: one database under the data root. */
public interface Store extends AutoCloseable {
  /** The records of a kind; the kind names a table ({@code [a-z_]+}). Values are kept as JSON. */
  <T> Records<T> records(String kind, Class<T> type);

  @Override
  void close();
}
