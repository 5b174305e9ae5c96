package dev.mapwright.sim.cpu;

import dev.mapwright.sim.tables.Stripes;
import org.junit.jupiter.api.BeforeEach;

/** The same where removers of different lowest tables go on side by side. */
class DividedRemovalStressTest extends RemovalStressTest {
  @BeforeEach
  void divide() {
    Stripes.divide(space.translation());
  }
}
