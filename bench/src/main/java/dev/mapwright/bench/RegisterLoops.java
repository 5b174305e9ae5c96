package dev.mapwright.bench;

/**
 * The loops of rows I: registers of three devices in turn, each device with a handler of a class of
 * its own, so that the call of a handler is one that the compiler can't foresee.
 */
public abstract class RegisterLoops implements AutoCloseable {
  /** Registers that are filled by their maker. */
  protected RegisterLoops() {}

  /** Reads of 8 bytes by calling the handlers through their interface. */
  public abstract void handlerReads(int operations);

  /** Stores of 8 bytes, likewise. */
  public abstract void handlerWrites(int operations);

  /** Loads by a CPU in one bracket. */
  public abstract void loads(int operations, int bytes);

  /** Stores by a CPU in one bracket. */
  public abstract void stores(int operations);

  /** Loads by a CPU, each for itself. */
  public abstract void loadsWithoutBracket(int operations);

  /** Fails unless the CPU's loads gave what the handlers give, and each store arrived. */
  public abstract void verify();

  /** How often a translation was not cached. */
  public abstract long misses();

  @Override
  public abstract void close();
}
