package dev.mapwright.proof.windows;

import dev.mapwright.core.check.Invariants;

/** One small system and its model, and the steps that are run on both. */
final class WindowsRun implements AutoCloseable {
  final Stage stage;
  final World world;
  final Judge judge;
  private final Comparison comparison;
  private final DriverSteps driver;
  private final ReservedSteps reserved;

  WindowsRun(long seed) {
    stage = new Stage(seed);
    world = stage.world();
    judge = new Judge(stage);
    comparison = new Comparison(stage, world);
    driver = new DriverSteps(this);
    reserved = new ReservedSteps(this);
  }

  /** Runs one step and compares everything; throws {@link Divergence}. */
  void step(Step step) {
    Draw draw = new Draw(step.seed());
    stage.kernel.verifier().setOn(draw.chance(30));
    switch (step.kind()) {
      case FILL_MDL -> driver.fill(draw);
      case OVERWRITE_MDL -> driver.overwrite(draw);
      case COPY_MDL -> driver.copy(draw);
      case LOCK_BY_ANOTHER_DRIVER -> driver.lock(draw);
      case UNLOCK_BY_ANOTHER_DRIVER -> driver.unlock(draw);
      case ACCESS -> driver.access(draw);
      case ALLOCATE_MAPPING_ADDRESS -> reserved.allocate(draw);
      case FREE_MAPPING_ADDRESS -> reserved.free(draw);
      case MAP_RESERVED -> reserved.map(draw);
      case UNMAP_RESERVED -> reserved.unmap(draw);
    }
    stage.c.processor().setIrql(0);
    stage.machine.failures().off();
    comparison.everything();
  }

  /** What the engine says of itself. */
  void invariants() {
    Invariants.verify(stage.machine);
  }

  @Override
  public void close() {
    stage.close();
  }
}
