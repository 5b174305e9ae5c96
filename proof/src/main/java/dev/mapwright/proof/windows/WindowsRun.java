package dev.mapwright.proof.windows;

import dev.mapwright.core.check.Invariants;

/** One small system and its model, and the steps that are run on both. */
final class WindowsRun implements AutoCloseable {
  final Stage stage;
  final World world;
  final Judge judge;
  private final Comparison comparison;
  private final DriverSteps driver;
  private final PoolSteps pool;
  private final ContiguousSteps contiguous;
  private final InjectionSteps injections;
  private final MdlSteps mdls;
  private final MappingSteps mappings;
  private final AdjustSteps adjust;
  private final PagesSteps pages;
  private final IoSpaceSteps ioSpace;
  private final ReservedSteps reserved;

  WindowsRun(long seed) {
    stage = new Stage(seed);
    world = stage.world();
    judge = new Judge(stage);
    comparison = new Comparison(stage, world);
    driver = new DriverSteps(this);
    pool = new PoolSteps(this);
    contiguous = new ContiguousSteps(this);
    injections = new InjectionSteps(this);
    MdlModel model = new MdlModel(world, stage);
    mdls = new MdlSteps(this, model);
    mappings = new MappingSteps(this, model);
    adjust = new AdjustSteps(this, model);
    pages = new PagesSteps(this, model);
    ioSpace = new IoSpaceSteps(this);
    reserved = new ReservedSteps(this);
  }

  /** Runs one step and compares everything; throws {@link Divergence}. */
  void step(Step step) {
    Draw draw = new Draw(step.seed());
    stage.kernel.verifier().setOn(draw.chance(30));
    if (judge.story != null) {
      judge.tell("%s%s", step.kind(), stage.kernel.verifier().on() ? " under the verifier" : "");
    }
    switch (step.kind()) {
      case FILL_MDL -> driver.fill(draw);
      case OVERWRITE_MDL -> driver.overwrite(draw);
      case COPY_MDL -> driver.copy(draw);
      case LOCK_BY_ANOTHER_DRIVER -> driver.lock(draw);
      case UNLOCK_BY_ANOTHER_DRIVER -> driver.unlock(draw);
      case ACCESS -> driver.access(draw);
      case PUT_OUT -> mdls.putOut(draw);
      case ALLOCATE_POOL -> pool.allocate(draw);
      case FREE_POOL -> pool.free(draw);
      case ALLOCATE_CONTIGUOUS -> contiguous.allocate(draw);
      case FREE_CONTIGUOUS -> contiguous.free(draw);
      case LOW_RESOURCES -> injections.call(draw);
      case ALLOCATE_MDL -> mdls.allocate(draw);
      case FREE_MDL -> mdls.free(draw);
      case INITIALIZE_MDL -> mdls.initialize(draw);
      case PROBE_AND_LOCK -> mdls.probeAndLock(draw);
      case UNLOCK -> mdls.unlock(draw);
      case BUILD_FOR_NONPAGED -> mdls.build(draw);
      case MAP_LOCKED_PAGES -> mappings.map(draw);
      case UNMAP_LOCKED_PAGES -> mappings.unmap(draw);
      case BUILD_PARTIAL -> mappings.build(draw);
      case PREPARE_FOR_REUSE -> mappings.prepare(draw);
      case PROTECT -> adjust.protect(draw);
      case ADVANCE -> adjust.advance(draw);
      case ALLOCATE_PAGES -> pages.allocate(draw);
      case FREE_PAGES -> pages.free(draw);
      case MAP_IO_SPACE -> ioSpace.map(draw);
      case UNMAP_IO_SPACE -> ioSpace.unmap(draw);
      case ALLOCATE_MDL_FOR_IO_SPACE -> ioSpace.allocateMdl(draw);
      case ALLOCATE_MAPPING_ADDRESS -> reserved.allocate(draw);
      case FREE_MAPPING_ADDRESS -> reserved.free(draw);
      case MAP_RESERVED -> reserved.map(draw);
      case UNMAP_RESERVED -> reserved.unmap(draw);
    }
    stage.c.processor().setIrql(0);
    stage.machine.failures().off();
    stage.kernel.verifier().stopSimulating();
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
