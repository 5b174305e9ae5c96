package dev.mapwright.proof.zircon;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/**
 * The operation decoder takes any bytes, and what it makes of them runs on the personality and on
 * the model alike.
 */
class OperationFuzzTest {
  private static final int MOST_OPERATIONS = 2000;

  @FuzzTest(maxDuration = "10s")
  void any_bytes_run(byte[] bytes) {
    List<Operation> operations = OperationCodec.decode(bytes);
    try (Subject machine = new ZirconSubject(bytes.length)) {
      Driver driver = new Driver(machine);
      for (Operation operation :
          operations.subList(0, Math.min(MOST_OPERATIONS, operations.size()))) {
        driver.step(operation);
      }
      driver.comparison.everything();
      machine.endEverything();
    }
  }
}
