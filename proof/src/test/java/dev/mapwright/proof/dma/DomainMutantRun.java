package dev.mapwright.proof.dma;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.proof.engine.Machines;
import java.util.Objects;
import java.util.concurrent.Callable;

/** The campaign of domains as something that another class loader can call. */
public final class DomainMutantRun implements Callable<String> {
  private static final int SEEDS = 6;
  private static final int STEPS = 6_000;

  /** Made by name. */
  public DomainMutantRun() {}

  /** {@return what was found; empty for nothing} */
  @Override
  public String call() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      String found = run(seed);
      if (!found.isEmpty()) {
        return "seed " + seed + ": " + found;
      }
    }
    return "";
  }

  private static String run(long seed) {
    try (Machine machine = Machines.simulated(seed)) {
      Translation tables = Objects.requireNonNull(machine.newTranslation(0, 0xF_FFFF));
      DomainRun run = new DomainRun(machine, tables, seed);
      for (int step = 0; step < STEPS; step++) {
        run.step();
        if (step % 100 == 0) {
          run.compare();
        }
      }
      run.compare();
      run.close();
      return buddy(seed);
    } catch (AssertionError | RuntimeException different) {
      return different.toString();
    }
  }

  private static String buddy(long seed) {
    try (Machine machine = Machines.simulated(seed)) {
      Translation tables = Objects.requireNonNull(machine.newTranslation(0, 0xF_FFFF));
      BuddyDomainRun run = new BuddyDomainRun(machine, tables, seed);
      for (int step = 0; step < STEPS; step++) {
        run.step();
        if (step % 100 == 0) {
          run.compare();
        }
      }
      run.compare();
      run.close();
      return "";
    }
  }
}
