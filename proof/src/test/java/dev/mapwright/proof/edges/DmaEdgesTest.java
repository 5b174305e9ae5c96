package dev.mapwright.proof.edges;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of {@code docs/dma-edges.json} is answered as it says. */
class DmaEdgesTest {
  @TestFactory
  List<DynamicTest> the_engine() throws IOException {
    return tests(EngineWorld::new);
  }

  @TestFactory
  List<DynamicTest> windows_with_an_mdl() throws IOException {
    return tests(() -> new WindowsWorld(PhysicalForm.MDL));
  }

  @TestFactory
  List<DynamicTest> windows_with_a_contiguous_range() throws IOException {
    return tests(() -> new WindowsWorld(PhysicalForm.CONTIGUOUS_RANGE));
  }

  @TestFactory
  List<DynamicTest> windows_with_an_array_of_pfns() throws IOException {
    return tests(() -> new WindowsWorld(PhysicalForm.PFN_ARRAY));
  }

  private static List<DynamicTest> tests(Supplier<EdgeWorld> worlds) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (EdgeWorld sample = worlds.get()) {
      for (EdgeStep one : EdgeFile.cases()) {
        boolean able =
            !one.has("needs")
                || ((List<?>) one.value("needs"))
                    .stream().allMatch(need -> sample.knows((String) need));
        if (able) {
          tests.add(DynamicTest.dynamicTest(one.text("name"), () -> run(worlds, one)));
        }
      }
    }
    return tests;
  }

  private static void run(Supplier<EdgeWorld> worlds, EdgeStep one) {
    try (EdgeWorld world = worlds.get()) {
      new EdgeRun(world).carryOut(one.steps());
    }
  }
}
