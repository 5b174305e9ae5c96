package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import java.util.Set;

/** An {@link AccessHook} that is set, until it is closed or its address space is. */
public interface Hook extends AutoCloseable {
  /** {@return the first address that it is set for} */
  long firstAddress();

  /** {@return the last address that it is set for, inclusive} */
  long lastAddress();

  /** {@return the kinds of accesses that it is set for; can't be changed} */
  Set<Access> kinds();

  /**
   * Takes it away. Accesses that begin after this has returned do not call it. It does not wait for
   * calls by accesses that began before, so a hook may close itself. Closing it again does nothing.
   */
  @Override
  void close();
}
