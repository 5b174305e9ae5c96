package dev.mapwright.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.space.Lease;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * One test for each answer of each routine, named after it: a call in which one thing is wrong and
 * everything else right. The switches are exhaustive, so a new answer does not compile without its
 * call. In which order several faults are found is {@link OrderOfChecksTest}'s affair.
 */
abstract class EveryAnswer extends MxTest {
  private @Nullable Condition last;

  @BeforeEach
  void watchTheLastAnswer() {
    zircon.observeAnswers(this::observed);
  }

  void observed(Condition condition, int status) {
    last = condition;
    ObservedAnswers.answered(condition, status);
  }

  void answered(Condition expected, int status) {
    assertThat(last).isEqualTo(expected);
    assertThat(MxStatus.name(status)).isEqualTo(MxStatus.name(expected.status()));
  }

  /** The call without any memory to be had. */
  int withoutMemory(IntSupplier call) {
    machine.failures().failAll();
    int status = call.getAsInt();
    machine.failures().off();
    return status;
  }

  /** The call while the embedding program has a lease of a page. */
  int leased(long address, IntSupplier call) {
    try (Lease lease = program.process().space().lease(Pages.of(address), 1, true).get()) {
      assertThat(lease.firstPage()).isEqualTo(Pages.of(address));
      return call.getAsInt();
    }
  }

  int destroyed() {
    int region = region(4);
    program.vmar(region).destroy();
    return region;
  }

  /** A region in which every page is mapped, readable and writable. */
  int full(long pages) {
    int region = region(pages);
    mapAt(region, 0, vmo(pages * PAGE), 0, pages, READ_WRITE);
    return region;
  }
}
