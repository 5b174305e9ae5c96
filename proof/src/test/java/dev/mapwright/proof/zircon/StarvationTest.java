package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation of random sequences is tried with its first acquisition failing, then its second,
 * until none is left to fail; only then it is carried out. A call that was refused has changed
 * nothing.
 */
class StarvationTest {
  private static final int OPERATIONS = 400;
  private static final long MOST_ACQUISITIONS = 2000;

  @ParameterizedTest
  @EnumSource
  void a_call_refused_for_want_of_memory_has_changed_nothing(Shape shape) {
    Map<String, Integer> refusals = new TreeMap<>();
    for (int seed = 0; seed < 3; seed++) {
      try (ZirconSubject machine = new ZirconSubject(seed)) {
        Starving starving = new Starving(machine);
        Driver driver = new Driver(starving.subject());
        OperationGenerator generator = new OperationGenerator(seed, shape, driver);
        for (int i = 0; i < OPERATIONS && !generator.worn(); i++) {
          Operation operation = settled(generator.next());
          starve(starving, driver, operation, refusals);
        }
        starving.failNth(0);
        driver.comparison.everything();
        machine.endEverything();
      }
    }
    System.out.println(shape + " " + refusals);
    assertThat(refusals).isNotEmpty();
  }

  private static void starve(
      Starving starving, Driver driver, Operation operation, Map<String, Integer> refusals) {
    for (long nth = 1; ; nth++) {
      assertThat(nth).isLessThan(MOST_ACQUISITIONS);
      starving.failNth(nth);
      try {
        driver.step(operation);
        return; // nothing was left to fail
      } catch (Starving.Refused refused) {
        starving.failNth(0);
        refusals.merge(refused.getMessage(), 1, Integer::sum);
        try {
          driver.comparison.everything();
        } catch (Divergence e) {
          throw new Divergence(operation + ", refused when acquisition " + nth + " failed", e);
        }
      }
    }
  }

  /**
   * Out-parameters in cells only: in other memory the pages under them have to be committed, and
   * when that fails the pointer is as good as bad.
   */
  private static Operation settled(Operation operation) {
    Class<? extends Record> kind = operation.getClass().asSubclass(Record.class);
    RecordComponent[] components = kind.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = OperationCodec.value(components[i], operation);
      boolean out = !components[i].getName().equals("at");
      if (out && values[i] instanceof Place place && place.base() < Place.CELL) {
        values[i] = place.base() == Place.ABSOLUTE ? place : Place.cell(i);
      }
    }
    return OperationCodec.make(kind, values);
  }
}
