package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.windows.abi.iommu.LogicalAddressTokenLayout;
import org.jspecify.annotations.Nullable;

/** Makes tokens of reserved logical addresses and ends them. */
public final class Tokens {
  private Tokens() {}

  /**
   * Reserves a range.
   *
   * @param state the system's
   * @param domain where
   * @param engine what is mapped there
   * @param request how many pages, and where
   * @param maker who reserves it
   * @return the token; or why there is none: DEAD, OUT_OF_RECORDS for want of memory, or what the
   *     engine refuses by
   */
  public static Made<LogicalToken> make(
      IommuState state, DmaDomain domain, Domain engine, DomainRequest request, int maker) {
    long address = state.blocks().take(LogicalAddressTokenLayout.BYTES);
    if (address == 0) {
      // What is wrong for another reason is told by that reason.
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    LogicalToken token = null;
    Outcome refused;
    state.lock().lock();
    try {
      Made<DomainReservation> made =
          domain.live() ? engine.reserve(request) : Made.refused(Outcome.DEAD);
      refused = made.outcome();
      if (refused == Outcome.OK) {
        token = enter(state, address, domain, made.get(), maker);
        refused = Outcome.OUT_OF_RECORDS;
      }
    } finally {
      state.lock().unlock();
    }
    if (token == null) {
      state.blocks().give(address);
      return Made.refused(refused);
    }
    return Made.of(token);
  }

  private static @Nullable LogicalToken enter(
      IommuState state, long address, DmaDomain domain, DomainReservation range, int maker) {
    try {
      LogicalToken token =
          new LogicalToken(address, domain, range, Pages.address(range.pages()), maker);
      state.tokens().add(address, token);
      long base = Pages.address(range.firstPage());
      state.blocks().write(address + LogicalAddressTokenLayout.LOGICAL_ADDRESS_BASE, base);
      state.blocks().write(address + LogicalAddressTokenLayout.SIZE, token.bytes());
      return token;
    } catch (OutOfMemoryError full) {
      range.release();
      return null;
    }
  }

  /**
   * Frees a range in which nothing is mapped. Of a mapping at the same time one comes first: either
   * this finds it, or the mapping finds the token dead.
   *
   * @param state the system's
   * @param token the token
   * @param by who frees it, as reports of faults name him
   * @return OK, DEAD or IN_USE
   */
  public static Outcome free(IommuState state, LogicalToken token, String by) {
    Outcome outcome = token.reservation().release(by);
    if (outcome == Outcome.OK) {
      state.tokens().remove(token.address());
      state.blocks().give(token.address());
    }
    return outcome;
  }
}
