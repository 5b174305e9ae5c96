package dev.mapwright.sim.tables;

/**
 * Somebody who walks a translation and may remember what was found: a CPU. The calls come from
 * threads that change the translation.
 */
public interface TranslationUser {
  /** Tells it that entries of these pages were removed or reduced. Returns at once. */
  void forget(long firstPage, long lastPage);

  /** Tells it that a translation is {@linkplain PageTables#closed closed}. Returns at once. */
  void detach();

  /**
   * Waits until everything that it was told before has been taken note of, and the accesses that
   * were under way have ended. Called after a full fence.
   */
  void awaitQuiescence();

  /**
   * {@return whether it only remembers what it has found by {@link PageTables#walkFor}, so that it
   * need not be told of changes where it has not walked}
   */
  boolean walksByCall();
}
