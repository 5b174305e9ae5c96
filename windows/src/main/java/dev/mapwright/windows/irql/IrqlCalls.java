package dev.mapwright.windows.irql;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.KeGetCurrentIrql;
import dev.mapwright.windows.answer.KeLowerIrql;
import dev.mapwright.windows.answer.KeRaiseIrql;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that change and tell the IRQL of the processor. A change in the wrong direction is a
 * bug check, with or without the verifier.
 */
public final class IrqlCalls {
  private IrqlCalls() {}

  /**
   * KeRaiseIrql: raises the IRQL, or leaves it where it is.
   *
   * <p>The old level is written when the IRQL is raised already. So a pointer to a page that is out
   * is an access at the new IRQL.
   *
   * @param c who calls, at any IRQL
   * @param newIrql the new level, a KIRQL: not below the current one, at most HIGH_LEVEL
   * @param oldIrql where the old level is written, one byte (wdm.h, nf-wdm-keraiseirql, Parameters
   *     and Remarks); misuse as {@link KeRaiseIrql} says
   */
  public static void keRaiseIrql(NtContext c, int newIrql, long oldIrql) {
    if (!c.enter(Routine.KE_RAISE_IRQL)) {
      return;
    }
    int old = c.irql();
    int level = newIrql & 0xFF;
    if (level < old || level > Irql.HIGH_LEVEL) {
      c.misuse(KeRaiseIrql.LOWER, old, level, 0);
      return;
    }
    c.processor().setIrql(level);
    try {
      c.cpu().store(oldIrql, 1, old);
    } catch (MemoryFault fault) {
      try {
        c.misuse(fault.fault());
      } finally {
        c.processor().setIrql(old);
      }
      return;
    }
    c.done(KeRaiseIrql.DONE);
  }

  /**
   * KeLowerIrql: lowers the IRQL, or leaves it where it is.
   *
   * @param c who calls, at any IRQL
   * @param newIrql the new level, a KIRQL, not above the current one (wdm.h, nf-wdm-kelowerirql,
   *     Parameters and Remarks); misuse as {@link KeLowerIrql} says
   */
  public static void keLowerIrql(NtContext c, int newIrql) {
    if (!c.enter(Routine.KE_LOWER_IRQL)) {
      return;
    }
    int level = newIrql & 0xFF;
    if (level > c.irql()) {
      c.misuse(KeLowerIrql.HIGHER, c.irql(), level, 0);
      return;
    }
    c.processor().setIrql(level);
    c.done(KeLowerIrql.DONE);
  }

  /**
   * KeGetCurrentIrql.
   *
   * @param c who calls, at any IRQL
   * @return the IRQL now (wdm.h, nf-wdm-kegetcurrentirql, Return value)
   */
  public static int keGetCurrentIrql(NtContext c) {
    if (!c.enter(Routine.KE_GET_CURRENT_IRQL)) {
      return 0;
    }
    c.done(KeGetCurrentIrql.DONE);
    return c.irql();
  }
}
