package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationCodecTest {
  @Test
  void what_the_generator_draws_survives_being_written_and_read() {
    for (Shape shape : Shape.values()) {
      Driver driver = new Driver(new ModelSubject(3));
      OperationGenerator generator = new OperationGenerator(5, shape, driver);
      List<Operation> operations = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        operations.add(generator.next());
        driver.step(operations.getLast());
      }
      assertThat(OperationCodec.decodeHex(OperationCodec.encodeHex(operations)))
          .isEqualTo(operations);
    }
  }

  @Test
  void any_bytes_are_operations_that_run() {
    SplitMix random = new SplitMix(11);
    int run = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes = new byte[random.below(600)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) random.next();
      }
      Driver driver = new Driver(new ModelSubject(i));
      for (Operation operation : OperationCodec.decode(bytes)) {
        driver.step(operation);
        run++;
      }
      driver.comparison.everything();
    }
    assertThat(run).isGreaterThan(4000);
  }

  @Test
  void bytes_that_stop_in_the_middle_drop_the_last_operation_only() {
    List<Operation> operations =
        List.of(
            new VmoCreate(4096, 0, Place.cell(0), Registers.VMO),
            new VmoSetSize(Registers.VMO, 0x123456789L));
    byte[] bytes = OperationCodec.encode(operations);
    for (int kept = 0; kept < bytes.length; kept++) {
      List<Operation> read = OperationCodec.decode(Arrays.copyOf(bytes, kept));
      assertThat(read).isEqualTo(operations.subList(0, read.size())).hasSizeLessThan(2);
    }
  }
}
