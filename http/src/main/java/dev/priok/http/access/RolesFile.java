package dev.priok.http.access;

import java.io.IOException;
import java.nio.file.Path;

/** The roles that are in force, and the file they come from. */
public final class RolesFile {
  private final Path file;
  private volatile Roles inForce;

  /**
   * Reads the file.
   *
   * @throws IOException where it cannot be understood whole
   */
  public RolesFile(Path file) throws IOException {
    this.file = file;
    this.inForce = Roles.read(file);
  }

  /** What the file says now; nothing follows it before {@link #use}. Throws as the constructor. */
  public Roles read() throws IOException {
    return Roles.read(file);
  }

  /** From now on; calls that were let in go on. */
  public void use(Roles roles) {
    this.inForce = roles;
  }

  Roles inForce() {
    return inForce;
  }
}
