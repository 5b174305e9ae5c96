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

  /**
   * The permission that the access needs.
   *
   * @return one bit of {@link Permissions}
   */
  public int permission() {
    return permission;
  }

  /**
   * The access as a verb.
   *
   * @return {@code read}, {@code write} or {@code fetch}
   */
  public String verb() {
    return verb;
  }
}
