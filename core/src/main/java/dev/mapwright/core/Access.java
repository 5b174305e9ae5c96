package dev.mapwright.core;

/** What an access does to memory. */
public enum Access {
  /** A load. */
  READ(Permissions.READ, "read"),
  /** A store. */
  WRITE(Permissions.WRITE, "write"),
  /** An instruction fetch. */
  FETCH(Permissions.EXECUTE, "fetch");

  private final int permission;
  private final String verb;

  Access(int permission, String verb) {
    this.permission = permission;
    this.verb = verb;
  }

  /** {@return the permission that the access needs, one bit of {@link Permissions}} */
  public int permission() {
    return permission;
  }

  /** {@return the access as a verb: {@code read}, {@code write} or {@code fetch}} */
  public String verb() {
    return verb;
  }
}
