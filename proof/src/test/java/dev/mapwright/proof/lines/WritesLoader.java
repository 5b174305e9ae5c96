package dev.mapwright.proof.lines;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import org.jspecify.annotations.Nullable;

/**
 * Loads the engine and the simulated machine such that they tell {@link Writes} what they write. A
 * defect is written first, so its writes are told, too.
 */
final class WritesLoader extends MutantLoader {
  private static final String HERE = Writes.class.getPackageName() + ".";

  WritesLoader(@Nullable Mutant mutant) {
    super(mutant);
    // Assertions write, too: what counts is what the engine does where it is used.
    setDefaultAssertionStatus(false);
  }

  @Override
  protected boolean isShared(String name) {
    boolean loaded =
        name.startsWith(Workload.class.getName()) || name.startsWith(Samples.class.getName());
    return name.startsWith(HERE) && !loaded || super.isShared(name);
  }

  @Override
  protected byte[] rewrite(String name, byte[] bytes) {
    boolean recorded =
        name.startsWith("dev.mapwright.core.")
            || name.startsWith("dev.mapwright.sim.")
            || name.startsWith(Samples.class.getName());
    return recorded ? Instrument.apply(bytes) : bytes;
  }
}
