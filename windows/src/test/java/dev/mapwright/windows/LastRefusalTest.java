package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoAllocateMdl;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.context.Refusal;
import dev.mapwright.windows.irql.IrqlCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.physical.PhysicalCalls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which call it is whose answer a context still knows. */
class LastRefusalTest extends WindowsTest {
  private final long mdl = lockedMdl(PAGE, 0);

  @BeforeEach
  void refuseACall() {
    assertThat(MdlCalls.ioAllocateMdl(c, 0, -1, false, false, 0)).isZero();
    assertThat(why()).isEqualTo(IoAllocateMdl.TOO_LONG);
  }

  private @Nullable Condition why() {
    Refusal refusal = c.lastRefusal();
    return refusal == null ? null : refusal.condition();
  }

  @Test
  void readingWhatAnMdlOrTheProcessorSaysDoesNotChangeIt() {
    MdlCalls.mmGetMdlByteCount(c, mdl);
    MdlCalls.mmGetMdlByteOffset(c, mdl);
    MdlCalls.mmGetMdlVirtualAddress(c, mdl);
    MdlCalls.mmGetMdlPfnArray(c, mdl);
    MdlCalls.mmSizeOfMdl(c, 0, PAGE);
    IrqlCalls.keGetCurrentIrql(c);
    assertThat(why()).isEqualTo(IoAllocateMdl.TOO_LONG);
  }

  @Test
  void readingWhereNothingCanBeReadIsAnAnswerItself() {
    MdlCalls.mmGetMdlByteCount(c, BAD);
    assertThat(why()).isEqualTo(MemoryAccess.INVALID_ADDRESS);
  }

  @Test
  void anyOtherCallThatIsCarriedOutEndsIt() {
    PhysicalCalls.mmGetPhysicalAddress(c, mdl);
    assertThat(why()).isNull();
  }
}
